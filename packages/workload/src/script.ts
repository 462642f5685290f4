// The parsed form of a script: a tree of statements, and the limits it keeps to. How text becomes this is in parse-script.ts,
// how this becomes simulated time in play-script.ts. A tree is plain data: it can be copied to a worker.

/** Limits of a script; each gives a ScriptError when it is passed. */
export const scriptLimits = {
  /** Nested `repeat` and `parallel` blocks; nested `console` blocks are counted apart, with the same limit (too-deep). */
  depth: 8,
  /** The N of `repeat N` and `parallel N`, from 1 (bad-count). */
  count: 100_000,
  /** Lines and events of the fully unrolled program (too-many-lines). */
  lines: 1_000_000,
  /** Copies alive at the same time: the product of nested `parallel` counts (too-many-copies). */
  copies: 100_000,
  /** Mistakes that checkScript collects; later ones are not told. */
  mistakes: 100,
} as const

/** When a statement starts; without one it starts when the statement before it has ended. */
export type StartTime =
  /** `@+5s`: so long after the end of the statement before it (or after the start of its block). */
  | { kind: 'delay'; delayNs: number }
  /** `@10:00:00`: not before that time of day of the first simulated day; no wait when it is past. */
  | { kind: 'time-of-day'; timeOfDayNs: number }

interface Placed {
  at?: StartTime
  /**
   * Who types, in this statement and below it: `hmc1` or `oper@hmc1`. In a name with `$i`, `i` is that of the block around the
   * statement, at the time the statement starts; a loop inside does not change it. Absent: whoever types around it.
   */
  console?: string
  /** 1-based place of the first character of the statement. */
  line: number
  column: number
  /** Lines and events it unrolls to: 1 for a line, count times the body for a loop. */
  lines: number
}

/** One shell line, typed at one console. */
export interface LineStatement extends Placed {
  kind: 'line'
  text: string
}

/** `! fsp.reset …`: an action that happens to the installation. */
export interface EventStatement extends Placed {
  kind: 'event'
  text: string
  action: string
  /** As written: `$i` and `${i}` still stand in them. */
  args: readonly string[]
}

/** `repeat N … end` (one after the other) and `parallel N … end` (N at once; ends when all have ended). */
export interface LoopStatement extends Placed {
  kind: 'repeat' | 'parallel'
  count: number
  body: readonly Statement[]
  /** Lines and events of one pass through the body. */
  bodyLines: number
}

/** `console NAME … end`. */
export interface ConsoleStatement extends Placed {
  kind: 'console'
  console: string
  body: readonly Statement[]
}

export type Statement = LineStatement | EventStatement | LoopStatement | ConsoleStatement

/** A script that can be played: see parseScript and playScript. */
export interface Script {
  file: string
  /** Who types where no statement says it. */
  console: string
  body: readonly Statement[]
  /** Lines and events of the fully unrolled program; ordinals run from 0 to lines - 1. */
  lines: number
}

/** The two halves of who types: `oper@hmc1`, or just `hmc1` for the console's first user. */
export function typistOf(text: string): { readonly user?: string; readonly console: string } {
  const at = text.indexOf('@')
  return at < 0 ? { console: text } : { user: text.slice(0, at), console: text.slice(at + 1) }
}
