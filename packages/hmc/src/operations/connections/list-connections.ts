// lssysconn -r all: the console's own table of connections; no managed system is asked. Row captured in the dissertation (snapshot 4.2):
// the partition that runs the network server shows up as one more row with sp=primary.

import type { Yieldable } from '@powersim/kernel'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import type { ConnectionRow } from '../operation-context.js'

export const connectionAttributes: AttributeTable<ConnectionRow> = [
  { name: 'resource_type', value: () => 'sys' },
  { name: 'type_model_serial_num', value: (row) => (row.serialNumber === null ? row.typeModel : `${row.typeModel}*${row.serialNumber}`) },
  { name: 'sp', value: (row) => row.sp },
  { name: 'sp_phys_loc', value: () => 'unavailable' },
  { name: 'ipaddr', value: (row) => row.ipAddress },
  { name: 'alt_ipaddr', value: () => 'unavailable' },
  { name: 'state', value: (row) => row.state },
  { name: 'connection_error_code', value: (row) => row.errorCode ?? '', when: (row) => row.errorCode !== undefined },
]

// A generator like every operation, though it never waits.
export function* listConnections(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(connectionAttributes, scope.context.connections(), options.output)
}
