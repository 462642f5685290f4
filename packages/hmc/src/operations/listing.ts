// The answer of an ls* command from its rows.
// Its layout and quoting are cli/output-form.ts.

import { type LineReply, printed } from '../cli/line-reply.js'
import { messageText } from '../cli/messages.js'
import { type AttributeTable, formatRows, type OutputForm } from '../cli/output-form.js'

/** The rows, or `No results were found.`, which is a success too. */
export function listing<O>(table: AttributeTable<O>, objects: readonly O[], form: OutputForm): LineReply {
  if (objects.length === 0) return printed(messageText('noResults'))
  const text = formatRows(table, objects, form).join('\n')
  // A row of one value that is empty is an empty line, and no silence.
  return text === '' ? { ...printed('\n'), raw: true } : printed(text)
}
