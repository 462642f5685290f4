// How long a device takes for a request: a fixed part, positioning unless the request goes on where the last one ended, and its bytes at a
// rate. A disk with heads seeks, then waits for its platter, whose angle follows from the time: nothing is drawn, equal requests at equal
// times take equally long. Requests side by side are the device's slots (storage-device.ts).

import { ViosError } from '../errors.js'

export interface Positioning {
  /** To the next track, and over the whole disk; between them by the square root of the distance. ns. */
  readonly seekMinNs: number
  readonly seekMaxNs: number
  /** One turn of the platter, ns: 15,000 turns a minute are 4 ms. 0: none, as flash. */
  readonly rotationNs: number
  /** Blocks of 4 KiB that pass the head in a turn. */
  readonly blocksPerTurn: number
}

export interface ServiceModel {
  /** Of every request, ns: command, cache, protocol. */
  readonly perRequestNs: number
  readonly bytesPerSecond: number
  /** null: every place is as near. */
  readonly positioning: Positioning | null
}

export class ServiceTimes {
  private readonly model: ServiceModel
  private readonly blocks: number
  private readonly nsPerByte: number
  /** Block that follows the last request. */
  private head = 0

  /** Throws ViosError `bad-parameter`. */
  constructor(path: string, model: ServiceModel, blocks: number) {
    if (!(model.perRequestNs >= 0 && Number.isSafeInteger(model.perRequestNs))) {
      throw new ViosError('bad-parameter', `${path}.perRequestNs`, `expected whole ns from 0, got ${model.perRequestNs}`)
    }
    if (!(model.bytesPerSecond > 0)) {
      throw new ViosError('bad-parameter', `${path}.bytesPerSecond`, `expected a rate above 0, got ${model.bytesPerSecond}`)
    }
    this.model = model
    this.blocks = blocks
    this.nsPerByte = 1e9 / model.bytesPerSecond
  }

  /** Of a request that begins now; the heads are behind its last block then. */
  of(nowNs: number, block: number, blocks: number, bytes: number): number {
    const { model, head } = this
    this.head = block + blocks
    const moving = model.positioning === null || block === head ? 0 : this.position(model.positioning, nowNs, head, block)
    return model.perRequestNs + moving + Math.round(bytes * this.nsPerByte)
  }

  private position({ seekMinNs, seekMaxNs, rotationNs, blocksPerTurn }: Positioning, nowNs: number, from: number, to: number): number {
    const distance = Math.abs(to - from) / this.blocks
    const seekNs = Math.round(seekMinNs + (seekMaxNs - seekMinNs) * Math.sqrt(distance))
    if (rotationNs === 0) return seekNs
    const targetNs = Math.floor(((to % blocksPerTurn) / blocksPerTurn) * rotationNs)
    const angleNs = (nowNs + seekNs) % rotationNs
    return seekNs + (targetNs >= angleNs ? targetNs - angleNs : targetNs - angleNs + rotationNs)
  }
}
