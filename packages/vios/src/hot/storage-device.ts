// A device that holds data: a disk, or a LUN of a SAN that several servers reach. It has a content, a service model, slots that serve side
// by side, and a discipline over the partitions whose requests wait. A request moves its bytes by a transfer of the adapter that it came
// through; when that transfer was cut off, since a partition of it is gone, nothing lands. Hot: a request costs one event and no object.

import type { Handler, Simulation } from '@powersim/kernel'
import type { DeviceDma, IoDiscipline, IoDisciplineMaker } from '@powersim/protocol'
import { ViosError } from '../errors.js'
import { BLOCK_BYTES, DiskContent } from './disk-content.js'
import { type ServiceModel, ServiceTimes } from './service-model.js'

/** Who has asked for requests: an adapter of a server. */
export interface RequestOwner {
  readonly dma: DeviceDma
  /** LIOBN of the adapter's window. */
  readonly liobn: number
  /** Raised when the server dies: requests of the lives before are nobody's. */
  life: number
  /** When the adapter's own link is free again, ns, and its rate; Infinity: no limit. */
  linkFreeNs: number
  readonly linkBytesPerSecond: number
  /** A request is done (true), or could not be (false): its memory was not to be reached. */
  done(tag: number, ok: boolean): void
}

export interface StorageDeviceOptions {
  /** Appears in messages. */
  readonly name: string
  /** A multiple of 4096. */
  readonly bytes: number
  readonly service: ServiceModel
  /** Requests served side by side, 1 to 4096. */
  readonly slots: number
  /** Most requests inside, 1 to 65,536; one more is refused (task set full). */
  readonly requestLimit: number
  readonly discipline: IoDisciplineMaker
  /** Weight or priority of a partition, 0 to 255. */
  readonly shareOf: (client: number) => number
}

export interface DeviceStatistics {
  readonly requests: number
  readonly bytes: number
  readonly refused: number
  /** Ended without effect: their server or client was gone. */
  readonly dropped: number
  readonly busyNs: number
  readonly inside: number
  readonly peakInside: number
}

export class StorageDevice {
  readonly name: string
  readonly bytes: number
  readonly blocks: number
  readonly content = new DiskContent()
  private readonly simulation: Simulation
  private readonly slots: number
  private readonly limit: number
  private readonly line: IoDiscipline
  private readonly times: ServiceTimes
  private readonly served: Handler<number>
  // By request.
  private readonly owners: RequestOwner[] = []
  private readonly lives: Float64Array
  private readonly tags: Float64Array
  private readonly block: Float64Array
  private readonly blockCount: Int32Array
  private readonly ioba: Float64Array
  private readonly writes: Uint8Array
  private readonly transfers: Float64Array
  private readonly free: Int32Array
  private freeCount: number
  private serving = 0
  private requests = 0
  private moved = 0
  private refused = 0
  private dropped = 0
  private busyNs = 0
  private peakInside = 0

  /** Throws ViosError `bad-parameter`. */
  constructor(simulation: Simulation, options: StorageDeviceOptions) {
    const { name, bytes, service, slots, requestLimit, discipline, shareOf } = options
    const path = `device '${name}'`
    if (!Number.isSafeInteger(bytes) || bytes < BLOCK_BYTES || bytes % BLOCK_BYTES !== 0) {
      throw new ViosError('bad-parameter', `${path}.bytes`, `expected a multiple of ${BLOCK_BYTES}, got ${bytes}`)
    }
    if (!(Number.isInteger(slots) && slots >= 1 && slots <= 4096)) {
      throw new ViosError('bad-parameter', `${path}.slots`, `expected 1 to 4096, got ${slots}`)
    }
    if (!(Number.isInteger(requestLimit) && requestLimit >= slots && requestLimit <= 65_536)) {
      throw new ViosError('bad-parameter', `${path}.requestLimit`, `expected ${slots} to 65,536, got ${requestLimit}`)
    }
    this.simulation = simulation
    this.name = name
    this.bytes = bytes
    this.blocks = bytes / BLOCK_BYTES
    this.slots = slots
    this.limit = requestLimit
    this.line = discipline(requestLimit, shareOf)
    this.times = new ServiceTimes(path, service, this.blocks)
    this.served = simulation.handler<number>(`${name}.served`, (request) => this.finish(request))
    this.lives = new Float64Array(requestLimit)
    this.tags = new Float64Array(requestLimit)
    this.block = new Float64Array(requestLimit)
    this.blockCount = new Int32Array(requestLimit)
    this.ioba = new Float64Array(requestLimit)
    this.writes = new Uint8Array(requestLimit)
    this.transfers = new Float64Array(requestLimit)
    this.free = new Int32Array(requestLimit)
    for (let request = 0; request < requestLimit; request++) this.free[request] = requestLimit - 1 - request
    this.freeCount = requestLimit
  }

  /** Takes a request of blocks of 4 KiB for memory at an address of the owner's window. False: too many are inside. */
  submit(owner: RequestOwner, tag: number, client: number, write: boolean, block: number, blocks: number, ioba: number): boolean {
    if (this.freeCount === 0) {
      this.refused++
      return false
    }
    const request = this.free[--this.freeCount]!
    this.owners[request] = owner
    this.lives[request] = owner.life
    this.tags[request] = tag
    this.block[request] = block
    this.blockCount[request] = blocks
    this.ioba[request] = ioba
    this.writes[request] = write ? 1 : 0
    this.requests++
    if (this.limit - this.freeCount > this.peakInside) this.peakInside = this.limit - this.freeCount
    if (this.serving < this.slots) this.serve(request)
    else this.line.add(request, client, blocks * BLOCK_BYTES)
    return true
  }

  statistics(): DeviceStatistics {
    const { requests, moved, refused, dropped, busyNs, peakInside } = this
    return { requests, bytes: moved, refused, dropped, busyNs, inside: this.limit - this.freeCount, peakInside }
  }

  private serve(request: number): void {
    const owner = this.owners[request]!
    const bytes = this.blockCount[request]! * BLOCK_BYTES
    const now = this.simulation.now
    // Into memory for a read. Nobody waits for a transfer that its window does not allow: the device is not even asked.
    const isOwned = owner.life === this.lives[request]
    const transfer = isOwned ? owner.dma.start(owner.liobn, this.ioba[request]!, bytes, this.writes[request] === 0) : -1
    this.transfers[request] = transfer
    this.serving++
    if (transfer < 0) {
      this.simulation.schedule(0, this.served, request)
      return
    }
    let serviceNs = this.times.of(now, this.block[request]!, this.blockCount[request]!, bytes)
    if (owner.linkBytesPerSecond !== Infinity) {
      // The bytes cross the adapter's link, one request after the other, while the device works or after it.
      const crossNs = Math.round((bytes * 1e9) / owner.linkBytesPerSecond)
      const endNs = Math.max(now + serviceNs, Math.max(owner.linkFreeNs, now) + crossNs)
      owner.linkFreeNs = endNs
      serviceNs = endNs - now
    }
    this.busyNs += serviceNs
    this.simulation.schedule(serviceNs, this.served, request)
  }

  private finish(request: number): void {
    const owner = this.owners[request]!
    const ok = this.move(owner.dma, request)
    const isOwned = owner.life === this.lives[request]
    const tag = this.tags[request]!
    if (!ok) this.dropped++
    this.serving--
    this.free[this.freeCount++] = request
    const next = this.line.take()
    if (next >= 0) this.serve(next)
    this.simulation.invariant(this.serving <= this.slots, 'device: no more in service than slots')
    this.simulation.invariant(this.line.waiting === 0 || this.serving === this.slots, 'device: nobody waits while a slot is free')
    this.simulation.invariant(this.line.waiting + this.serving === this.limit - this.freeCount, 'device: inside = waiting + in service')
    if (isOwned) owner.done(tag, ok)
  }

  /** The bytes reach memory or disk now, all or none. */
  private move(dma: DeviceDma, request: number): boolean {
    const transfer = this.transfers[request]!
    if (transfer < 0 || dma.read(transfer, 0) < 0) return false
    const block = this.block[request]!
    const count = this.blockCount[request]!
    if (this.writes[request] === 1) for (let n = 0; n < count; n++) this.content.write(block + n, dma.read(transfer, n))
    else for (let n = 0; n < count; n++) dma.write(transfer, n, this.content.read(block + n))
    this.moved += count * BLOCK_BYTES
    return dma.finish(transfer)
  }
}
