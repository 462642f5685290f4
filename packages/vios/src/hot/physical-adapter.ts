// A physical adapter of a virtual I/O server: the window through which its devices reach memory, its link, and the requests that are done
// and wait for its interrupt to be served. It owns the physical path; what is at its end is storage-device.ts.

import type { DeviceDma, PhysicalInterrupts } from '@powersim/protocol'
import type { RequestOwner } from './storage-device.js'

export interface PhysicalAdapterOptions {
  /** `fcs0`, `sissas0`. */
  readonly name: string
  /** Of its window, and the number of its interrupt source; the hypervisor gives both. */
  readonly liobn: number
  readonly source: number
  /** Of its link; Infinity: no limit. */
  readonly bytesPerSecond: number
}

export class PhysicalAdapter implements RequestOwner {
  readonly name: string
  readonly liobn: number
  readonly source: number
  readonly linkBytesPerSecond: number
  readonly dma: DeviceDma
  life = 0
  linkFreeNs = 0
  private readonly interrupts: PhysicalInterrupts
  /** Commands that are done, in order, and whether each went well. A ring as large as the server's table of commands. */
  private readonly commands: Int32Array
  private readonly oks: Uint8Array
  private head = 0
  private count = 0

  constructor(options: PhysicalAdapterOptions, dma: DeviceDma, interrupts: PhysicalInterrupts, commandLimit: number) {
    this.name = options.name
    this.liobn = options.liobn
    this.source = options.source
    this.linkBytesPerSecond = options.bytesPerSecond
    this.dma = dma
    this.interrupts = interrupts
    this.commands = new Int32Array(commandLimit)
    this.oks = new Uint8Array(commandLimit)
  }

  /** The server is gone: what it has asked for is nobody's. */
  reset(): void {
    this.life++
    this.count = 0
  }

  done(command: number, ok: boolean): void {
    const { commands } = this
    const at = (this.head + this.count++) % commands.length
    commands[at] = command
    this.oks[at] = ok ? 1 : 0
    this.interrupts.raise(this.source)
  }

  /** Whether the command that `take` gave went well. */
  ok = false

  /** The next command that is done; -1: none. */
  take(): number {
    if (this.count === 0) return -1
    const command = this.commands[this.head]!
    this.ok = this.oks[this.head] === 1
    this.head = this.head + 1 === this.commands.length ? 0 : this.head + 1
    this.count--
    return command
  }
}
