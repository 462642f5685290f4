// A session on disk, between calls of the command: what was opened, what was done, when, and the digest that doing it again must give.
// The machine itself is not kept: the same entries make the same machine. Doing them again is open-console.ts.

import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync, writeFileSync } from 'node:fs'
import { complaintOf, type MachineDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import * as z from 'zod'
import { reason } from '../command/usage-error.js'
import { version } from '../version.js'
import { openConsole, type OpenConsole } from './open-console.js'
import { SessionError } from './session-error.js'

/** What a session is opened with, as the command line says it. */
export interface SessionPlan {
  readonly machine: MachineDocument
  readonly seed: string
  readonly noise: boolean
  /** Name of a built-in policy. */
  readonly policy: string
}

/** Entries that a file keeps: each is done again at every call. */
export const MAX_ENTRIES = 10_000
/** Of a file that is read. */
const MAX_BYTES = 2 ** 26

const time = z.int().min(0)

const savedSchema = z.strictObject({
  schema: z.literal('powersim.session/1'),
  /** Of the powersim that wrote it. */
  version: z.string(),
  machine: z.record(z.string(), z.unknown()),
  seed: z.string().min(1),
  noise: z.boolean(),
  policy: z.string(),
  entries: z
    .array(
      z.union([
        z.strictObject({
          atNs: time,
          console: z.string(),
          user: z.string().exactOptional(),
          alone: z.literal(true).exactOptional(),
          line: z.string(),
          terminal: z.literal(true).exactOptional(),
        }),
        z.strictObject({ atNs: time, action: z.string(), arguments: z.array(z.string()) }),
        z.strictObject({ atNs: time, keys: z.string() }),
        z.strictObject({ atNs: time, terminal: z.enum(['end', 'drop']) }),
      ]),
    )
    .max(MAX_ENTRIES),
  nowNs: time,
  digest: z.string(),
})

export type SavedSession = z.output<typeof savedSchema>

/** A state file that is held: nobody else reads or writes it until `release`. */
export class StateFile {
  private readonly path: string
  private readonly lock: string

  /** Throws SessionError `state-in-use`, and `bad-state` for a file that cannot be written. */
  constructor(path: string) {
    this.path = path
    this.lock = `${path}.lock`
    if (!this.take() && !(this.isLeftBehind() && this.take())) throw this.inUse()
  }

  /** What the file holds; undefined when there is none yet. Throws SessionError `bad-state`. */
  read(): SavedSession | undefined {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size
    if (size === undefined) return undefined
    if (size > MAX_BYTES) throw this.unreadable(`it has ${size} bytes, a session at most ${MAX_BYTES}`)
    const parsed = savedSchema.safeParse(this.content())
    if (parsed.success) return parsed.data
    const { path, message } = complaintOf(parsed.error, 'a session')
    throw this.unreadable(path === '' ? message : `${path}: ${message}`)
  }

  /**
   * The session as it was left: what was done is done again. Throws SessionError `other-state` for a run that came out otherwise, and what
   * openConsole and replay refuse.
   */
  resume(saved: SavedSession, between: number): OpenConsole {
    const { machine, seed, noise } = saved
    const session = openConsole({ machine, seed, noise, between, policy: policyByName(saved.policy) })
    session.replay(saved.entries)
    session.passUntil(saved.nowNs)
    if (session.digest === saved.digest) return session
    const writer =
      saved.version === version ? 'it was changed, or another build of powersim wrote it' : `powersim ${saved.version} wrote it`
    throw new SessionError(
      'other-state',
      `${this.path}: its ${saved.entries.length} entries do not give the run that they gave when they were typed ` +
        `(digest ${session.digest}, expected ${saved.digest}): ${writer}, and this is powersim ${version}; start with another file`,
    )
  }

  /** Writes the session whole or not at all. Throws SessionError `state-limit`, `state-in-use` when the lock was lost. */
  save(plan: SessionPlan, session: OpenConsole): void {
    if (session.entries.length > MAX_ENTRIES) throw this.full()
    if (!this.isMine()) throw this.inUse()
    const { machine, seed, noise, policy } = plan
    const { entries, nowNs, digest } = session
    const saved = { schema: 'powersim.session/1', version, machine, seed, noise, policy, entries, nowNs, digest }
    const fresh = `${this.path}.${process.pid}.new`
    writeFileSync(fresh, `${JSON.stringify(saved, null, 1)}\n`)
    renameSync(fresh, this.path)
  }

  /** Refuses a line that could not be saved, before it is typed. Throws SessionError `state-limit`. */
  checkRoom(session: OpenConsole): void {
    if (session.entries.length >= MAX_ENTRIES) throw this.full()
  }

  release(): void {
    if (this.isMine()) rmSync(this.lock, { force: true })
  }

  private content(): unknown {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8'))
    } catch (cause) {
      throw this.unreadable(reason(cause))
    }
  }

  private unreadable(why: string): SessionError {
    return new SessionError('bad-state', `${this.path}: is no session that powersim has written: ${why}`)
  }

  private take(): boolean {
    try {
      const file = openSync(this.lock, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      return true
    } catch (cause) {
      if (isCode(cause, 'EEXIST')) return false
      throw new SessionError('bad-state', `${this.path}: cannot be written: ${reason(cause)}`)
    }
  }

  /** Removes the lock of a process that is no more. */
  private isLeftBehind(): boolean {
    const owner = this.owner()
    if (owner === undefined) return true
    try {
      process.kill(owner, 0)
      return false
    } catch (cause) {
      if (!isCode(cause, 'ESRCH')) return false
      rmSync(this.lock, { force: true })
      return true
    }
  }

  private isMine(): boolean {
    return this.owner() === process.pid
  }

  /** The process that the lock names; undefined when there is no lock any more. */
  private owner(): number | undefined {
    try {
      return Number(readFileSync(this.lock, 'utf8'))
    } catch {
      return undefined
    }
  }

  private inUse(): SessionError {
    const owner = this.owner()
    const message = `is in use by process ${owner}: wait for it, or remove ${this.lock} if that is no powersim`
    return new SessionError('state-in-use', `${this.path}: ${message}`)
  }

  private full(): SessionError {
    return new SessionError(
      'state-limit',
      `${this.path}: holds ${MAX_ENTRIES} entries, which is all that a session keeps: start with another file`,
    )
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
