// The paging devices of a shared memory pool: one for each partition, on storage that every paging server reaches (SAN). What was written
// is read until its partition's device is given to somebody else. The service is one queue with a number of requests at a time.

import { type Handler, type KeyedDraws, Law, type LawSpec, type Simulation, Station } from '@powersim/kernel'
import type { PageImage } from '@powersim/protocol'

export interface PagingSpaceOptions {
  /** Appears in traces and messages; unique. */
  readonly name: string
  /** Time of one page on the device, ns. */
  readonly service: LawSpec
  /** Requests that the device serves side by side, 1 to 4096. */
  readonly depth: number
}

/** Requests waiting for the device: as many as two servers can have, and more. */
const CAPACITY = 4096

interface Request {
  readonly write: boolean
  readonly lparId: number
  readonly page: number
  readonly image: PageImage | null
  readonly done: (image: PageImage | null) => void
  /** Whether somebody still waits for it: what a dead server had begun is not done. */
  readonly alive: () => boolean
}

export class PagingSpace {
  readonly station: Station
  private readonly law: Law
  private readonly draws: KeyedDraws
  private readonly served: Handler<Request>
  private readonly devices = new Map<number, Map<number, PageImage>>()
  private requests = 0

  constructor(simulation: Simulation, { name, service, depth }: PagingSpaceOptions) {
    this.station = new Station(simulation, { name, servers: depth, capacity: CAPACITY })
    this.law = Law.of(service)
    this.draws = simulation.draws('paging.device', name)
    this.served = simulation.handler<Request>(`${name}.served`, (request) => this.finish(request))
  }

  /** Writes or (`image` null) reads a page. False: too many wait already. */
  request(lparId: number, page: number, image: PageImage | null, alive: () => boolean, done: (image: PageImage | null) => void): boolean {
    const serviceNs = this.law.sample(this.draws.cursor(this.requests++))
    return this.station.submit(serviceNs, this.served, { write: image !== null, lparId, page, image, done, alive })
  }

  private finish({ write, lparId, page, image, done, alive }: Request): void {
    if (!alive()) return
    let device = this.devices.get(lparId)
    if (device === undefined) {
      device = new Map()
      this.devices.set(lparId, device)
    }
    if (write && image !== null) device.set(page, image)
    done(write ? null : (device.get(page) ?? null))
  }
}
