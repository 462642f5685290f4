// chhwres -r virtualio --rsubtype vswitch -o a and r: a virtual Ethernet switch comes or goes, named by --vswitch.
// Modes of switches and other names for them are not modelled.

import type { Yieldable } from '@powersim/kernel'
import { flag, option, type VariantRule } from '../../cli/command-rules.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { converse, type LineScope } from '../line-scope.js'

function* changeSwitch(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.required('--vswitch')
  // As the strings of adapters can hold it.
  if (!/^[\x21-\x2e\x30-\x7e]{1,31}$/.test(name)) return refused('missingParameter', { names: '--vswitch' })
  const adds = options.required('-o') === 'a'
  const conversation = converse(scope, options, adds ? 'chhwres vswitch add' : 'chhwres vswitch remove')
  if (!conversation.ok) return conversation.reply
  const changed = yield* conversation.value.ask(adds ? 'virtualSwitch.add' : 'virtualSwitch.remove', { name })
  return changed.ok ? silent : changed.reply
}

export const changeSwitchVariants: readonly VariantRule<LineScope>[] = (['a', 'r'] as const).map((verb) => ({
  select: { '-r': 'virtualio', '-o': verb, '--rsubtype': 'vswitch' },
  operation: verb === 'a' ? 'chhwres vswitch add' : 'chhwres vswitch remove',
  options: [option('-m'), option('--vswitch')],
  required: ['-m', '--vswitch'],
  notSimulated: [option('-a'), option('-w', 'count'), option('-d', ['0', '1', '2', '3', '4', '5']), flag('--force')],
  run: changeSwitch,
}))
