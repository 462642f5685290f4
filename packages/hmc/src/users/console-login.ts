// One login of a user at a console: its shell's variables, its lines, and when it ends. Closed by logout, by its user's time-outs, by the
// removal of its user, or from the start when the user is not let in; then every line answers as a remote shell that has no session.
// Time-outs take no event: a login that was idle for too long is closed when somebody looks.

import { Interrupted, type Process, type Signal, type Simulation, type Yieldable } from '@powersim/kernel'
import { checkedInteger } from '../errors.js'
import type { LineOutcome, OperationContext } from '../operations/operation-context.js'
import type { ConsolePower } from '../settings/console-power.js'
import { ShellSession } from '../shell/shell-session.js'
import type { TerminalSession } from '../terminal/terminal-session.js'
import type { HmcUser } from './hmc-user.js'
import type { UserDirectory } from './user-directory.js'

/** A line as the script player hands it over. */
export interface ConsoleLine {
  readonly text: string
  readonly variables: Readonly<Record<string, string>>
  /** Position in the unrolled program, 0 to 2^32 - 1: the identity that random draws are keyed by. */
  readonly ordinal: number
  /**
   * Takes the virtual terminal that an mkvterm of the line opens; the line returns when the session has ended. Left out: nobody types, so
   * that its input is at its end and the session ends by itself.
   */
  readonly terminal?: (session: TerminalSession) => void
}

/** A line that has returned. */
export interface LineResult extends LineOutcome {
  readonly startNs: number
  readonly durationNs: number
}

/** What a login needs of its console. */
export interface LoginWiring {
  readonly console: string
  readonly simulation: Simulation
  readonly users: UserDirectory
  readonly power: ConsolePower
  /** What a line of this user sees of the console. */
  readonly context: (line: ConsoleLine, user: HmcUser) => OperationContext
}

/** Largest ordinal of a line: the identities of its commands lie below those that belong to no line. */
const MAX_ORDINAL = 2 ** 32 - 1

const MINUTE_NS = 60_000_000_000

/** A line that runs, as the process that it is. */
interface LineRun {
  process: Process<LineResult> | null
}

/** Status of a remote shell whose session could not be had, or is gone. */
const NO_SESSION = 255

export class ConsoleLogin {
  readonly userName: string
  private readonly wiring: LoginWiring
  /** Null: not let in. */
  private readonly user: HmcUser | null
  /** What whoever was not let in is told. */
  private readonly refusal: string
  private verifiedNs: number
  private lastNs: number
  private running = 0
  private loggedOut = false
  private readonly shell: ShellSession
  /** Start of the console that it is of. */
  private readonly start: number

  /** `admitted`: the user, or why it is not let in. */
  constructor(wiring: LoginWiring, userName: string, admitted: HmcUser | string) {
    this.wiring = wiring
    this.userName = userName
    this.start = wiring.power.starts
    this.user = typeof admitted === 'string' ? null : admitted
    this.refusal = typeof admitted === 'string' ? `${userName}@${wiring.console}: ${admitted}\n` : ''
    this.verifiedNs = this.lastNs = wiring.simulation.now
    this.shell = new ShellSession({ USER: userName, LOGNAME: userName, HOME: `/home/${userName}`, HOSTNAME: wiring.console })
  }

  /** `refused`: the user was not let in. `closed`: the session has ended. */
  get state(): 'open' | 'refused' | 'closed' {
    const { user, loggedOut } = this
    if (user === null) return 'refused'
    const gone = loggedOut || this.shell.ended || this.start !== this.wiring.power.starts
    return gone || this.timedOut(user) || this.wiring.users.users.get(user.name) !== user ? 'closed' : 'open'
  }

  /** Whether the session asks who is there, as it does every `session_timeout` minutes; unanswered, it closes. */
  get asksIdentity(): boolean {
    return this.user !== null && this.state === 'open' && this.sinceVerified >= sessionNs(this.user)
  }

  /** Answers that question; false for a wrong password. */
  verify(password: string): boolean {
    if (this.user === null || this.state !== 'open' || password !== this.user.password) return false
    this.verifiedNs = this.wiring.simulation.now
    return true
  }

  logout(): void {
    this.loggedOut = true
  }

  /** Types one line and fires when it has returned. Throws HmcError `bad-line` for an ordinal out of range. */
  perform(line: ConsoleLine): Signal<LineResult> {
    checkedInteger('bad-line', `console ${this.wiring.console}.perform.ordinal`, line.ordinal, 0, MAX_ORDINAL)
    const { simulation, power, console } = this.wiring
    const run: LineRun = { process: null }
    run.process = simulation.process(`${console}.line`, this.type(line, run))
    power.began(run.process)
    return run.process.ended
  }

  private *type(line: ConsoleLine, run: LineRun): Generator<Yieldable, LineResult> {
    const { simulation, power } = this.wiring
    const startNs = simulation.now
    const { user } = this
    try {
      if (user === null || this.state !== 'open') return this.noSession(startNs)
      this.running++
      const outcome = yield* this.shell.run(this.wiring.context(line, user), line.text, line.variables)
      const durationNs = simulation.now - startNs
      // Written out: more fields behind a spread make a slow object.
      const { exitStatus, stdout, stderr, operation, commands, operations, notSimulated } = outcome
      const missing = notSimulated === undefined ? {} : { notSimulated }
      return { exitStatus, stdout, stderr, operation, commands, operations, startNs, durationNs, ...missing }
    } catch (error) {
      // The console has gone down; anything else is a bug.
      if (!(error instanceof Interrupted)) throw error
      return this.noSession(startNs)
    } finally {
      if (this.running > 0) this.running--
      this.lastNs = simulation.now
      if (run.process !== null) power.ended(run.process)
    }
  }

  private noSession(startNs: number): LineResult {
    const stderr = this.user === null ? this.refusal : `Connection to ${this.wiring.console} closed by remote host.\n`
    return {
      exitStatus: NO_SESSION,
      stdout: '',
      stderr,
      operation: null,
      commands: 0,
      operations: [],
      startNs,
      durationNs: this.wiring.simulation.now - startNs,
    }
  }

  private get sinceVerified(): number {
    return this.wiring.simulation.now - this.verifiedNs
  }

  private timedOut(user: HmcUser): boolean {
    const idleNs = user.idleTimeoutMinutes === 0 ? Infinity : user.idleTimeoutMinutes * MINUTE_NS
    if (this.running === 0 && this.wiring.simulation.now - this.lastNs >= idleNs) return true
    return this.sinceVerified >= sessionNs(user) + user.verifyTimeoutMinutes * MINUTE_NS
  }
}

function sessionNs({ sessionTimeoutMinutes }: HmcUser): number {
  return sessionTimeoutMinutes === 0 ? Infinity : sessionTimeoutMinutes * MINUTE_NS
}
