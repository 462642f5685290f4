// The queue of commands that wait for a session of one path, first come, first served. A linked list through the exchanges, since a
// command may leave from the midst when its time runs out, and a hundred thousand of them may wait.

import type { Exchange } from './exchange.js'

export class ExchangeQueue {
  private first: Exchange | null = null
  private last: Exchange | null = null
  private count = 0

  get length(): number {
    return this.count
  }

  /** For one that stands in no queue. */
  push(exchange: Exchange): void {
    exchange.waits = true
    exchange.ahead = this.last
    if (this.last === null) this.first = exchange
    else this.last.behind = exchange
    this.last = exchange
    this.count++
  }

  /** The one that has waited longest, or null. */
  shift(): Exchange | null {
    const { first } = this
    if (first !== null) this.remove(first)
    return first
  }

  /** Nothing for one that does not wait. */
  remove(exchange: Exchange): void {
    if (!exchange.waits) return
    const { ahead, behind } = exchange
    if (ahead === null) this.first = behind
    else ahead.behind = behind
    if (behind === null) this.last = ahead
    else behind.ahead = ahead
    exchange.waits = false
    exchange.ahead = null
    exchange.behind = null
    this.count--
  }
}
