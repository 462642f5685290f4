// Rules for the passwords of a console's users: one policy at most is active, and it is asked when a password is set. The medium security
// policy that every console has, its attributes and its values, is IBM's page on the enhanced password policy; hscroot is not under it.

import { DEFAULT_USER, type HmcUser, NEVER_DAYS } from './hmc-user.js'

export interface PasswordPolicy {
  readonly name: string
  readonly description: string
  /** Days for which a password must be kept. */
  readonly minAgeDays: number
  /** Days after which it must be changed; 99999: never. */
  readonly ageDays: number
  readonly minLength: number
  /** Passwords before that may not be used again. */
  readonly history: number
  /** Days before its end from which the user is warned. */
  readonly warnDays: number
  readonly minDigits: number
  readonly minUppercase: number
  readonly minLowercase: number
  readonly minSpecial: number
}

/** Whatever the policy: 8 to 32 characters (manual page of mkhmcusr). */
const LEAST_LENGTH = 8
const MOST_LENGTH = 32

const MEDIUM_POLICY: PasswordPolicy = {
  name: 'HMC Medium Security Password Policy',
  description: 'HMC Medium Security Password Policy',
  minAgeDays: 1,
  ageDays: 180,
  minLength: 8,
  history: 10,
  warnDays: 7,
  minDigits: 0,
  minUppercase: 1,
  minLowercase: 6,
  minSpecial: 0,
}

/** Policies of a console that are kept. */
export const POLICY_LIMIT = 100

const DAY_NS = 86_400_000_000_000

export class PasswordPolicies {
  /** By name, in the order in which they were made. */
  readonly byName = new Map<string, PasswordPolicy>([[MEDIUM_POLICY.name, MEDIUM_POLICY]])
  active: PasswordPolicy | null = null

  isPredefined(name: string): boolean {
    return name === MEDIUM_POLICY.name
  }

  /** Why a user may not have this password, now; undefined when it may. */
  objection(user: Pick<HmcUser, 'name' | 'pastPasswords' | 'password'>, password: string): string | undefined {
    if (password.length < LEAST_LENGTH || password.length > MOST_LENGTH) {
      return `a password has ${LEAST_LENGTH} to ${MOST_LENGTH} characters`
    }
    const { active } = this
    if (active === null || user.name === DEFAULT_USER) return undefined
    const count = (pattern: RegExp): number => password.match(pattern)?.length ?? 0
    if (password.length < active.minLength) return `the policy asks for at least ${active.minLength} characters`
    if (count(/\d/g) < active.minDigits) return `the policy asks for at least ${active.minDigits} digits`
    if (count(/[A-Z]/g) < active.minUppercase) return `the policy asks for at least ${active.minUppercase} uppercase characters`
    if (count(/[a-z]/g) < active.minLowercase) return `the policy asks for at least ${active.minLowercase} lowercase characters`
    if (count(/[^A-Za-z0-9]/g) < active.minSpecial) return `the policy asks for at least ${active.minSpecial} special characters`
    const past = active.history === 0 ? [] : [...user.pastPasswords, user.password].slice(-active.history)
    return past.includes(password) ? `the policy keeps the last ${active.history} passwords from being used again` : undefined
  }

  /** Whether a user must wait before its password may be changed by itself. */
  mustWait(user: HmcUser, nowNs: number): boolean {
    const days = Math.max(user.passwordAgeMinDays, this.holds(user)?.minAgeDays ?? 0)
    return days > 0 && nowNs - user.passwordSetNs < days * DAY_NS
  }

  /** Whether a user's password is too old to be let in with. */
  hasExpired(user: HmcUser, nowNs: number): boolean {
    const days = Math.min(user.passwordAgeDays, this.holds(user)?.ageDays ?? NEVER_DAYS)
    return days < NEVER_DAYS && nowNs - user.passwordSetNs >= days * DAY_NS
  }

  private holds(user: HmcUser): PasswordPolicy | null {
    return user.name === DEFAULT_USER ? null : this.active
  }
}

/** Whether a user has not logged in for so long that it is disabled. */
export function isInactive({ inactivityDays, lastLoginNs }: HmcUser, nowNs: number): boolean {
  return inactivityDays > 0 && nowNs - lastLoginNs >= inactivityDays * DAY_NS
}

/** Gives a user a password. */
export function setPassword(user: HmcUser, password: string, nowNs: number): void {
  user.pastPasswords.push(user.password)
  user.password = password
  user.passwordSetNs = nowNs
}
