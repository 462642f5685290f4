// What the service processor does for the server itself: sensor polls, the heartbeat to the hypervisor and the like, on the processor
// that also carries the console's traffic. Off when the run has no noise.

import type { Handler, Law, RandomStream, Simulation } from '@powersim/kernel'
import type { BackgroundTask } from './parameters.js'
import type { ServiceProcessor } from './service-processor.js'

/** Unfinished runs of one task before further ones are left out and counted: the processor cannot keep up with it (estimate). */
const BACKLOG_LIMIT = 1000

class Task {
  readonly name: string
  readonly every: Law
  readonly work: Law
  readonly draws: RandomStream
  /** Runs that wait for the processor or are on it. */
  unfinished = 0
  lastDueNs = 0

  constructor(simulation: Simulation, system: string, task: BackgroundTask) {
    this.name = task.name
    this.every = simulation.law(task.every)
    this.work = simulation.law(task.work)
    this.draws = simulation.stream('fsp.background', `${system}.${task.name}`)
  }
}

interface Run {
  readonly task: Task
  readonly dueNs: number
}

export class Background {
  /** Runs that were left out because the backlog of their task was full. */
  skipped = 0
  private readonly simulation: Simulation
  private readonly processor: ServiceProcessor
  private readonly tasks: readonly Task[]
  private readonly due: Handler<Task>
  private readonly done: Handler<Run>
  private running = false

  /** A run of this task was not finished when the next one was due. */
  late: ((task: string, dueNs: number) => void) | null = null

  /** `finished` is told of each run's latency, from its due time to its end, and of its task. */
  constructor(
    simulation: Simulation,
    system: string,
    tasks: readonly BackgroundTask[],
    processor: ServiceProcessor,
    finished: (latencyNs: number, task: string) => void,
  ) {
    this.simulation = simulation
    this.processor = processor
    this.tasks = simulation.noise ? tasks.map((task) => new Task(simulation, system, task)) : []
    this.due = simulation.handler(`${system}.fsp.background-due`, (task: Task) => this.begin(task))
    this.done = simulation.handler(`${system}.fsp.background-done`, ({ task, dueNs }: Run) => {
      task.unfinished--
      finished(simulation.now - dueNs, task.name)
    })
  }

  start(): void {
    this.running = true
    for (const task of this.tasks) this.simulation.schedule(task.every.sample(task.draws), this.due, task)
  }

  /** The processor forgets its work, and there are no new runs until `resume`; the schedule of due times goes on. */
  pause(): void {
    this.running = false
    for (const task of this.tasks) task.unfinished = 0
  }

  resume(): void {
    this.running = true
  }

  private begin(task: Task): void {
    // Both draws are taken whether it runs or not, so that an outage shifts no later number.
    const workNs = task.work.sample(task.draws)
    const nextNs = task.every.sample(task.draws)
    if (this.running) this.run(task, workNs)
    this.simulation.schedule(nextNs, this.due, task)
  }

  private run(task: Task, workNs: number): void {
    if (task.unfinished >= BACKLOG_LIMIT) {
      this.skipped++
      return
    }
    if (task.unfinished > 0) this.late?.(task.name, task.lastDueNs)
    task.unfinished++
    task.lastDueNs = this.simulation.now
    this.processor.run(workNs, this.done, { task, dueNs: this.simulation.now }, task.name, null)
  }
}
