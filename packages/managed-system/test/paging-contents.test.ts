// Pages of partitions that share memory hold what was written last, through the Virtual I/O Servers that page for them: over the death of
// the primary one, of both, and their return. The pool's laws are checked after every event of the times that matter.

import { type Handler, ms, seconds, Simulation } from '@powersim/kernel'
import { PAGE_TOUCH } from '@powersim/protocol'
import { netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, readDocument } from '../src/index.js'

/** Something looks after each event. */
class WatchedSimulation extends Simulation {
  after: () => void = () => {}
  private depth = 0

  override handler<A>(name: string, body: (argument: A) => void): Handler<A> {
    return super.handler<A>(name, (argument) => {
      this.depth++
      body(argument)
      if (--this.depth === 0) this.after()
    })
  }
}

const GUESTS = [4, 5]
const PAGES = 8192
const [vios1, vios2, nets] = readDocument({}).systems[0]?.partitions ?? []
const disks = GUESTS.map((id) => ({ name: `hdisk${id}`, sizeMiB: 64, location: `W5${id}` }))
const sharedMemory = { ioEntitledMiB: 4, primaryPagingVios: 'vios1', secondaryPagingVios: 'vios2' }

/** Two partitions of 32 MiB each in a pool of 32 MiB. */
const document: MachineDocument = {
  partitions: [
    { ...vios1, pagingDevices: disks },
    { ...vios2, pagingDevices: disks },
    { ...nets },
    ...GUESTS.map((id) => ({ ...nets, id, name: `lnx${id}`, memoryMiB: 32, sharedMemory, adapters: [{ kind: 'eth', slot: 2, vlan: 1 }] })),
  ],
  phyp: {
    memory: { regionMiB: 16 },
    memoryPool: {
      sizeMiB: 32,
      pagingVioses: ['vios1', 'vios2'],
      devices: disks.map(({ name }) => ({ vios: 'vios1', name })),
    },
  },
  // Partitions of a read document are complete, but carry the type of one that is read.
} as MachineDocument

interface Use {
  readonly lparId: number
  readonly page: number
}

/** Uses pages of both partitions, one each 0.2 ms: reads what is there, compares, and writes something new. */
class Uses {
  /** Found as they were written. */
  found = 0
  paused = false
  readonly wrong: string[] = []
  private stamp = 1_000_000
  private step = 0
  private readonly written = new Map<string, number>()
  private readonly there: Handler<Use>
  private readonly next: Handler<null>

  constructor(simulation: Simulation, system: Installation['systems'][number]) {
    const { phyp } = system
    this.there = simulation.handler<Use>('test.there', ({ lparId, page }) => {
      const memory = phyp.hypercalls.memory(lparId)
      const key = `${lparId} ${page}`
      const stamp = memory.stamp(page)
      // Taken again before its turn: the next use of it compares.
      if (stamp < 0) return
      if (stamp !== (this.written.get(key) ?? 0)) this.wrong.push(`${key}: ${stamp}`)
      else if (stamp > 0) this.found++
      if (memory.setStamp(page, ++this.stamp)) this.written.set(key, this.stamp)
    })
    this.next = simulation.handler<null>('test.next', () => {
      simulation.schedule(ms(0.2), this.next, null)
      if (this.paused) return
      // Every page comes up, in an order that no policy likes: 4,099 is coprime to their number.
      const page = (++this.step * 4099) % PAGES
      const use = { lparId: GUESTS[this.step % 2]!, page }
      if (phyp.touches.touch(use.lparId, 0, page, false, this.there, use) === PAGE_TOUCH.THERE) simulation.call(this.there, use)
    })
    simulation.schedule(seconds(3), this.next, null)
  }
}

describe('pages of partitions that share memory', () => {
  it('hold what was written last, when the servers that page for them die and return', () => {
    const simulation = new WatchedSimulation({ seed: 'sharing' })
    const installation = new Installation(simulation, readDocument(document), { policy: () => netsFirst() })
    installation.start()
    const [system] = installation.systems
    const memory = system?.phyp.sharedMemory
    if (system === undefined || memory === undefined || memory === null) throw new Error('there is a pool')
    const uses = new Uses(simulation, system)
    let checks = 0
    const check = () => {
      checks++
      memory.check()
    }
    const run = (toSeconds: number) => void simulation.run(seconds(toSeconds))
    const closely = (toSeconds: number) => {
      simulation.after = check
      run(toSeconds)
      simulation.after = () => {}
      installation.check()
    }
    run(6)
    closely(6.01)
    system.stop(1, 'immediate')
    closely(6.02)
    run(10)
    expect(memory.paging.statistics()).toMatchObject({ failOvers: 2, failed: 0 })
    const paged = memory.paging.statistics().reads
    expect(paged).toBeGreaterThan(1000)
    system.stop(2, 'immediate')
    closely(10.005)
    run(10.2)
    expect(memory.paging.statistics().waiting).toBeGreaterThan(0)
    uses.paused = true
    system.phyp.activate(1)
    run(250)
    expect(memory.paging.statistics().waiting).toBe(0)
    uses.paused = false
    closely(250.005)
    run(253)
    expect(memory.paging.statistics().reads).toBeGreaterThan(paged + 1000)
    expect(memory.paging.statistics().resent).toBeGreaterThan(0)
    expect(uses.wrong).toEqual([])
    expect(uses.found).toBeGreaterThan(10_000)
    expect(checks).toBeGreaterThan(300)
  })
})
