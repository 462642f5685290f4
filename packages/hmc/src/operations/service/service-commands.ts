// The grammar of the commands about service: events, lights, parts, dumps, firmware, power management. All of them go
// to the service processor, whatever routes there are. Operations of `updlic` beside a and letters of options are domain knowledge.

import { type CommandRule, fields, flag, flags, option, options, type VariantRule, values } from '../../cli/command-rules.js'
import { partitionFilters } from '../../cli/filter.js'
import { capacityCommands } from './capacity-commands.js'
import { changeIdentifyLed, changePartitionLed, changeSystemLed } from './change-led.js'
import { consoleEventAttributes, listConsoleEvents } from '../console-events.js'
import { dumpAttributes, dumpFilters, dumpTypeWords, getDump, listDumps, listHeldDumps, removeDump, startDump } from './dumps.js'
import { acceptLevel, installLevel, levelAttributes, listLevels } from './firmware.js'
import type { LineScope } from '../line-scope.js'
import {
  identifyLedAttributes,
  listIdentifyLeds,
  listPartitionLeds,
  listSystemLed,
  partitionLedAttributes,
  systemLedAttributes,
} from './list-leds.js'
import { listParts, partAttributes } from './list-parts.js'
import { listServiceEvents, serviceEventAttributes, serviceEventFilters } from './list-service-events.js'
import { changePowerManagement, energyAttributes, listPowerManagement, powerModeWords } from './power-management.js'
import { closeAllServiceEvents, closeServiceEvent } from './service-events.js'

type Rule = CommandRule<LineScope>
type Variant = VariantRule<LineScope>

const system = option('-m')
const filter = option('--filter')
const output = [fields, flag('--header')]
const needsSystem = { required: ['-m'], notSimulated: [option('-e')] }

const lssvcevents: Rule = {
  name: 'lssvcevents',
  kind: 'list',
  selectors: ['-t'],
  otherValues: { '-t': values('audit', 'fru', 'comment', 'files') },
  variants: [
    {
      select: { '-t': 'hardware' },
      operation: 'lssvcevents',
      options: [system, option('-d', 'count'), option('-i', 'count'), filter, ...output],
      required: [],
      exclusive: [['-d', '-i']],
      notSimulated: [option('-n', 'count')],
      attributes: serviceEventAttributes,
      filters: serviceEventFilters,
      run: listServiceEvents,
    },
    {
      select: { '-t': 'console' },
      operation: null,
      options: [option('-d', 'count'), option('-i', 'count'), ...output],
      required: [],
      exclusive: [['-d', '-i']],
      notSimulated: [filter],
      attributes: consoleEventAttributes,
      run: listConsoleEvents,
    },
  ],
}

const chsvcevent: Rule = {
  name: 'chsvcevent',
  kind: 'change',
  selectors: ['-o'],
  otherValues: { '-o': values('comment') },
  variants: [
    {
      select: { '-o': 'close' },
      operation: 'chsvcevent',
      options: [system, option('-p', 'positive'), option('-h')],
      required: ['-p'],
      notSimulated: [option('-c')],
      run: closeServiceEvent,
    },
    {
      select: { '-o': 'closeall' },
      operation: 'chsvcevent',
      options: [system, option('-h')],
      required: [],
      notSimulated: [],
      run: closeAllServiceEvents,
    },
  ],
}

const ledOthers = [option('-e'), option('-s')]

const lsled: Rule = {
  name: 'lsled',
  kind: 'list',
  selectors: ['-r', '-t'],
  otherValues: {},
  variants: [
    ...['phys', 'virtualsys'].map((scope): Variant => ({
      select: { '-r': 'sa', '-t': scope },
      operation: 'lsled',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: ledOthers,
      attributes: systemLedAttributes,
      run: listSystemLed,
    })),
    {
      select: { '-r': 'sa', '-t': 'virtuallpar' },
      operation: 'lsled',
      options: [system, filter, ...output],
      required: ['-m'],
      notSimulated: ledOthers,
      attributes: partitionLedAttributes,
      filters: partitionFilters,
      run: listPartitionLeds,
    },
    {
      select: { '-r': 'ident', '-t': 'phys' },
      operation: 'lsled',
      options: [system, ...output],
      required: ['-m'],
      notSimulated: [...ledOthers, filter],
      attributes: identifyLedAttributes,
      run: listIdentifyLeds,
    },
  ],
}

const onOff = option('-o', ['on', 'off'])

const chled: Rule = {
  name: 'chled',
  kind: 'change',
  selectors: ['-r', '-t'],
  otherValues: {},
  variants: [
    ...['phys', 'virtualsys'].map((scope): Variant => ({
      select: { '-r': 'sa', '-t': scope },
      operation: 'chled',
      options: [system, option('-o', ['off'])],
      required: ['-m', '-o'],
      notSimulated: ledOthers,
      run: changeSystemLed,
    })),
    {
      select: { '-r': 'sa', '-t': 'virtuallpar' },
      operation: 'chled',
      options: [system, onOff, option('-p'), option('--id', 'lparId')],
      required: ['-m', '-o', '-p|--id'],
      exclusive: [['-p', '--id']],
      notSimulated: ledOthers,
      run: changePartitionLed,
    },
    {
      select: { '-r': 'ident', '-t': 'phys' },
      operation: 'chled',
      options: [system, onOff, option('-l')],
      required: ['-m', '-o', '-l'],
      notSimulated: ledOthers,
      run: changeIdentifyLed,
    },
  ],
}

const lsfru: Rule = {
  name: 'lsfru',
  kind: 'list',
  selectors: [],
  otherValues: {},
  variants: [
    {
      ...needsSystem,
      select: {},
      operation: 'lsfru',
      options: [system, ...output],
      attributes: partAttributes,
      run: listParts,
    },
  ],
}

/** Whether it is the console's dumps or a system's is told by a flag, so the two are told apart by -h standing there. */
const lsdump: Rule = {
  name: 'lsdump',
  kind: 'list',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: 'lsdump',
      options: [system, flag('-h'), filter, ...output],
      required: ['-m|-h'],
      exclusive: [['-m', '-h']],
      notSimulated: [option('-e'), option('-s')],
      attributes: dumpAttributes,
      filters: dumpFilters,
      run: (scope, line) => (line.has('-h') ? listHeldDumps(scope, line) : listDumps(scope, line)),
    },
  ],
}

const startdump: Rule = {
  name: 'startdump',
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: 'startdump',
      options: [system, option('-t', dumpTypeWords), option('-r')],
      required: ['-m', '-t'],
      notSimulated: [option('-e'), option('-b')],
      run: startDump,
    },
  ],
}

const fileCommand = (name: 'getdump' | 'rmdump', run: Variant['run']): Rule => ({
  name,
  kind: 'change',
  selectors: [],
  otherValues: {},
  variants: [{ select: {}, operation: name, options: [system, option('-f')], required: ['-m', '-f'], notSimulated: [option('-e')], run }],
})

const lslic: Rule = {
  name: 'lslic',
  kind: 'list',
  selectors: ['-t'],
  otherValues: { '-t': values('power') },
  variants: [
    ...['sys', 'syspower'].map((type): Variant => ({
      ...needsSystem,
      select: { '-t': type },
      operation: 'lslic',
      options: [system, ...output],
      attributes: levelAttributes,
      run: listLevels,
    })),
    {
      ...needsSystem,
      select: {},
      operation: 'lslic',
      options: [system, ...output],
      attributes: levelAttributes,
      run: listLevels,
    },
  ],
}

const updlicOthers = [option('-e'), ...options('-h', '-u', '--passwd', '-k', '-q', '--protocol'), ...flags('-v', '-n')]

const updlic: Rule = {
  name: 'updlic',
  kind: 'change',
  selectors: ['-o'],
  otherValues: { '-o': values('d', 'i', 'u', 'p', 'v') },
  variants: [
    {
      select: { '-o': 'a' },
      operation: 'updlic install',
      options: [system, option('-l'), option('-t', ['sys', 'syspower', 'all']), option('-r', ['mountpoint', 'disk']), option('-d')],
      required: ['-m', '-l'],
      notSimulated: updlicOthers,
      run: installLevel,
    },
    ...['c', 'r'].map((verb): Variant => ({
      select: { '-o': verb },
      operation: 'updlic accept',
      options: [system, option('-t', ['sys', 'syspower', 'all'])],
      required: ['-m'],
      notSimulated: updlicOthers,
      run: acceptLevel,
    })),
  ],
}

const lspwrmgmt: Rule = {
  name: 'lspwrmgmt',
  kind: 'list',
  selectors: ['-r'],
  otherValues: { '-r': values('lpar') },
  variants: [
    {
      ...needsSystem,
      select: { '-r': 'sys' },
      operation: 'lspwrmgmt',
      options: [system, ...output],
      attributes: energyAttributes,
      run: listPowerManagement,
    },
  ],
}

const chpwrmgmt: Rule = {
  name: 'chpwrmgmt',
  kind: 'change',
  selectors: ['-r', '-o'],
  otherValues: { '-r': values('lpar'), '-o': values('s') },
  variants: [
    {
      select: { '-r': 'sys', '-o': 'enable' },
      operation: 'chpwrmgmt',
      options: [system, option('-t', powerModeWords)],
      required: ['-m', '-t'],
      notSimulated: [option('-e')],
      run: changePowerManagement,
    },
    { ...needsSystem, select: { '-r': 'sys', '-o': 'disable' }, operation: 'chpwrmgmt', options: [system], run: changePowerManagement },
  ],
}

export const serviceCommands: readonly Rule[] = [
  lssvcevents,
  chsvcevent,
  lsled,
  chled,
  lsfru,
  lsdump,
  startdump,
  fileCommand('getdump', getDump),
  fileCommand('rmdump', removeDump),
  lslic,
  updlic,
  lspwrmgmt,
  chpwrmgmt,
  ...capacityCommands,
]
