// A user of the console: who may log in, with which roles, and the times of its sessions. Attributes are those of lshmcusr; how they are
// changed is user-commands.ts, what they allow authority.ts.

import type { ManagedResource } from './managed-resource.js'

export interface HmcUser {
  name: string
  description: string
  /** A predefined task role, or one of the console's own. */
  taskRole: string
  /** Managed resource roles; AllSystemResources holds everything. */
  resourceRoles: string[]
  /** Resources that are given to the user without a role. */
  resources: ManagedResource[]
  password: string
  /** Those before it, oldest first. */
  readonly pastPasswords: string[]
  /** Days after which the password must be changed; 99999: never. */
  passwordAgeDays: number
  /** Days for which it must not be changed. */
  passwordAgeMinDays: number
  /** When it was set, ns. */
  passwordSetNs: number
  authentication: 'local' | 'kerberos' | 'ldap'
  remoteWeb: boolean
  remoteShell: boolean
  /** Minutes of a session after which the user is asked who it is; 0: never. */
  sessionTimeoutMinutes: number
  /** Minutes in which to answer that. */
  verifyTimeoutMinutes: number
  /** Minutes without a line after which a session is closed; 0: never. */
  idleTimeoutMinutes: number
  /** Days without a login after which the user is disabled; 0: never. */
  inactivityDays: number
  /** When it last logged in, or was made, ns. */
  lastLoginNs: number
  disabled: boolean
  /** Public keys that log in without a password. */
  readonly keys: string[]
}

export const ALL_RESOURCES = 'AllSystemResources'

/** As many days as a password that never expires has. */
export const NEVER_DAYS = 99_999

/** Who types when nobody is named. */
export const DEFAULT_USER = 'hscroot'

/** A user with the values that a console gives when none are entered (capture of lshmcusr: no time-outs, 15 minutes to verify). */
export function userOf(given: Pick<HmcUser, 'name' | 'taskRole'> & Partial<HmcUser>): HmcUser {
  return {
    description: 'HMC User',
    resourceRoles: [ALL_RESOURCES],
    resources: [],
    password: '',
    pastPasswords: [],
    passwordAgeDays: NEVER_DAYS,
    passwordAgeMinDays: 0,
    passwordSetNs: 0,
    authentication: 'local',
    remoteWeb: false,
    remoteShell: true,
    sessionTimeoutMinutes: 0,
    verifyTimeoutMinutes: 15,
    idleTimeoutMinutes: 0,
    inactivityDays: 0,
    lastLoginNs: 0,
    disabled: false,
    keys: [],
    ...given,
  }
}
