// Mixes on the default machine: the files under examples/ compare routes from the command line, every policy sees the same operations, and
// what is left after the warm-up is what the document says. The laws of arrivals are tested in package workload.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { compareRoutes, type MixDocument, play, policies, presets, programOf, workloads } from '../src/index.js'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'examples/workloads')
const cli = join(root, 'packages/powersim/dist/cli.js')

function powersim(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('the mixes of the examples', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

  it('are three', () => {
    expect(files.toSorted()).toEqual(['bursty.yaml', 'closed.yaml', 'open-poisson.yaml'])
  })

  it.each(files)('%s compares routes, and says what was removed', (file) => {
    const { status, stdout, stderr } = powersim('compare', '--workload', `mix:${join(folder, file)}`, '--replications', '2', '--json', '-')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const { workload, warm_up: warmUp, policies: found, differences } = JSON.parse(stdout)
    expect(workload).toBe(file)
    expect(warmUp).toMatchObject({ method: 'mser-5', policies: [{ name: 'fsp-only' }, { name: 'by-target' }] })
    expect(warmUp.operations_removed).toBe(Math.max(...warmUp.policies.map(({ operations }: { operations: number }) => operations)))
    expect(found[0].metrics.command_latency_ms_p95.sectioned).toBe(true)
    expect(found[0].metrics.command_latency_ms_mean.sectioned).toBeUndefined()
    expect(differences[0].metric).toBe('command_latency_ms_mean')
    expect(differences[0].mean).toBeLessThan(0)
  })
})

describe('powersim with a mix', () => {
  it('runs one', () => {
    const ran = powersim('run', `mix:${join(folder, 'closed.yaml')}`)
    expect(ran.status).toBe(0)
    expect(ran.stderr).toContain('closed.yaml on power520, seed powersim\n  lines      1500 run')
  })

  it('exits with 2 for a bad one, with the path of the field', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'powersim-'))
    try {
      const file = join(scratch, 'bad.yaml')
      writeFileSync(file, 'arrivals: { poisson: { perSecond: 5, burst: 1 } }\noperations: 10\nclasses: [{ name: a, share: 1, line: ls }]\n')
      const { status, stdout, stderr } = powersim('compare', '--workload', `mix:${file}`)
      expect([status, stdout, stderr]).toEqual([2, '', `powersim: ${file}: arrivals.poisson.burst: is no field of a mix\n`])
      const without = powersim('compare', '--workload', file)
      expect([without.status, without.stderr]).toEqual([
        2,
        `powersim: --workload: ${file} is no script: write mix:${file} for a generated mix\n`,
      ])
    } finally {
      rmSync(scratch, { recursive: true })
    }
  })
})

const small: MixDocument = {
  arrivals: { poisson: { perSecond: 20 } },
  operations: 400,
  classes: [
    { name: 'memory', share: 3, line: 'lshwres -r mem -m $system --level sys' },
    { name: 'one', share: 1, line: 'lssyscfg -r lpar -m $system --filter "lpar_ids=$lpar_id"' },
  ],
}

describe('a study of a mix', () => {
  it('gives every policy the same lines at the same times', () => {
    const document = readDocument(presets.power520)
    const linesUnder = (policy: string): string[] => {
      const typed: string[] = []
      play({
        seed: 'a',
        replication: 3,
        noise: true,
        document,
        program: programOf(workloads.mix(small), document),
        policy: () => policyByName(policy),
        started: ({ console, text, variables }, atNs, { simulation }) => {
          if (typed.length === 0) startNs = simulation.now
          typed.push(`${atNs - startNs} ${console} ${text} ${JSON.stringify(variables)}`)
        },
      })
      return typed
    }
    let startNs = 0
    const fsp = linesUnder('fsp-only')
    expect(fsp).toHaveLength(400)
    expect(linesUnder('by-target')).toEqual(fsp)
  })

  it('counts only what is left after the warm-up, which it marks when it is not sound', () => {
    const study = compareRoutes({
      machine: presets.power520,
      workload: workloads.mix({ ...small, warmUp: { operations: 100 } }),
      policies: [policies.fspOnly(), policies.byTarget()],
      seed: 'a',
      replications: 3,
    })
    for (const { metrics, groups } of study.comparison.alternatives) {
      expect(groups.reduce((sum, { meanCount }) => sum + meanCount, 0)).toBeCloseTo(300, 9)
      // One command for memory, two for a partition.
      const commands = groups.reduce((sum, { meanCount, metrics: each }) => sum + meanCount * (each['commands_mean']?.mean ?? 0), 0)
      expect(Math.abs((metrics['commands_completed']?.mean ?? 0) / commands - 1)).toBeLessThan(0.01)
    }
    expect(study.comparison.warmUp).toMatchObject({ method: 'given', removed: 100, observations: 400 })
    expect(study.table()).toContain('- warm-up:      100 of 400 operations of each run removed, as the mix says\n')
  })

  it('says so when a policy never becomes steady', () => {
    const study = compareRoutes({
      machine: presets.power520,
      workload: workloads.mix({ ...small, arrivals: { poisson: { perSecond: 150 } }, operations: 600 }),
      policies: [policies.fspOnly(), policies.byTarget()],
      seed: 'a',
      replications: 2,
    })
    const { warmUp } = study.comparison
    expect(warmUp?.sound).toBe(false)
    expect(warmUp?.alternatives[0]).toMatchObject({ name: 'fsp-only', reliable: false })
    expect(study.table().replaceAll(/\s+/g, ' ')).toContain('The warm-up is not sound: the runs are too short to tell their warm-up')
  })

  it('is refused when it would keep too much', () => {
    const study = (mix: object, replications: number) => () =>
      compareRoutes({
        machine: presets.power520,
        workload: workloads.mix({ ...small, ...mix }, 'mix', 'my.yaml'),
        policies: [policies.fspOnly(), policies.byTarget()],
        seed: 'a',
        replications,
      })
    const advice = 'that a study keeps: shorten the runs, or run fewer'
    expect(study({ operations: 1_000_000 }, 2)).toThrow(
      `my.yaml: operations: 1000000 in each of 4 runs are more than the 2000000 ${advice}`,
    )
    expect(study({ operations: undefined, duration: '1h' }, 20)).toThrow('my.yaml: duration: 72000 in each of 40 runs are more than')
  })

  it('is the same in all replications without noise', () => {
    const study = compareRoutes({
      machine: presets.power520,
      workload: workloads.mix(small),
      policies: [policies.byTarget()],
      seed: 'a',
      replications: 2,
      noise: false,
    })
    const [first, second] = study.comparison.alternatives[0]?.perReplication ?? []
    expect(first?.digest).toBe(second?.digest)
  })
})
