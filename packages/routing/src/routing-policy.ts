// What a routing policy is: the door that the built-in policies and a user's own go through alike. A policy decides only for commands
// that have a choice (target PHYP, hypervisor running); all else goes to the FSP without asking (dissertation 4.2).

import type { Draw } from '@powersim/kernel'
import type { CommandClass } from '@powersim/protocol'

/** Names a way from a console to a system's hypervisor: `fsp`, `nets` and so on, unique within the system. */
export type PathId = string

/** The command as the console knows it when it must choose. */
export interface CommandView {
  readonly name: string
  readonly opcode: number
  readonly commandClass: CommandClass
  /** Instance number of the console. */
  readonly console: number
  readonly system: string
  readonly sequence: number
  /** 0 for the first try; a retry asks the policy again. */
  readonly attempt: number
  /** Path of the try before, null on the first. */
  readonly lastPath: PathId | null
  readonly bytes: number
  /** The partition it is about, null when it is about none or all. */
  readonly lparId: number | null
}

/** A path as this console knows it from its own traffic, never the truth inside a component. */
export interface PathView {
  readonly id: PathId
  readonly kind: 'fsp' | 'nets'
  readonly connected: boolean
  /** Commands sent on it and not answered yet. */
  readonly outstanding: number
  /** Mean time of one command on it when idle, ns, as the machine document says. */
  readonly meanServiceNs: number
  /** Exponentially weighted mean of the latencies seen on it, ns; `meanServiceNs` before the first. */
  readonly ewmaLatencyNs: number
}

export interface RoutingPolicy {
  readonly name: string
  /** A fresh one, for each console of each run: for a policy that keeps what it has seen. Without it the object itself is used by all. */
  anew?(): RoutingPolicy
  /** Must return the id of one of `paths`, connected or not: a command on a path that is down waits or fails as the console's rules say. */
  choose(command: CommandView, paths: readonly PathView[], draw: Draw): PathId
  // The hooks hear of every command of the console, those without a choice included; set-up messages are not commands.
  sent?(command: CommandView, path: PathId): void
  replied?(command: CommandView, path: PathId, latencyNs: number): void
  timedOut?(command: CommandView, path: PathId): void
}

/** A policy in its smallest form. */
export type ChooseFunction = RoutingPolicy['choose']
