// lsfru: the vital product data of the parts, as the service processor has collected them. Attribute names are ours: no capture of a row
// is public.

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { Step } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

type Part = ReplyOf<'service.vpd'>['parts'][number]

export const partAttributes: AttributeTable<Part> = [
  { name: 'location_code', value: ({ location }) => location },
  { name: 'description', value: ({ description }) => description },
  { name: 'part_num', value: ({ partNumber }) => partNumber },
  { name: 'serial_num', value: ({ serialNumber }) => serialNumber },
  { name: 'state', value: ({ state }) => state },
]

export function* listParts(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lsfru')
  if (!conversation.ok) return conversation.reply
  const parts: Part[] = []
  for (let from: number | undefined = 0; from !== undefined;) {
    const reply: Step<ReplyOf<'service.vpd'>> = yield* conversation.value.ask('service.vpd', from === 0 ? {} : { from })
    if (!reply.ok) return reply.reply
    parts.push(...reply.value.parts)
    from = reply.value.next
  }
  return listing(partAttributes, parts, options.output)
}
