// chsyscfg -r sys: what a managed system does at its next power-on. The service processor keeps it. A system keeps the name that it was
// made with, and its other attributes stay as they are.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { SettingRule } from '../../cli/settings.js'
import { converse, type LineScope } from '../line-scope.js'
import { enteredSettings } from '../profiles/entered-settings.js'

const startPolicies = ['autostart', 'userinit', 'autorecovery'] as const

const systemRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'power_on_lpar_start_policy', takes: startPolicies },
  { name: 'new_name', takes: 'name', notSimulated: true },
  { name: 'power_off_policy', takes: 'flag', neutral: '0' },
  { name: 'requested_num_sys_huge_pages', takes: 'text', notSimulated: true },
  { name: 'service_lpar_id', takes: 'text', neutral: 'none' },
  { name: 'service_lpar_name', takes: 'text', notSimulated: true },
]

export function* changeSystem(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(systemRules, options, 'chsyscfg -r sys')
  if (!data.ok) return data.reply
  const { settings } = data
  const lparStartPolicy = settings.choice('power_on_lpar_start_policy', startPolicies)
  const conversation = converse(scope, options, 'chsyscfg sys')
  if (!conversation.ok) return conversation.reply
  const name = settings.text('name')
  if (name !== undefined && scope.context.system(name) !== conversation.value.system) return refused('systemNotFound', { name })
  const request = lparStartPolicy === undefined ? {} : { lparStartPolicy }
  const changed = yield* conversation.value.ask('system.configure', request)
  return changed.ok ? silent : changed.reply
}
