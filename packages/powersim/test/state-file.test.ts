// A session on disk: it goes on as if the calls had been one, is written whole or not at all, and whatever is wrong with the file is told
// before a line is typed.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenConsole, openConsole, policies, presets, seconds } from 'powersim'
import { MAX_ENTRIES, StateFile } from '../src/session/state-file.js'

const plan = { machine: presets.power520, seed: 'kept', noise: true, policy: 'by-target' }
const opened = () => openConsole({ ...plan, policy: policies.byTarget() })
const between = seconds(2)

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'powersim-state-'))
  path = join(folder, 'session.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** One call: take the file, type, save, give the file back. */
function call(...lines: string[]): string[] {
  const file = new StateFile(path)
  try {
    const saved = file.read()
    const session = saved === undefined ? opened() : file.resume(saved, between)
    const printed = lines.map((line) => session.type(line).stdout)
    file.save(plan, session)
    return printed
  } finally {
    file.release()
  }
}

const digestOf = (session: OpenConsole) => session.digest
const change = (from: string | RegExp, to: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))

describe('a state file', () => {
  const lines = [
    'lssyscfg -r lpar -m p520 -F name,state',
    'nobody',
    'echo $?',
    'chsysstate -r lpar -m p520 -o shutdown -n vios2 --immed',
    'date',
  ]

  it('goes on as one session would, to the digest', () => {
    const whole = opened()
    const printed = lines.map((line) => whole.type(line).stdout)
    expect(lines.flatMap((line) => call(line))).toEqual(printed)
    const file = new StateFile(path)
    expect(digestOf(file.resume(file.read()!, between))).toBe(digestOf(whole))
    file.release()
    expect(readdirSync(folder)).toEqual(['session.json'])
  })

  it('keeps actions and time that passed', () => {
    const file = new StateFile(path)
    const session = opened()
    session.type('date')
    session.act('fsp.reset')
    session.wait(seconds(100))
    file.save(plan, session)
    const again = file.resume(file.read()!, between)
    file.release()
    expect([again.nowNs, again.digest]).toEqual([session.nowNs, session.digest])
  })

  it('refuses a file that gives another run: changed lines, times or machine', () => {
    for (const [from, to] of [
      ['nobody', 'nobodY'],
      [/"atNs": \d+/, '"atNs": 999999999'],
      ['"power520"', '"power822"'],
    ] as const) {
      call(...lines.slice(0, 3))
      change(from, to)
      expect(() => call('date')).toThrow(/do not give the run that they gave|is at \d+ ns/)
      rmSync(path)
    }
  })

  it('names the version that wrote it when another run comes out', () => {
    call('date')
    change('"version": "', '"version": "0.0.')
    call('date')
    change('"date"', '"echo"')
    change('"version": "', '"version": "0.0.')
    expect(() => call('date')).toThrow(/powersim 0\.0\.\S+ wrote it, and this is powersim/)
  })

  it.each([
    ['', 'Unexpected end of JSON input'],
    ['{}', 'schema'],
    ['[1]', 'is no session'],
    ['{"schema":"powersim.session/2"}', 'expected "powersim.session/1"'],
  ])('refuses a file that holds %j', (text, message) => {
    writeFileSync(path, text)
    expect(() => call('date')).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('refuses an entry that is none, with its place', () => {
    call('date')
    change('"line": "date"', '"line": 7')
    expect(() => call('date')).toThrow('entries.0.')
  })

  it('is one process at a time, and not for ever', () => {
    const file = new StateFile(path)
    expect(() => new StateFile(path)).toThrow(`is in use by process ${process.pid}`)
    file.release()
    const { pid } = spawnSync(process.execPath, ['-e', '0'])
    writeFileSync(`${path}.lock`, String(pid)) // a process that has ended and left its lock
    call('date')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('does not write when somebody took the lock away', () => {
    const file = new StateFile(path)
    writeFileSync(`${path}.lock`, '1')
    expect(() => file.save(plan, opened())).toThrow('is in use by process 1')
    expect(existsSync(path)).toBe(false)
  })

  it('has a limit of entries, told before a line is typed', () => {
    const file = new StateFile(path)
    const session = opened()
    session.entries.push(...Array.from({ length: MAX_ENTRIES }, () => ({ atNs: 0, console: 'hmc1', line: 'date' })))
    expect(() => file.checkRoom(session)).toThrow(`holds ${MAX_ENTRIES} entries`)
    file.release()
  })
})

describe('powersim hmc --state', () => {
  const hmc = (...args: string[]) => {
    const cli = join(import.meta.dirname, '../dist/cli.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'hmc', '--state', path, ...args], { encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  it('keeps the machine between calls, and its seed', () => {
    hmc('--seed', 'kept', '-c', 'chsysstate -r lpar -m p520 -o shutdown -n vios2 --immed')
    expect(hmc('--act', 'fsp.reset', '-c', 'lssyscfg -r lpar -m p520 -F name:state').stdout).toMatch(/vios2:(Shutting Down|Not Activated)/)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ seed: 'kept', entries: [{}, { action: 'fsp.reset' }, {}] })
    const other = hmc('--seed', 'other', '-c', 'date')
    expect(other).toMatchObject({ status: 2, stdout: '' })
    expect(other.stderr).toContain('--seed: the session in')
  })
})
