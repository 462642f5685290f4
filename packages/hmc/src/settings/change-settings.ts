// chhmc: the console's services, network, clock and language; hmcshutdown, after which the console is gone, and with -r comes back.
// What is set is shown by lshmc; the clock is what the console's time stamps say, and ssh off lets nobody in.

import type { Yieldable } from '@powersim/kernel'
import { secondsOf } from '../calendar.js'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { LineScope } from '../operations/line-scope.js'
import { type ConsoleSettings, locales, SETTINGS_LIMIT } from './console-settings.js'

type Change = (settings: ConsoleSettings, options: OptionReader) => LineReply

const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$/
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/

/** A change of the settings as an operation: it never waits. */
export function changing(change: Change) {
  return function* run({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    return change(context.settings, options)
  }
}

/** `-s enable`, `-s disable` of a service. */
export const switching = (service: 'remoteShell' | 'remoteWeb' | 'timeService' | 'alternateDiskBoot', on: boolean): Change => {
  return (settings) => {
    settings[service] = on
    return silent
  }
}

function hostOf(options: OptionReader): string | undefined {
  const host = options.text('-h') ?? options.text('-a')
  return host !== undefined && HOST.test(host) ? host : undefined
}

/** Adds to a list what is not there, or takes out what is. */
function edit<T>(list: T[], item: T, add: boolean, same: (other: T) => boolean, name: string): LineReply {
  const place = list.findIndex(same)
  if (add === place >= 0) return refused(add ? 'settingExists' : 'settingNotFound', { name })
  if (!add) list.splice(place, 1)
  else if (list.length >= SETTINGS_LIMIT) return refused('settingExists', { name })
  else list.push(item)
  return silent
}

export const timeServer = (add: boolean): Change => {
  return ({ timeServers }, options) => {
    const host = hostOf(options)
    if (host === undefined) return refused('missingParameter', { names: '-a,-h' })
    return edit(timeServers, host, add, (other) => other === host, host)
  }
}

export const syslogServer = (add: boolean): Change => {
  return ({ syslogServers }, options) => {
    const host = hostOf(options)
    if (host === undefined) return refused('missingParameter', { names: '-a,-h' })
    const type = options.choice('-t', ['udp', 'tcp', 'tls']) ?? 'udp'
    return edit(syslogServers, { host, type }, add, (other) => other.host === host && other.type === type, host)
  }
}

export const route = (add: boolean): Change => {
  return (settings, options) => {
    const destination = options.required('-a')
    const gateway = options.text('-g') ?? settings.gateway
    if (!ADDRESS.test(destination) || !ADDRESS.test(gateway)) return refused('missingParameter', { names: '-a,-g' })
    const type = options.choice('--routetype', ['host', 'net']) ?? 'host'
    const mask = options.text('-nm') ?? '255.255.255.255'
    const adapter = options.text('-i') ?? settings.adapters[0]?.name ?? ''
    return edit(
      settings.routes,
      { type, destination, gateway, mask, adapter },
      add,
      (other) => other.destination === destination,
      destination,
    )
  }
}

/** Names of servers and suffixes that are added or removed, or what is modified; all is checked before anything is set. */
export const network = (verb: 'add' | 'remove' | 'modify'): Change => {
  return (settings, options) => {
    if (verb !== 'modify') {
      const [server, suffix] = [options.text('-ns'), options.text('-ds')]
      if ((server === undefined) === (suffix === undefined)) return refused('missingParameter', { names: '-ns,-ds' })
      const [list, item] = server === undefined ? [settings.domainSuffixes, suffix ?? ''] : [settings.nameServers, server]
      return edit(list, item, verb === 'add', (other) => other === item, item)
    }
    const name = options.text('-i')
    const adapter = settings.adapters.find((known) => known.name === name)
    const ofAdapter = ['-a', '-nm', '--lparcomm', '--ipv4dhcp', '--speed', '--duplex'].filter((given) => options.has(given))
    if (adapter === undefined && (name !== undefined || ofAdapter.length > 0)) return refused('missingParameter', { names: '-i' })
    const bad = ['-a', '-nm', '-g'].filter((given) => options.has(given) && !ADDRESS.test(options.required(given)))
    if (options.has('-h') && !HOST.test(options.required('-h'))) bad.push('-h')
    if (bad.length > 0) return refused('missingParameter', { names: bad.join(',') })
    if (adapter !== undefined) {
      adapter.address = options.text('-a') ?? adapter.address
      adapter.mask = options.text('-nm') ?? adapter.mask
      adapter.partitions = options.has('--lparcomm') ? options.text('--lparcomm') === 'on' : adapter.partitions
      adapter.dhcp = options.has('--ipv4dhcp') ? options.text('--ipv4dhcp') === 'on' : adapter.dhcp
      adapter.speed = options.text('--speed') ?? adapter.speed
      adapter.duplex = options.text('--duplex') ?? adapter.duplex
    }
    settings.hostname = options.text('-h') ?? settings.hostname
    settings.domain = options.text('-d') ?? settings.domain
    settings.gateway = options.text('-g') ?? settings.gateway
    return silent
  }
}

export const changeLocale: Change = (settings, options) => {
  const locale = options.required('-l')
  if (!locales.some((known) => known === locale)) return refused('missingParameter', { names: '-l' })
  settings.locale = locale
  return silent
}

/** `--datetime MMDDhhmm[[CC]YY][.ss]`: the time that it shall be now; or the name of a time zone, which is only shown. */
export function* changeDate({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { settings } = context
  const text = options.text('--datetime')
  const [, date = '', clock = ''] = /^(\d\d\/\d\d\/\d{4}) (\d\d:\d\d:\d\d)$/.exec(context.timeOfDay()) ?? []
  if (text !== undefined) {
    const wanted = secondsOfText(text, Number(date.slice(6)))
    if (wanted === undefined) return refused('missingParameter', { names: '--datetime' })
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
    const now = secondsOf(Number(date.slice(6)), Number(date.slice(0, 2)), Number(date.slice(3, 5)), hours * 3600 + minutes * 60 + seconds)
    settings.clockOffsetSeconds += wanted - now
  }
  settings.timezone = options.text('--timezone') ?? settings.timezone
  return silent
}

function secondsOfText(text: string, thisYear: number): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)?(\d\d))?(?:\.(\d\d))?$/.exec(text)
  if (match === null) return undefined
  const [month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 5).map(Number)
  const year = match[6] === undefined ? thisYear : Number(`${match[5] ?? '20'}${match[6]}`)
  const second = Number(match[7] ?? '0')
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
  if (!isDate || year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined
  return secondsOf(year, month, day, hour * 3600 + minute * 60 + second)
}

function daysOf(year: number, month: number): number {
  const next = month === 12 ? secondsOf(year + 1, 1, 1) : secondsOf(year, month + 1, 1)
  return (next - secondsOf(year, month, 1)) / 86_400
}

/** The line returns, then the console goes down. */
export function* shutDownConsole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const when = options.required('-t')
  if (when !== 'now' && !/^\d{1,5}$/.test(when)) return refused('missingParameter', { names: '-t' })
  const minutes = when === 'now' ? 0 : Number(when)
  return context.shutDownConsole(minutes * 60_000_000_000, options.has('-r')) ? silent : refused('shutdownPending')
}
