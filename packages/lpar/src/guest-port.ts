// What a program on a partition sees of it: processor time, hypercalls, its virtual devices. Nothing that a program asked for
// before its partition lost power ever comes back to it. Which program runs, and when, is the partition's affair.

import { type Handler, type Simulation, withAnyArgument } from '@powersim/kernel'
import type { GuestPaging } from './memory/guest-paging.js'
import type {
  DeviceKind,
  DeviceNode,
  DmaWindow,
  GuestMemory,
  GuestPort,
  HypercallPort,
  HypercallResult,
  ProcessorPort,
} from '@powersim/protocol'

export interface PartitionPortWiring {
  readonly lparId: number
  readonly name: string
  readonly processor: ProcessorPort
  readonly hypercalls: HypercallPort
}

/** Processor work of a program; the objects are reused. */
interface Task {
  then: Handler<unknown>
  argument: unknown
  /** The port's count of power cuts when this was asked for. */
  life: number
  next: Task | null
}

export class PartitionPort implements GuestPort {
  readonly simulation: Simulation
  readonly lparId: number
  readonly name: string
  readonly memory: GuestMemory
  readonly #processor: ProcessorPort
  readonly #hypercalls: HypercallPort
  readonly #worked: Handler<Task>
  #touched: Handler<Task> | null = null
  #paging: GuestPaging | null = null
  #unused: Task | null = null
  #life = 0
  #forgotten = 0

  constructor(simulation: Simulation, wiring: PartitionPortWiring) {
    this.simulation = simulation
    this.lparId = wiring.lparId
    this.name = wiring.name
    this.memory = wiring.hypercalls.memory(wiring.lparId)
    this.#processor = wiring.processor
    this.#hypercalls = wiring.hypercalls
    this.#worked = simulation.handler<Task>(`${wiring.name}.worked`, (task) => this.#touch(task))
  }

  /** Pieces of work that ended after their partition had lost power, and that nobody was told of. */
  get forgotten(): number {
    return this.#forgotten
  }

  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    const handler = withAnyArgument(then)
    let task = this.#unused
    if (task === null) {
      task = { then: handler, argument, life: this.#life, next: null }
    } else {
      this.#unused = task.next
      task.then = handler
      task.argument = argument
      task.life = this.#life
    }
    this.#processor.run(workNs, this.#worked, task)
  }

  hypercall(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0, a8 = 0): HypercallResult {
    return this.#hypercalls.call(this.lparId, token, a1, a2, a3, a4, a5, a6, a7, a8)
  }

  window(unitAddress: number): DmaWindow | undefined {
    return this.#hypercalls.window(this.lparId, unitAddress)
  }

  devices(kind: DeviceKind): readonly number[] {
    const nodes = this.#hypercalls.devices(this.lparId)
    return nodes.filter((node) => node.kind === kind).map((node) => node.unitAddress)
  }

  node(unitAddress: number): DeviceNode | undefined {
    return this.#hypercalls.devices(this.lparId).find((node) => node.unitAddress === unitAddress)
  }

  slotOf(unitAddress: number): number | undefined {
    return this.node(unitAddress)?.slot ?? undefined
  }

  /** What the program's work does with shared memory, from now on. */
  share(paging: GuestPaging): void {
    this.#paging = paging
    this.#touched = this.simulation.handler<Task>(`${this.name}.touched`, (task) => this.#finish(task))
  }

  /** Power is cut, or the operating system is gone: no work of the program comes back. */
  forget(): void {
    this.#life++
  }

  /** The work is done but for the pages that it touches. */
  #touch(task: Task): void {
    const paging = this.#paging
    const program = paging?.program ?? null
    if (paging === null || program === null || this.#touched === null || !paging.touches.shared) this.#finish(task)
    else paging.touches.touch(program.source, program.perPiece, this.#touched, task)
  }

  #finish(task: Task): void {
    const { then, argument, life } = task
    task.argument = undefined
    task.next = this.#unused
    this.#unused = task
    if (life === this.#life) this.simulation.call(then, argument)
    else this.#forgotten++
  }
}
