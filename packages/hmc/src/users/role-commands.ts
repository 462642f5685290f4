// lsaccfg, mkaccfg, chaccfg and rmaccfg: task roles that are copies of a predefined one with some of its tasks, resource roles, and whether
// who makes a partition is given it. Options and the forms of data are those of the manual pages and of "HMC best practices".

import type { Yieldable } from '@powersim/kernel'
import { type CommandRule, fields, flag, option, values } from '../cli/command-rules.js'
import type { FilterRule } from '../cli/filter.js'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { AttributeTable } from '../cli/output-form.js'
import { readSettings, type SettingRule, type Settings } from '../cli/settings.js'
import type { LineScope } from '../operations/line-scope.js'
import { listing } from '../operations/listing.js'
import { changedList } from './change-users.js'
import { ALL_RESOURCES } from './hmc-user.js'
import { describedResource } from './list-users.js'
import { type ManagedResource, readResource, resourceText, systemKey } from './managed-resource.js'
import { predefinedTasks } from './tasks.js'
import { ROLE_LIMIT, type ResourceRole, type TaskRole } from './user-directory.js'

interface TaskRoleRow {
  readonly role: TaskRole
}

const taskRoleAttributes: AttributeTable<TaskRoleRow> = [
  { name: 'name', value: ({ role }) => role.name },
  { name: 'parent', value: ({ role }) => role.parent, when: ({ role }) => role.tasks !== null },
  { name: 'resources', value: ({ role }) => groupedTasks([...(role.tasks ?? predefinedTasks(role.parent))]) },
]

const resourceRoleAttributes: AttributeTable<ResourceRole> = [
  { name: 'name', value: (role) => role.name },
  { name: 'resources', value: (role) => role.resources.map(resourceText) },
]

interface ResourceRow {
  readonly text: string
}

const resourceAttributes: AttributeTable<ResourceRow> = [{ name: 'resources', value: ({ text }) => text }]

const settingAttributes: AttributeTable<{ readonly on: boolean }> = [
  { name: 'autoresourcerole', value: ({ on }) => (on ? 'enabled' : 'disabled') },
]

const nameFilter: readonly FilterRule[] = [{ name: 'names', takes: 'text' }]

/** `cec:lshwres+lssyscfg`, one element a kind of object. */
function groupedTasks(tasks: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const task of tasks) {
    const [on = '', command = ''] = task.split(':')
    const group = groups.get(on)
    if (group === undefined) groups.set(on, [command])
    else group.push(command)
  }
  return [...groups].map(([on, commands]) => `${on}:${commands.join('+')}`)
}

/** Tasks of `cec:lshwres+lssyscfg` elements; the first that is none of the parent's is refused. */
function readTasks(elements: readonly string[], parent: TaskRole): { readonly tasks: string[] } | { readonly strange: string } {
  const possible = parent.tasks ?? new Set(predefinedTasks(parent.parent))
  const tasks: string[] = []
  for (const element of elements) {
    const match = /^(cec|lpar|frame|hmc):([a-z0-9_+]+)$/i.exec(element)
    if (match === null) return { strange: element }
    for (const command of (match[2] ?? '').split('+')) {
      const task = `${match[1]}:${command}`
      if (!possible.has(task)) return { strange: task }
      tasks.push(task)
    }
  }
  return { tasks }
}

function* listTaskRoles({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const names = options.filters.get('names')
  const roles = [...context.users.taskRoles.values()].filter(({ name }) => names?.includes(name) ?? true)
  return listing(
    taskRoleAttributes,
    roles.map((role) => ({ role })),
    options.output,
  )
}

function* listResourceRoles({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const names = options.filters.get('names')
  const roles = [...context.users.resourceRoles.values()].filter(({ name }) => names?.includes(name) ?? true)
  return listing(resourceRoleAttributes, roles, options.output)
}

/** Everything that a role may name and the user has: each system, and each of its partitions that the console has read. */
function* listResources({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { users, user } = context
  const resources = context.systems().flatMap((system): ManagedResource[] => {
    const key = systemKey(system)
    const partitions = system.partitions.unavailable().map(({ id }) => ({ kind: 'lpar' as const, system: key, lparId: id }))
    const all: ManagedResource[] = [{ kind: 'cec', system: key }, { kind: 'lpar', system: key, lparId: null }, ...partitions]
    return all.filter((resource) =>
      resource.kind === 'cec' ? users.holdsSystem(user, key) : users.holdsPartition(user, key, resource.lparId),
    )
  })
  const script = options.has('--script')
  const rows = resources.map((resource) => ({ text: script ? resourceText(resource) : describedResource(resource, context) }))
  return listing(resourceAttributes, rows, options.output)
}

function* listAutomaticUpdate({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(settingAttributes, [{ on: context.users.grantsToCreator }], options.output)
}

const roleSettings: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'parent', takes: 'name' },
  { name: 'resources', takes: 'list', operators: true },
]

function* makeTaskRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { taskRoles } = context.users
  const read = readSettings(roleSettings, options.required('-i'), 'mkaccfg')
  if (!read.ok) return read.reply
  const [name, parentName] = [read.settings.text('name'), read.settings.text('parent')]
  if (name === undefined || parentName === undefined) return refused('missingParameter', { names: '-i' })
  if (taskRoles.has(name) || taskRoles.size >= ROLE_LIMIT) return refused('roleExists', { name })
  const parent = taskRoles.get(parentName)
  if (parent === undefined) return refused('roleNotFound', { name: parentName })
  const entered = read.settings.list('resources')
  const tasks = entered === undefined ? { tasks: [...(parent.tasks ?? predefinedTasks(parent.parent))] } : readTasks(entered, parent)
  if ('strange' in tasks) return refused('taskInvalid', { name: tasks.strange })
  taskRoles.set(name, { name, parent: parent.parent, tasks: new Set(tasks.tasks) })
  return silent
}

function* changeTaskRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { taskRoles } = context.users
  const read = readSettings(roleSettings, options.required('-i'), 'chaccfg')
  if (!read.ok) return read.reply
  const name = read.settings.text('name') ?? ''
  const role = taskRoles.get(name)
  if (role === undefined) return refused('roleNotFound', { name })
  if (role.tasks === null) return refused('rolePredefined', { name })
  const entered = read.settings.list('resources')
  if (entered === undefined) return refused('missingParameter', { names: '-i' })
  const tasks = readTasks(entered, { ...role, tasks: null })
  if ('strange' in tasks) return refused('taskInvalid', { name: tasks.strange })
  role.tasks = new Set(changedList([...role.tasks], tasks.tasks, read.settings.operator('resources')))
  return silent
}

type Resources = { readonly ok: true; readonly resources: string[] } | { readonly ok: false; readonly reply: LineReply }

function readResources(settings: Settings): Resources {
  const entered = settings.list('resources') ?? []
  const strange = entered.find((text) => readResource(text) === undefined)
  if (strange !== undefined) return { ok: false, reply: refused('resourceInvalid', { name: strange }) }
  return { ok: true, resources: [...entered] }
}

const resourcesOf = (texts: readonly string[]): ManagedResource[] => texts.flatMap((text) => readResource(text) ?? [])

function* makeResourceRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { resourceRoles } = context.users
  const read = readSettings(roleSettings, options.required('-i'), 'mkaccfg')
  if (!read.ok) return read.reply
  const name = read.settings.text('name')
  if (name === undefined || read.settings.has('parent')) return refused('missingParameter', { names: '-i' })
  if (name === ALL_RESOURCES || resourceRoles.has(name) || resourceRoles.size >= ROLE_LIMIT) return refused('roleExists', { name })
  const given = readResources(read.settings)
  if (!given.ok) return given.reply
  resourceRoles.set(name, { name, resources: resourcesOf(given.resources) })
  return silent
}

function* changeResourceRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = readSettings(roleSettings, options.required('-i'), 'chaccfg')
  if (!read.ok) return read.reply
  const name = read.settings.text('name') ?? ''
  if (name === ALL_RESOURCES) return refused('rolePredefined', { name })
  const role = context.users.resourceRoles.get(name)
  if (role === undefined) return refused('roleNotFound', { name })
  const given = readResources(read.settings)
  if (!given.ok) return given.reply
  role.resources = resourcesOf(changedList(role.resources.map(resourceText), given.resources, read.settings.operator('resources')))
  return silent
}

function* removeTaskRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { taskRoles } = context.users
  const name = options.required('-n')
  if (taskRoles.get(name)?.tasks === null) return refused('rolePredefined', { name })
  return taskRoles.delete(name) ? silent : refused('roleNotFound', { name })
}

function* removeResourceRole({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.required('-n')
  if (name === ALL_RESOURCES) return refused('rolePredefined', { name })
  return context.users.resourceRoles.delete(name) ? silent : refused('roleNotFound', { name })
}

function* switchAutomaticUpdate({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  context.users.grantsToCreator = options.required('-o') === 'enable'
  return silent
}

const output = [fields, flag('--header')]
const base = { operation: null, notSimulated: [] } as const
const listed = { ...base, required: [] } as const
const entered = { ...base, options: [option('-i')], required: ['-i'], notSimulated: [option('-f')] } as const
const removed = { ...base, options: [option('-n')], required: ['-n'] } as const
const filtered = [option('--filter'), ...output]

const lsaccfg: CommandRule<LineScope> = {
  name: 'lsaccfg',
  kind: 'list',
  selectors: ['-t'],
  otherValues: {},
  variants: [
    { ...listed, select: { '-t': 'taskrole' }, options: filtered, filters: nameFilter, attributes: taskRoleAttributes, run: listTaskRoles },
    {
      ...listed,
      select: { '-t': 'resourcerole' },
      options: filtered,
      filters: nameFilter,
      attributes: resourceRoleAttributes,
      run: listResourceRoles,
    },
    {
      ...listed,
      select: { '-t': 'resource' },
      options: [flag('--script'), ...output],
      notSimulated: [option('--filter')],
      attributes: resourceAttributes,
      run: listResources,
    },
    {
      ...listed,
      select: { '-t': 'autoresourcerole' },
      since: 'v8r8',
      options: output,
      attributes: settingAttributes,
      run: listAutomaticUpdate,
    },
  ],
}

const mkaccfg: CommandRule<LineScope> = {
  name: 'mkaccfg',
  kind: 'change',
  selectors: ['-t'],
  otherValues: {},
  variants: [
    { ...entered, select: { '-t': 'taskrole' }, run: makeTaskRole },
    { ...entered, select: { '-t': 'resourcerole' }, run: makeResourceRole },
  ],
}

const chaccfg: CommandRule<LineScope> = {
  name: 'chaccfg',
  kind: 'change',
  selectors: ['-t'],
  otherValues: { '-t': values('autoresource') },
  variants: [
    { ...entered, select: { '-t': 'taskrole' }, run: changeTaskRole },
    { ...entered, select: { '-t': 'resourcerole' }, run: changeResourceRole },
    {
      ...base,
      select: { '-t': 'autoresourcerole' },
      since: 'v8r8',
      options: [option('-o', ['enable', 'disable'])],
      required: ['-o'],
      run: switchAutomaticUpdate,
    },
  ],
}

const rmaccfg: CommandRule<LineScope> = {
  name: 'rmaccfg',
  kind: 'change',
  selectors: ['-t'],
  otherValues: { '-t': values('resource') },
  variants: [
    { ...removed, select: { '-t': 'taskrole' }, run: removeTaskRole },
    { ...removed, select: { '-t': 'resourcerole' }, run: removeResourceRole },
  ],
}

export const roleCommands: readonly CommandRule<LineScope>[] = [lsaccfg, mkaccfg, chaccfg, rmaccfg]
