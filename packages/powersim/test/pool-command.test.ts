// `powersim pool` as a user types it: the shipped examples give the published figures, both as a table and as JSON, and bad files say
// where and which rule. Runs the built program, which `npm test` has made before.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PoolError, sharedProcessorPool } from '../src/index.js'

const root = join(import.meta.dirname, '../../..')
const cli = join(root, 'packages/powersim/dist/cli.js')
const example = (name: string): string => join(root, 'examples/pools', name)

const folder = mkdtempSync(join(tmpdir(), 'powersim-pool-'))
afterAll(() => rmSync(folder, { recursive: true }))

function powersim(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'pool', ...args], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const published = {
  'weights.yaml': [1.7, 1.1, 1, 0.2],
  'capped.yaml': [0.8, 0.2, 0.6],
  'two-pools.yaml': [0.4, 2.6, 2.5, 0.5],
}

describe.each(Object.entries(published))('the example %s', (name, expected) => {
  it.each(['exact', 'fluid'] as const)('gives the published shares within 1 %%, %s', (fidelity) => {
    const { partitions } = sharedProcessorPool(parse(readFileSync(example(name), 'utf8')), { fidelity, seed: 'oracle-1' })
    for (const [index, { physc }] of partitions.entries()) expect(Math.abs(physc / expected[index]! - 1)).toBeLessThan(0.01)
  })
})

describe('powersim pool', () => {
  it('prints a table', () => {
    const { status, stdout, stderr } = powersim(example('capped.yaml'), '--windows', '100')
    expect(status).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toContain('100 windows (1 s), exact')
    expect(stdout).toMatch(/\| lpar1 +\| 0\.800 \| 100\.0 \| +200 \|/)
    expect(stdout).toContain('idle 0.400 cores, of the shared pool 0.400 (app)')
  })

  it('gives powersim.pool/1 on stdout and nothing else there, the same from process to process outside meta', () => {
    const args = [example('capped.yaml'), '--windows', '100', '--seed', 'a', '--json', '-']
    const [first, second] = [powersim(...args), powersim(...args)].map(({ stdout }) => JSON.parse(stdout))
    expect(first).toMatchObject({ schema: 'powersim.pool/1', seed: 'a', windows: 100, pool: { idle: 0.4, app: 0.4 } })
    expect(first.partitions[1]).toEqual({
      name: 'lpar2',
      physc: 0.2,
      entc: 100,
      dispatches: 100,
      maxGapMs: 8,
      meanWaitMs: 8,
      cappedMs: 200,
    })
    expect({ ...second, meta: null }).toEqual({ ...first, meta: null })
  })

  it('knows no dispatches and waits in fluid', () => {
    const { stdout } = powersim(example('weights.yaml'), '--fidelity', 'fluid', '--json', '-')
    const [web] = JSON.parse(stdout).partitions
    expect(web).toMatchObject({ name: 'web', physc: 1.7, dispatches: null, maxGapMs: null, meanWaitMs: null, cappedMs: 5000 })
  })

  it('reads demand from a trace beside the file: half of the time 1 processor, then none', () => {
    file('load.txt', '# seconds processors\n0 1\n\n0.5 0 # over\n')
    const pool = file('trace.yaml', 'cores: 1\npartitions:\n  - ' + partition('{ trace: load.txt }', 'entitledCapacity: 0.5, capped: true'))
    expect(JSON.parse(powersim(pool, '--windows', '100', '--json', '-').stdout).partitions[0].physc).toBe(0.25)
  })
})

function partition(demand: string, more = 'entitledCapacity: 0.5'): string {
  return `{ name: p, mode: shared, virtualProcessors: 1, ${more}, demand: ${demand} }\n`
}

describe('a bad file: exit status 2, the path and the rule on stderr, nothing on stdout', () => {
  const one = (demand: string, more?: string): string => `cores: 1\npartitions:\n  - ${partition(demand, more)}`
  const busy = '{ processors: 1 }'
  it.each<[string, string, RegExp]>([
    ['an unknown field', `${one(busy)}core: 2\n`, /core: is no field of a pool document/],
    ['an unknown field of a partition', one(busy, 'entitledCapacity: 0.5, wieght: 3'), /partitions\.0\.wieght: is no field/],
    ['no cores', one(busy).slice('cores: 1\n'.length), /cores: /],
    ['a negative demand', one('{ processors: -1 }'), /partitions\.0\.demand\.processors/],
    [
      'less than the minimum',
      one(busy, 'entitledCapacity: 0.04'),
      /partitions\.0\.entitledCapacity: .*less than 0\.05, the minimum of power8/,
    ],
    ['the minimum of power6', `generation: power6\n${one(busy, 'entitledCapacity: 0.09')}`, /less than 0\.10, the minimum of power6/],
    ['more than one for each', `${one(busy, 'entitledCapacity: 1.5')}`, /partitions\.0\.virtualProcessors: .*more than 1\.00/],
    ['a third decimal', one(busy, 'entitledCapacity: 0.505'), /partitions\.0\.entitledCapacity: .*in hundredths, got 0\.505/],
    [
      'too much in all',
      `${one(busy)}  - ${partition(busy, 'entitledCapacity: 0.6').replace('p,', 'q,')}`,
      /partitions\.1: .*over-committed/,
    ],
    ['an unknown pool', one(busy, 'entitledCapacity: 0.5, pool: 3'), /partitions\.0\.pool: there is no pool 3/],
    [
      'too much for its pool',
      `pools: [{ id: 1, maximum: 1, reserved: 0.6 }]\n${one(busy, 'entitledCapacity: 0.5, pool: 1').replace('cores: 1', 'cores: 2')}`,
      /partitions\.0: pool 1: 1\.10 .*maximum of 1\.00/,
    ],
    ['a pool without a maximum', `pools: [{ id: 1 }]\n${one(busy)}`, /pools\.0\.maximum/],
    ['two of a name', `${one(busy, 'entitledCapacity: 0.2')}  - ${partition(busy, 'entitledCapacity: 0.2')}`, /partitions\.1\.name/],
    ['a trace that is not there', one('{ trace: nowhere.txt }'), /cannot read .*nowhere\.txt/],
    ['no mapping', '- 1\n', /expected object|object/],
  ])('%s', (_name, text, reason) => {
    const readTrace = (name: string): string => {
      throw new PoolError('trace', `cannot read ${name}`)
    }
    const run = (): unknown => sharedProcessorPool(parse(text), { seed: 'a', readTrace })
    expect(run).toThrow(reason)
    expect(run).toThrow(PoolError)
  })

  it.each<[string, string[], RegExp]>([
    ['a rule', [file('rule.yaml', one(busy, 'entitledCapacity: 0.04'))], /rule\.yaml: partitions\.0\.entitledCapacity: /],
    ['no YAML', [file('bad.yaml', 'cores: [\n')], /bad\.yaml:\d+:\d+/],
    ['a trace that is not there', [file('gone.yaml', one('{ trace: nowhere.txt }'))], /gone\.yaml: trace: cannot read .*nowhere\.txt/],
    ['no windows', [example('capped.yaml'), '--windows', '0'], /whole number from 1/],
    ['an unknown fidelity', [example('capped.yaml'), '--fidelity', 'coarse'], /exact, fluid/],
  ])('told by the command: %s', (_name, args, reason) => {
    const { status, stdout, stderr } = powersim(...args, '--json', '-')
    expect(stderr).toMatch(reason)
    expect(status).toBe(2)
    expect(stdout).toBe('')
  })

  it.each([
    ['0 1 2', /bad\.txt:1: expected 'seconds processors'/],
    ['0 1\n0 2', /bad\.txt:2: expected a later time/],
    ['# nothing', /bad\.txt: holds no line/],
  ])('a trace of %j', (text, reason) => {
    const document = parse(one('{ trace: bad.txt }'))
    expect(() => sharedProcessorPool(document, { seed: 'a', readTrace: () => text })).toThrow(reason)
    expect(() => sharedProcessorPool(document, { seed: 'a', readTrace: () => text })).toThrow(PoolError)
  })
})
