// What a routing policy is asked, what it sees and hears, and what becomes of the built-in ones when NETS is down.

import { ms, seconds, us } from '@powersim/kernel'
import { byTarget, type CommandView, netsFirst, type PathView, RoutingError, type RoutingPolicy } from '@powersim/routing'
import { assertRoutingPolicy } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { ibmLikeRetry } from '../src/index.js'
import { LATENCY, perCommand, type Scene, servedConsole } from './served-console.js'

const pipelined = { mode: 'kept', sessions: 1, pipeline: 100, resume: false } as const

/** Writes down all that it is asked and told; chooses what it is told to. */
class Witness implements RoutingPolicy {
  readonly name = 'witness'
  readonly asked: { readonly command: CommandView; readonly paths: readonly PathView[] }[] = []
  readonly heard: string[] = []
  readonly told: { readonly hook: string; readonly command: CommandView; readonly path: string; readonly latencyNs?: number }[] = []
  pick: (command: CommandView) => string = () => 'nets'

  choose(command: CommandView, paths: readonly PathView[]): string {
    this.asked.push({ command, paths })
    this.heard.push(`choose ${command.name}`)
    return this.pick(command)
  }

  sent(command: CommandView, path: string): void {
    this.hear('sent', command, path)
  }

  replied(command: CommandView, path: string, latencyNs: number): void {
    this.hear('replied', command, path)
    this.told.push({ hook: 'replied', command, path, latencyNs })
  }

  timedOut(command: CommandView, path: string): void {
    this.hear('timedOut', command, path)
    this.told.push({ hook: 'timedOut', command, path })
  }

  private hear(hook: string, command: CommandView, path: string): void {
    this.heard.push(`${hook} ${command.name} ${path}`)
    if (hook === 'sent') this.told.push({ hook, command, path })
  }
}

function witnessed(options: Parameters<typeof servedConsole>[0] = {}): Scene & { witness: Witness } {
  const witness = new Witness()
  return { ...servedConsole({ policy: witness, nets: {}, ...options }), witness }
}

describe('a policy is asked', () => {
  it('for commands to the hypervisor only', () => {
    const scene = witnessed()
    scene.start()
    for (const name of ['lpar.list', 'system.state', 'service.leds', 'system.powerOff'] as const) {
      if (name === 'service.leds') scene.console.send(scene.system, name, { scope: 'phys' })
      else if (name === 'system.powerOff') scene.console.send(scene.system, name, { immediate: true, restart: false })
      else scene.console.send(scene.system, name, {})
      scene.simulation.run()
    }
    expect(scene.witness.asked.map(({ command }) => command.name)).toEqual(['lpar.list'])
    expect(scene.nets.commands.map(({ name }) => name)).toEqual(['lpar.list'])
    expect(scene.fsp.commands.map(({ name }) => name)).toEqual(['system.state', 'service.leds', 'system.powerOff'])
  })

  it('while the hypervisor runs, as far as the console knows', () => {
    const scene = witnessed({ initialState: 'Standby' })
    scene.start()
    const send = (): void => {
      scene.console.send(scene.system, 'lpar.list', {})
      scene.simulation.run()
    }
    send()
    expect(scene.witness.asked).toHaveLength(0)
    scene.fsp.announce('Operating', true)
    scene.simulation.run()
    send()
    expect(scene.witness.asked).toHaveLength(1)
    scene.fsp.announce('Power Off In Progress', false)
    scene.simulation.run()
    send()
    expect(scene.witness.asked).toHaveLength(1)
    expect([scene.fsp.commands.length, scene.nets.commands.length]).toEqual([2, 1])
  })

  it('where there is more than one path', () => {
    const scene = witnessed({ withNets: false })
    scene.start()
    scene.console.send(scene.system, 'lpar.list', {})
    scene.simulation.run()
    expect(scene.witness.asked).toHaveLength(0)
    expect(scene.fsp.commands.length).toBe(1)
  })

  it('anew for a retry, and is told of the path of the try before', () => {
    const scene = witnessed({ parameters: { retry: ibmLikeRetry, commandTimeoutNs: ms(20) } })
    scene.start()
    for (const server of [scene.fsp, scene.nets]) server.behaviour = () => 'silent'
    scene.witness.pick = (command) => (command.attempt === 1 ? 'fsp' : 'nets')
    scene.console.send(scene.system, 'lpar.read', { id: 6 }, { lparId: 6 })
    scene.simulation.run()
    const { command } = scene.witness.asked[0]!
    expect(command).toEqual({
      name: 'lpar.read',
      opcode: 0x0202,
      commandClass: 'query',
      console: 1,
      system: 'sys1',
      sequence: command.sequence,
      attempt: 0,
      lastPath: null,
      bytes: 24 + 8,
      lparId: 6,
    })
    expect(scene.witness.asked.slice(1).map((asked) => asked.command)).toEqual([
      { ...command, attempt: 1, lastPath: 'nets' },
      { ...command, attempt: 2, lastPath: 'fsp' },
    ])
    // In what it hears, too, the last path is that of the try before.
    expect(scene.witness.told.map(({ hook, command: { attempt, lastPath }, path }) => [hook, attempt, lastPath, path])).toEqual([
      ['sent', 0, null, 'nets'],
      ['timedOut', 0, null, 'nets'],
      ['sent', 1, 'nets', 'fsp'],
      ['timedOut', 1, 'nets', 'fsp'],
      ['sent', 2, 'fsp', 'nets'],
      ['timedOut', 2, 'fsp', 'nets'],
    ])
  })

  it('with draws that belong to the command and the try', () => {
    const draws = (before: number): number[] => {
      const drawn: number[] = []
      const policy: RoutingPolicy = {
        name: 'drawing',
        choose(command, _paths, draw) {
          if (command.name === 'lpar.list') drawn.push(draw.next(), draw.next())
          return draw.next() < 0.5 ? 'fsp' : 'nets'
        },
      }
      const retry = { name: 'twice', tries: 2, pausesNs: [0] }
      const scene = servedConsole({ policy, nets: {}, parameters: { retry, fsp: pipelined, nets: pipelined } })
      scene.start()
      for (const server of [scene.fsp, scene.nets]) server.behaviour = () => 'busy'
      for (let i = 0; i < before; i++) scene.console.send(scene.system, 'profile.list', {}, { entity: 100 + i })
      scene.console.send(scene.system, 'lpar.list', {}, { entity: 1 })
      scene.simulation.run()
      return drawn
    }
    expect(draws(0)).toHaveLength(4)
    expect(new Set(draws(0)).size).toBe(4)
    expect(draws(7)).toEqual(draws(0))
  })
})

describe('a policy hears', () => {
  it('what is sent, replied and timed out, in the order of the run, set-up left out', () => {
    const scene = witnessed({ parameters: { commandTimeoutNs: ms(20) } })
    scene.start()
    scene.nets.serviceNs = ms(5)
    scene.nets.behaviour = (_message, name) => (name === 'profile.list' ? 'silent' : 'answer')
    scene.console.send(scene.system, 'lpar.list', {})
    scene.console.send(scene.system, 'profile.list', {})
    scene.console.send(scene.system, 'system.state', {})
    scene.simulation.run()
    expect(scene.witness.heard).toEqual([
      'choose lpar.list',
      'sent lpar.list nets',
      'choose profile.list',
      'sent system.state fsp',
      'replied system.state fsp',
      'replied lpar.list nets',
      'sent profile.list nets',
      'timedOut profile.list nets',
    ])
    expect(scene.witness.told.filter(({ hook }) => hook === 'replied').map(({ latencyNs }) => latencyNs)).toEqual([
      2 * LATENCY,
      ms(5) + 2 * LATENCY,
    ])
  })

  it('of no time-out of a command that was never sent', () => {
    const scene = witnessed({ parameters: { commandTimeoutNs: ms(20) } })
    scene.start()
    scene.nets.behaviour = () => 'silent'
    scene.console.send(scene.system, 'lpar.list', {})
    scene.console.send(scene.system, 'profile.list', {})
    scene.simulation.run()
    expect(scene.commands().map(({ status }) => status)).toEqual(['timed-out', 'timed-out'])
    // The second was sent at the time-out of the first, a moment before its own.
    expect(scene.witness.heard.filter((line) => line.includes('timedOut'))).toHaveLength(2)
    const held = witnessed({ parameters: { commandTimeoutNs: ms(20) }, nets: { admission: 'hold' } })
    held.console.send(held.system, 'lpar.list', {})
    held.pass(ms(30))
    expect(held.commands().map(({ status }) => status)).toEqual(['timed-out'])
    expect(held.witness.heard).toEqual(['choose lpar.list'])
  })
})

describe('a policy sees', () => {
  it('its own copies of the paths, as the console knows them', () => {
    const scene = witnessed()
    scene.start()
    scene.console.send(scene.system, 'lpar.list', {})
    const [first] = scene.witness.asked
    expect(scene.system.paths.some((path) => first!.paths.includes(path))).toBe(false)
    expect(first?.paths).toEqual([
      { id: 'fsp', kind: 'fsp', connected: true, outstanding: 0, meanServiceNs: ms(10), ewmaLatencyNs: ms(10) },
      { id: 'nets', kind: 'nets', connected: true, outstanding: 0, meanServiceNs: ms(2), ewmaLatencyNs: ms(2) },
    ])
  })

  it('how many commands are on a path, waiting ones and those of the FSP included, and set-up left out', () => {
    const scene = witnessed({ parameters: { nets: perCommand } })
    scene.start()
    for (let i = 0; i < 3; i++) scene.console.send(scene.system, 'lpar.list', {})
    scene.console.send(scene.system, 'system.state', {})
    scene.pass(us(750))
    expect(scene.nets.names()).toEqual(['connection.identify'])
    const counts = (): number[] => {
      scene.console.send(scene.system, 'lpar.list', {})
      return scene.witness.asked.at(-1)!.paths.map(({ outstanding }) => outstanding)
    }
    expect(counts()).toEqual([0, 3])
    scene.console.send(scene.system, 'system.state', {})
    expect(counts()).toEqual([1, 4])
    scene.simulation.run()
    expect(counts()).toEqual([0, 0])
  })

  it('the first latency as it was, then the moving average with weight 1/8, of commands and first tries only', () => {
    const retry = { name: 'twice', tries: 2, pausesNs: [ms(3)] }
    const scene = witnessed({ parameters: { retry, commandTimeoutNs: ms(20), nets: { ...pipelined, pipeline: 1 } } })
    scene.start()
    const ewma = (): number => {
      scene.console.send(scene.system, 'lpar.list', {})
      scene.simulation.run()
      return scene.system.path('nets').ewmaLatencyNs
    }
    scene.nets.serviceNs = ms(8)
    const first = ms(8) + 2 * LATENCY
    expect(ewma()).toBe(first)
    scene.nets.serviceNs = ms(4)
    const second = first + 0.125 * (ms(4) + 2 * LATENCY - first)
    expect(ewma()).toBe(second)
    expect(scene.witness.asked[1]?.paths[1]?.ewmaLatencyNs).toBe(first)
    // Answered in the second try by the reply to the first, a moment after it was sent: no latency of the path.
    scene.nets.serviceNs = ms(24)
    expect(ewma()).toBe(second)
    expect(scene.commands().at(-1)).toMatchObject({ tries: 2, status: 'ok' })
  })

  it('a kept path connected while a session is ready', () => {
    const scene = witnessed({ parameters: { reconnectNs: ms(50) } })
    const connected = (): boolean[] => scene.system.paths.map((path) => path.view().connected)
    expect(connected()).toEqual([false, false])
    scene.start()
    expect(connected()).toEqual([true, true])
    scene.nets.endpoint.reset('reset')
    expect(connected()).toEqual([true, true])
    scene.pass(LATENCY)
    expect(connected()).toEqual([true, false])
    scene.pass(ms(50))
    expect(connected()).toEqual([true, false])
    scene.pass(ms(5))
    expect(connected()).toEqual([true, true])
  })

  it('a path of sessions per command connected but for a pause after one could not be had', () => {
    const scene = witnessed({ parameters: { nets: perCommand, reconnectNs: ms(50) } })
    const connected = (): boolean => scene.system.path('nets').view().connected
    scene.start()
    expect(connected()).toBe(true)
    scene.nets.admission = 'refuse'
    scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(1))
    expect(scene.commands()).toMatchObject([{ status: 'disconnected' }])
    expect(connected()).toBe(false)
    scene.pass(ms(20))
    // A further failure prolongs the pause.
    scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(48))
    expect(connected()).toBe(false)
    scene.pass(ms(4))
    expect(connected()).toBe(true)
    // One that can be had ends it.
    scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(1))
    expect(connected()).toBe(false)
    scene.nets.admission = 'admit'
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    scene.pass(ms(2))
    expect(outcome.value?.ok).toBe(true)
    expect(connected()).toBe(true)
  })
})

describe('a bad policy stops the run with a RoutingError', () => {
  const bad = (policy: Partial<RoutingPolicy>): (() => void) => {
    const scene = servedConsole({ policy: { name: 'bad', choose: () => 'nets', ...policy }, nets: {}, parameters: { prepare: 1 } })
    scene.start()
    scene.console.send(scene.system, 'lpar.list', {})
    return () => scene.simulation.run()
  }
  const boom = (): never => {
    throw new Error('boom')
  }

  it.each([
    ['chooses no path', { choose: () => 'moon' }, 'unknown-path'],
    ['throws when asked', { choose: boom }, 'policy-threw'],
    ['throws at sent', { sent: boom }, 'policy-threw'],
    ['throws at replied', { replied: boom }, 'policy-threw'],
  ])('that %s', (_what, policy, code) => {
    expect(bad(policy)).toThrow(RoutingError)
    expect(bad(policy)).toThrow(expect.objectContaining({ code, policy: 'bad', message: expect.stringMatching(/lpar\.list \(console 1/) }))
  })

  it('that throws at timedOut', () => {
    const scene = servedConsole({ policy: { name: 'bad', choose: () => 'nets', timedOut: boom }, nets: {} })
    scene.start()
    scene.nets.behaviour = () => 'silent'
    scene.console.send(scene.system, 'lpar.list', {})
    const message = "policy 'bad' threw in timedOut of lpar.list (console 1, sequence 9, attempt 0): Error: boom"
    expect(() => scene.simulation.run()).toThrow(message)
  })

  it('which the witness of these tests is not', () => {
    assertRoutingPolicy(() => {
      const witness = new Witness()
      return { name: 'witness', choose: (command, paths) => (witness.choose(command, paths), paths[0]!.id) }
    })
  })
})

describe('nets-first', () => {
  const scene = (): Scene => {
    const made = servedConsole({ policy: netsFirst(), nets: {}, parameters: { retry: ibmLikeRetry, reconnectNs: seconds(10) } })
    made.start()
    return made
  }

  it('takes NETS while it is up', () => {
    const { console, system, simulation, commands } = scene()
    console.send(system, 'lpar.list', {})
    simulation.run()
    expect(commands()).toMatchObject([{ path: 'nets', tries: 1, status: 'ok' }])
  })

  it('falls back to the FSP while the NETS session is down', () => {
    const { console, system, pass, commands, nets } = scene()
    nets.endpoint.reset('reset')
    pass(ms(1))
    console.send(system, 'lpar.list', {})
    pass(ms(1))
    expect(commands()).toMatchObject([{ path: 'fsp', tries: 1, status: 'ok' }])
  })

  it('retries on the FSP what timed out on NETS or was lost with its session', () => {
    for (const fault of ['silent', 'reset'] as const) {
      const { console, system, pass, commands, nets } = scene()
      nets.behaviour = () => fault
      console.send(system, 'lpar.list', {})
      pass(seconds(1))
      expect(commands()).toMatchObject([{ path: 'fsp', tries: 2, status: 'ok' }])
    }
  })

  it('comes back to NETS when that is up again', () => {
    const { console, system, pass, commands, nets } = scene()
    nets.endpoint.reachable = false
    pass(seconds(9))
    nets.endpoint.reachable = true
    pass(seconds(2))
    console.send(system, 'lpar.list', {})
    pass(ms(1))
    expect(commands()).toMatchObject([{ path: 'nets', tries: 1, status: 'ok' }])
  })
})

describe('by-target', () => {
  it('fails while NETS is down', () => {
    const scene = servedConsole({ policy: byTarget(), nets: { admission: 'refuse' }, parameters: { retry: ibmLikeRetry } })
    scene.start()
    const outcome = scene.console.send(scene.system, 'lpar.list', {})
    const state = scene.console.send(scene.system, 'system.state', {})
    scene.pass(seconds(3))
    expect(outcome.value).toEqual({ ok: false, status: 'disconnected', refusal: { detail: 'no connection to sys1 on path nets' } })
    expect(state.value?.ok).toBe(true)
    const failed = scene.commands().filter(({ name }) => name === 'lpar.list')
    expect(failed).toMatchObject([{ path: 'nets', tries: 3, latencyNs: seconds(0.5) }])
    expect(scene.fsp.commands.map(({ name }) => name)).toEqual(['system.state'])
  })
})
