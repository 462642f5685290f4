// The passwords of the service processor: the console's access password and those of the users admin and general, and the lock-out after
// too many wrong ones. A service processor with a password yet to be set serves nobody (pending authentication).
// Who asks, and what a session may do after it, is hmc-interface.ts.

import type { Simulation } from '@powersim/kernel'
import type { PasswordKind, RefusalReason } from '@powersim/protocol'

export interface AccessParameters {
  /** Of the console, and of the users admin and general; empty: yet to be set. */
  readonly passwords: Readonly<Record<PasswordKind, string>>
  /** Wrong passwords of a kind, one after the other, after which none of that kind is looked at for a time. */
  readonly threshold: number
  /** How long, ns. */
  readonly lockoutNs: number
}

export type PasswordVerdict = 'accepted' | Extract<RefusalReason, 'wrong-password' | 'password-locked' | 'passwords-not-set'>

interface Account {
  password: string
  /** Wrong ones since the last right one. */
  failures: number
  lockedUntilNs: number
}

export class Access {
  /** Passwords that were looked at and were wrong; those that came during a lock-out are not looked at. */
  rejected = 0
  private readonly simulation: Simulation
  private readonly threshold: number
  private readonly lockoutNs: number
  private readonly accounts: Readonly<Record<PasswordKind, Account>>

  constructor(simulation: Simulation, { passwords, threshold, lockoutNs }: AccessParameters) {
    const account = (password: string): Account => ({ password, failures: 0, lockedUntilNs: 0 })
    this.simulation = simulation
    this.threshold = threshold
    this.lockoutNs = lockoutNs
    this.accounts = { access: account(passwords.access), admin: account(passwords.admin), general: account(passwords.general) }
  }

  /** How many passwords are yet to be set. */
  get unset(): number {
    const { access, admin, general } = this.accounts
    return [access, admin, general].filter(({ password }) => password === '').length
  }

  /** The verdict on a console's access password. An attempt during a lock-out does not prolong it. */
  enter(password: string): PasswordVerdict {
    return this.unset > 0 ? 'passwords-not-set' : this.compare(this.accounts.access, password)
  }

  /** Sets a password, or changes it for whoever knows the one before. An empty one is none. */
  change(kind: PasswordKind, before: string, after: string): PasswordVerdict {
    if (after === '') return 'passwords-not-set'
    const account = this.accounts[kind]
    const verdict = account.password === '' ? 'accepted' : this.compare(account, before)
    if (verdict === 'accepted') account.password = after
    return verdict
  }

  private compare(account: Account, password: string): PasswordVerdict {
    if (this.simulation.now < account.lockedUntilNs) return 'password-locked'
    if (password === account.password) {
      account.failures = 0
      return 'accepted'
    }
    this.rejected++
    account.failures++
    if (account.failures >= this.threshold) {
      account.failures = 0
      account.lockedUntilNs = this.simulation.now + this.lockoutNs
    }
    return 'wrong-password'
  }
}
