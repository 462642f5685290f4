// Two service processors: who serves what, fail-over by force and after a loss, what consoles hear at either, and that what they have in
// common survives. The first console is linked to the first of them, the second console to the second.

import { ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { dataOf, type FakeConsole, type RoomOptions, ServiceRoom } from './service-room.js'

function pair(options: RoomOptions = {}): { room: ServiceRoom; one: FakeConsole; two: FakeConsole } {
  const room = new ServiceRoom({ consoles: 2, second: true, ...options })
  room.open(...room.consoles)
  for (const console of room.consoles) console.ask('connection.subscribe', { events: ['system.state'] })
  room.pass(seconds(1))
  for (const console of room.consoles) console.replies.length = 0
  const [one, two] = room.consoles
  return { room, one: one!, two: two! }
}

/** State, detail and role that a console heard, in order. */
function heard(console: FakeConsole): string[] {
  return console.events.map((event) => {
    const { state, detail, role } = dataOf('system.state', event)
    return `${state}, ${detail}, ${role}`
  })
}

function status(room: ServiceRoom, console: FakeConsole, name: 'lpar.list' | 'system.state' | 'service.leds'): string | undefined {
  const sequence = console.ask(name, name === 'service.leds' ? { scope: 'phys' } : {})
  room.pass(seconds(1))
  return console.reply(sequence)?.status
}

describe('the secondary', () => {
  it('knows the state and its role, and serves nothing else', () => {
    const { room, one, two } = pair()
    expect([one, two].map((console) => status(room, console, 'system.state'))).toEqual(['ok', 'ok'])
    expect(heard(one)).toEqual(['Operating, None, primary'])
    expect(heard(two)).toEqual(['Operating, None, secondary'])
    expect(status(room, two, 'lpar.list')).toBe('refused')
    expect(status(room, two, 'service.leds')).toBe('refused')
    expect(two.replies.at(-1)?.message.data).toMatchObject({ reason: 'not-primary' })
    expect(room.hypervisor.commands).toEqual([])
  })

  it('hears of every change of state, and does nothing about the power itself', () => {
    const { room, two } = pair()
    room.fsp.powerOff(true)
    room.pass(seconds(100))
    expect(heard(two).at(-1)).toBe('Power Off, None, secondary')
    expect(room.second?.state).toBe('Power Off')
  })
})

describe('a secondary that hangs', () => {
  it('is reset at the next look of the primary, which notes that redundancy is lost', () => {
    const { room, two } = pair()
    room.pass(seconds(65) - (room.simulation.now % seconds(60)))
    room.second?.hang()
    room.pass(seconds(54))
    expect([room.second?.statistics().resets, room.fsp.failOver()]).toEqual([0, false])
    room.pass(seconds(2))
    expect(room.second?.statistics().resets).toBe(1)
    expect(two.closes.map(({ reason }) => reason)).toEqual(['reset'])
    expect(room.fsp.service.events.list('open', 0).events.map(({ refcode }) => refcode)).toEqual(['B1817212'])
    room.pass(seconds(250))
    expect([room.fsp.isPrimary, room.fsp.failOver()]).toEqual([true, true])
  })

  it('waits for a primary that hangs too until the server has reset that', () => {
    const { room } = pair()
    room.fsp.hang()
    room.second?.hang()
    room.pass(seconds(1000))
    expect([room.fsp, room.second].map((fsp) => fsp?.statistics().resets)).toEqual([1, 1])
    expect(room.fsp.isPrimary).toBe(true)
  })
})

describe('a forced fail-over', () => {
  it('is answered, takes 295 s, and changes the roles', () => {
    const { room, one, two } = pair()
    const sequence = one.ask('system.failover')
    room.pass(ms(900))
    expect(one.reply(sequence)?.status).toBe('ok')
    room.pass(seconds(10))
    expect(one.closes.map(({ reason }) => reason)).toEqual(['reset'])
    expect(heard(two).at(-1)).toBe('Operating, Service Processor Failover, secondary')
    expect(status(room, two, 'lpar.list')).toBe('refused')
    room.pass(seconds(290))
    expect(heard(two).at(-1)).toBe('Operating, None, primary')
    expect([room.fsp.isPrimary, room.second?.isPrimary]).toEqual([false, true])
    expect(status(room, two, 'lpar.list')).toBe('ok')
    // The former primary is back, as secondary.
    one.replies.length = 0
    room.open(one)
    expect(status(room, one, 'lpar.list')).toBe('refused')
    expect(room.hypervisor.calls).toEqual([])
    expect(room.fsp.statistics().failovers).toBe(1)
  })

  it('may be asked for at the secondary, and back again', () => {
    const { room, two } = pair()
    two.ask('system.failover')
    room.pass(seconds(300))
    expect(room.second?.isPrimary).toBe(true)
    expect(room.second?.failOver()).toBe(true)
    room.pass(seconds(300))
    expect(room.fsp.isPrimary).toBe(true)
  })

  it('is refused without a secondary that is ready, and while one is under way', () => {
    const { room } = pair()
    room.second?.reset()
    expect(room.fsp.failOver()).toBe(false)
    room.pass(seconds(200))
    expect(room.fsp.failOver()).toBe(true)
    room.pass(seconds(2))
    expect(room.fsp.failOver()).toBe(false)
    const single = new ServiceRoom()
    single.open(single.console)
    single.console.ask('system.failover')
    single.pass(seconds(1))
    expect(single.console.statuses()).toEqual(['refused'])
  })
})

describe('the loss of the primary', () => {
  it('is followed by a fail-over', () => {
    const { room, two } = pair()
    room.fsp.reset()
    expect(room.fsp.statistics().failovers).toBe(0)
    room.pass(seconds(295) + ms(500))
    expect(status(room, two, 'lpar.list')).toBe('ok')
    expect(room.fsp.statistics()).toMatchObject({ failovers: 1, resets: 1 })
  })

  it('is waited for when fail-over is not automatic, or the secondary is away', () => {
    for (const automatic of [false, true]) {
      const { room, one } = pair({ parameters: { failover: { automatic, takeover: seconds(295), watchNs: seconds(60) } } })
      if (automatic) room.second?.reset()
      room.fsp.reset()
      room.pass(seconds(201))
      room.open(one)
      expect(status(room, one, 'lpar.list')).toBe('ok')
      expect(room.fsp.isPrimary).toBe(true)
    }
  })

  it('and then of its successor leaves the role where it was', () => {
    const { room, one } = pair()
    room.fsp.reset()
    room.pass(seconds(150))
    room.second?.reset()
    room.pass(seconds(60))
    expect(room.fsp.endpoint.reachable).toBe(true)
    room.pass(seconds(100))
    expect([room.fsp.isPrimary, room.fsp.statistics().failovers]).toEqual([true, 0])
    room.open(one)
    expect(status(room, one, 'lpar.list')).toBe('ok')
  })

  it('leaves what was posted to nobody, and no command stuck', () => {
    const { room, one } = pair({ phypServiceNs: seconds(5) })
    for (let n = 0; n < 3; n++) one.ask('lpar.list')
    room.pass(seconds(1))
    room.fsp.reset()
    const { received, answered, lostByReset, inside, reposted } = room.fsp.statistics()
    expect([inside, reposted, received - answered]).toEqual([0, 0, lostByReset])
    room.pass(seconds(600))
    // The replies come to a successor that knows nothing of them, or are dropped on the way to the one that is away.
    expect(room.second?.statistics().inside).toBe(0)
  })

  it('holds an IPL up until its successor drives it on', () => {
    const { room } = pair({ initialState: 'Power Off' })
    room.fsp.powerOn('standby')
    room.pass(seconds(40))
    room.fsp.reset()
    room.pass(seconds(290))
    expect(room.fsp.panel.referenceCode).toBe('C1009020')
    room.pass(seconds(5 + 162))
    expect(room.fsp.state).toBe('Standby')
  })

  it('does not forget passwords, which the successor has too', () => {
    const { room, one, two } = pair()
    one.ask('connection.password', { kind: 'access', before: 'abc123', after: 'new' })
    room.pass(seconds(1))
    const sequences = ['abc123', 'new'].map((password) => two.ask('connection.authenticate', { user: 'HMC', password }))
    room.pass(seconds(1))
    expect(sequences.map((sequence) => two.reply(sequence)?.status)).toEqual(['refused', 'ok'])
  })
})
