// Steps of random DMA against random changes of memory, and what has to hold after each: an entry maps a frame of its window's owner, or is
// the copy of an entry that its client has now; what was taken from a partition is reached by nothing; new blocks are zeros.

import { H_FREE_CRQ, H_PUT_RTCE, H_PUT_TCE, H_REG_CRQ, H_STUFF_TCE, H_Success } from '@powersim/protocol'
import { ISOLATED } from '../src/index.js'
import { DmaWatch, frameOf, holds } from './dma-watch.js'
import { PAGE, PlicMachine } from './plic-bench-machine.js'

const SERVER = 1
const CLIENTS = [2, 3] as const
const PAGES_PER_BLOCK = 16
export const WINDOW = 2
export const PAGES = 6 * PAGES_PER_BLOCK

export type Step = readonly [kind: number, client: number, at: number, page: number, more: number]

export class DmaRun {
  readonly machine = new PlicMachine(PAGES_PER_BLOCK * PAGE)
  readonly physical = this.machine.plic.tces.addPhysical(SERVER)
  readonly watch = new DmaWatch(this.machine.plic)

  constructor() {
    for (const device of this.machine.devices) this.machine.call(device.lparId, H_REG_CRQ, device.unitAddress, 0, PAGE)
  }

  step([kind, which, at, page, more]: Step): void {
    const { machine } = this
    const { plic } = machine
    const lparId = CLIENTS[which]!
    const [server, client] = [machine.devices[2 * which]!, machine.devices[2 * which + 1]!]
    const theirs = client.local.liobn
    const here = (which * WINDOW + at) * PAGE
    switch (kind) {
      case 0:
      case 1:
        machine.call(lparId, H_PUT_TCE, theirs, at * PAGE, page * PAGE + 3)
        return
      case 2:
        machine.call(lparId, H_STUFF_TCE, theirs, at * PAGE, 0, 1 + (more % (WINDOW - at)))
        return
      case 3:
      case 4:
        machine.call(SERVER, H_PUT_RTCE, server.local.liobn + 1, at * PAGE, this.physical, here, 1)
        return
      case 5:
        machine.call(SERVER, H_STUFF_TCE, this.physical, here, 0, 1)
        return
      case 6:
      case 7:
        this.watch.begin(this.physical, here, lparId)
        return
      case 8:
        this.watch.end(more)
        return
      case 9:
      case 10: {
        const lmb = 1 + (page % 5)
        if (plic.memory.isolate(lparId, lmb) === ISOLATED) {
          holds(plic.memory.mappedPages(lparId, lmb) === 0, 'nothing maps an isolated block')
          if (more % 2 === 0) plic.memory.unisolate(lparId, lmb)
          else plic.memory.withdraw(lparId, lmb)
        }
        return
      }
      case 11:
        if (plic.memory.assign(lparId, 1 + (page % 5))) this.watch.seeZeros(lparId, 1 + (page % 5), PAGES_PER_BLOCK)
        return
      case 12:
        if (machine.call(lparId, H_FREE_CRQ, client.unitAddress) === H_Success) {
          // Nothing of it moves when the queue is gone, and it registers again.
          holds(!this.watch.moves(lparId), 'nothing moves for a queue that is free')
          machine.call(lparId, H_REG_CRQ, client.unitAddress, 0, PAGE)
        }
        return
      default:
        if (more % 16 === 0) this.restart(more % 32 === 0 ? SERVER : lparId)
    }
  }

  check(): void {
    const { plic, devices } = this.machine
    for (const { lparId, local } of devices) {
      const table = plic.tces.tableOf(local.liobn)!
      for (let index = 0; index < WINDOW; index++) {
        if (table.look(index) !== 0) holds(plic.memory.ownerOf(frameOf(table)) === lparId, "an entry maps its owner's memory")
      }
    }
    const table = plic.tces.tableOf(this.physical)!
    for (let index = 0; index < 2 * WINDOW; index++) {
      if (table.look(index) === 0) continue
      const frame = frameOf(table)
      const client = plic.tces.tableOf(devices[2 * Math.floor(index / WINDOW) + 1]!.local.liobn)!
      holds(table.redirected && client.look(index % WINDOW) !== 0 && frameOf(client) === frame, 'a copy is one of what its client has now')
    }
  }

  private restart(lparId: number): void {
    const { machine } = this
    for (const device of machine.devices) if (device.lparId === lparId) device.stopped()
    machine.plic.ended(lparId)
    machine.plic.started(lparId, 4, PAGE, 2)
    for (let lmb = 0; lmb < machine.plic.memory.blocksOf(lparId); lmb++) this.watch.seeZeros(lparId, lmb, PAGES_PER_BLOCK)
    for (const device of machine.devices) {
      if (device.lparId !== lparId) continue
      device.local.map({ ioba: 0, bytes: PAGE, page: new Uint8Array(PAGE), content: null, contentBytes: 0 })
      machine.call(lparId, H_REG_CRQ, device.unitAddress, 0, PAGE)
    }
  }
}
