// Workloads by what they are made of. A workload is plain data; which consoles and actions it may name depends on the machine that it is
// run on, so it is checked there, before time 0.

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { checkShellLine } from '@powersim/hmc'
import { actionNames, type InstallationDocument } from '@powersim/managed-system'
import { type Mix, parseScript, type Script } from '@powersim/workload'
import { type MixDocument, readMix } from './mix-document.js'

/** Console lines with times and blocks, as text. */
export interface ScriptWorkload {
  readonly kind: 'script'
  /** Name in reports. */
  readonly name: string
  /** Name in error messages. */
  readonly file: string
  readonly text: string
}

/** Operations of several classes that come as a law says; what it may say: docs/models/mix.md. */
export interface MixWorkload {
  readonly kind: 'mix'
  /** Name in reports. */
  readonly name: string
  /** Name in error messages. */
  readonly file: string
  readonly document: MixDocument
}

export type Workload = ScriptWorkload | MixWorkload

export const workloads = {
  /** A script file (`.hmc`). Rejects as `readFile` does when it cannot be read. */
  async script(file: string): Promise<ScriptWorkload> {
    return { kind: 'script', name: basename(file), file, text: await readFile(file, 'utf8') }
  },
  /** A script given as text; `file` is what error messages call it. */
  text(text: string, name = 'script', file = name): ScriptWorkload {
    return { kind: 'script', name, file, text }
  },
  /** A generated mix; `file` is what error messages call it. */
  mix(document: MixDocument, name = 'mix', file = name): MixWorkload {
    return { kind: 'mix', name, file, document }
  },
}

/**
 * The program of a workload on a machine. Throws ScriptError with file, line and column, or MixError with the path of the bad field, when
 * it is none.
 */
export function programOf(workload: Workload, document: InstallationDocument): Script | Mix {
  if (workload.kind === 'mix') return readMix(workload.document, workload.file, document)
  return parseScript(workload.text, {
    file: workload.file,
    consoles: document.consoles.map((console) => console.name),
    actions: actionNames,
    checkLine: checkShellLine,
  })
}
