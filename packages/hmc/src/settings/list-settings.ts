// lshmc: version, vital product data, network, remote access and the lists behind it. Forms of -V, -v and -r are those of public captures,
// attributes of the others those of the manual page and of the Ansible collection for the HMC; their values are the console's settings.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, printed, refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { type Attribute, type AttributeTable, type OutputForm } from '../cli/output-form.js'
import type { LineScope } from '../operations/line-scope.js'
import { listing } from '../operations/listing.js'
import type { OperationContext } from '../operations/operation-context.js'
import { type ConsoleSettings, locales, type Route } from './console-settings.js'
import { baseVersion, releaseOf } from './release.js'

interface SettingsRow {
  readonly context: OperationContext
  readonly settings: ConsoleSettings
}

const word = (on: boolean): string => (on ? 'enable' : 'disable')
const onOff = (on: boolean): string => (on ? 'on' : 'off')

const empty = (...names: string[]): Attribute<SettingsRow>[] => names.map((name) => ({ name, value: () => '' }))
const disabled = (...names: string[]): Attribute<SettingsRow>[] => names.map((name) => ({ name, value: () => 'disable' }))

/** Captured of V7R7 (chmod666.org, 2014) and of V8 (hmc_vios_aix, test of RemoteAccess). */
const remoteAttributes: AttributeTable<SettingsRow> = [
  { name: 'ssh', value: ({ settings }) => word(settings.remoteShell) },
  ...empty('sshprotocol'),
  { name: 'remotewebui', value: ({ settings }) => word(settings.remoteWeb) },
  { name: 'xntp', value: ({ settings }) => word(settings.timeService) },
  { name: 'xntpserver', value: ({ settings }) => ['127.127.1.0', ...settings.timeServers] },
  { name: 'syslogserver', value: ({ settings }) => serversOf(settings, 'udp') },
  { name: 'syslogtcpserver', since: 'v8r8', value: ({ settings }) => serversOf(settings, 'tcp') },
  { name: 'syslogtlsserver', since: 'v8r8', value: ({ settings }) => serversOf(settings, 'tls') },
  { name: 'netboot', until: 'v7r7', value: () => 'disable' },
  { name: 'altdiskboot', value: ({ settings }) => word(settings.alternateDiskBoot) },
  ...disabled('ldap', 'kerberos'),
  ...empty('kerberos_default_realm', 'kerberos_realm_kdc', 'kerberos_clockskew', 'kerberos_ticket_lifetime'),
  { name: 'kpasswd_admin', since: 'v8r8', value: () => '' },
  { name: 'trace', since: 'v8r8', value: () => '' },
  ...empty('kerberos_keyfile_present'),
  { name: 'kerberos_allow_weak_crypto', since: 'v8r8', value: () => '' },
  { name: 'legacyhmccomm', since: 'v8r8', value: () => 'disable' },
  { name: 'security', since: 'v8r8', value: () => 'legacy' },
  { name: 'sol', value: () => 'disabled' },
]

function serversOf({ syslogServers }: ConsoleSettings, type: string): readonly string[] {
  return syslogServers.filter((server) => server.type === type).map(({ host }) => host)
}

const perAdapter: readonly { readonly name: string; value: (settings: ConsoleSettings, index: number) => string }[] = [
  { name: 'ipv4addr', value: ({ adapters }, index) => adapters[index]?.address ?? '' },
  { name: 'ipv4netmask', value: ({ adapters }, index) => adapters[index]?.mask ?? '' },
  { name: 'ipv4dhcp', value: ({ adapters }, index) => onOff(adapters[index]?.dhcp ?? false) },
  { name: 'ipv6addr', value: () => '' },
  { name: 'ipv6auto', value: () => 'off' },
  { name: 'ipv6privacy', value: () => 'off' },
  { name: 'ipv6dhcp', value: () => 'off' },
  { name: 'lparcomm', value: ({ adapters }, index) => onOff(adapters[index]?.partitions ?? false) },
  { name: 'jumboframe', value: () => 'off' },
  { name: 'speed', value: ({ adapters }, index) => adapters[index]?.speed ?? '' },
  { name: 'duplex', value: ({ adapters }, index) => adapters[index]?.duplex ?? '' },
  { name: 'tso', value: () => 'off' },
]

const networkAttributes: AttributeTable<SettingsRow> = [
  { name: 'hostname', value: ({ settings }) => settings.hostname },
  { name: 'domain', value: ({ settings }) => settings.domain },
  { name: 'ipaddr', value: ({ settings }) => settings.adapters.map(({ address }) => address) },
  { name: 'networkmask', value: ({ settings }) => settings.adapters.map(({ mask }) => mask) },
  { name: 'gateway', value: ({ settings }) => settings.gateway },
  { name: 'nameserver', value: ({ settings }) => settings.nameServers },
  { name: 'domainsuffix', value: ({ settings }) => settings.domainSuffixes },
  { name: 'slipipaddr', value: () => '192.168.0.2' },
  { name: 'slipnetmask', value: () => '255.255.0.0' },
  { name: 'ipaddrlpar', value: ({ settings }) => settings.adapters.find(({ partitions }) => partitions)?.address ?? '' },
  { name: 'networkmasklpar', value: ({ settings }) => settings.adapters.find(({ partitions }) => partitions)?.mask ?? '' },
  ...empty('clients', 'ipv6addrlpar', 'slpipaddrs'),
  ...[0, 1].flatMap((index) =>
    perAdapter.map(({ name, value }): Attribute<SettingsRow> => ({
      name: `${name}_eth${index}`,
      value: ({ settings }) => value(settings, index),
    })),
  ),
]

const routeAttributes: AttributeTable<{ readonly position: number; readonly route: Route }> = [
  { name: 'position', value: ({ position }) => position },
  { name: 'destination', value: ({ route }) => route.destination },
  { name: 'gateway', value: ({ route }) => route.gateway },
  { name: 'networkmask', value: ({ route }) => route.mask },
  { name: 'interface', value: ({ route }) => route.adapter },
]

const timeAttributes: AttributeTable<SettingsRow> = [
  { name: 'xntp', value: ({ settings }) => word(settings.timeService) },
  { name: 'xntpserver', value: ({ settings }) => ['127.127.1.0', ...settings.timeServers] },
  { name: 'xntpstatus', value: ({ settings }) => word(settings.timeService) },
]

const syslogAttributes: AttributeTable<SettingsRow> = [
  { name: 'syslogserver', value: ({ settings }) => serversOf(settings, 'udp') },
  { name: 'syslogtcpserver', value: ({ settings }) => serversOf(settings, 'tcp') },
  { name: 'syslogtlsserver', value: ({ settings }) => serversOf(settings, 'tls') },
]

const localeAttributes: AttributeTable<{ readonly locale: string }> = [{ name: 'locale', value: ({ locale }) => locale }]
const biosAttributes: AttributeTable<SettingsRow> = [{ name: 'bios', value: () => 'D6E149AUS-1.09' }]
const versionAttributes: AttributeTable<unknown> = ['version', 'base_version'].map(written)
const vitalAttributes: AttributeTable<unknown> = ['vpd'].map(written)

/** An attribute whose text is written as a whole paragraph. */
function written(name: string): Attribute<unknown> {
  return { name, value: () => '' }
}

interface Listing {
  readonly flag: string
  readonly attributes: readonly Attribute<never>[]
  list(row: SettingsRow, form: OutputForm): LineReply
}

function of<O>(flag: string, table: AttributeTable<O>, objects: (row: SettingsRow) => readonly O[]): Listing {
  // An attribute is only ever asked for the objects of its own table.
  return { flag, attributes: table as readonly Attribute<never>[], list: (row, form) => listing(table, objects(row), form) }
}

const one = (row: SettingsRow): readonly SettingsRow[] => [row]

/** What the captures of -V and -v have: one pair a paragraph, each with line ends inside its quotes. */
function paragraphs(
  flag: string,
  table: AttributeTable<unknown>,
  pairs: (row: SettingsRow) => readonly (readonly [string, string])[],
): Listing {
  const list = (row: SettingsRow, form: OutputForm): LineReply => {
    const chosen = form.named ? undefined : form.fields
    const texts = pairs(row)
      .filter(([name]) => chosen?.includes(name) ?? true)
      .map(([name, text]) => (form.named ? `"${name}=${text}\n"` : text.trim()))
    return printed(texts.join(form.named ? ',' : form.delimiter))
  }
  return { flag, attributes: table, list }
}

export const settingsListings: readonly Listing[] = [
  paragraphs('-V', versionAttributes, ({ context }) => {
    const release = releaseOf(context.version, context.generation)
    return [
      ['version', release.text],
      ['base_version', release.base],
    ]
  }),
  paragraphs('-v', vitalAttributes, (row) => [['vpd', vitalData(row)]]),
  of('-r', remoteAttributes, one),
  of('-n', networkAttributes, one),
  of('-b', biosAttributes, one),
  of('-l', localeAttributes, ({ settings }) => [settings]),
  of('-L', localeAttributes, () => locales.map((locale) => ({ locale }))),
  of('--netroute', routeAttributes, ({ settings }) => settings.routes.map((route, index) => ({ position: index + 1, route }))),
  of('--ntpserver', timeAttributes, one),
  of('--syslog', syslogAttributes, one),
]

/** Keywords of a console's vital product data as captured of a V8R8.2; fence agents read *RM, *TM and *SE. */
function vitalData({ settings, context }: SettingsRow): string {
  const { model, serialNumber } = settings
  const lines = [
    ...['*FC ????????', '*VC 20.0', `*N2 ${context.timeOfDay(0)}`, '*FC ????????', '*DS Hardware Management Console'],
    ...[
      `*TM ${model.typeModel}`,
      `*SE ${serialNumber}`,
      '*MN IBM',
      '*PN N/A',
      `*SZ ${model.memoryBytes}`,
      '*OS Embedded Operating Systems',
    ],
    ...[`*NA ${settings.adapters[0]?.address ?? ''}`, '*FC ????????', '*DS Platform Firmware'],
    `*RM ${baseVersion(context.version)}.${releaseOf(context.version, context.generation).servicePack}`,
  ]
  return lines.join('\n')
}

// A generator like every operation, though it never waits.
export function* listSettings({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const chosen = settingsListings.find(({ flag }) => options.has(flag))
  if (chosen === undefined) return refused('missingParameter', { names: settingsListings.map(({ flag }) => flag).join(',') })
  const form = options.output
  const strange = form.fields?.find((name) => !chosen.attributes.some((attribute) => attribute.name === name))
  if (strange !== undefined) return refused('invalidAttribute', { name: strange })
  return chosen.list({ context, settings: context.settings }, form)
}
