// `powersim hmc`: a console to type on. With -c one line; from a pipe or a file every line, in one session; both with nothing on stdout
// and stderr but what the console prints. The session itself is the library's openConsole.

import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { formatDuration } from '@powersim/kernel'
import { policyByName } from '@powersim/routing'
import { DEFAULT_BETWEEN_NS, openConsole, type OpenConsole, type TypedLine } from '../session/open-console.js'
import { durationOption, type MachineOptions, readMachine, withMachineOptions, withPolicyOption } from './common-options.js'

interface HmcOptions extends MachineOptions {
  readonly policy: string
  readonly command?: string
  readonly console?: string
  readonly between: number
}

export function addHmc(program: Command): void {
  withPolicyOption(withMachineOptions(program.command('hmc')))
    .description('type lines on a simulated console, by hand or from a program')
    .option('-c, --command <line>', 'type this line, print what it prints, and end with its exit status')
    .option('--console <name>', 'console to type on; the first of the machine document when absent')
    .addOption(
      new Option('--between <duration>', 'simulated time between the end of a line and the start of the next')
        .argParser(durationOption)
        .default(DEFAULT_BETWEEN_NS, formatDuration(DEFAULT_BETWEEN_NS)),
    )
    .action((options: HmcOptions) => hmc(options))
}

async function hmc(options: HmcOptions): Promise<void> {
  const { seed, noise, between } = options
  const session = openConsole({
    machine: await readMachine(options.machine),
    seed,
    noise,
    between,
    policy: policyByName(options.policy),
  })
  const typist = options.console === undefined ? {} : { console: session.installation.console(options.console).name }
  if (options.command === undefined) await typeLines(session, typist)
  else print(session.type(options.command, typist))
}

async function typeLines(session: OpenConsole, typist: { console?: string }): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, terminal: false })) {
    if (/^\s*(?:exit|quit|logout)\s*$/.test(line)) break
    print(session.type(line, typist))
  }
}

function print({ stdout, stderr, exitStatus }: TypedLine): void {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = exitStatus
}
