// `powersim memory` as a user types it: faults on a recorded trace, plain and packed; a pool with and without loaning; bad input says where
// and what was expected. Runs the built program, which `npm test` has made before.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { TraceError } from '@powersim/workload'
import { parse } from 'yaml'
import { memoryPool, pageFaults, PoolError } from '../src/index.js'

const root = join(import.meta.dirname, '../../..')
const cli = join(root, 'packages/powersim/dist/cli.js')
const example = (name: string): string => join(root, 'examples/memory', name)

const folder = mkdtempSync(join(tmpdir(), 'powersim-memory-'))
afterAll(() => rmSync(folder, { recursive: true }))

function powersim(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'memory', ...args], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('powersim memory --trace', () => {
  const args = ['--frames', '3,4', '--policies', 'fifo,lru,min,clock']
  const expected = [
    { policy: 'fifo', frames: 3, faults: 9 },
    { policy: 'fifo', frames: 4, faults: 10 },
    { policy: 'lru', frames: 3, faults: 10 },
    { policy: 'lru', frames: 4, faults: 8 },
    { policy: 'min', frames: 3, faults: 7 },
    { policy: 'min', frames: 4, faults: 6 },
    { policy: 'clock', frames: 3, faults: 9 },
    { policy: 'clock', frames: 4, faults: 10 },
  ]

  it('gives powersim.memory/1 on stdout and nothing else there, for a text and for the same text packed', () => {
    const trace = readFileSync(example('belady.trace'))
    for (const given of [example('belady.trace'), file('belady.trace.gz', gzipSync(trace))]) {
      const { status, stdout, stderr } = powersim('--trace', given, ...args, '--json', '-')
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      const { meta, ...rest } = JSON.parse(stdout)
      expect(rest).toEqual({ schema: 'powersim.memory/1', references: 12, distinct: 5, results: expected })
      expect(meta.node).toBe(process.version)
    }
  })

  it('prints a table', () => {
    const { status, stdout } = powersim('--trace', example('belady.trace'), ...args)
    expect(status).toBe(0)
    expect(stdout).toContain('12 references to 5 pages')
    expect(stdout).toMatch(/\| +3 \| +9 \| +10 \| +7 \| +9 \|/)
  })

  it.each<[string, string, RegExp]>([
    ['a word', '1\n# fine\n\n2 # so far\nthree\n', /a\.trace:5: expected one page number, .*found "three"/],
    ['two numbers', '1 2\n', /a\.trace:1: expected one page number/],
    ['a negative number', '7\n-1\n', /a\.trace:2: /],
    ['a number that is too large', '9007199254740993\n', /a\.trace:1: /],
    ['nothing', '# nothing\n', /a\.trace:2: expected a page number/],
  ])('a bad trace says where: %s', (_name, text, reason) => {
    const run = (): unknown => pageFaults(new TextEncoder().encode(text), 'a.trace', { policies: ['lru'], frames: [1], seed: 'a' })
    expect(run).toThrow(reason)
    expect(run).toThrow(TraceError)
  })

  it('numbers pages anew, takes spaces, tabs and carriage returns, and needs no newline at the end', () => {
    const bytes = new TextEncoder().encode('\t9007199254740991 # the largest\r\n 0\r\n00\n\n9007199254740991')
    expect(pageFaults(bytes, 'a', { policies: ['fifo'], frames: [1, 2], seed: 'a' })).toEqual({
      references: 4,
      distinct: 2,
      results: [
        { policy: 'fifo', frames: 1, faults: 3 },
        { policy: 'fifo', frames: 2, faults: 2 },
      ],
    })
  })

  it.each<[string, string[], RegExp]>([
    ['a word', ['--trace', file('word.trace', '1\nthree\n'), '--frames', '3'], /word\.trace:2: expected one page number, .*found "three"/],
    ['what is no gzip after all', ['--trace', file('no.gz', Uint8Array.of(0x1f, 0x8b, 1, 2)), '--frames', '3'], /cannot read .*no\.gz/],
    ['no frames', ['--trace', example('belady.trace'), '--frames', '0'], /--frames.* whole numbers from 1/],
    ['an unknown policy', ['--trace', 'a', '--policies', 'lru,mru'], /unknown policy 'mru': expected some of lopar, lru/],
    ['a pool file too', [example('overcommitted.yaml'), '--trace', example('belady.trace')], /a pool file or --trace, got both/],
    ['nothing', [], /expected a pool file/],
  ])('bad input, exit status 2, nothing on stdout: %s', (_name, given, reason) => {
    const { status, stdout, stderr } = powersim(...given, '--json', '-')
    expect(stderr).toMatch(reason)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})

const small = `poolMiB: 16
pagingDevice: { serviceMs: 1 }
partitions:
  - { name: one, logicalMiB: 12, references: { uniform: true }, workingSetMiB: 8, perSecond: 5000 }
  - { name: two, logicalMiB: 12, references: { zipf: 0.9 }, workingSetMiB: 4, perSecond: 2000 }
seconds: 2
`

describe('powersim memory POOL.yaml', () => {
  it('gives powersim.memory-pool/1, the same from process to process outside meta', () => {
    const given = file('small.yaml', small)
    const [first, second] = [1, 2].map(() => JSON.parse(powersim(given, '--seed', 'a', '--json', '-').stdout))
    expect(Object.keys(first)).toEqual(['schema', 'overcommit', 'partitions', 'digest', 'meta'])
    expect(first).toMatchObject({ schema: 'powersim.memory-pool/1', overcommit: 1.5 })
    const keys = ['name', 'logicalMiB', 'residentMiB', 'loanedMiB', 'faultsPerSecond', 'faultLatencyMs']
    expect(first.partitions.map((partition: object) => Object.keys(partition))).toEqual([keys, keys])
    expect({ ...second, meta: null }).toEqual({ ...first, meta: null })
    const resident = first.partitions.reduce((sum: number, { residentMiB }: { residentMiB: number }) => sum + residentMiB, 0)
    expect(resident).toBeGreaterThan(14)
    expect(resident).toBeLessThanOrEqual(16)
    expect(first.partitions[0].faultLatencyMs.mean).toBeGreaterThanOrEqual(1)
  })

  it('prints the example as it is checked in', () => {
    const { status, stdout } = spawnSync(process.execPath, [cli, 'memory', 'examples/memory/overcommitted.yaml'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    expect(stdout).toBe(readFileSync(join(root, 'examples/output/overcommitted.txt'), 'utf8'))
  })

  it('never takes a page while the pool has room for all, whatever the policy', () => {
    for (const replacement of ['lopar', 'lru', 'clock', 'fifo', 'random', 'idleTax']) {
      const { partitions, pageOuts } = memoryPool({ ...parse(small), replacement, poolMiB: 26 }, { seed: 'a' })
      expect(partitions.map(({ residentMiB, faultsPerSecond }) => [residentMiB, faultsPerSecond])).toEqual([
        [12, 0],
        [12, 0],
      ])
      expect(pageOuts).toBe(0)
    }
  })

  it('loans what is free beyond the floor, and what is loaned has no frame', () => {
    const document = parse(readFileSync(example('overcommitted.yaml'), 'utf8'))
    const [web, batch, database] = memoryPool({ ...document, seconds: 5 }, { seed: 'a' }).partitions
    expect([web?.loanedMiB, batch?.loanedMiB, database?.loanedMiB]).toEqual([128, 128, 0])
    expect(web!.residentMiB).toBeLessThanOrEqual(256)
    const off = document.partitions.map((partition: object) => ({ ...partition, loaning: false }))
    const without = memoryPool({ ...document, partitions: off, seconds: 5 }, { seed: 'a' })
    expect(without.partitions.map(({ loanedMiB }) => loanedMiB)).toEqual([0, 0, 0])
  })

  it('waits longer behind a VIOS, and reads references from a trace beside the file, over and over', () => {
    const lines = Array.from({ length: 600 }, (_, at) => `${at * 7}\n`).join('')
    file('walk.trace.gz', gzipSync(lines))
    const one = 'logicalMiB: 8, references: { trace: walk.trace.gz }, workingSetMiB: 4, perSecond: 1000'
    const direct = `poolMiB: 2\npagingDevice: { serviceMs: 1 }\npartitions: [{ name: p, ${one} }]\nseconds: 2\nreplacement: lru\n`
    const results = [direct, direct.replace('serviceMs: 1', 'serviceMs: 1, vios: { serviceMs: 0.5 }')].map((text, at) => {
      return JSON.parse(powersim(file(`walk${at}.yaml`, text), '--json', '-').stdout).partitions[0].faultLatencyMs.mean
    })
    expect(results[0]).toBeGreaterThanOrEqual(1)
    expect(results[1] - results[0]).toBeGreaterThan(0.4)
  })

  it.each<[string, (text: string) => string, RegExp]>([
    ['an unknown field', (text) => `${text}poolGiB: 2\n`, /^poolGiB: is no field of a memory pool document/],
    [
      'an unknown field of a partition',
      (text) => text.replace('perSecond: 2000', 'perSecond: 2000, wieght: 3'),
      /^partitions\.1\.wieght: is no/,
    ],
    ['no pool', (text) => text.slice(text.indexOf('\n') + 1), /poolMiB: /],
    ['a weight out of range', (text) => text.replace('zipf: 0.9', 'zipf: -1'), /^partitions\.1\.references\.zipf/],
    [
      'a working set that is too large',
      (text) => text.replace('workingSetMiB: 8', 'workingSetMiB: 13'),
      /^partitions\.0\.workingSetMiB: expected at most 12/,
    ],
    [
      'entitlements that leave nothing',
      (text) => text.replaceAll('12,', '12, ioEntitledMiB: 8,').replace('workingSetMiB: 8', 'workingSetMiB: 4'),
      /poolMiB: expected more than .* 16/,
    ],
    ['two of a name', (text) => text.replace('name: two', 'name: one'), /^partitions\.1\.name/],
    ['an unknown policy', (text) => `${text}replacement: mru\n`, /^replacement/],
  ])('a bad document says where: %s', (_name, change, reason) => {
    const run = (): unknown => memoryPool(parse(change(small)), { seed: 'a' })
    expect(run).toThrow(reason)
    expect(run).toThrow(PoolError)
  })

  it.each<[string, string, RegExp]>([
    ['a field', small.replace('zipf: 0.9', 'zipf: -1'), /bad\.yaml:5: partitions\.1\.references\.zipf/],
    ['a trace that is not there', small.replace('zipf: 0.9', 'trace: gone.trace'), /bad\.yaml: trace: cannot read .*gone\.trace/],
    ['no YAML', 'poolMiB: [\n', /bad\.yaml:\d+:\d+/],
  ])('bad input, exit status 2, nothing on stdout: %s', (_name, text, reason) => {
    const { status, stdout, stderr } = powersim(file('bad.yaml', text), '--json', '-')
    expect(stderr).toMatch(reason)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})
