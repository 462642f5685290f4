// SR-IOV adapters and their logical ports on the command line. No machine here has such an adapter, so that every line about one is
// refused, as by a system that does not support them. A vNIC that names one as its backing device is virtual-io-commands.ts.

import type { Yieldable } from '@powersim/kernel'
import { fields, flag, flags, option, options as texts, type VariantRule } from '../../cli/command-rules.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { converse, type LineScope } from '../line-scope.js'

function* refuse(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres io slot')
  return conversation.ok ? refused('sriovNotSupported', { system: conversation.value.system.name }) : conversation.reply
}

const system = option('-m')
const refusing = { operation: null, refuses: true, notSimulated: [], run: refuse } as const

/** Attributes of an adapter in the order of its row (capture of an HMC V10R3, fixtures cli-sriov-… of github.com/randomparity/hmc-mcp). */
const adapterAttributes = [
  ...['adapter_id', 'slot_id', 'config_state', 'functional_state', 'phys_loc', 'phys_ports', 'logical_ports', 'adapter_max_logical_ports'],
  ...['sriov_status', 'alternate_config'],
].map((name) => ({ name }))

/** Attributes of ports that clients name. */
const portAttributes = [
  ...['adapter_id', 'phys_port_id', 'logical_port_id', 'logical_port_type', 'lpar_name', 'lpar_id', 'phys_port_loc', 'state', 'capacity'],
].map((name) => ({ name }))

export const listSriovVariants: readonly VariantRule<LineScope>[] = ['adapter', 'physport', 'logport'].map((rsubtype) => ({
  ...refusing,
  select: { '-r': 'sriov', '--rsubtype': rsubtype },
  options: [system, option('--level', ['eth', 'ethc', 'roce', 'rocec']), fields, flag('--header')],
  required: ['-m'],
  attributes: rsubtype === 'adapter' ? adapterAttributes : portAttributes,
}))

export const changeSriovVariants: readonly VariantRule<LineScope>[] = ['a', 'r', 's'].map((verb) => ({
  ...refusing,
  select: { '-r': 'sriov', '-o': verb, '--rsubtype': 'logport' },
  options: [system, option('-p'), option('--id', 'lparId'), ...texts('-a', '-l'), option('-w', 'count'), ...flags('--force')],
  required: ['-m'],
  exclusive: [['-p', '--id']],
}))
