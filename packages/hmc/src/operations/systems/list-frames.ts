// lssyscfg -r frame: the frames that a console manages. There are none here, and a console without frames says so (captured on V7R7.9).
// Names of attributes: domain knowledge, but for those that public clients ask for (name, serial_num, state).

import type { Yieldable } from '@powersim/kernel'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

export const frameAttributes: AttributeTable<never> = ['name', 'type_num', 'model_num', 'serial_num', 'ipaddr_a', 'ipaddr_b', 'state'].map(
  (name) => ({ name, value: () => '' }),
)

// A generator like every operation, though it never waits.
export function* listFrames(_: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(frameAttributes, [], options.output)
}
