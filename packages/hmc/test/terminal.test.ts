// mkvterm and rmvterm at a console, against a capture of an HMC V10R3 M1060 (console fixtures of github.com/randomparity/hmc-mcp: chunks,
// exit statuses and times of a holder, of one who takes over, and of an input that ends), transcribed here.

import { seconds } from '@powersim/kernel'
import { describe, expect, test } from 'vitest'
import type { TerminalSession } from '../src/index.js'
import { capturedSystem } from './captured-system.js'
import { type FakeConsole } from './operation-fake-console.js'

const LINE = 'mkvterm -m 9131-52A-6535CCG -p nim1'
const PROGRESS = '\r\n Open in progress  \r\n '
const COMPLETED = '\r\n Open Completed. \r\n  '
const EXITING = ' The write socket has closed. Exiting.\n'
const CLOSED = '\r\n Connection has closed \r\n\r\n\r\n This session is no longer connected. Please close this window.\n\n\n '

/** Runs a line with somebody at the terminal, who does things at set times after it was opened. */
function typing(console: FakeConsole, at: Record<number, (session: TerminalSession) => void>): ReturnType<FakeConsole['line']> {
  const { simulation } = console
  const due = simulation.handler('due', (act: () => void) => act())
  console.terminal = (session) => {
    for (const [second, act] of Object.entries(at)) simulation.schedule(seconds(Number(second)), due, () => act(session))
  }
  return console.line(LINE)
}

describe('a virtual terminal', () => {
  test('has the captured lengths', () => {
    expect([PROGRESS, COMPLETED, EXITING, CLOSED].map((text) => text.length)).toEqual([24, 23, 39, 98])
  })

  test('of a line without input ends by itself after 10.3 s, with status 0 and the bytes of the capture', () => {
    const console = capturedSystem()
    console.vty.prints = 'login: '
    const { exitStatus, stdout, stderr } = console.line(LINE)
    expect({ exitStatus, stdout, stderr }).toEqual({
      exitStatus: 0,
      stdout: `${PROGRESS}${COMPLETED}login: ${EXITING}`,
      stderr: '',
    })
    expect(console.simulation.now).toBeGreaterThanOrEqual(seconds(10.3))
    expect(console.simulation.now).toBeLessThan(seconds(10.31))
    expect(console.vty.hold).toBe(0)
  })

  test('that is held is refused with status 0', () => {
    const console = capturedSystem()
    console.vty.hold = 7
    expect(console.line(LINE)).toMatchObject({
      exitStatus: 0,
      stdout:
        '\r\n A terminal session is already open for this partition. \r\n' +
        ' Only one open session is allowed for a partition. \r\n Exiting.... ',
    })
    expect(console.vty.hold).toBe(7)
  })

  test('prints in pieces: in progress at once, completed after half a second', () => {
    const seen: string[] = []
    const look = (session: TerminalSession): unknown => seen.push(session.take())
    typing(capturedSystem(), { 0: look, 0.499: look, 0.502: look, 1: (session) => session.endInput() })
    expect(seen).toEqual([PROGRESS, '', COMPLETED])
  })

  test('hands on what is typed, and ~. at the start of a line gives it back', () => {
    const console = capturedSystem()
    const outcome = typing(console, {
      1: (session) => session.type('root\r~~x~.\r'),
      2: (session) => session.type('~.never'),
    })
    expect(console.vty).toMatchObject({ hold: 0, typed: 'root\r~x~.\r' })
    expect(outcome).toMatchObject({ exitStatus: 0, stdout: PROGRESS + COMPLETED })
    expect(console.simulation.now).toBeLessThan(seconds(2.01))
  })

  test('that another one closes says so, stays silent and ends ten seconds after its input', () => {
    const console = capturedSystem()
    let silent = ''
    const outcome = typing(console, {
      2: () => (console.vty.hold = 0),
      3: (session) => expect(session.take()).toBe(PROGRESS + COMPLETED + CLOSED),
      39: (session) => {
        silent = session.take()
        expect(session.ended).toBe(false)
      },
      40: (session) => session.endInput(),
    })
    expect(silent).toBe('')
    expect(outcome).toMatchObject({ exitStatus: 0, stdout: EXITING })
    expect(console.simulation.now).toBe(seconds(50.3) + 2_000)
    expect(console.names().filter((name) => name === 'terminal.close')).toEqual([])
  })

  test('of a lost login stays held until rmvterm frees it', () => {
    const console = capturedSystem()
    typing(console, { 2: (session) => session.drop() })
    expect(console.vty.hold).toBe(1)
    console.terminal = null
    expect(console.line('rmvterm -m 9131-52A-6535CCG -p nim1')).toMatchObject({ exitStatus: 0, stdout: 'Close command sent\n' })
    expect(console.vty.hold).toBe(0)
  })

  test('looks less often while nothing happens', () => {
    const console = capturedSystem()
    typing(console, { 60: (session) => session.type('~.') })
    const looks = console.names().filter((name) => name === 'terminal.exchange').length
    expect(looks).toBeGreaterThan(60)
    expect(looks).toBeLessThan(90)
  })
})
