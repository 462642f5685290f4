// Memory of a profile as configuration data: amounts, mode, and what goes with shared memory. Partitions that page are named by ID or by
// name; names need the list of partitions. The rest of a profile is profile-settings.ts.

import { hptRatios, type ProfileMemory } from '@powersim/protocol'
import type { PartitionNames } from '../../cli/field-text.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { SettingRule, Settings } from '../../cli/settings.js'

const MAX_EXPANSION_HUNDREDTHS = 1000

export const memoryRules: readonly SettingRule[] = [
  { name: 'min_mem', takes: 'mib' },
  { name: 'desired_mem', takes: 'mib' },
  { name: 'max_mem', takes: 'mib' },
  { name: 'hpt_ratio', takes: hptRatios.map((ratio) => `1:${ratio}`) },
  { name: 'mem_mode', takes: ['ded', 'shared'] },
  { name: 'mem_expansion', takes: 'units' },
  { name: 'mem_weight', takes: [0, 255] },
  { name: 'desired_io_entitled_mem', takes: 'text' },
  { name: 'primary_paging_vios_name', takes: 'name' },
  { name: 'primary_paging_vios_id', takes: [1, 4095] },
  { name: 'secondary_paging_vios_name', takes: 'name' },
  { name: 'secondary_paging_vios_id', takes: [1, 4095] },
]

/** `unknownPartition`: what was entered is well-formed, but names a partition that `names` does not know. */
export type MemoryResult =
  | { readonly ok: true; readonly memory: ProfileMemory }
  | { readonly ok: false; readonly reply: LineReply; readonly unknownPartition?: string }

/** Memory of a profile with what was entered put over `base`. What goes with shared memory counts in that mode only. */
export function memoryFrom(settings: Settings, base: ProfileMemory, names: PartitionNames): MemoryResult {
  const entered = settings.text('hpt_ratio')
  const hptRatio = entered === undefined ? base.hptRatio : Number(entered.slice('1:'.length))
  const expansionHundredths = settings.hundredths('mem_expansion') ?? base.expansionHundredths
  if ((expansionHundredths ?? 0) > MAX_EXPANSION_HUNDREDTHS) return bad('mem_expansion', 'expected 0.0, or 1.0 to 10.0')
  const amounts: ProfileMemory = {
    minMiB: settings.number('min_mem') ?? base.minMiB,
    desiredMiB: settings.number('desired_mem') ?? base.desiredMiB,
    maxMiB: settings.number('max_mem') ?? base.maxMiB,
    ...(hptRatio === undefined ? {} : { hptRatio }),
    ...(expansionHundredths === undefined || expansionHundredths === 0 ? {} : { expansionHundredths }),
  }
  const mode = settings.choice('mem_mode', ['ded', 'shared']) ?? base.mode
  if (mode !== 'shared') return { ok: true, memory: amounts }
  const weight = settings.number('mem_weight') ?? base.weight
  const ioEntitled = ioEntitledFrom(settings.text('desired_io_entitled_mem'))
  if (ioEntitled === null) return bad('desired_io_entitled_mem', 'expected auto, or a whole number of megabytes')
  const ioEntitledMiB = ioEntitled === undefined ? base.ioEntitledMiB : ioEntitled === 'auto' ? undefined : ioEntitled
  const primary = viosFrom(settings, 'primary_paging_vios', names) ?? base.primaryPagingVios
  const secondary = viosFrom(settings, 'secondary_paging_vios', names) ?? base.secondaryPagingVios
  const unknown = [primary, secondary].find((vios) => typeof vios === 'string')
  if (typeof unknown === 'string') return { ok: false, reply: refused('partitionNotFound', { name: unknown }), unknownPartition: unknown }
  return {
    ok: true,
    memory: {
      ...amounts,
      mode,
      ...(weight === undefined ? {} : { weight }),
      ...(ioEntitledMiB === undefined ? {} : { ioEntitledMiB }),
      ...(typeof primary === 'number' ? { primaryPagingVios: primary } : {}),
      ...(typeof secondary === 'number' ? { secondaryPagingVios: secondary } : {}),
    },
  }
}

/** `auto`, or megabytes; null: neither, undefined: not entered. */
export function ioEntitledFrom(text: string | undefined): number | 'auto' | null | undefined {
  if (text === undefined || text === 'auto') return text
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** The ID of a partition that is entered by ID or by name; the name when nobody has it. */
function viosFrom(settings: Settings, prefix: string, names: PartitionNames): number | string | undefined {
  const name = settings.text(`${prefix}_name`)
  return settings.number(`${prefix}_id`) ?? (name === undefined ? undefined : (names.idOf(name) ?? name))
}

function bad(name: string, detail: string): MemoryResult {
  return { ok: false, reply: refused('dataInvalid', { name, detail }) }
}
