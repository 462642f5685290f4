// The `powersim` command as a user types it: exit statuses, what goes to stdout and what to stderr, and every kind of bad input.
// Runs the built program, which `npm test` has made before.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const cli = join(root, 'packages/powersim/dist/cli.js')
const dayOne = join(root, 'examples/workloads/day-one.hmc')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'powersim-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function powersim(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('powersim run', () => {
  it('prints what a console prints, and a summary on stderr', () => {
    const script = file('look.hmc', 'lssyscfg -r sys -F name,state\nlssyscfg -r lpar -m p520 -F name,lpar_id --header\n')
    const { status, stdout, stderr } = powersim('run', script)
    expect(status).toBe(0)
    expect(stdout).toBe('p520,Operating\nname,lpar_id\nvios1,1\nvios2,2\nlnxnets,3\n')
    expect(stderr).toContain('look.hmc on power520, seed powersim')
    expect(stderr).toMatch(/digest {5}[0-9a-f]{16}/)
  })

  it('gives powersim.run/1 on stdout, and nothing else there', () => {
    const script = file('json.hmc', 'lssyscfg -r sys -F name\n@+5s lshwres -r mem -m p520 --level sys -F curr_avail_sys_mem\n')
    const { status, stdout } = powersim('run', script, '--json', '-', '--policy', 'fsp-only', '--seed', 'a')
    const result = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(Object.keys(result)).toEqual([
      'schema',
      'seed',
      'machine',
      'workload',
      'policy',
      'digest',
      'lines',
      'commands',
      'simulatedMs',
      'meta',
    ])
    expect(result).toMatchObject({ schema: 'powersim.run/1', seed: 'a', policy: 'fsp-only', machine: 'power520' })
    expect(result.lines).toHaveLength(2)
    expect(result.lines[1]).toMatchObject({ line: 2, exitStatus: 0, stdout: '58624\n', stderr: '', commands: 1 })
    expect(result.lines[1].startMs).toBeGreaterThanOrEqual(result.lines[0].startMs + result.lines[0].durationMs + 5000)
  })

  it('is the same run for the same seed, another for another', () => {
    const script = file('seed.hmc', 'lssyscfg -r lpar -m p520 -F name\n')
    const digest = (seed: string): string => JSON.parse(powersim('run', script, '--json', '-', '--seed', seed).stdout).digest
    expect(digest('a')).toBe(digest('a'))
    expect(digest('a')).not.toBe(digest('b'))
  })

  it('exits with 1 for a failed line only under --strict', () => {
    const script = file('refused.hmc', 'lssyscfg -r lpar -m p520 --filter "lpar_names=nobody"\n')
    expect(powersim('run', script).status).toBe(0)
    const strict = powersim('run', script, '--strict')
    expect(strict.status).toBe(1)
    expect(strict.stdout).toContain('HSCL8012 The partition named nobody was not found.')
  })

  it('keeps the status of the line before in $?', () => {
    const script = file('status.hmc', 'lssyscfg -r lpar -m p520 --filter "lpar_names=nobody"\necho $?\necho $?\n')
    expect(powersim('run', script).stdout.split('\n').slice(1)).toEqual(['1', '0', ''])
  })

  it('answers a command that is not simulated as a console that lacks it, and says so', () => {
    const script = file('lacks.hmc', 'migrlpar -o v -m p520 -p vios1\n')
    const { status, stderr } = powersim('run', script)
    expect(status).toBe(0)
    expect(stderr).toContain('command not found')
    expect(stderr).toContain('not simulated')
    const [line] = JSON.parse(powersim('run', script, '--json', '-').stdout).lines
    expect(line).toMatchObject({ exitStatus: 127, notSimulated: 'migrlpar' })
  })

  it('reads a machine document in YAML', () => {
    const machine = file('two.yaml', 'name: two-systems\nsystems:\n  - name: east\n  - name: west\n    nets: null\n')
    const script = file('systems.hmc', 'lssyscfg -r sys -F name,state\n')
    const { stdout, stderr } = powersim('run', script, '--machine', machine)
    expect(stdout).toBe('east,Operating\nwest,Operating\n')
    expect(stderr).toContain('systems.hmc on two-systems')
  })
})

describe('a reader who has seen enough', () => {
  it('ends the command without an error', () => {
    const line = `"${process.execPath}" "${cli}" run "${dayOne}" | head -1`
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).not.toContain('EPIPE')
  })
})

describe('powersim run --trace and --sequence', () => {
  const query = 'lshwres -r mem -m p520 --level sys -F curr_avail_sys_mem\n'

  it('writes a trace file, prints the same as without it, and says so', () => {
    const script = file('traced.hmc', query)
    const target = join(folder, 'trace.json')
    const plain = powersim('run', script)
    const { status, stdout, stderr } = powersim('run', script, '--trace', target)
    expect([status, stdout]).toEqual([0, plain.stdout])
    expect(stderr).toMatch(/^ {2}trace {6}.*trace\.json: \d+ records$/m)
    expect(stderr).toContain(/digest .*/.exec(plain.stderr)?.[0])
    const { traceEvents, otherData } = JSON.parse(readFileSync(target, 'utf8'))
    expect(traceEvents.length).toBeGreaterThan(100)
    expect(otherData).toMatchObject({
      tool: 'powersim',
      machine: 'power520',
      workload: 'traced.hmc',
      policy: 'by-target',
      seed: 'powersim',
    })
  })

  it('prints the diagram of a line, and nothing else on stdout', () => {
    const script = file('drawn.hmc', `lssyscfg -r sys -F name\n${query}`)
    const { status, stdout, stderr } = powersim('run', script, '--sequence', '2', '--policy', 'fsp-only')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^%% line 2 of .*drawn\.hmc\nsequenceDiagram\n {2}participant P1 as hmc1\n/)
    expect(stdout).toMatch(/returned 0 \[\d+\.\d{3} ms\]\n$/)
    expect(stderr).toContain('lines      2 run, 0 failed')
  })

  it('puts the diagram into the JSON', () => {
    const script = file('drawn-json.hmc', query)
    const args = ['run', script, '--sequence', '1']
    const { sequence } = JSON.parse(powersim(...args, '--json', '-').stdout)
    expect(sequence).toEqual({ line: 1, diagram: powersim(...args).stdout.trimEnd() })
  })
})

describe('powersim compare', () => {
  it('gives powersim.comparison/1, the same outside meta from process to process', () => {
    const args = ['compare', '--workload', dayOne, '--replications', '2', '--json', '-']
    const results = [powersim(...args), powersim(...args)].map(({ stdout }) => JSON.parse(stdout))
    const [first, second] = results.map(({ meta: _meta, ...rest }) => JSON.stringify(rest))
    expect(first).toBe(second)
    const [result] = results
    expect(result).toMatchObject({
      schema: 'powersim.comparison/1',
      seed: 'powersim',
      machine: 'power520',
      workload: 'day-one.hmc',
      replications: 2,
    })
    expect(result.policies.map((policy: { name: string }) => policy.name)).toEqual(['fsp-only', 'by-target'])
    expect(Object.keys(result.policies[0].metrics)).toEqual([
      'command_latency_ms_mean',
      'command_latency_ms_p50',
      'command_latency_ms_p95',
      'command_latency_ms_p99',
      'fsp_utilization',
      'nets_utilization',
      'phyp_utilization',
      'fsp_own_latency_ms_mean',
      'commands_completed',
      'commands_failed',
      'commands_lost',
    ])
    expect(result.policies[0].metrics.commands_completed.mean).toBeGreaterThan(400)
    expect(result.differences.every((difference: { from: string }) => difference.from === 'fsp-only')).toBe(true)
  })

  it('writes the table to stdout and the JSON to a file', () => {
    const script = file('small.hmc', 'lssyscfg -r lpar -m p520 -F name\n')
    const target = join(folder, 'result.json')
    const { status, stdout } = powersim('compare', '--workload', script, '--replications', '3', '--json', target, '--noise', 'off')
    expect(status).toBe(0)
    expect(stdout).toContain('Comparison of routes')
    expect(JSON.parse(readFileSync(target, 'utf8')).replications).toBe(3)
  })
})

describe('powersim compare --report', () => {
  const script = (): string => file('report.hmc', 'lssyscfg -r lpar -m p520 -F name\nlsled -m p520 -r sa -t virtualsys\n')

  it('writes a page, the same bytes again, and says the same on stdout as without', () => {
    const args = ['compare', '--workload', script(), '--replications', '2', '--seed', "it's"]
    const plain = powersim(...args)
    const first = powersim(...args, '--report', 'one/new/folder')
    const second = powersim(...args, '--report=two', '--json', 'result.json')
    expect([plain.status, first.status, second.status]).toEqual([0, 0, 0])
    expect(first.stdout).toBe(plain.stdout)
    expect(second.stdout).toBe(plain.stdout)
    expect(first.stderr).toBe(`report: ${join('one/new/folder', 'index.html')}\n`)
    const page = readFileSync(join(folder, 'one/new/folder/index.html'), 'utf8')
    expect(readFileSync(join(folder, 'two/index.html'), 'utf8')).toBe(page)
    expect(page).toContain(`powersim compare --workload ${script()} --replications 2 --seed &#39;it&#39;\\&#39;&#39;s&#39;</code>`)
    for (const { name, digest } of JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')).policies) {
      expect(page).toContain(`${name}, digest <code>${digest}</code>`)
    }
  })

  it('leaves stdout to the JSON', () => {
    const { status, stdout } = powersim('compare', '--workload', script(), '--replications', '1', '--json', '-', '--report', 'three')
    expect(status).toBe(0)
    expect(JSON.parse(stdout).schema).toBe('powersim.comparison/1')
  })
})

describe('bad usage and input: exit status 2, the reason on stderr, nothing on stdout', () => {
  const good = 'lssyscfg -r sys\n'

  it.each<[string, () => string[], RegExp]>([
    ['no subcommand', () => [], /Usage: powersim/],
    ['an unknown subcommand', () => ['simulate'], /unknown command 'simulate'/],
    ['an unknown option', () => ['compare', '--workload', 'x', '--workloads', 'x'], /unknown option '--workloads'/],
    ['no workload', () => ['compare'], /required option '--workload <file\|mix:file>' not specified/],
    ['a file that is not there', () => ['run', 'nowhere.hmc'], /script: cannot read nowhere\.hmc: ENOENT/],
    [
      'an unknown policy',
      () => ['run', file('a.hmc', good), '--policy', 'fastest'],
      /unknown policy 'fastest': expected one of fsp-only, by-target, nets-first, random, round-robin/,
    ],
    [
      'an unknown policy among several',
      () => ['compare', '--workload', file('a.hmc', good), '--policies', 'fsp-only,x'],
      /unknown policy 'x'/,
    ],
    ['a policy twice', () => ['compare', '--workload', file('a.hmc', good), '--policies', 'fsp-only,fsp-only'], /alternatives/],
    [
      'an unknown machine',
      () => ['run', file('a.hmc', good), '--machine', 'power999'],
      /unknown machine 'power999': expected one of power520, power822, or a file/,
    ],
    [
      'zero replications',
      () => ['compare', '--workload', file('a.hmc', good), '--replications', '0'],
      /whole number from 1 to 100000, got '0'/,
    ],
    ['replications that are no number', () => ['compare', '--workload', file('a.hmc', good), '--replications', 'NaN'], /got 'NaN'/],
    ['negative replications', () => ['compare', '--workload', file('a.hmc', good), '--replications=-3'], /got '-3'/],
    ['an empty seed', () => ['run', file('a.hmc', good), '--seed', ''], /not empty/],
    ['noise that is neither on nor off', () => ['run', file('a.hmc', good), '--noise', 'low'], /expected on or off, got 'low'/],
    [
      'a machine document with a wrong field',
      () => ['run', file('a.hmc', good), '--machine', file('m.yaml', 'fsp:\n  forwadIn: 3ms\n')],
      /fsp\.forwadIn: is no field of a machine document/,
    ],
    [
      'a machine document with a negative time',
      () => ['run', file('a.hmc', good), '--machine', file('n.yaml', 'nets: { dispatchLatency: -1 }')],
      /nets\.dispatchLatency: .*-1/,
    ],
    [
      'a value that a component refuses',
      () => ['run', file('a.hmc', good), '--machine', file('r.yaml', 'phyp: { memory: { firmwareMiB: 100 } }')],
      /system 'p520': .*firmwareMiB.*multiple/,
    ],
    [
      'a time-out of nothing',
      () => ['run', file('a.hmc', good), '--machine', file('s.yaml', 'hmc: { commandTimeout: 0 }')],
      /console 'hmc1': .*commandTimeout/,
    ],
    [
      'a machine document that is no YAML',
      () => ['run', file('a.hmc', good), '--machine', file('o.yaml', 'a: [1\nb: 2')],
      /o\.yaml:\d+:\d+: /,
    ],
    [
      'a machine document that is a list',
      () => ['run', file('a.hmc', good), '--machine', file('p.yaml', '- 1\n')],
      /expected fields of a machine document/,
    ],
    ['an open quote in a script', () => ['run', file('q.hmc', `${good}lssyscfg -r lpar -m "p520\n`)], /q\.hmc:2:21: /],
    ['a bad time in a script', () => ['run', file('t.hmc', '@+5 lssyscfg -r sys\n')], /t\.hmc:1:3: expected a duration/],
    ['an unclosed block', () => ['run', file('b.hmc', 'repeat 3\nlssyscfg -r sys\n')], /b\.hmc:\d+:\d+: expected /],
    ['an unknown console', () => ['run', file('c.hmc', 'console hmc9 lssyscfg -r sys\n')], /c\.hmc:1:9: expected a console \(hmc1, hmc2\)/],
    ['an unknown action', () => ['run', file('e.hmc', '! fsp.explode\n')], /e\.hmc:1:3: expected /],
    [
      'a trace to a place that cannot be written',
      () => ['run', file('a.hmc', good), '--trace', '/nowhere/x.json'],
      /--trace: cannot write \/nowhere\/x\.json/,
    ],
    ['a trace to a folder', () => ['run', file('a.hmc', good), '--trace', folder], /--trace: cannot write .*: it is a folder/],
    ['a line that is no number', () => ['run', file('a.hmc', good), '--sequence', '1.5'], /whole number from 1 to 1000000000, got '1\.5'/],
    ['line zero', () => ['run', file('a.hmc', good), '--sequence', '0'], /whole number from 1/],
    [
      'a line that is not there',
      () => ['run', file('a.hmc', good), '--sequence', '2'],
      /line 2: expected a console line of .*: it has 1\n/,
    ],
    [
      'a line that sends no command',
      () => ['run', file('e.hmc', `${good}echo hello\n`), '--sequence', '2'],
      /line 2 of .*: the operation 'echo hello' sent no command/,
    ],
    [
      'JSON to a place that cannot be written',
      () => ['run', file('a.hmc', good), '--json', '/nowhere/x.json'],
      /cannot write \/nowhere\/x\.json/,
    ],
    [
      'a report to a file',
      () => ['compare', '--workload', file('a.hmc', good), '--report', file('taken', '')],
      /--report: cannot write to '.*taken': .*taken is a file, expected a folder/,
    ],
    [
      'a report below a file',
      () => ['compare', '--workload', file('a.hmc', good), '--report', join(file('taken', ''), 'below')],
      /--report: cannot write to '.*below': .*taken is a file, expected a folder/,
    ],
    [
      'a report whose page is a folder',
      () => {
        mkdirSync(join(folder, 'pages/index.html'), { recursive: true })
        return ['compare', '--workload', file('a.hmc', good), '--report', 'pages']
      },
      /--report: cannot write to 'pages': .*index\.html is no file/,
    ],
    ['a report without a name', () => ['compare', '--workload', file('a.hmc', good), '--report', ''], /expected the name of a folder/],
    [
      'a report to a place where no folder can be made',
      () => ['compare', '--workload', file('a.hmc', good), '--report', '/dev/null/x'],
      /--report: cannot write to '\/dev\/null\/x': \/dev\/null is a file/,
    ],
  ])('%s', (_what, args, reason) => {
    const { status, stdout, stderr } = powersim(...args())
    expect(stderr).toMatch(reason)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(/\n {4}at /)
  })
})
