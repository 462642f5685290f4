// Logins at a console: shells of their own, who is let in, what a role refuses, and the times after which a session ends.

import { type Signal } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type ConsoleLogin, HmcError, type LineResult } from '../src/index.js'
import { userOf } from '../src/users/hmc-user.js'
import { type Scene, servedConsole } from './served-console.js'

const MINUTE = 60_000_000_000

function started(): Scene {
  const scene = servedConsole()
  scene.start()
  const add = (user: Parameters<typeof userOf>[0]): void => void scene.console.users.users.set(user.name, userOf(user))
  add({ name: 'oper', taskRole: 'hmcoperator', password: 'secret' })
  add({ name: 'viewer', taskRole: 'hmcviewer' })
  add({ name: 'gone', taskRole: 'hmcviewer', disabled: true })
  add({ name: 'idler', taskRole: 'hmcviewer', idleTimeoutMinutes: 10 })
  add({ name: 'careful', taskRole: 'hmcviewer', password: 'secret', sessionTimeoutMinutes: 60, verifyTimeoutMinutes: 15 })
  return scene
}

let ordinal = 0

function typed(
  scene: Scene,
  at: { perform(line: { text: string; variables: object; ordinal: number }): Signal<LineResult> },
  text: string,
): LineResult {
  const signal = at.perform({ text, variables: {}, ordinal: ordinal++ })
  scene.simulation.run()
  return signal.value!
}

describe('a login', () => {
  it('has a shell of its own', () => {
    const scene = started()
    const [one, other] = [scene.console.login('oper'), scene.console.login('viewer')]
    expect(typed(scene, one, 'nosuch').exitStatus).toBe(127)
    expect(typed(scene, other, 'echo $?').stdout).toBe('0\n')
    expect(typed(scene, one, 'echo $?').stdout).toBe('127\n')
  })

  it('is refused to strangers, disabled users and wrong passwords', () => {
    const scene = started()
    expect(scene.console.login('nobody').state).toBe('refused')
    expect(scene.console.login('gone').state).toBe('refused')
    expect(scene.console.login('oper', 'wrong').state).toBe('refused')
    expect(scene.console.login('oper', 'secret').state).toBe('open')
    expect(typed(scene, scene.console.login('nobody'), 'echo hi')).toMatchObject({
      exitStatus: 255,
      stdout: '',
      stderr: 'nobody@hmc1: Permission denied (publickey,password,keyboard-interactive).\n',
    })
  })

  it('ends by logout and with its user', () => {
    const scene = started()
    const [one, other] = [scene.console.login('oper'), scene.console.login('viewer')]
    one.logout()
    scene.console.users.users.delete('viewer')
    expect([one.state, other.state]).toEqual(['closed', 'closed'])
    expect(typed(scene, one, 'echo hi')).toMatchObject({ exitStatus: 255, stderr: 'Connection to hmc1 closed by remote host.\n' })
  })

  it('ends when it was idle for too long, which a line that runs is not', () => {
    const scene = started()
    const login = scene.console.login('idler')
    const slow = login.perform({ text: 'sleep 15m', variables: {}, ordinal: ordinal++ })
    scene.pass(12 * MINUTE)
    expect(login.state).toBe('open')
    scene.simulation.run()
    expect(slow.value?.exitStatus).toBe(0)
    scene.pass(10 * MINUTE - 1)
    expect(login.state).toBe('open')
    scene.pass(1)
    expect(login.state).toBe('closed')
  })

  it('asks who is there, and ends when nobody says so in time', () => {
    const scene = started()
    const login: ConsoleLogin = scene.console.login('careful')
    scene.pass(60 * MINUTE - 1)
    expect(login.asksIdentity).toBe(false)
    scene.pass(1)
    expect(login.asksIdentity).toBe(true)
    expect(login.verify('wrong')).toBe(false)
    expect(login.verify('secret')).toBe(true)
    expect(login.asksIdentity).toBe(false)
    scene.pass(75 * MINUTE - 1)
    expect(login.state).toBe('open')
    scene.pass(1)
    expect(login.state).toBe('closed')
    expect(login.verify('secret')).toBe(false)
  })

  it('takes ordinals in range only', () => {
    const login = started().console.login('oper')
    expect(() => login.perform({ text: 'date', variables: {}, ordinal: -1 })).toThrow(HmcError)
  })
})

describe('lines that name a user', () => {
  it('go to one shell of that user, and to a new one when that has ended', () => {
    const scene = started()
    const as = (user?: string) => ({ perform: (line: Parameters<ConsoleLogin['perform']>[0]) => scene.console.perform(line, user) })
    expect(typed(scene, as('idler'), 'nosuch').exitStatus).toBe(127)
    expect(typed(scene, as(), 'echo $?').stdout).toBe('0\n')
    expect(typed(scene, as('idler'), 'echo $?').stdout).toBe('127\n')
    scene.pass(10 * MINUTE)
    expect(typed(scene, as('idler'), 'echo $?').stdout).toBe('0\n')
    expect(typed(scene, as('nobody'), 'echo $?').exitStatus).toBe(255)
  })

  it('are refused before any command when the role does not have the task', () => {
    const scene = started()
    const asked = scene.console.statistics().asked
    const refusal = 'HSCL350B The user does not have the appropriate authority.\n'
    const line = `chsysstate -r sys -m ${scene.system.name} -o off`
    expect(typed(scene, scene.console.login('viewer'), line)).toMatchObject({
      exitStatus: 1,
      stdout: '',
      stderr: refusal,
      operation: null,
      commands: 0,
    })
    expect(scene.console.statistics().asked).toBe(asked)
    expect(typed(scene, scene.console.login('viewer'), `lssyscfg -r lpar -m ${scene.system.name}`).exitStatus).toBe(0)
  })
})

describe('a console that is shut down', () => {
  const BOOT = 1_000_000_000

  it('ends its lines and its logins, lets nobody in, and comes back with a new epoch', () => {
    const scene = started()
    const login = scene.console.login('oper')
    const ofSecond = `lssyscfg -r lpar -m ${scene.system.name}`
    scene.fsp.behaviour = () => 'silent'
    const listing = login.perform({ text: ofSecond, variables: {}, ordinal: ordinal++ })
    const sleeping = scene.console.perform({ text: 'sleep 1h', variables: {}, ordinal: ordinal++ })
    scene.pass(20_000_000)
    expect([listing.fired, sleeping.fired]).toEqual([false, false])
    const downNs = scene.simulation.now
    const shutdown = scene.console.perform({ text: 'hmcshutdown -t now -r', variables: {}, ordinal: ordinal++ }, 'oper')
    scene.pass(1)
    expect(shutdown.value).toMatchObject({ exitStatus: 0, stderr: '' })
    for (const line of [listing, sleeping]) expect(line.value).toMatchObject({ exitStatus: 255, stdout: '', commands: 0 })
    expect(listing.value?.durationNs).toBe(20_000_000)
    expect(login.state).toBe('closed')
    expect(scene.console.login('oper').state).toBe('refused')
    const refused = scene.console.login('oper').perform({ text: 'date', variables: {}, ordinal: ordinal++ })
    scene.pass(1)
    expect(refused.value?.stderr).toBe('oper@hmc1: Connection refused\n')
    expect(scene.system.state()).toBe('No Connection')
    expect(scene.console.shutDown(0, true)).toBe(false)
    scene.fsp.behaviour = () => 'answer'
    scene.fsp.received.length = 0
    scene.simulation.run(downNs + BOOT - 1)
    expect(scene.fsp.received).toEqual([])
    scene.simulation.run()
    expect(scene.system.state()).toBe('Operating')
    expect(new Set(scene.fsp.received.map(({ message }) => message.epoch))).toEqual(new Set([2]))
    expect(typed(scene, scene.console.login('oper'), ofSecond).exitStatus).toBe(0)
    const { asked, finished } = scene.console.statistics()
    expect(finished).toBe(asked)
  })

  it('stays away without a restart, and is gone a while after it was told so', () => {
    const scene = started()
    expect(typed(scene, scene.console.login('oper'), 'echo hi').stdout).toBe('hi\n')
    const login = scene.console.login('oper')
    login.perform({ text: 'hmcshutdown -t 5', variables: {}, ordinal: ordinal++ })
    scene.pass(5 * MINUTE - 1)
    expect(login.state).toBe('open')
    expect(scene.console.shutDown(0, true)).toBe(false)
    scene.pass(1)
    expect(login.state).toBe('closed')
    scene.simulation.run()
    expect(scene.console.login('oper').state).toBe('refused')
    expect(scene.system.state()).toBe('No Connection')
  })

  it('without remote shells lets nobody in that is not there yet', () => {
    const scene = started()
    const login = scene.console.login('hscroot')
    expect(typed(scene, login, 'chhmc -c ssh -s disable').exitStatus).toBe(0)
    expect(scene.console.login('hscroot').state).toBe('refused')
    expect(typed(scene, login, 'chhmc -c ssh -s enable').exitStatus).toBe(0)
    expect(scene.console.login('hscroot').state).toBe('open')
  })
})
