// What the command says beside its results of a machine that can be built and is better built differently: notes on stderr, and the same
// in `meta` of JSON. Which ones there are is the reader's of machine documents.

import { documentWarnings, type MachineDocument, readDocument } from '@powersim/managed-system'

/** `systems.0.nets…: message`, one for each warning; throws MachineError for a document that is none. */
export function machineNotes(machine: MachineDocument): readonly string[] {
  return documentWarnings(readDocument(machine)).map(({ path, message }) => `${path}: ${message}`)
}

/** As lines for stderr. */
export function noteLines(notes: readonly string[]): string {
  return notes.map((note) => `note: ${note}\n`).join('')
}

/** For `meta`: nothing when there are none. */
export function notesMeta(notes: readonly string[]): { readonly notes?: readonly string[] } {
  return notes.length === 0 ? {} : { notes }
}
