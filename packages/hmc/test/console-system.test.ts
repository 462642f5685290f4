// What a console shows of the systems that it manages, how it learns of it, and which mistakes it refuses before time starts.

import { Bus } from '@powersim/bus'
import { ms, Simulation, until, type Yieldable } from '@powersim/kernel'
import { fspOnly } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Console, HmcError, type HmcParameters, type SystemWiring } from '../src/index.js'
import { event, LATENCY, perCommand, plainParameters, type Scene, servedConsole } from './served-console.js'

function shown(scene: Scene): [state: string, hypervisorRunning: boolean] {
  return [scene.system.state(), scene.system.hypervisorRunning]
}

describe('the state of a system', () => {
  it('is No Connection until the service processor is connected, then what it was', () => {
    const scene = servedConsole({ initialState: 'Operating' })
    expect(shown(scene)).toEqual(['No Connection', true])
    scene.start()
    expect(shown(scene)).toEqual(['Operating', true])
  })

  it('follows the events of the service processor', () => {
    const scene = servedConsole({ initialState: 'Power Off' })
    scene.start()
    expect(shown(scene)).toEqual(['Power Off', false])
    for (const [state, running] of [['Initializing', false], ['Operating', true], ['Power Off In Progress', false]] as const) {
      scene.fsp.announce(state, running)
      const before = shown(scene)
      scene.pass(LATENCY - 1)
      expect(shown(scene)).toEqual(before)
      scene.pass(1)
      expect(shown(scene)).toEqual([state, running])
    }
    // Nobody answers an event, and nobody waits for one.
    expect(scene.fsp.received.length).toBe(4)
    expect(scene.console.statistics()).toMatchObject({ asked: 4, late: 0 })
  })

  it('follows the replies to system.state, not those that came too late', () => {
    const scene = servedConsole({ initialState: 'Power Off', parameters: { commandTimeoutNs: ms(20) } })
    scene.start()
    scene.fsp.state = 'Standby'
    scene.fsp.serviceNs = ms(30)
    scene.console.send(scene.system, 'system.state', {})
    scene.simulation.run()
    expect(shown(scene)).toEqual(['Power Off', false])
    scene.fsp.serviceNs = ms(10)
    scene.console.send(scene.system, 'system.state', {})
    scene.simulation.run()
    expect(shown(scene)).toEqual(['Standby', true])
  })

  it('is No Connection without the service processor, whatever NETS says, and is learnt again afterwards', () => {
    const scene = servedConsole({ nets: {} })
    scene.start()
    scene.fsp.endpoint.reachable = false
    scene.pass(LATENCY)
    expect(scene.system.state()).toBe('No Connection')
    expect(scene.system.path('nets').connectionState).toBe('Connected')
    scene.fsp.endpoint.reachable = true
    scene.simulation.run()
    expect(scene.system.state()).toBe('Operating')
    expect(scene.console.send(scene.system, 'lpar.list', {}).fired).toBe(false)
  })

  it('ignores an event whose data do not fit', () => {
    const scene = servedConsole()
    scene.start()
    const connection = scene.fsp.open[0]!
    for (const data of [{}, { state: 'On Fire', detail: '', hypervisorRunning: false }, null]) {
      connection.send(scene.fsp.endpoint, event('system.state', scene.fsp.endpoint.address, scene.console.endpoint.address, data))
    }
    scene.simulation.run()
    expect(shown(scene)).toEqual(['Operating', true])
    expect(scene.console.statistics().late).toBe(0)
  })

  it('is known between sessions per command', () => {
    const scene = servedConsole({ initialState: 'Power Off', parameters: { fsp: perCommand } })
    expect(shown(scene)).toEqual(['Power Off', false])
    scene.fsp.behaviour = (_message, name) => {
      if (name === 'lpar.list') scene.fsp.announce('Operating', true)
      return 'answer'
    }
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(shown(scene)).toEqual(['Operating', true])
  })
})

describe('a line', () => {
  it('shows the connections as they are', () => {
    const scene = servedConsole({ nets: { admission: 'refuse' } })
    scene.start()
    const result = scene.console.perform({ text: 'lssysconn -r all', variables: {}, ordinal: 0 })
    scene.pass(ms(1))
    const row = (ipAddress: string, state: string): string =>
      `resource_type=sys,type_model_serial_num=8203-E4A*10ACE01,sp=primary,sp_phys_loc=unavailable,ipaddr=${ipAddress},` +
      `alt_ipaddr=unavailable,state=${state}\n`
    const down = 'No Connection,connection_error_code=Connecting 0000-0000-00000000'
    expect(result.value?.stdout).toBe(row('10.0.0.1', 'Connected') + row('10.0.0.2', down))
    expect(result.value).toMatchObject({ exitStatus: 0, durationNs: 0, commands: 0 })
  })

  it('takes the time of its commands, which carry its ordinal', () => {
    const scene = servedConsole({ parameters: { prepare: ms(2) } })
    scene.start()
    scene.pass(ms(20))
    const startNs = scene.simulation.now
    const result = scene.console.perform({ text: 'lssyscfg -r lpar -m sys1 -F name', variables: {}, ordinal: 12 })
    scene.simulation.run()
    expect(result.value).toMatchObject({ exitStatus: 0, startNs, durationNs: ms(2) + 2 * LATENCY, commands: 1, operation: 'lssyscfg lpar' })
    expect(scene.commands()).toMatchObject([{ name: 'lpar.list', ordinal: 12 }])
  })

  it('knows the time of day', () => {
    const scene = servedConsole()
    scene.pass(ms(61_000))
    const result = scene.console.perform({ text: 'date', variables: {}, ordinal: 0 })
    scene.pass(0)
    expect(result.value?.stdout).toContain('08:01:01')
  })

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('of ordinal %s is refused', (ordinal) => {
    const scene = servedConsole()
    expect(() => scene.console.perform({ text: 'date', variables: {}, ordinal })).toThrow(HmcError)
  })
})

describe('a process', () => {
  it('sends command after command and goes on with each outcome', () => {
    const scene = servedConsole()
    const seen: string[] = []
    function* script(): Generator<Yieldable, void> {
      yield* until(scene.console.start())
      for (const id of [1, 2]) {
        const outcome = yield* until(scene.console.send(scene.system, 'lpar.read', { id }))
        seen.push(`${id} ${outcome.ok ? 'ok' : outcome.status} ${scene.simulation.now}`)
      }
    }
    scene.simulation.process('script', script())
    scene.simulation.run()
    const ready = 14 * LATENCY
    expect(seen).toEqual([`1 ok ${ready + 2 * LATENCY}`, `2 ok ${ready + 4 * LATENCY}`])
  })
})

describe('a console manages', () => {
  it('systems by name or by type, model and serial number', () => {
    const scene = servedConsole()
    const other = scene.console.manage({ ...scene.system.wiring, name: 'sys2', serialNumber: '10ACE02', number: 8 })
    expect(scene.console.systems.map(({ name }) => name)).toEqual(['sys1', 'sys2'])
    expect(scene.console.system('sys2') === other).toBe(true)
    expect(scene.console.system('8203-E4A*10ACE01') === scene.system).toBe(true)
    expect(scene.console.system('sys3') === undefined).toBe(true)
  })

  const wrongs: [string, Partial<SystemWiring>, string, string][] = [
    ['a name twice', { number: 8 }, 'system-twice', 'console hmc1'],
    ['a number twice', { name: 'sys2' }, 'system-twice', 'console hmc1'],
    ['no path to the service processor', { name: 'sys2', number: 8, paths: [] }, 'no-fsp-path', "system 'sys2'.paths"],
    ['a number that no address has', { name: 'sys2', number: 4096 }, 'bad-wiring', "system 'sys2'.number"],
  ]

  it.each(wrongs)('but refuses %s', (_what, wrong, code, path) => {
    const { console, system } = servedConsole()
    expect(() => console.manage({ ...system.wiring, ...wrong })).toThrow(expect.objectContaining({ name: 'HmcError', code, path }))
    expect(console.systems.length).toBe(1)
  })

  it('and sends to no other', () => {
    const [one, other] = [servedConsole(), servedConsole()]
    expect(() => one.console.send(other.system, 'lpar.list', {})).toThrow(expect.objectContaining({ code: 'foreign-system' }))
    expect(one.console.statistics().asked).toBe(0)
  })

  it('but refuses two paths of one id, and names no path that is not there', () => {
    const { console, system } = servedConsole()
    const [path] = system.wiring.paths
    expect(() => console.manage({ ...system.wiring, name: 'sys2', number: 8, paths: [path!, path!] })).toThrow(
      expect.objectContaining({ code: 'path-twice' }),
    )
    expect(() => system.path('moon')).toThrow(expect.objectContaining({ code: 'no-path' }))
  })
})

describe('a console refuses', () => {
  const sessions = plainParameters.fsp
  const cases: [string, Partial<HmcParameters>][] = [
    ['hmc.processors', { processors: 0 }],
    ['hmc.fsp.sessions', { fsp: { ...sessions, sessions: 0 } }],
    ['hmc.nets.sessions', { nets: { ...sessions, sessions: 4097 } }],
    ['hmc.nets.pipeline', { nets: { ...sessions, pipeline: 65_537 } }],
    // A mode that no type allows, as a document without types may hold it.
    ['hmc.fsp.mode', { fsp: { ...sessions, mode: 'sometimes' as 'kept' } }],
    ['hmc.commandTimeoutNs', { commandTimeoutNs: 0 }],
    ['hmc.commandTimeoutNs', { commandTimeoutNs: Number.NaN }],
    ['hmc.retry.tries', { retry: { name: 'none', tries: 0, pausesNs: [] } }],
    ['hmc.retry.tries', { retry: { name: 'many', tries: 101, pausesNs: [] } }],
    ['hmc.retry.pausesNs.1', { retry: { name: 'odd', tries: 3, pausesNs: [0, -1] } }],
    ['hmc.reconnectNs', { reconnectNs: 0 }],
    ['hmc.rmcTimeoutNs', { rmcTimeoutNs: 1.5 }],
    ['hmc.waitingLimit', { waitingLimit: 0 }],
    ['hmc.requestBytesMin', { requestBytesMin: -1 }],
    ['hmc.accessPassword', { accessPassword: 'x'.repeat(65) }],
    ['hmc.version', { version: 'x'.repeat(65) }],
  ]

  it.each(cases)('%s out of range', (path, parameters) => {
    expect(() => servedConsole({ parameters })).toThrow(expect.objectContaining({ name: 'HmcError', code: 'bad-parameter', path }))
  })

  it.each([0, 4096, 1.5])('the number %s', (number) => {
    const simulation = new Simulation({ seed: 'console-test' })
    const wiring = { name: 'hmc1', number, policy: fspOnly(), startSeconds: 0 }
    expect(() => new Console(simulation, new Bus(simulation), plainParameters, wiring)).toThrow(
      expect.objectContaining({ code: 'bad-wiring', path: "console 'hmc1'.number" }),
    )
  })
})
