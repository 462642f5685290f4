// mkhmcusr, chhmcusr, rmhmcusr and mkauthkeys. A user is named by -u with an option for each attribute, or all of it is given in -i; both
// come to the same settings. hscroot is neither removed nor renamed, nor has it other roles.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { readSettings, type SettingRule, Settings } from '../cli/settings.js'
import type { LineScope } from '../operations/line-scope.js'
import { ALL_RESOURCES, DEFAULT_USER, type HmcUser, userOf } from './hmc-user.js'
import { readResource } from './managed-resource.js'
import { setPassword } from './password-policy.js'
import type { UserDirectory } from './user-directory.js'

/** Users of a console. */
const USER_LIMIT = 256
/** Keys of a user. */
const KEY_LIMIT = 64

const USER_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/

/** Attributes of -i (manual pages of mkhmcusr and chhmcusr). */
const userSettings: readonly SettingRule[] = [
  { name: 'name', takes: 'text' },
  { name: 'new_name', takes: 'text' },
  { name: 'taskrole', takes: 'text' },
  { name: 'resourcerole', takes: 'list', operators: true },
  { name: 'description', takes: 'text' },
  { name: 'passwd', takes: 'text' },
  { name: 'pwage', takes: [1, 99_999] },
  { name: 'min_pwage', takes: [0, 99_999] },
  { name: 'authentication_type', takes: ['local', 'kerberos', 'ldap'] },
  { name: 'session_timeout', takes: [0, 525_600] },
  { name: 'verify_timeout', takes: [0, 525_600] },
  { name: 'idle_timeout', takes: [0, 525_600] },
  { name: 'inactivity_expiration', takes: [0, 180] },
  { name: 'remote_webui_access', takes: 'flag' },
  { name: 'remote_ssh_access', takes: 'flag' },
]

/** The options of the short form, as the attributes that they are. */
function given(options: OptionReader, names: Readonly<Record<string, string>>): Settings {
  const values = Object.entries(names).flatMap(([option, name]) => {
    const text = options.text(option)
    return text === undefined ? [] : [[name, text] as const]
  })
  return new Settings(new Map(values))
}

export function* makeUser({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { users, simulation } = context
  const data = options.text('-i')
  const short = {
    '-u': 'name',
    '-a': 'taskrole',
    '-d': 'description',
    '--passwd': 'passwd',
    '-M': 'pwage',
    '--auth': 'authentication_type',
  }
  const read = data === undefined ? undefined : readSettings(userSettings, data, 'mkhmcusr')
  if (read?.ok === false) return read.reply
  const settings = read?.settings ?? given(options, short)
  const [name, taskRole] = [settings.text('name'), settings.text('taskrole')]
  const missing = name === undefined ? '-u' : taskRole === undefined ? '-a' : undefined
  if (missing !== undefined) return refused('missingParameter', { names: data === undefined ? missing : '-i' })
  if (name === undefined || taskRole === undefined || settings.has('new_name')) return refused('invalidAttribute', { name: 'new_name' })
  if (!USER_NAME.test(name)) {
    return refused('userInvalid', {
      name,
      detail: 'a name begins with a letter and has at most 32 letters, digits, dots, dashes and underscores',
    })
  }
  if (users.users.has(name)) return refused('userExists', { name })
  if (users.users.size >= USER_LIMIT) return refused('userInvalid', { name, detail: `a console has at most ${USER_LIMIT} users` })
  const local = (settings.text('authentication_type') ?? 'local') === 'local'
  // A real console asks for it.
  if (local === (settings.text('passwd') === undefined))
    return refused('missingParameter', { names: data === undefined ? '--passwd' : '-i' })
  const user = userOf({ name, taskRole, lastLoginNs: simulation.now, passwordSetNs: simulation.now })
  const reply = applySettings(users, user, settings, simulation.now, true)
  if (reply !== undefined) return reply
  users.users.set(name, user)
  return silent
}

const changedAttributes = { desc: 'description', name: 'new_name', passwd: 'passwd', pwage: 'pwage', taskrole: 'taskrole' } as const

export function* changeUser(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { users, simulation } = scope.context
  const data = options.text('-i')
  if (data !== undefined) {
    const read = readSettings(userSettings, data, 'chhmcusr')
    if (!read.ok) return read.reply
    const user = named(users, read.settings.text('name') ?? options.text('-u'))
    return user === undefined ? notFound(read.settings.text('name') ?? '') : changed(users, user, read.settings, simulation.now)
  }
  const user = named(users, options.text('-u'))
  if (user === undefined) return notFound(options.text('-u') ?? '')
  const [what, value] = [options.text('-t'), options.text('-v')]
  if (options.text('-o') === 'e') {
    user.disabled = false
    user.lastLoginNs = simulation.now
    return silent
  }
  if (what === undefined || value === undefined) return refused('missingParameter', { names: what === undefined ? '-t' : '-v' })
  if (what === 'assign') return assign(users, user, options, value)
  // The grammar allows just these words.
  const attribute = changedAttributes[what as keyof typeof changedAttributes]
  const own = what === 'passwd' && user === scope.context.user
  if (own && users.policies.mustWait(user, simulation.now)) {
    return refused('userInvalid', { name: user.name, detail: 'the password was changed too short a time ago' })
  }
  return changed(users, user, new Settings(new Map([[attribute, value]])), simulation.now)
}

/** Gives a user a managed resource or a role of them, or takes it away. */
function assign(users: UserDirectory, user: HmcUser, options: OptionReader, value: string): LineReply {
  const [how, kind] = [options.text('-o'), options.text('-r')]
  if (how === undefined || kind === undefined) return refused('missingParameter', { names: how === undefined ? '-o' : '-r' })
  if (user.name === DEFAULT_USER) return refused('userPredefined', { name: user.name })
  if (kind === 'resourcerole') {
    if (value !== ALL_RESOURCES && !users.resourceRoles.has(value)) return refused('roleNotFound', { name: value })
    const others = user.resourceRoles.filter((role) => role !== value)
    user.resourceRoles = how === 'a' ? [...others, value] : others
    return silent
  }
  const resource = readResource(value)
  if (resource === undefined) return refused('resourceInvalid', { name: value })
  const others = user.resources.filter(({ kind: of, ...rest }) => JSON.stringify({ kind: of, ...rest }) !== JSON.stringify(resource))
  user.resources = how === 'a' ? [...others, resource] : others
  return silent
}

/** All of a change, or nothing of it. */
function changed(users: UserDirectory, user: HmcUser, settings: Settings, nowNs: number): LineReply {
  const wanted = settings.text('new_name')
  const fixed = ['new_name', 'taskrole', 'resourcerole', 'remote_ssh_access'].some((name) => settings.has(name))
  if (user.name === DEFAULT_USER && fixed) return refused('userPredefined', { name: user.name })
  if (wanted !== undefined && !USER_NAME.test(wanted)) return refused('userInvalid', { name: wanted, detail: 'this is no name of a user' })
  if (wanted !== undefined && users.users.has(wanted)) return refused('userExists', { name: wanted })
  const reply = applySettings(users, user, settings, nowNs, false)
  if (reply !== undefined || wanted === undefined) return reply ?? silent
  users.users.delete(user.name)
  user.name = wanted
  users.users.set(wanted, user)
  return silent
}

/** Checks everything before it sets anything. */
function applySettings(users: UserDirectory, user: HmcUser, settings: Settings, nowNs: number, fresh: boolean): LineReply | undefined {
  const taskRole = settings.text('taskrole')
  if (taskRole !== undefined && !users.taskRoles.has(taskRole)) return refused('roleNotFound', { name: taskRole })
  const roles = settings.list('resourcerole')
  const strange = roles?.find((role) => role !== ALL_RESOURCES && !users.resourceRoles.has(role))
  if (strange !== undefined) return refused('roleNotFound', { name: strange })
  const password = settings.text('passwd')
  const objection = password === undefined ? undefined : users.policies.objection(user, password)
  if (objection !== undefined) return refused('passwordInvalid', { name: user.name, detail: objection })
  if (taskRole !== undefined) user.taskRole = taskRole
  if (roles !== undefined) user.resourceRoles = changedList(user.resourceRoles, roles, fresh ? '=' : settings.operator('resourcerole'))
  if (password !== undefined) setPassword(user, password, nowNs)
  user.description = settings.text('description') ?? user.description
  user.authentication = settings.choice('authentication_type', ['local', 'kerberos', 'ldap']) ?? user.authentication
  user.passwordAgeDays = settings.number('pwage') ?? user.passwordAgeDays
  user.passwordAgeMinDays = settings.number('min_pwage') ?? user.passwordAgeMinDays
  user.sessionTimeoutMinutes = settings.number('session_timeout') ?? user.sessionTimeoutMinutes
  user.verifyTimeoutMinutes = settings.number('verify_timeout') ?? user.verifyTimeoutMinutes
  user.idleTimeoutMinutes = settings.number('idle_timeout') ?? user.idleTimeoutMinutes
  user.inactivityDays = settings.number('inactivity_expiration') ?? user.inactivityDays
  user.remoteWeb = settings.flag('remote_webui_access') ?? user.remoteWeb
  user.remoteShell = settings.flag('remote_ssh_access') ?? user.remoteShell
  return undefined
}

/** A list after `=`, `+=` or `-=`. */
export function changedList<T>(before: readonly T[], entered: readonly T[], operator: '=' | '+=' | '-='): T[] {
  if (operator === '=') return [...entered]
  const rest = before.filter((item) => !entered.includes(item))
  return operator === '+=' ? [...rest, ...entered] : rest
}

export function* removeUser({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.required('-u')
  if (name === DEFAULT_USER) return refused('userPredefined', { name })
  return context.users.users.delete(name) ? silent : notFound(name)
}

/** Keys of whoever types, or of another user for whom it may; they say nothing but that they are there. */
export function* changeKeys({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const user = named(context.users, options.text('-u') ?? context.user.name)
  if (user === undefined) return notFound(options.text('-u') ?? '')
  const [added, removed] = [options.text('-a') ?? options.text('--add'), options.text('-r') ?? options.text('--remove')]
  if (added !== undefined) {
    if (user.keys.includes(added)) return silent
    if (user.keys.length >= KEY_LIMIT) return refused('userInvalid', { name: user.name, detail: `a user has at most ${KEY_LIMIT} keys` })
    user.keys.push(added)
    return silent
  }
  if (removed === undefined) return refused('missingParameter', { names: '-a,-r' })
  // A key is named by its comment, its last word, or written whole; ALL: every one (manual page of mkauthkeys).
  const kept = user.keys.filter((key) => removed !== 'ALL' && key !== removed && key.split(' ').at(-1) !== removed)
  if (kept.length === user.keys.length) return refused('keyNotFound', { name: removed })
  user.keys.splice(0, user.keys.length, ...kept)
  return silent
}

function named(users: UserDirectory, name: string | undefined): HmcUser | undefined {
  return name === undefined ? undefined : users.users.get(name)
}

function notFound(name: string): LineReply {
  return name === '' ? refused('missingParameter', { names: '-u' }) : refused('userNotFound', { name })
}
