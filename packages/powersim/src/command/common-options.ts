// Options that every subcommand takes, and the reading of files that they name. Everything is checked before anything runs.
// What a subcommand does with them is in its own file.

import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '@powersim/kernel'
import { type MachineDocument, presetNames } from '@powersim/managed-system'
import { builtInPolicies } from '@powersim/routing'
import type { MixDocument } from '../mix-document.js'
import { type Workload, workloads } from '../workloads.js'
import { reason, UsageError } from './usage-error.js'

/** Seed of a command that is given none; it is always printed. */
const DEFAULT_SEED = 'powersim'

/** Characters that are written at once. */
const WRITE_LENGTH = 65_536

export interface MachineOptions {
  readonly machine: string
  readonly seed: string
  readonly noise: boolean
}

export interface CommonOptions extends MachineOptions {
  readonly json?: string
}

/** Adds `--machine`, `--seed`, `--noise` and `--json` to a subcommand. */
export function withCommonOptions(command: Command): Command {
  return withJsonOption(withMachineOptions(command))
}

/** Adds `--machine`, `--noise` and `--seed` to a subcommand, for one whose result is no document. */
export function withMachineOptions(command: Command): Command {
  const machine = command
    .option('--machine <name|file>', `preset (${presetNames.join(', ')}) or machine document in YAML or JSON`, 'power520')
    .addOption(new Option('--noise <on|off>', 'off: every variate at its mean, no background work').argParser(onOff).default(true, 'on'))
  return withSeedOption(machine)
}

/** Adds `--seed` and `--json` to a subcommand, for one that runs no machine. */
export function withResultOptions(command: Command): Command {
  return withJsonOption(withSeedOption(command))
}

function withSeedOption(command: Command): Command {
  return command.option('--seed <text>', 'seed of all random draws', nonEmpty, DEFAULT_SEED)
}

/** Adds `--json` to a subcommand. */
export function withJsonOption(command: Command): Command {
  return command.option('--json <file>', 'write the result as JSON; - is stdout, and then nothing else goes there')
}

/** Adds `--policy` to a subcommand that runs one. */
export function withPolicyOption(command: Command): Command {
  const names = builtInPolicies.map((policy) => policy.name).join(', ')
  return command.option('--policy <name>', `routing policy: ${names}`, 'by-target')
}

/** A preset by name, or the document in a file. The reader of YAML is loaded for a file only: it takes a while. */
export async function readMachine(given: string): Promise<MachineDocument> {
  if (presetNames.some((name) => name === given)) return { preset: given }
  if (!/[./\\]/.test(given)) {
    throw new UsageError(`--machine: unknown machine '${given}': expected one of ${presetNames.join(', ')}, or a file (.yaml, .json)`)
  }
  // An object of unknown fields: readDocument checks every one of them.
  return (await readFields('--machine', given, "a machine document, such as 'preset: power520'")) as MachineDocument
}

/** What stands before the file of a generated mix. */
const MIX_PREFIX = 'mix:'

/** A script file as a workload, or the mix in a file when it is given as `mix:FILE`. */
export async function readWorkload(option: string, given: string): Promise<Workload> {
  if (!given.startsWith(MIX_PREFIX)) {
    if (/\.(?:ya?ml|json)$/.test(given))
      throw new UsageError(`${option}: ${given} is no script: write ${MIX_PREFIX}${given} for a generated mix`)
    return workloads.text(readText(option, given), basename(given), given)
  }
  const file = given.slice(MIX_PREFIX.length)
  // An object of unknown fields: programOf checks every one of them.
  return workloads.mix((await readFields(option, file, "a mix, such as 'operations: 1000'")) as MixDocument, basename(file), file)
}

/** The fields of a document in YAML or JSON. */
export async function readFields(option: string, file: string, what: string): Promise<object> {
  return (await readLinedFields(option, file, what)).fields
}

/** The same, and the line of a field by its path (`partitions.0.name`), or of what is nearest around it. */
export async function readLinedFields(option: string, file: string, what: string) {
  const text = readText(option, file)
  const { isNode, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new UsageError(`${file}:${line}:${col}: ${firstLine(error.message)}`)
  }
  const content: unknown = document.toJS()
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new UsageError(`${file}: expected fields of ${what}`)
  const lineOf = (path: string): number => {
    const keys = path === '' ? [] : path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    for (let depth = keys.length; depth > 0; depth--) {
      const node = document.getIn(keys.slice(0, depth), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  return { fields: content, lineOf }
}

/** Refuses a JSON target that cannot be written, before anything is run for it. */
export function checkJsonTarget(target: string | undefined): void {
  if (target !== undefined && target !== '-') checkFileTarget('--json', target)
}

/** Refuses a file that cannot be written, before anything is run for it. */
export function checkFileTarget(option: string, target: string): void {
  try {
    if (existsSync(target) && statSync(target).isDirectory()) throw new UsageError(`${option}: cannot write ${target}: it is a folder`)
    accessSync(existsSync(target) ? target : dirname(target), constants.W_OK)
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError(`${option}: cannot write ${target}: ${reason(cause)}`)
  }
}

/** Writes a text that comes in pieces to a file. */
export function writePieces(option: string, target: string, pieces: Iterable<string>): void {
  try {
    const file = openSync(target, 'w')
    try {
      let text = ''
      for (const piece of pieces) {
        text += piece
        if (text.length < WRITE_LENGTH) continue
        writeSync(file, text)
        text = ''
      }
      writeSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new UsageError(`${option}: cannot write ${target}: ${reason(cause)}`)
  }
}

/** Writes JSON to a file, or to stdout for `-`. */
export function writeJson(target: string, document: unknown): void {
  const text = `${JSON.stringify(document, null, 2)}\n`
  if (target === '-') {
    process.stdout.write(text)
    return
  }
  try {
    writeFileSync(target, text)
  } catch (cause) {
    throw new UsageError(`--json: cannot write ${target}: ${reason(cause)}`)
  }
}

/** An integer option within bounds. */
export function integerOption(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= from && value <= to) return value
    throw new InvalidArgumentError(`expected a whole number from ${from} to ${to}, got '${text}'`)
  }
}

/** A duration with its unit, `2s`, in ns. */
export function durationOption(text: string): number {
  try {
    return parseDuration(text)
  } catch (cause) {
    throw new InvalidArgumentError(reason(cause))
  }
}

function onOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError(`expected on or off, got '${text}'`)
  return text === 'on'
}

function nonEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('expected a text that is not empty')
  return text
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${option}: cannot read ${file}: ${reason(cause)}`)
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
