// The grammar of the commands about Capacity on Demand, lscod and chcod. They go to the service processor, whatever routes there are.
// What they do is capacity-on-demand.ts.

import { type CommandRule, fields, flag, option, values } from '../../cli/command-rules.js'
import {
  capacityAttributes,
  capacityCodeAttributes,
  capacityHistoryAttributes,
  capacityKindWords,
  capacityResourceWords,
  enterCapacityCode,
  listCapacity,
  listCapacityCode,
  listCapacityHistory,
  requestCapacity,
  stopCapacity,
} from './capacity-on-demand.js'
import type { LineScope } from '../line-scope.js'

type Rule = CommandRule<LineScope>

const system = option('-m')
const output = [fields, flag('--header')]
const resource = option('-r', capacityResourceWords)
const kind = option('-c', capacityKindWords)

const lscod: Rule = {
  name: 'lscod',
  kind: 'list',
  selectors: ['-t'],
  otherValues: { '-t': values('bill', 'key', 'util') },
  variants: [
    {
      select: { '-t': 'cap' },
      operation: 'lscod cap',
      options: [system, resource, kind, ...output],
      required: ['-m', '-r'],
      notSimulated: [],
      attributes: capacityAttributes,
      run: listCapacity,
    },
    {
      select: { '-t': 'code' },
      operation: 'lscod cap',
      options: [system, resource, kind, ...output],
      required: ['-m', '-r', '-c'],
      notSimulated: [],
      attributes: capacityCodeAttributes,
      run: listCapacityCode,
    },
    {
      select: { '-t': 'hist' },
      operation: 'lscod hist',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [],
      attributes: capacityHistoryAttributes,
      run: listCapacityHistory,
    },
  ],
}

const chcod: Rule = {
  name: 'chcod',
  kind: 'change',
  selectors: ['-o'],
  otherValues: { '-o': values('s') },
  variants: [
    {
      select: { '-o': 'e' },
      operation: 'chcod',
      options: [system, option('-k')],
      required: ['-m', '-k'],
      notSimulated: [],
      run: enterCapacityCode,
    },
    {
      select: { '-o': 'a' },
      operation: 'chcod',
      options: [system, option('-c', ['onoff']), resource, option('-q', 'mib'), option('-d', 'count')],
      required: ['-m', '-c', '-r', '-q', '-d'],
      notSimulated: [],
      run: requestCapacity,
    },
    {
      select: { '-o': 'd' },
      operation: 'chcod',
      options: [system, option('-c', ['trial', 'onoff', 'utility']), resource],
      required: ['-m', '-c', '-r'],
      notSimulated: [],
      run: stopCapacity,
    },
  ],
}

export const capacityCommands: readonly Rule[] = [lscod, chcod]
