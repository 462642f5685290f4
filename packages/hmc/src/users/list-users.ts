// lshmcusr: one row a user, with the attributes and the order of a public capture.
// Changing users is change-users.ts; roles are role-commands.ts.

import type { Yieldable } from '@powersim/kernel'
import type { FilterRule } from '../cli/filter.js'
import type { LineReply } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { AttributeTable } from '../cli/output-form.js'
import type { LineScope } from '../operations/line-scope.js'
import { listing } from '../operations/listing.js'
import type { OperationContext } from '../operations/operation-context.js'
import { ALL_RESOURCES, type HmcUser } from './hmc-user.js'
import { type ManagedResource, resourceText, systemKey } from './managed-resource.js'

interface UserRow {
  readonly user: HmcUser
  readonly context: OperationContext
  /** Resources in the form that changes take. */
  readonly script: boolean
}

export const userAttributes: AttributeTable<UserRow> = [
  { name: 'name', value: ({ user }) => user.name },
  { name: 'taskrole', value: ({ user }) => user.taskRole },
  { name: 'description', value: ({ user }) => user.description },
  { name: 'pwage', value: ({ user }) => user.passwordAgeDays },
  { name: 'resourcerole', value: ({ user }) => user.resourceRoles.map((role) => (role === ALL_RESOURCES ? 'ALL:' : role)) },
  { name: 'authentication_type', value: ({ user }) => user.authentication },
  { name: 'remote_webui_access', value: ({ user }) => Number(user.remoteWeb) },
  { name: 'remote_ssh_access', value: ({ user }) => Number(user.remoteShell) },
  { name: 'min_pwage', value: ({ user }) => user.passwordAgeMinDays },
  { name: 'session_timeout', value: ({ user }) => user.sessionTimeoutMinutes },
  { name: 'verify_timeout', value: ({ user }) => user.verifyTimeoutMinutes },
  { name: 'idle_timeout', value: ({ user }) => user.idleTimeoutMinutes },
  { name: 'inactivity_expiration', value: ({ user }) => user.inactivityDays },
  { name: 'resources', value: resourcesOf },
  { name: 'password_encryption', value: () => 'md5' },
  { name: 'disabled', value: ({ user }) => Number(user.disabled) },
]

export const userFilters: readonly FilterRule[] = [
  { name: 'names', takes: 'text' },
  { name: 'taskroles', takes: 'text' },
  { name: 'resourceroles', takes: 'text' },
  { name: 'resources', takes: 'text', notSimulated: true },
]

// A generator like every operation, though it never waits.
export function* listUsers({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { filters } = options
  const [names, tasks, roles] = [filters.get('names'), filters.get('taskroles'), filters.get('resourceroles')]
  const users = [...context.users.users.values()].filter(
    ({ name, taskRole, resourceRoles }) =>
      (names?.includes(name) ?? true) &&
      (tasks?.includes(taskRole) ?? true) &&
      (roles?.some((role) => resourceRoles.includes(role)) ?? true),
  )
  const script = options.has('--script')
  return listing(
    userAttributes,
    users.map((user) => ({ user, context, script })),
    options.output,
  )
}

function resourcesOf({ user, context, script }: UserRow): string | readonly string[] {
  if (user.resourceRoles.includes(ALL_RESOURCES)) {
    return script ? ALL_RESOURCES : `<ResourceID = ALL:><UserDefinedName = ${ALL_RESOURCES}>`
  }
  const { resourceRoles } = context.users
  const held = [...user.resources, ...user.resourceRoles.flatMap((role) => resourceRoles.get(role)?.resources ?? [])]
  return held.map((resource) => (script ? resourceText(resource) : describedResource(resource, context)))
}

/** With the name that the console knows it by: none for a partition that it has not read. */
export function describedResource(resource: ManagedResource, context: OperationContext): string {
  const system = context.systems().find((candidate) => systemKey(candidate) === resource.system)
  const name =
    resource.kind === 'cec'
      ? system?.name
      : resource.lparId === null
        ? 'ALL_PARTITIONS'
        : system?.partitions.unavailable().find(({ id }) => id === resource.lparId)?.name
  return `<ResourceID = ${resourceText(resource)}><UserDefinedName = ${name ?? ''}>`
}
