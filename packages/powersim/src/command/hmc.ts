// `powersim hmc`: a console to type on. With -c one line; from a pipe or a file every line, in one session; at a terminal by hand
// (hmc-shell.ts). The session itself is the library's openConsole, and what is kept of it between calls is session/state-file.ts.

import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { type Command, Option } from 'commander'
import { DEFAULT_USER } from '@powersim/hmc'
import { formatDuration } from '@powersim/kernel'
import { policyByName } from '@powersim/routing'
import { DEFAULT_BETWEEN_NS, type OpenConsole, openConsole, type TypedLine, type Typist } from '../session/open-console.js'
import { type SessionPlan, StateFile } from '../session/state-file.js'
import { durationOption, type MachineOptions, readMachine, withMachineOptions, withPolicyOption } from './common-options.js'
import { typeByHand } from './hmc-shell.js'
import { atTerminal } from './hmc-terminal.js'
import { UsageError } from './usage-error.js'
import { endsSession, WholeLines } from './whole-lines.js'

interface HmcOptions extends MachineOptions {
  readonly policy: string
  readonly command?: string
  readonly console?: string
  readonly user: string
  readonly between: number
  readonly state?: string
  readonly act?: string
}

export function addHmc(program: Command): void {
  withPolicyOption(withMachineOptions(program.command('hmc')))
    .description('type lines on a simulated console, by hand or from a program')
    .option('-c, --command <line>', 'type this line, print what it prints, and end with its exit status')
    .option('--console <name>', 'console to type on; the first of the machine document when absent')
    .option('--user <name>', 'who types: a user of the console', DEFAULT_USER)
    .addOption(
      new Option('--between <duration>', 'simulated time between the end of a line and the start of the next')
        .argParser(durationOption)
        .default(DEFAULT_BETWEEN_NS, formatDuration(DEFAULT_BETWEEN_NS)),
    )
    .option('--state <file>', 'go on where the last call with this file ended, and keep the session there')
    .option('--act <action>', "make this happen to the machine first: 'fsp.reset p520'")
    .action((options: HmcOptions, command: Command) => hmc(options, command))
}

async function hmc(options: HmcOptions, command: Command): Promise<void> {
  const asked: SessionPlan = {
    machine: await readMachine(options.machine),
    seed: options.seed,
    noise: options.noise,
    policy: options.policy,
  }
  if (options.state === undefined) return serve(opened(asked, options.between), options, unkept)
  const file = new StateFile(options.state)
  try {
    const saved = file.read()
    if (saved !== undefined) checkSame(asked, saved, command, options.state)
    const plan = saved ?? asked
    const session = saved === undefined ? opened(plan, options.between) : file.resume(saved, options.between)
    await serve(session, options, { before: () => file.checkRoom(session), after: () => file.save(plan, session) })
  } finally {
    file.release()
  }
}

function opened({ machine, seed, noise, policy }: SessionPlan, between: number): OpenConsole {
  return openConsole({ machine, seed, noise, between, policy: policyByName(policy) })
}

/** Options that were given and are not those of the session are a mistake, not a wish. */
function checkSame(asked: SessionPlan, saved: SessionPlan, command: Command, path: string): void {
  for (const option of ['machine', 'seed', 'noise', 'policy'] as const) {
    if (command.getOptionValueSource(option) !== 'cli' || isDeepStrictEqual(asked[option], saved[option])) continue
    throw new UsageError(`--${option}: the session in ${path} was begun with another one; leave the option out, or start with another file`)
  }
}

/** What keeps a session: told before a line is typed, and when one has returned. */
interface Keeper {
  before(): void
  after(): void
}

const unkept: Keeper = { before: () => undefined, after: () => undefined }

async function serve(session: OpenConsole, options: HmcOptions, keeper: Keeper): Promise<void> {
  const console = session.installation.console(options.console ?? session.firstConsole).name
  const user = options.user === DEFAULT_USER ? {} : { user: options.user }
  const typist: Typist = { console, ...user, alone: options.command !== undefined }
  const type = (line: string): void => {
    keeper.before()
    print(session.type(line, typist))
  }
  const [action, ...args] = options.act?.split(/\s+/).filter((word) => word !== '') ?? []
  if (action !== undefined) session.act(action, args)
  if (options.command !== undefined) type(options.command)
  else if (process.stdin.isTTY) {
    await typeByHand({
      installation: session.installation,
      console,
      user: options.user,
      type: (line) => byHand(session, line, typist, keeper),
    })
  } else {
    const lines = new WholeLines()
    for await (const line of createInterface({ input: process.stdin, terminal: false })) {
      const whole = lines.add(line)
      if (whole !== undefined) type(whole)
      if (endsSession(whole)) break
    }
    if (lines.open !== '') type(lines.open)
  }
  keeper.after()
}

/** One line at a terminal; gives what takes the keyboard when the line has opened a virtual terminal. */
function byHand(session: OpenConsole, line: string, typist: Typist, keeper: Keeper): (() => Promise<void>) | undefined {
  keeper.before()
  const terminal = session.openTerminal(line, typist)
  const returned = (): void => {
    if (terminal.line !== null) print(terminal.line)
    keeper.after()
  }
  if (terminal.line === null) return () => atTerminal(session, terminal).then(returned)
  returned()
  return undefined
}

function print({ stdout, stderr, exitStatus }: TypedLine): void {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = exitStatus
}
