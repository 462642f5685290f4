// The grammar of lslparutil and chlparutil (IBM manual pages, POWER7).
// What they do is list-utilization.ts.

import { type CommandRule, fields, flag, option, type VariantRule } from '../cli/command-rules.js'
import type { LineScope } from '../operations/line-scope.js'
import {
  changeSettings,
  listSettings,
  listUtilization,
  sampleRateWords,
  utilizationAttributes,
  utilizationFilters,
  type UtilizationKind,
  utilizationKinds,
  utilizationSettings,
} from './list-utilization.js'
import { endOptions, spacings, startOptions } from './sample-times.js'

const system = option('-m')
const output = [fields, flag('--header')]
const times = ['-d', '-h', '--minutes', '-n', ...startOptions, ...endOptions].map((name) => option(name, 'count'))

/** `hmc`: events of the console itself, of which none are collected. */
const kinds: readonly (readonly [resource: string, kinds: readonly UtilizationKind[]])[] = [
  ...utilizationKinds.map((kind) => [kind, [kind]] as const),
  ['hmc', []],
  ['all', utilizationKinds],
]

const lslparutil: CommandRule<LineScope> = {
  name: 'lslparutil',
  kind: 'list',
  selectors: ['-r'],
  otherValues: {},
  variants: [
    ...kinds.map(([resource, of]): VariantRule<LineScope> => ({
      select: { '-r': resource },
      operation: null,
      options: [system, ...times, option('-s', spacings), option('--filter'), ...output],
      required: ['-m'],
      notSimulated: [],
      attributes: utilizationAttributes(of),
      filters: utilizationFilters,
      run: listUtilization(of),
    })),
    {
      select: { '-r': 'config' },
      operation: null,
      options: [system, ...output],
      required: [],
      notSimulated: [],
      attributes: utilizationSettings,
      run: listSettings,
    },
  ],
}

const chlparutil: CommandRule<LineScope> = {
  name: 'chlparutil',
  kind: 'change',
  selectors: ['-r'],
  otherValues: {},
  variants: [
    {
      select: { '-r': 'config' },
      operation: null,
      options: [system, option('-s', sampleRateWords)],
      required: ['-s'],
      notSimulated: [],
      run: changeSettings,
    },
  ],
}

export const utilizationCommands: readonly CommandRule<LineScope>[] = [lslparutil, chlparutil]
