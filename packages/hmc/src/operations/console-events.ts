// lssvcevents -t console: what was done at this console, newest last: one event for each command that changes something, with who typed it.
// That rows begin with time= and that texts hold the command is what public scripts read; the rest of the words is domain knowledge.
// Events of managed systems are list-service-events.ts.

import type { Yieldable } from '@powersim/kernel'
import type { LineReply } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { AttributeTable } from '../cli/output-form.js'
import type { LineScope } from './line-scope.js'
import { sinceNs } from './service/list-service-events.js'
import { listing } from './listing.js'

/** Events that a console keeps; the oldest goes for a new one (estimate). */
const EVENTS_KEPT = 4096
/** Options whose values nobody is to read afterwards. */
const secret: ReadonlySet<string> = new Set(['--passwd', '--newpasswd'])

interface ConsoleEvent {
  readonly atNs: number
  readonly text: string
}

export class ConsoleEvents {
  private readonly events: ConsoleEvent[] = []

  /** A command has ended that changes something, or was to. */
  record(atNs: number, user: string, words: readonly string[], done: boolean): void {
    const command = words.map((word, at) => (secret.has(words[at - 1] ?? '') ? '****' : word)).join(' ')
    const ended = done ? 'was executed successfully' : 'failed'
    this.events.push({ atNs, text: `${done ? 'HSCE2346' : 'HSCE2347'} User name ${user}: ${command} command ${ended}.` })
    if (this.events.length > EVENTS_KEPT) this.events.shift()
  }

  /** Oldest first. */
  since(atNs: number): readonly ConsoleEvent[] {
    return this.events.filter((event) => event.atNs >= atNs)
  }
}

export const consoleEventAttributes: AttributeTable<{ readonly time: string; readonly text: string }> = [
  { name: 'time', value: ({ time }) => time },
  { name: 'text', value: ({ text }) => text },
]

/** -d DAYS, -i MINUTES: of the last days or minutes. */
export function* listConsoleEvents(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { context } = scope
  const rows = context.consoleEvents.since(sinceNs(scope, options)).map(({ atNs, text }) => ({ time: context.timeOfDay(atNs), text }))
  return listing(consoleEventAttributes, rows, options.output)
}
