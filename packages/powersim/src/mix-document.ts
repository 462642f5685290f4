// A document of a generated mix (YAML, JSON, or the same object in code): what it may say, and how it becomes a Mix on a machine.
// Strict, as machine documents are; every complaint carries the path of the bad field.

import { checkShellLine } from '@powersim/hmc'
import {
  complaintOf,
  durationSchema,
  fitsPartition,
  type InstallationDocument,
  lawOf,
  lawSchema,
  type SystemDocument,
} from '@powersim/managed-system'
import { partitionEnvironments } from '@powersim/protocol'
import { type Mix, type MixArrivals, type MixClass, mixLimits } from '@powersim/workload'
import * as z from 'zod'

const perSecond = z.number().min(1e-6).max(1e6)
const period = durationSchema.refine((ns) => ns >= mixLimits.shortestPeriodNs, 'expected at least 1ms')
const names = z.array(z.string().min(1).max(64)).min(1).max(4095)

const arrivalsSchema = z.strictObject({
  /** Open: exponential gaps. */
  poisson: z.strictObject({ perSecond }).optional(),
  /** Open: bursts in which operations come `burstFactor` times as often as in the calm; `.inf`: none comes in the calm. */
  bursty: z
    .strictObject({
      perSecond,
      burstFactor: z.custom<number>((given) => typeof given === 'number' && given > 1, 'expected a number above 1'),
      burst: period,
      calm: period,
    })
    .optional(),
  /** Closed: sessions that think between operations. */
  closed: z.strictObject({ sessions: z.int().min(1).max(mixLimits.sessions), think: lawSchema }).optional(),
})

const classSchema = z.strictObject({
  name: z.string().min(1).max(64),
  share: z.number().positive().max(1e9),
  /** A console line; `$system`, `$lpar` and `$lpar_id` stand for what is drawn, `$i` for the operation's number. */
  line: z.string().min(1).max(4096),
  /** Which partitions `$lpar` may be; all by default. */
  partitions: z
    .strictObject({ names: z.string().min(1).max(32).optional(), environment: z.enum(partitionEnvironments).optional() })
    .optional(),
})

const mixSchema = z.strictObject({
  arrivals: arrivalsSchema,
  /** Who types; all consoles of the machine by default. */
  consoles: names.optional(),
  /** Which systems `$system` may be; all by default. */
  systems: names.optional(),
  duration: durationSchema.optional(),
  operations: z.int().min(1).max(mixLimits.operations).optional(),
  warmUp: z.union([z.enum(['mser-5', 'none']), z.strictObject({ operations: z.int().min(0).max(mixLimits.operations) })]).optional(),
  classes: z.array(classSchema).min(1).max(mixLimits.classes),
})

/** A mix as a user writes it. */
export type MixDocument = z.input<typeof mixSchema>
type ReadMix = z.output<typeof mixSchema>

/** A document that says no mix, or none for this machine. `path` leads to the bad field: `classes.2.line`. */
export class MixError extends Error {
  override readonly name = 'MixError'
  readonly file: string
  readonly path: string

  constructor(file: string, path: string, message: string) {
    super(path === '' ? `${file}: ${message}` : `${file}: ${path}: ${message}`)
    this.file = file
    this.path = path
  }
}

/** The mix of a document on a machine; `file` is what errors call it. Throws MixError with the path of the first bad field. */
export function readMix(given: unknown, file: string, machine: InstallationDocument): Mix {
  const parsed = mixSchema.safeParse(given)
  if (!parsed.success) {
    const { path, message } = complaintOf(parsed.error, 'a mix')
    throw new MixError(file, path, message)
  }
  const read = parsed.data
  const bad = (path: string, message: string): never => {
    throw new MixError(file, path, message)
  }
  const arrivals = arrivalsOf(read.arrivals, bad)
  checkSize(read, arrivals, bad)
  const consoles = read.consoles ?? machine.consoles.map(({ name }) => name)
  known('consoles', consoles, machine.consoles, bad)
  const systems = read.systems ?? machine.systems.map(({ name }) => name)
  known('systems', systems, machine.systems, bad)
  const eligible = machine.systems.filter(({ name }) => systems.includes(name))
  const twice = read.classes.findIndex(({ name }, index) => read.classes.findIndex((other) => other.name === name) < index)
  if (twice >= 0) bad(`classes.${twice}.name`, `'${read.classes[twice]?.name ?? ''}' is taken already: each class needs its own`)
  const classes = read.classes.map((one, index) => classOf(one, `classes.${index}`, eligible, bad))
  const end = read.operations === undefined ? { durationNs: read.duration ?? 0 } : { operations: read.operations }
  return { file, arrivals, consoles, end, classes, warmUp: warmUpOf(read.warmUp) }
}

type Complain = (path: string, message: string) => never

function arrivalsOf(given: ReadMix['arrivals'], bad: Complain): MixArrivals {
  const { poisson, bursty, closed } = given
  const said = Object.keys(given)
  if (said.length !== 1) bad('arrivals', `expected one of poisson, bursty, closed, got ${said.length === 0 ? 'none' : said.join(' and ')}`)
  if (poisson !== undefined) return { kind: 'poisson', perSecond: poisson.perSecond }
  if (closed !== undefined) return { kind: 'closed', sessions: closed.sessions, think: lawOf(closed.think) }
  if (bursty === undefined) return bad('arrivals', 'expected one of poisson, bursty, closed')
  const { burst, calm, burstFactor } = bursty
  const gapNs = 1e9 / bursty.perSecond
  if (gapNs > mixLimits.burstsPerArrival * (burst + calm)) {
    bad(
      'arrivals.bursty.perSecond',
      `${bursty.perSecond}: more than ${mixLimits.burstsPerArrival} bursts would pass between two operations`,
    )
  }
  return { kind: 'bursty', perSecond: bursty.perSecond, burstFactor, burstNs: burst, calmNs: calm }
}

function checkSize({ duration, operations }: ReadMix, arrivals: MixArrivals, bad: Complain): void {
  if (duration !== undefined && operations !== undefined) bad('operations', 'expected duration or operations, got both')
  if (duration === undefined && operations === undefined) bad('operations', 'expected duration or operations, got neither')
  if (duration === undefined || arrivals.kind === 'closed') return
  const expected = (arrivals.perSecond * duration) / 1e9
  if (expected > mixLimits.operations) {
    bad(
      'duration',
      `${Math.round(expected)} operations are expected of it, more than ${mixLimits.operations}: shorten it or lower perSecond`,
    )
  }
}

function known(path: string, names: readonly string[], there: readonly { readonly name: string }[], bad: Complain): void {
  for (const [index, name] of names.entries()) {
    const at = `${path}.${index}`
    if (names.indexOf(name) < index) bad(at, `'${name}' stands there already`)
    if (!there.some((candidate) => candidate.name === name)) {
      bad(at, `'${name}' is none of the machine's ${path} (${there.map((candidate) => candidate.name).join(', ')})`)
    }
  }
}

const lineVariables = ['system', 'lpar', 'lpar_id', 'i', '?']

function classOf(given: ReadMix['classes'][number], path: string, systems: readonly SystemDocument[], bad: Complain): MixClass {
  const { name, share, line, partitions } = given
  const complaint = checkShellLine(line)
  if (complaint !== undefined) bad(`${path}.line`, `column ${complaint.column}: ${complaint.message}`)
  const used = [...line.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map(([, braced, plain]) => braced ?? plain ?? '')
  const stranger = used.find((variable) => !lineVariables.includes(variable))
  if (stranger !== undefined) bad(`${path}.line`, `expected no variable but $system, $lpar, $lpar_id, $i and $?, got $${stranger}`)
  const perPartition = used.includes('lpar') || used.includes('lpar_id')
  if (partitions !== undefined && !perPartition) bad(`${path}.partitions`, 'is of no use: the line has no $lpar or $lpar_id')
  const targets = systems.flatMap((system) => {
    if (!perPartition) return [{ system: system.name }]
    const fitting = system.partitions.filter((partition) => fitsPartition(partitions ?? {}, partition))
    return fitting.map((partition) => ({ system: system.name, lpar: partition.name, lpar_id: String(partition.id) }))
  })
  if (targets.length === 0) bad(partitions === undefined ? `${path}.line` : `${path}.partitions`, 'no partition of the machine fits')
  return { name, share, text: line, targets }
}

function warmUpOf(given: ReadMix['warmUp']): Mix['warmUp'] {
  if (given === undefined || given === 'mser-5') return 'mser-5'
  return given === 'none' ? 0 : given.operations
}
