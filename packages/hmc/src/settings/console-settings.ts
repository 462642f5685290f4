// What a console is set to: its network, its services, its clock and language, as chhmc changes them and lshmc lists them. None of it but
// the clock and remote logins acts on the simulation: addresses are shown, never sent to.

import type { ConsoleModel } from './console-model.js'

export interface SyslogServer {
  readonly host: string
  readonly type: 'udp' | 'tcp' | 'tls'
}

export interface Route {
  readonly type: 'host' | 'net'
  readonly destination: string
  readonly gateway: string
  readonly mask: string
  readonly adapter: string
}

export interface NetworkAdapter {
  readonly name: string
  address: string
  mask: string
  dhcp: boolean
  partitions: boolean
  speed: string
  duplex: string
}

export class ConsoleSettings {
  readonly model: ConsoleModel
  hostname: string
  domain = ''
  gateway = '0.0.0.0'
  readonly nameServers: string[] = []
  readonly domainSuffixes: string[] = []
  readonly adapters: readonly NetworkAdapter[]
  readonly routes: Route[] = []
  readonly timeServers: string[] = []
  readonly syslogServers: SyslogServer[] = []
  locale = 'en_US'
  timezone = 'UTC'
  remoteShell = true
  remoteWeb = true
  timeService = false
  alternateDiskBoot = false
  /** Seconds by which its clock has been set forward. */
  clockOffsetSeconds = 0

  /** `number`: of the console in its installation; its addresses follow from it (estimate). */
  constructor(hostname: string, number: number, model: ConsoleModel) {
    this.hostname = hostname
    this.model = model
    const place = `${64 + Math.floor(number / 256)}.${number % 256}`
    const adapter = (name: string, address: string, partitions: boolean): NetworkAdapter => ({
      name,
      address,
      mask: '255.255.0.0',
      dhcp: false,
      partitions,
      speed: 'auto',
      duplex: 'auto',
    })
    this.adapters = [adapter('eth0', `9.124.${place}`, false), adapter('eth1', `10.0.${place}`, true)]
  }

  /** Seven digits that tell consoles apart. */
  get serialNumber(): string {
    return `10${
      this.adapters[0]?.address
        .split('.')
        .slice(2)
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase() ?? ''
    }A`
  }
}

/** Entries of each list that a console keeps. */
export const SETTINGS_LIMIT = 64

/** Locales that it knows. */
export const locales = ['en_US', 'de_DE', 'es_ES', 'fr_FR', 'it_IT', 'ja_JP', 'ko_KR', 'pl_PL', 'pt_BR', 'zh_CN', 'zh_TW'] as const
