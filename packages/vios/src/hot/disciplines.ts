// The built-in disciplines of a back end over its clients. First come, first served; shares in proportion to weights; priorities.
// Fair share is start-time fair queueing (Goyal, Vin, Cheng 1996): a client's next request begins where its last one ended, or at the
// virtual time of the request in service if that is later, and costs its bytes over its weight; the earliest start goes first.
// So clients that want more than they get share the bytes by weight, whatever their sizes, and nobody is owed for idle time.

import type { IoDiscipline, IoDisciplineMaker } from '@powersim/protocol'
import { RequestLines } from './request-lines.js'

const NONE = -1
/** Clients of one back end are partitions: IDs up to this, as a table of the fair share holds one line for each. */
const MAX_CLIENTS = 1024
/** 0 to 255. */
const PRIORITIES = 256

class Fifo implements IoDiscipline {
  readonly name = 'fifo'
  waiting = 0
  private readonly lines: RequestLines

  constructor(requestLimit: number) {
    this.lines = new RequestLines(requestLimit, 1)
  }

  add(request: number): void {
    this.lines.join(request, 0)
    this.waiting++
  }

  take(): number {
    const request = this.lines.first(0)
    if (request !== NONE) this.remove(request)
    return request
  }

  remove(request: number): boolean {
    if (this.lines.line(request) === NONE) return false
    this.lines.leave(request)
    this.waiting--
    return true
  }
}

class FairShare implements IoDiscipline {
  readonly name = 'fair-share'
  waiting = 0
  private readonly lines: RequestLines
  private readonly shareOf: (client: number) => number
  /** By request: its virtual start. By client: the virtual end of its newest request, and its place among those that wait. */
  private readonly starts: Float64Array
  private readonly ends = new Float64Array(MAX_CLIENTS)
  /** Clients with requests that wait, in no order. */
  private readonly active = new Int32Array(MAX_CLIENTS)
  private activeCount = 0
  private virtual = 0

  constructor(requestLimit: number, shareOf: (client: number) => number) {
    this.lines = new RequestLines(requestLimit, MAX_CLIENTS)
    this.starts = new Float64Array(requestLimit)
    this.shareOf = shareOf
  }

  add(request: number, client: number, bytes: number): void {
    const start = Math.max(this.virtual, this.ends[client]!)
    // Weight 0 gets what is left: a share so small that anybody else's request comes first.
    const weight = this.shareOf(client)
    this.starts[request] = start
    this.ends[client] = start + bytes / (weight > 0 ? weight : 1 / PRIORITIES)
    if (this.lines.first(client) === NONE) this.active[this.activeCount++] = client
    this.lines.join(request, client)
    this.waiting++
  }

  take(): number {
    let best = NONE
    let bestStart = Infinity
    for (let at = 0; at < this.activeCount; at++) {
      const client = this.active[at]!
      const start = this.starts[this.lines.first(client)]!
      if (start > bestStart || (start === bestStart && client > best)) continue
      best = client
      bestStart = start
    }
    if (best === NONE) return NONE
    const request = this.lines.first(best)
    this.virtual = bestStart
    this.remove(request)
    return request
  }

  remove(request: number): boolean {
    const client = this.lines.line(request)
    if (client === NONE) return false
    this.lines.leave(request)
    this.waiting--
    if (this.lines.first(client) === NONE) this.forget(client)
    return true
  }

  private forget(client: number): void {
    for (let at = 0; at < this.activeCount; at++) {
      if (this.active[at] !== client) continue
      this.active[at] = this.active[--this.activeCount]!
      return
    }
  }
}

class Priority implements IoDiscipline {
  readonly name = 'priority'
  waiting = 0
  private readonly lines: RequestLines
  private readonly shareOf: (client: number) => number
  /** No line above this one has a request. */
  private top = 0

  constructor(requestLimit: number, shareOf: (client: number) => number) {
    this.lines = new RequestLines(requestLimit, PRIORITIES)
    this.shareOf = shareOf
  }

  add(request: number, client: number): void {
    const priority = this.shareOf(client)
    if (priority > this.top) this.top = priority
    this.lines.join(request, priority)
    this.waiting++
  }

  take(): number {
    while (this.top > 0 && this.lines.first(this.top) === NONE) this.top--
    const request = this.lines.first(this.top)
    if (request !== NONE) this.remove(request)
    return request
  }

  remove(request: number): boolean {
    if (this.lines.line(request) === NONE) return false
    this.lines.leave(request)
    this.waiting--
    return true
  }
}

export const ioDisciplineNames = ['fifo', 'fair-share', 'priority'] as const
export type IoDisciplineName = (typeof ioDisciplineNames)[number]

/** The built-in disciplines: order of coming; bytes in proportion to weights; highest priority first, in order of coming within one. */
export const ioDisciplines: Readonly<Record<IoDisciplineName, IoDisciplineMaker>> = {
  fifo: (requestLimit) => new Fifo(requestLimit),
  'fair-share': (requestLimit, shareOf) => new FairShare(requestLimit, shareOf),
  priority: (requestLimit, shareOf) => new Priority(requestLimit, shareOf),
}
