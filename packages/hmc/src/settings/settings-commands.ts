// The grammar of the commands about the console itself: lshmc, chhmc, hmcshutdown, monhmc and lspartition. Options are those of the manual
// pages and of public clients.

import { type CommandRule, fields, flag, flags, option, options, type OptionRule, type VariantRule, values } from '../cli/command-rules.js'
import type { AttributeRule } from '../cli/output-form.js'
import type { LineScope } from '../operations/line-scope.js'
import {
  changeDate,
  changeLocale,
  changing,
  network,
  route,
  shutDownConsole,
  switching,
  syslogServer,
  timeServer,
} from './change-settings.js'
import { listRmcPartitions } from './list-rmc-partitions.js'
import { listSettings, settingsListings } from './list-settings.js'
import { watchConsole } from './watch-console.js'

type Rule = CommandRule<LineScope>

const choices = settingsListings.map(({ flag: name }) => name)

const lshmc: Rule = {
  name: 'lshmc',
  kind: 'list',
  selectors: [],
  otherValues: {},
  variants: [
    {
      select: {},
      operation: null,
      options: [...flags(...choices), fields, flag('--header')],
      required: [choices.join('|')],
      exclusive: [choices],
      notSimulated: flags('-h', '-i', '-e', '-D', '--bmc', '--firewall'),
      attributes: [...new Map(settingsListings.flatMap((one) => one.attributes.map(ruleOf))).values()],
      run: listSettings,
    },
  ],
}

function ruleOf({ name, since, until }: AttributeRule): readonly [string, AttributeRule] {
  return [name, { name, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }]
}

const set = (
  what: string,
  verb: string,
  run: VariantRule<LineScope>['run'],
  rules: readonly OptionRule[] = [],
): VariantRule<LineScope> => ({
  select: { '-c': what, '-s': verb },
  operation: null,
  options: rules,
  required: [],
  notSimulated: [],
  run,
})

const host = options('-a', '-h')
const onOff = ['on', 'off']
const ofNetwork = [
  ...options('-i', '-a', '-nm', '-h', '-d', '-g'),
  option('--lparcomm', onOff),
  option('--ipv4dhcp', onOff),
  option('--speed', ['auto', '10', '100', '1000']),
  option('--duplex', ['auto', 'half', 'full']),
]
const ofRoute = [...options('-a', '-g', '-nm', '-i'), option('--routetype', ['host', 'net'])]

const switches = (['ssh', 'remotewebui', 'xntp', 'altdiskboot'] as const).flatMap((what) => {
  const service = { ssh: 'remoteShell', remotewebui: 'remoteWeb', xntp: 'timeService', altdiskboot: 'alternateDiskBoot' } as const
  const more = what === 'altdiskboot' ? [option('--mode', ['install', 'upgrade'])] : []
  return [true, false].map((on) => set(what, on ? 'enable' : 'disable', changing(switching(service[what], on)), more))
})

const chhmc: Rule = {
  name: 'chhmc',
  kind: 'change',
  selectors: ['-c', '-s'],
  otherValues: {
    '-c': values('kerberos', 'netboot', 'websm', 'http', 'imm', 'bmc', 'security', 'legacyhmccomm', 'callhome', 'dhcp', 'sol'),
    '-s': {},
  },
  variants: [
    ...switches,
    ...[true, false].flatMap((add) => {
      const verb = add ? 'add' : 'remove'
      return [
        set('xntp', verb, changing(timeServer(add)), host),
        set('syslog', verb, changing(syslogServer(add)), [...host, option('-t', ['udp', 'tcp', 'tls'])]),
        { ...set('netroute', verb, changing(route(add)), ofRoute), required: ['-a'] },
        set('network', verb, changing(network(verb)), options('-ns', '-ds')),
      ]
    }),
    { ...set('network', 'modify', changing(network('modify')), ofNetwork), notSimulated: options('--ipv6auto', '--ipv6dhcp', '--tso') },
    { ...set('locale', 'modify', changing(changeLocale), [option('-l')]), required: ['-l'] },
    { ...set('date', 'modify', changeDate, options('--datetime', '--timezone')), required: ['--datetime|--timezone'] },
  ],
}

const plain = { selectors: [], otherValues: {} } as const
const only = { select: {}, operation: null, notSimulated: [] } as const

const hmcshutdown: Rule = {
  name: 'hmcshutdown',
  kind: 'change',
  ...plain,
  variants: [{ ...only, options: [option('-t'), flag('-r')], required: ['-t'], run: shutDownConsole }],
}

const monhmc: Rule = {
  name: 'monhmc',
  kind: 'list',
  selectors: ['-r'],
  otherValues: { '-r': values('proc') },
  variants: ['disk', 'mem', 'swap'].map((resource) => ({
    ...only,
    select: { '-r': resource },
    options: [option('-n', 'count')],
    required: ['-n'],
    run: watchConsole(resource),
  })),
}

const lspartition: Rule = {
  name: 'lspartition',
  kind: 'list',
  ...plain,
  variants: [
    {
      ...only,
      options: [flag('-dlpar')],
      required: ['-dlpar'],
      notSimulated: [...flags('-sfp', '-all', '-i', '-ix'), option('-c')],
      run: listRmcPartitions,
    },
  ],
}

export const settingsCommands: readonly Rule[] = [lshmc, chhmc, hmcshutdown, monhmc, lspartition]
