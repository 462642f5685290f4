// Consoles that lines are typed on one by one: what passes between lines, what stays, who types, and that the same entries are the same
// run to the bit.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type OpenConsole, openConsole, presets, seconds } from 'powersim'

const packageFolder = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))

const opened = (options: object = {}) => openConsole({ machine: presets.power520, seed: 'open', ...options })

describe('openConsole', () => {
  it('prints what the console prints, with status and streams apart', () => {
    const console = opened()
    expect(console.type('lssyscfg -r lpar -m p520 -F name:state')).toMatchObject({
      console: 'hmc1',
      exitStatus: 0,
      stdout: 'vios1:Running\nvios2:Running\nlnxnets:Running\n',
      stderr: '',
    })
    expect(console.type('lssyscfg -r lpar -m p521')).toMatchObject({ exitStatus: 1, stderr: '' })
    expect(console.type('nobody')).toMatchObject({ exitStatus: 127, stdout: '' })
    expect(console.type('echo $?').stdout).toBe('127\n')
  })

  it('lets 2 s pass between lines, or what it is told, and none before the first', () => {
    const console = opened({ between: seconds(30) })
    const startNs = console.nowNs
    const first = console.type('lssyscfg -r sys')
    expect(first.startNs).toBe(startNs)
    expect(console.type('lssyscfg -r sys').startNs).toBe(first.startNs + first.durationNs + seconds(30))
    const usual = opened()
    expect(usual.type('sleep 5').durationNs).toBe(seconds(5))
    expect(usual.type('sleep 5').startNs).toBe(startNs + seconds(7))
  })

  it('has things happen while a client polls', () => {
    const console = opened()
    const made = console.type(
      'mksyscfg -r lpar -m p520 -i "name=lp1,profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024,' +
        'proc_mode=shared,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=1.0,min_procs=1,desired_procs=1,max_procs=2,' +
        'sharing_mode=uncap,uncap_weight=128"',
    )
    expect(made).toMatchObject({ exitStatus: 0, stderr: '' })
    expect(console.type('chsysstate -r lpar -m p520 -o on -n lp1 -f normal').exitStatus).toBe(0)
    let polls = 0
    while (console.type('lssyscfg -r lpar -m p520 --filter "lpar_names=lp1" -F rmc_state').stdout !== 'active\n' && polls < 200) polls++
    expect(polls).toBeGreaterThan(10)
    expect(polls).toBeLessThan(200)
  })

  it('types on the console that is named, each with a shell of its own', () => {
    const console = opened()
    console.type('nobody', { console: 'hmc2' })
    expect(console.type('echo $?').stdout).toBe('0\n')
    expect(console.type('echo $?', { console: 'hmc2' }).stdout).toBe('127\n')
    expect(() => console.type('date', { console: 'hmc9' })).toThrow("no console 'hmc9': there are hmc1, hmc2")
  })

  it('keeps the shell of a user, or gives a line one of its own', () => {
    const console = opened()
    console.type('name=p520; nobody')
    expect(console.type('echo $name $?').stdout).toBe('p520 127\n')
    expect(console.type('echo "<$name>" $?', { alone: true }).stdout).toBe('<> 0\n')
    expect(console.type('echo $name $?').stdout).toBe('p520 0\n')
    expect(console.type('date', { user: 'nobody', alone: true })).toMatchObject({ exitStatus: 255, stdout: '' })
  })

  it('replays its entries to the same digest', () => {
    const first = opened()
    first.type('echo $?', { alone: true })
    first.type('lssyscfg -r lpar -m p520 -F name')
    first.wait(seconds(40))
    first.act('fsp.reset')
    first.type('lssyscfg -r sys -F state', { console: 'hmc2' })
    const second = opened()
    second.replay(first.entries)
    expect(second.digest).toBe(first.digest)
    expect(second.entries).toEqual(first.entries)
    expect(second.type('lssysconn -r all')).toEqual(first.type('lssysconn -r all'))
    const other = openConsole({ machine: presets.power520, seed: 'other' })
    other.replay(first.entries)
    expect(other.digest).not.toBe(first.digest)
  })

  it('refuses times that are none, and entries of the past', () => {
    expect(() => opened({ between: 0.5 })).toThrow('between: expected a whole number of ns')
    expect(() => opened().wait(-1)).toThrow('wait: expected a whole number of ns')
    expect(() => opened().replay([{ atNs: 0, console: 'hmc1', line: 'date' }])).toThrow('entry 1 is at 0 ns')
  })
})

describe('a terminal', () => {
  const open = (console: OpenConsole) => console.openTerminal('mkvterm -m p520 -p vios1')

  it('is typed at while time passes, and ends by its escape', () => {
    const console = opened()
    const terminal = open(console)
    expect(terminal.take()).toBe('\r\n Open in progress  \r\n ')
    console.wait(seconds(2))
    expect(terminal.take()).toContain('Open Completed.')
    terminal.type('padmin\r')
    console.wait(seconds(2))
    expect(terminal.take()).toContain('padmin')
    expect(() => open(console)).toThrow('a terminal is open')
    expect(console.type('lssyscfg -r sys -F name').stdout).toBe('p520\n')
    terminal.type('~.')
    console.wait(seconds(2))
    expect(terminal.line).toMatchObject({ exitStatus: 0 })
    expect(open(console).isOpen).toBe(true)
  })

  it('is held by one, and its line returns at once for another', () => {
    const console = opened()
    open(console).drop()
    console.wait(seconds(1))
    const second = open(console)
    expect([second.isOpen, second.line?.exitStatus]).toEqual([false, 0])
    expect(second.line?.stdout).toContain('already open for this partition')
    second.type('nobody hears this')
    expect(console.type('rmvterm -m p520 -p vios1').exitStatus).toBe(0)
  })

  it('is replayed with its keys to the same digest', () => {
    const first = opened()
    const terminal = open(first)
    first.wait(seconds(3))
    terminal.type('padmin\r')
    first.wait(seconds(1))
    terminal.endInput()
    first.wait(seconds(15))
    expect(terminal.line?.stdout).toContain('The write socket has closed. Exiting.')
    const second = opened()
    second.replay(first.entries)
    second.passUntil(first.nowNs)
    expect([second.digest, second.entries]).toEqual([first.digest, first.entries])
    expect(() => opened().replay([{ atNs: 10 ** 12, keys: 'x' }])).toThrow('none was opened')
  })
})

describe('powersim hmc', () => {
  const start = (program: string, args: readonly string[], input = '') => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(packageFolder, program), ...args], { encoding: 'utf8', input })
    return { status, stdout, stderr }
  }
  const look = ['hmc', '-c', 'lssyscfg -r lpar -m p520 -F name:state']

  it('prints what the console prints and nothing else, and ends with the status of the line', () => {
    expect(start('dist/cli.js', look)).toEqual({ status: 0, stdout: 'vios1:Running\nvios2:Running\nlnxnets:Running\n', stderr: '' })
    const unknown = start('dist/cli.js', ['hmc', '-c', 'nobody'])
    expect(unknown).toMatchObject({ status: 127, stdout: '' })
    expect(unknown.stderr).toContain('nobody: command not found')
  })

  it('types every line of a pipe in one session, until it is told to end', () => {
    const piped = start('dist/cli.js', ['hmc', '--between', '10s'], 'date\nnobody\necho $?\ndate\nexit\ndate\n')
    expect(piped).toMatchObject({
      status: 0,
      stdout: 'Mon Jun  3 08:00:00 UTC 2013\n127\nMon Jun  3 08:00:30 UTC 2013\n',
    })
  })

  it('waits for the end of a loop or a quote, and ends with what exit says', () => {
    const lines = ['for x in 1 2', 'do echo "$x', 'and"', 'done', 'exit 3', 'date']
    expect(start('dist/cli.js', ['hmc'], lines.join('\n'))).toEqual({ status: 3, stdout: '1\nand\n2\nand\n', stderr: '' })
    expect(start('dist/cli.js', ['hmc'], 'if true')).toMatchObject({ status: 2, stdout: '' })
  })

  it('is the same from its bundle and from its modules', () => {
    const args = ['run', join(packageFolder, '../../examples/workloads/one-query.hmc')]
    expect(start('bundle/program.js', args)).toEqual(start('dist/program.js', args))
    expect(start('bundle/program.js', args).stderr).toMatch(/digest {5}[0-9a-f]{16}/)
  })

  it('refuses bad options with status 2', () => {
    expect(start('dist/cli.js', ['hmc', '--between', 'soon', '-c', 'date'])).toMatchObject({ status: 2, stdout: '' })
    expect(start('dist/cli.js', ['hmc', '--console', 'hmc9', '-c', 'date']).stderr).toContain("no console 'hmc9': there are hmc1, hmc2")
    expect(start('dist/cli.js', ['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` })
  })
})
