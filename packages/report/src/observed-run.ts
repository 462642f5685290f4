// What an observed run is made of, as plain data: processes with tracks, and records of what happened on them. Whoever watches a run fills
// it in; trace-file.ts draws it. Times are simulated ns.

/** A number, a text or nothing, as a viewer shows it beside a record. */
export type ObservedArguments = Readonly<Record<string, string | number | null>>

/** A place where things happen: a processor, a thread, a direction of a link. */
export interface ObservedTrack {
  /** Index into `processes`. */
  readonly process: number
  readonly name: string
  /** True: its slices may overlap, and are laid out side by side. False: they follow or contain each other. */
  readonly overlapping: boolean
}

/** Something that took place on a track from then to then. */
export interface ObservedSlice {
  readonly kind: 'slice'
  readonly track: number
  readonly name: string
  readonly startNs: number
  readonly endNs: number
  /** Key of the command that it was for, or null: slices of one key are joined by arrows, in order of their starts. */
  readonly command: string | null
  readonly args: ObservedArguments
}

/** Part of a span. Parts of a span lie inside it, one after the other. */
export interface ObservedPart {
  readonly name: string
  readonly startNs: number
  readonly endNs: number
  readonly args: ObservedArguments
}

/** Something long that overlaps with others of its kind on the track: a command, from the asking to its end. */
export interface ObservedSpan extends ObservedPart {
  readonly kind: 'span'
  readonly track: number
  /** Unique among spans. */
  readonly id: string
  readonly parts: readonly ObservedPart[]
}

/** A level that has changed: how many wait, how many are in use. */
export interface ObservedLevel {
  readonly kind: 'level'
  readonly process: number
  readonly name: string
  readonly timeNs: number
  readonly value: number
}

export type ObservedRecord = ObservedSlice | ObservedSpan | ObservedLevel

export interface ObservedRun {
  /** What it is a run of: told in the file's head. */
  readonly about: ObservedArguments
  readonly processes: readonly string[]
  readonly tracks: readonly ObservedTrack[]
  readonly records: readonly ObservedRecord[]
  /** Records that were not kept, since there were too many. */
  readonly leftOut: number
}
