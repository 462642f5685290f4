// The users and roles of one console. Predefined task roles are not changed or removed, and neither is hscroot; copies of task roles have
// some of the tasks of the predefined role that they come from.

import { ALL_RESOURCES, DEFAULT_USER, type HmcUser, userOf } from './hmc-user.js'
import { holdsPartition, holdsSystem, type ManagedResource } from './managed-resource.js'
import { isInactive, PasswordPolicies } from './password-policy.js'
import { type PredefinedTaskRole, predefinedTaskRoles } from './tasks.js'

export interface TaskRole {
  readonly name: string
  /** The predefined role that it is, or comes from. */
  readonly parent: PredefinedTaskRole
  /** Tasks that it has of its parent's; null: all. */
  tasks: ReadonlySet<string> | null
}

export interface ResourceRole {
  readonly name: string
  resources: ManagedResource[]
}

/** Task roles of a console, and resource roles. */
export const ROLE_LIMIT = 256

export class UserDirectory {
  /** By name, in the order in which they were made. */
  readonly users = new Map<string, HmcUser>()
  readonly taskRoles = new Map<string, TaskRole>()
  /** Without AllSystemResources, which is not a list. */
  readonly resourceRoles = new Map<string, ResourceRole>()
  readonly policies = new PasswordPolicies()
  /** Whether who makes a partition is given it (chaccfg -t autoresourcerole). */
  grantsToCreator = false

  constructor(password: string) {
    for (const name of predefinedTaskRoles) this.taskRoles.set(name, { name, parent: name, tasks: null })
    this.users.set(
      DEFAULT_USER,
      userOf({ name: DEFAULT_USER, taskRole: 'hmcsuperadmin', description: 'HMC Super User', password, remoteWeb: true }),
    )
  }

  /** The user of a login that is let in, or what a remote shell says to one that is not. */
  admit(name: string, password: string | undefined, nowNs: number): HmcUser | string {
    const user = this.users.get(name)
    if (user !== undefined && isInactive(user, nowNs)) user.disabled = true
    if (user === undefined || !user.remoteShell || user.disabled || (password !== undefined && password !== user.password)) {
      return 'Permission denied (publickey,password,keyboard-interactive).'
    }
    if (this.policies.hasExpired(user, nowNs)) return 'Password change required but no TTY available.'
    user.lastLoginNs = nowNs
    return user
  }

  /** Whether a user may do everything to everything: most lines are typed by such a one. */
  unrestricted({ taskRole, resourceRoles }: HmcUser): boolean {
    return taskRole === 'hmcsuperadmin' && resourceRoles.includes(ALL_RESOURCES)
  }

  holdsAll({ resourceRoles }: HmcUser): boolean {
    return resourceRoles.includes(ALL_RESOURCES)
  }

  /** Whether the system itself is within a user's resources. */
  holdsSystem(user: HmcUser, system: string): boolean {
    return this.holds(user, (resource) => holdsSystem(resource, system))
  }

  /** Whether a partition is; null asks for all of the system's. */
  holdsPartition(user: HmcUser, system: string, lparId: number | null): boolean {
    return this.holds(user, (resource) => holdsPartition(resource, system, lparId))
  }

  /** Whether anything of the system is. */
  holdsSome(user: HmcUser, system: string): boolean {
    return this.holds(user, (resource) => resource.system === system)
  }

  /** Gives a partition to the user that has made it. */
  grant(user: HmcUser, system: string, lparId: number): void {
    if (this.grantsToCreator && !this.holdsPartition(user, system, lparId)) user.resources.push({ kind: 'lpar', system, lparId })
  }

  /** Takes a partition that is to be no more out of every role and from every user. Gives back how to undo that. */
  revoke(system: string, lparId: number): () => void {
    const is = (resource: ManagedResource): boolean => resource.kind === 'lpar' && resource.system === system && resource.lparId === lparId
    const holders = [...this.users.values(), ...this.resourceRoles.values()].filter(({ resources }) => resources.some(is))
    for (const holder of holders) holder.resources = holder.resources.filter((resource) => !is(resource))
    return () => {
      for (const holder of holders) holder.resources.push({ kind: 'lpar', system, lparId })
    }
  }

  private holds(user: HmcUser, test: (resource: ManagedResource) => boolean): boolean {
    if (this.holdsAll(user) || user.resources.some(test)) return true
    return user.resourceRoles.some((name) => this.resourceRoles.get(name)?.resources.some(test) === true)
  }
}
