// The paging service of a virtual I/O server: it takes operations off the queue of its stream, moves pages between the hypervisor's buffers
// and the paging devices, and answers. All of it costs processor time of its own partition, so that a busy server pages slowly.
// It has no state that must survive: what a server had under way when it died is done by the other one, or by itself when it is back.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_PAGE_BYTES,
  CrqPage,
  type DmaRegion,
  type GuestPort,
  type GuestProgram,
  H_COPY_RDMA,
  H_FREE_CRQ,
  H_REG_CRQ,
  H_SEND_CRQ,
  H_Success,
  H_VIO_SIGNAL,
  type PageImage,
  VASI_DONE,
  VASI_FAILED,
  VASI_OK,
  VASI_PAGE_BYTES,
  VASI_SLOTS,
  VASI_WRITE,
} from '@powersim/protocol'
import type { PagingSpace } from './paging-space.js'

export interface PagingServerParameters {
  /** Processor time of taking an interrupt and looking at the queue, ns. */
  readonly interruptNs: number
  /** Processor time of one operation before the device gets it, and after it has answered, ns. */
  readonly startNs: number
  readonly endNs: number
}

/** An operation that the server has; the objects are one for each slot. */
interface Task {
  readonly slot: number
  readonly buffer: DmaRegion
  kind: number
  lparId: number
  page: number
  image: PageImage | null
  failed: boolean
}

export interface PagingServerStatistics {
  readonly operations: number
  readonly failed: number
  /** Interrupts taken. */
  readonly interrupts: number
}

export class PagingServer implements GuestProgram {
  readonly kinds = ['vasi'] as const
  private readonly parameters: PagingServerParameters
  private readonly space: PagingSpace
  private readonly look: Handler<number>
  private readonly begin: Handler<Task>
  private readonly end: Handler<Task>
  private readonly queue = new CrqPage()
  private readonly tasks: readonly Task[]
  private readonly counts = { operations: 0, failed: 0, interrupts: 0 }
  private host: GuestPort | null = null
  private guest: GuestPort | null = null
  private unitAddress = -1
  private liobn = 0
  private owedNs = 0
  private life = 0
  private looking = false

  constructor(simulation: Simulation, name: string, parameters: PagingServerParameters, space: PagingSpace) {
    this.parameters = parameters
    this.space = space
    this.look = simulation.handler<number>(`${name}.paging.look`, () => this.drain())
    this.begin = simulation.handler<Task>(`${name}.paging.begin`, (task) => this.serve(task))
    this.end = simulation.handler<Task>(`${name}.paging.end`, (task) => this.answer(task))
    this.tasks = Array.from({ length: VASI_SLOTS }, (_, slot) => {
      const buffer = { ioba: CRQ_PAGE_BYTES + slot * VASI_PAGE_BYTES, bytes: VASI_PAGE_BYTES, page: null, content: null, contentBytes: 0 }
      return { slot, buffer, kind: 0, lparId: 0, page: 0, image: null, failed: false }
    })
  }

  /** The operating system is up. Without a stream's device there is nothing to serve. */
  start(guest: GuestPort): void {
    this.host = guest
    const unitAddress = guest.devices('vasi')[0]
    const window = unitAddress === undefined ? undefined : guest.window(unitAddress)
    if (unitAddress === undefined || window === undefined) return
    this.guest = guest
    this.unitAddress = unitAddress
    this.liobn = window.liobn
    this.life++
    this.looking = false
    this.owedNs = 0
    this.queue.reset()
    window.map({ ioba: 0, bytes: CRQ_PAGE_BYTES, page: this.queue.page, content: null, contentBytes: 0 })
    for (const { buffer } of this.tasks) window.map(buffer)
    this.call(H_REG_CRQ, unitAddress, 0, CRQ_PAGE_BYTES)
    this.call(H_VIO_SIGNAL, unitAddress, 1)
    this.wake()
  }

  interrupt(unitAddress: number): void {
    if (unitAddress !== this.unitAddress || this.guest === null) return
    this.counts.interrupts++
    this.wake()
  }

  /** The pool has come while it ran. */
  attached(): void {
    if (this.guest === null && this.host !== null) this.start(this.host)
  }

  /** It pages no more. */
  detached(): void {
    if (this.guest !== null) this.leave()
  }

  stop(reason: 'shutdown' | 'crash'): void {
    this.host = null
    if (this.guest === null) return
    if (reason === 'shutdown') this.leave()
    this.guest = null
    this.unitAddress = -1
    this.life++
  }

  statistics(): PagingServerStatistics {
    return { ...this.counts }
  }

  private leave(): void {
    this.call(H_FREE_CRQ, this.unitAddress)
    const window = this.guest?.window(this.unitAddress)
    window?.unmap(0)
    for (const { buffer } of this.tasks) window?.unmap(buffer.ioba)
    this.guest = null
    this.unitAddress = -1
    this.life++
  }

  private wake(): void {
    if (this.looking) return
    this.looking = true
    this.run(this.parameters.interruptNs, this.look, this.life)
  }

  /** Takes what has come, and looks again when it has armed the interrupt: one that came meanwhile would not be told. */
  private drain(): void {
    this.looking = false
    const { unitAddress } = this
    this.counts.operations += this.take()
    this.call(H_VIO_SIGNAL, unitAddress, 1)
    this.counts.operations += this.take()
  }

  private take(): number {
    const { queue, parameters } = this
    let taken = 0
    while (queue.take()) {
      const task = this.tasks[queue.w1 & 0xffff]
      if (queue.header !== CRQ_COMMAND || task === undefined) continue
      task.kind = queue.kind
      task.lparId = queue.w2
      task.page = queue.w3
      task.image = null
      task.failed = false
      taken++
      this.run(parameters.startNs, this.begin, task)
    }
    return taken
  }

  private serve(task: Task): void {
    const { lparId, page, buffer } = task
    const { life } = this
    const writes = task.kind === VASI_WRITE
    if (writes) {
      if (!this.copy(task, false)) {
        this.fail(task)
        return
      }
      // The hypervisor's buffer of a write holds a page.
      task.image = buffer.content as PageImage | null
    }
    const alive = () => this.life === life
    const accepted = this.space.request(lparId, page, task.image, alive, (image) => {
      task.image = image
      this.run(this.parameters.endNs, this.end, task)
    })
    if (!accepted) this.fail(task)
  }

  private fail(task: Task): void {
    task.failed = true
    this.run(this.parameters.endNs, this.end, task)
  }

  private answer(task: Task): void {
    if (task.kind !== VASI_WRITE && !task.failed) {
      task.buffer.content = task.image
      task.buffer.contentBytes = VASI_PAGE_BYTES
      if (!this.copy(task, true)) task.failed = true
    }
    if (task.failed) this.counts.failed++
    const status = task.failed ? VASI_FAILED : VASI_OK
    this.call(
      H_SEND_CRQ,
      this.unitAddress,
      (CRQ_COMMAND * 2 ** 24 + VASI_DONE * 2 ** 16 + status * 2 ** 8) | 0,
      task.slot,
      task.lparId,
      task.page,
    )
  }

  /** Between the buffer here and the hypervisor's. */
  private copy({ buffer, slot }: Task, out: boolean): boolean {
    const near = this.liobn
    const far = slot * VASI_PAGE_BYTES
    const code = out
      ? this.call(H_COPY_RDMA, VASI_PAGE_BYTES, near, buffer.ioba, near + 1, far)
      : this.call(H_COPY_RDMA, VASI_PAGE_BYTES, near + 1, far, near, buffer.ioba)
    return code === H_Success
  }

  private call(token: number, a1: number, a2 = 0, a3 = 0, a4 = 0, a5 = 0): number {
    if (this.guest === null) return -1
    const { code, costNs } = this.guest.hypercall(token, a1, a2, a3, a4, a5)
    this.owedNs += costNs
    return code
  }

  /** Hypercalls made so far are paid with the next piece of work. */
  private run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (this.guest === null) return
    const owed = this.owedNs
    this.owedNs = 0
    this.guest.run(workNs + owed, then, argument)
  }
}
