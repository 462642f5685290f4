// Drawn machines, sends and mappings against a second telling of the rules: frames stay within their VLAN and their switch, get to exactly
// those who should have them, into memory of their own, once; and the books of each switch balance after every call.

import {
  BROADCAST_MAC,
  H_Busy,
  H_Dropped,
  H_FREE_LOGICAL_LAN,
  H_ILLAN_ATTRIBUTES,
  H_Parameter,
  H_PUT_TCE,
  H_Success,
} from '@powersim/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf, type LanEnd, LanMachine, PAGE } from './lan-machine.js'

const VLANS = [1, 2, 3]
const MACS = 5
const OUTSIDE = 0x901

const port = fc.record({
  vlan: fc.constantFrom(...VLANS),
  tagged: fc.subarray(VLANS),
  trunkPriority: fc.constantFrom(0, 0, 1, 2),
  network: fc.constantFrom('A', 'A', 'B'),
})
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      from: fc.nat(5),
      to: fc.nat(6),
      tag: fc.constantFrom(0, 0, ...VLANS),
      as: fc.nat(6),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('buffer' as const), from: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('active' as const), from: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('free' as const), from: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('register' as const), from: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmap' as const), from: fc.nat(5) }) },
)

/** What the text says of one adapter, without tables. */
interface Expected {
  readonly end: LanEnd
  readonly mac: number
  readonly vlans: readonly number[]
  readonly options: { readonly vlan: number; readonly trunkPriority: number; readonly network: string }
  on: boolean
  active: boolean
  /** Addresses seen from it, as `vlan:mac`. */
  seen: Set<string>
  buffers: { n: number; mapped: boolean }[]
}

describe('a virtual switch', () => {
  it('gives frames to whom the rules say, within their VLAN, into mapped memory of the receiver, and counts every copy', () => {
    fc.assert(
      fc.property(fc.array(port, { minLength: 2, maxLength: MACS + 1 }), fc.array(step, { maxLength: 60 }), (ports, steps) => {
        const machine = new LanMachine(ports.length)
        const all: Expected[] = ports.map(({ vlan, tagged, trunkPriority, network }, n) => {
          const additionalVlans = tagged.filter((other) => other !== vlan)
          const end = machine.adapter(n + 1, { vlan, additionalVlans, trunkPriority }, network)
          const options = { vlan, trunkPriority, network }
          return {
            end,
            mac: 0x202 + 2 * n,
            vlans: [vlan, ...additionalVlans],
            options,
            on: false,
            active: false,
            seen: new Set(),
            buffers: [],
          }
        })
        const rivals = (one: Expected) =>
          all.filter(
            (other) =>
              other !== one && other.options.network === one.options.network && other.vlans.some((vlan) => one.vlans.includes(vlan)),
          )
        const activate = (one: Expected) => {
          for (const other of rivals(one)) other.active = false
          one.active = true
        }
        const register = (one: Expected) => {
          if (one.on) return
          expect(machine.register(one.end, one.mac)).toBe(H_Success)
          one.on = true
          if (one.options.trunkPriority > 0 && !rivals(one).some((other) => other.active)) activate(one)
          one.buffers = []
          for (let n = 0; n < 3; n++) give(one, n)
        }
        const give = (one: Expected, n: number) => {
          expect(machine.buffer(one.end, n, 2048)).toBe(H_Success)
          one.buffers.push({ n, mapped: true })
        }
        for (const one of all) register(one)
        for (const each of steps) {
          const from = all[each.from % all.length]!
          switch (each.do) {
            case 'send':
              send(machine, all, from, { ...each, to: each.to % 7 })
              break
            case 'buffer': {
              const free = [0, 1, 2].find((n) => !from.buffers.some((buffer) => buffer.n === n))
              if (from.on && free !== undefined) give(from, free)
              break
            }
            case 'active':
              machine.call(from.end.lparId, H_ILLAN_ATTRIBUTES, from.end.unit, 0, 1)
              if (from.on && from.options.trunkPriority > 0 && !from.active) activate(from)
              break
            case 'free':
              machine.call(from.end.lparId, H_FREE_LOGICAL_LAN, from.end.unit)
              Object.assign(from, { on: false, active: false, buffers: [] })
              from.seen.clear()
              from.end.read = 0
              break
            case 'register':
              register(from)
              break
            case 'unmap': {
              const [first] = from.buffers
              if (first === undefined) break
              machine.call(from.end.lparId, H_PUT_TCE, from.end.device.local.liobn, 0x2_0000 + first.n * 0x1_0000, 0)
              first.mapped = false
            }
          }
          for (const name of ['A', 'B']) {
            const { offered, delivered, unknown, withoutBuffer, faults, abandoned, inFlight } = machine.plic.lans.switchNamed(name).counts
            expect([name, offered]).toEqual([name, delivered + unknown + withoutBuffer + faults + abandoned + inFlight])
          }
          for (const one of all) expect([one.mac, one.end.lan.active]).toEqual([one.mac, one.active])
        }
      }),
      { numRuns: 300 },
    )
  })
})

function send(machine: LanMachine, all: Expected[], from: Expected, { to, tag, as }: { to: number; tag: number; as: number }): void {
  const target = all[to]
  const destination = to === 6 ? BROADCAST_MAC : (target?.mac ?? OUTSIDE)
  const source = as === 0 ? OUTSIDE : from.mac
  const code = machine.send(from.end, frameOf(source, destination, 100, tag))
  const vlan = tag === 0 ? from.options.vlan : tag
  if (!from.on || !from.vlans.includes(vlan)) {
    expect(code).toBe(H_Parameter)
    return
  }
  const members = all.filter((one) => one.on && one.options.network === from.options.network && one.vlans.includes(vlan))
  const key = `${vlan}:${source}`
  if (source !== from.mac) {
    for (const one of members) one.seen.delete(key)
    if (from.options.trunkPriority === 0) from.seen.add(key)
  }
  const isGroup = destination === BROADCAST_MAC
  const known =
    members.find((one) => one.mac === destination) ??
    members.find((one) => one.seen.has(`${vlan}:${destination}`)) ??
    members.find((one) => one.active)
  const receivers = isGroup ? members.filter((one) => one.options.trunkPriority === 0 || one.active) : known === undefined ? [] : [known]
  let lost = false
  let got = 0
  for (const one of all) {
    const wanted = one !== from && receivers.includes(one)
    const buffer = wanted ? one.buffers.shift() : undefined
    const arrival = one.on ? machine.receive(one.end) : undefined
    if (wanted && (buffer === undefined || !buffer.mapped)) lost = true
    if (buffer === undefined) {
      expect(arrival).toBeUndefined()
      continue
    }
    expect(arrival?.correlator).toBe(buffer.n)
    if (!buffer.mapped) {
      expect(arrival?.frame).toBeNull()
      continue
    }
    got++
    expect(arrival?.frame).toMatchObject({ source, destination, bytes: 100, vlan: vlan === one.options.vlan ? 0 : vlan })
    expect(ownerOfBuffer(machine, one.end, buffer.n)).toBe(one.end.lparId)
    expect(one.vlans).toContain(vlan)
    expect(machine.receive(one.end)).toBeUndefined()
  }
  const nobody = !isGroup && !receivers.some((one) => one !== from)
  expect(code).not.toBe(H_Busy)
  expect([code, got]).toEqual([lost || nobody ? H_Dropped : H_Success, got])
}

/** Owner of the memory that a buffer's first page is mapped to. */
function ownerOfBuffer(machine: LanMachine, end: LanEnd, n: number): number {
  const table = machine.plic.tces.tableOf(end.device.local.liobn)!
  table.look(table.indexOf(0x2_0000 + n * 0x1_0000))
  return machine.plic.memory.ownerOf((table.low >>> 12) + (table.high >>> 0) * (2 ** 32 / PAGE))
}
