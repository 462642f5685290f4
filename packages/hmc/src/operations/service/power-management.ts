// lspwrmgmt and chpwrmgmt: power saver modes of a managed system (EnergyScale). `enable -t` names a mode, `disable` goes back to nominal.
// Attribute names beside supported_power_saver_mode_types are ours: no capture of a row is public.

import type { Yieldable } from '@powersim/kernel'
import { powerModes, type ReplyOf } from '@powersim/protocol'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

type Energy = ReplyOf<'energy.read'>

export const powerModeWords: readonly string[] = powerModes.filter((mode) => mode !== 'none')

export const energyAttributes: AttributeTable<{ readonly name: string; readonly energy: Energy }> = [
  { name: 'name', value: ({ name }) => name },
  { name: 'curr_power_saver_mode', value: ({ energy }) => (energy.mode === 'none' ? 'Disabled' : 'Enabled') },
  { name: 'curr_power_saver_mode_type', value: ({ energy }) => energy.mode },
  { name: 'desired_power_saver_mode', value: ({ energy }) => (energy.desiredMode === 'none' ? 'Disabled' : 'Enabled') },
  { name: 'desired_power_saver_mode_type', value: ({ energy }) => energy.desiredMode },
  { name: 'supported_power_saver_mode_types', value: ({ energy }) => energy.supported },
  { name: 'power_cap_watts', value: ({ energy }) => energy.capWatts ?? 'none' },
  { name: 'inlet_temperature', value: ({ energy }) => Math.round(energy.inletCelsius) },
  { name: 'power_watts', value: ({ energy }) => Math.round(energy.powerWatts) },
  { name: 'processor_frequency_percent', value: ({ energy }) => Math.round(energy.frequencyPercent) },
]

export function* listPowerManagement(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lspwrmgmt')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('energy.read', {})
  if (!reply.ok) return reply.reply
  return listing(energyAttributes, [{ name: conversation.value.system.name, energy: reply.value }], options.output)
}

/** -o enable -t MODE, -o disable */
export function* changePowerManagement(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chpwrmgmt')
  if (!conversation.ok) return conversation.reply
  const mode = options.choice('-t', powerModes) ?? 'none'
  const reply = yield* conversation.value.ask('energy.mode', { mode })
  return reply.ok ? silent : reply.reply
}
