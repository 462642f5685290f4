// Which task each command is, what it is done to, and which predefined roles have it: one table for all commands of the console. A task is
// named by what it is done to and the command, as mkaccfg takes it: `cec:lshwres`, `lpar:chsysstate`. Who may do what is authority.ts.
// Roles: IBM, HMC user management tasks (POWER5) and HMC tasks, user roles (POWER8) for users and settings; the rest is domain knowledge
// along the table of roles of the POWER4 years: viewers look, operators run partitions, service representatives run service.

import type { OptionReader } from '../cli/option-reader.js'

/** What a task is done to. `hmc`: the console itself; `all`: whatever the console manages, so that a subset does not do. */
export type TaskObject = 'hmc' | 'all' | 'cec' | 'lpar'

export const predefinedTaskRoles = ['hmcsuperadmin', 'hmcoperator', 'hmcviewer', 'hmcservicerep', 'hmcpe'] as const
export type PredefinedTaskRole = (typeof predefinedTaskRoles)[number]

/** Options, or attributes of -i, that name partitions. */
export interface PartitionOptions {
  readonly names: readonly string[]
  readonly ids: readonly string[]
  /** Attributes of -i. */
  readonly data?: { readonly name: string; readonly id: string }
}

export interface TaskRule {
  readonly on: TaskObject
  readonly roles: readonly PredefinedTaskRole[]
  /** Selecting options that the rule is for; none: every variant of the command without a rule of its own. */
  readonly select?: Readonly<Record<string, string>>
  /** How a line names the partitions that it is about; a line that names none is about all of the system's. */
  readonly partitions?: PartitionOptions
  /** Whether a line is about its user itself, who then needs no role. */
  readonly own?: (options: OptionReader, userName: string) => boolean
  /** Makes a partition: the automatic update of resource roles lets whoever has something of the system do it. */
  readonly creates?: true
}

const administer = ['hmcsuperadmin', 'hmcpe'] as const
const superAdmin = ['hmcsuperadmin'] as const
const operate = ['hmcsuperadmin', 'hmcoperator', 'hmcpe'] as const
const service = ['hmcsuperadmin', 'hmcoperator', 'hmcservicerep', 'hmcpe'] as const
const repair = ['hmcsuperadmin', 'hmcservicerep', 'hmcpe'] as const
const everybody = predefinedTaskRoles

const byOption: PartitionOptions = { names: ['-p'], ids: ['--id'] }
const byName: PartitionOptions = { names: ['-n'], ids: ['--id'] }
const fromTo: PartitionOptions = { names: ['-p', '-t'], ids: ['--id', '--tid'] }
const byData: PartitionOptions = { names: ['-p'], ids: ['--id'], data: { name: 'name', id: 'lpar_id' } }
const byProfileData: PartitionOptions = { names: ['-p'], ids: ['--id'], data: { name: 'lpar_name', id: 'lpar_id' } }

type Row = Omit<TaskRule, 'on' | 'roles'>

const rule = (on: TaskObject, roles: readonly PredefinedTaskRole[], row: Row = {}): TaskRule => ({ on, roles, ...row })
const of = (select: Readonly<Record<string, string>>, row: TaskRule): TaskRule => ({ ...row, select })

/** Rules by command; of several the first that fits the selecting options of the line decides. */
const rules: Readonly<Record<string, readonly TaskRule[]>> = {
  // Looking
  lssyscfg: [of({ '-r': 'lpar' }, rule('lpar', everybody)), of({ '-r': 'prof' }, rule('lpar', everybody)), rule('cec', everybody)],
  lshwres: [
    of({ '-r': 'mem', '--level': 'lpar' }, rule('lpar', everybody)),
    of({ '-r': 'proc', '--level': 'lpar' }, rule('lpar', everybody)),
    ...['slot', 'serial', 'scsi', 'eth', 'fc', 'vnic', 'vnicbkdev'].map((subtype) =>
      of({ '-r': 'virtualio', '--rsubtype': subtype }, rule('lpar', everybody)),
    ),
    rule('cec', everybody),
  ],
  lsrefcode: [of({ '-r': 'lpar' }, rule('lpar', everybody)), rule('cec', everybody)],
  lssysconn: [rule('hmc', everybody)],
  lsled: [of({ '-r': 'sa', '-t': 'virtuallpar' }, rule('lpar', everybody)), rule('cec', everybody)],
  lssvcevents: [of({ '-t': 'console' }, rule('hmc', everybody)), rule('cec', everybody)],
  lsfru: [rule('cec', everybody)],
  lsdump: [rule('cec', everybody)],
  lslic: [rule('cec', everybody)],
  lspwrmgmt: [rule('cec', everybody)],
  lscod: [rule('cec', everybody)],
  lslparutil: [rule('cec', everybody)],
  lsmemopt: [of({ '-r': 'lpar' }, rule('lpar', everybody)), rule('cec', everybody)],
  optmem: [rule('cec', operate)],
  lslparmigr: [of({ '-r': 'lpar' }, rule('lpar', everybody)), of({ '-r': 'manager' }, rule('hmc', everybody)), rule('cec', everybody)],
  // Partitions and profiles
  mksyscfg: [
    of({ '-r': 'lpar' }, rule('cec', operate, { creates: true })),
    of({ '-r': 'prof' }, rule('lpar', operate, { partitions: byProfileData })),
    rule('cec', operate),
  ],
  chsyscfg: [
    of({ '-r': 'lpar' }, rule('lpar', operate, { partitions: byData })),
    of({ '-r': 'prof' }, rule('lpar', operate, { partitions: byProfileData })),
    of({ '-r': 'sysprof' }, rule('cec', operate)),
    rule('cec', administer),
  ],
  rmsyscfg: [
    of({ '-r': 'lpar' }, rule('lpar', administer, { partitions: byName })),
    of({ '-r': 'prof' }, rule('lpar', operate, { partitions: byOption })),
    rule('cec', operate),
  ],
  chsysstate: [
    of({ '-r': 'lpar' }, rule('lpar', service, { partitions: byName })),
    of({ '-r': 'sys', '-o': 'recover' }, rule('cec', administer)),
    rule('cec', service),
  ],
  chhwres: [
    of({ '-r': 'mempool' }, rule('cec', operate)),
    of({ '-r': 'procpool' }, rule('cec', operate)),
    of({ '-r': 'virtualio', '--rsubtype': 'vswitch' }, rule('cec', operate)),
    rule('lpar', operate, { partitions: fromTo }),
  ],
  rsthwres: [rule('lpar', operate, { partitions: byOption })],
  viosrvcmd: [rule('lpar', operate, { partitions: byOption })],
  mkvterm: [rule('lpar', service, { partitions: byOption })],
  rmvterm: [rule('lpar', service, { partitions: byOption })],
  lpar_netboot: [rule('lpar', service, { partitions: { names: ['partition'], ids: [] } })],
  // Service
  chled: [of({ '-r': 'sa', '-t': 'virtuallpar' }, rule('lpar', service, { partitions: byOption })), rule('cec', service)],
  chsvcevent: [rule('cec', service)],
  startdump: [rule('cec', service)],
  getdump: [rule('cec', service)],
  rmdump: [rule('cec', repair)],
  updlic: [rule('cec', repair)],
  chpwrmgmt: [rule('cec', operate)],
  chlparutil: [rule('cec', operate)],
  chcod: [rule('cec', administer)],
  bkprofdata: [rule('cec', service)],
  rstprofdata: [rule('cec', administer)],
  rmprofdata: [rule('cec', administer)],
  // Connections and the console itself
  mksysconn: [rule('all', service)],
  rmsysconn: [rule('all', service)],
  chsyspwd: [rule('cec', superAdmin)],
  resetcofw: [rule('all', repair)],
  lshmc: [rule('hmc', everybody)],
  lspartition: [rule('hmc', everybody)],
  monhmc: [rule('hmc', everybody)],
  chhmc: [rule('hmc', repair)],
  hmcshutdown: [rule('hmc', service)],
  lslock: [rule('cec', everybody)],
  rmlock: [rule('cec', service)],
  lscomgmt: [rule('cec', everybody)],
  chcomgmt: [rule('cec', administer)],
  // Users and roles
  lshmcusr: [rule('hmc', everybody)],
  lsaccfg: [rule('hmc', everybody)],
  lspwdpolicy: [rule('hmc', everybody)],
  mkhmcusr: [rule('hmc', superAdmin)],
  chhmcusr: [rule('hmc', superAdmin, { own: (options, name) => options.text('-u') === name && options.text('-t') === 'passwd' })],
  rmhmcusr: [rule('hmc', superAdmin)],
  mkauthkeys: [rule('hmc', superAdmin, { own: (options, name) => (options.text('-u') ?? name) === name })],
  mkpwdpolicy: [rule('hmc', superAdmin)],
  chpwdpolicy: [rule('hmc', superAdmin)],
  rmpwdpolicy: [rule('hmc', superAdmin)],
  mkaccfg: [rule('hmc', superAdmin)],
  chaccfg: [rule('hmc', superAdmin)],
  rmaccfg: [rule('hmc', superAdmin)],
}

/** The rule for a variant of a command; undefined: the table has none, and only the super administrator may. */
export function taskOf(command: string, select: Readonly<Record<string, string>>): TaskRule | undefined {
  return rules[command]?.find(
    (row) => row.select === undefined || Object.entries(row.select).every(([name, value]) => select[name] === value),
  )
}

/** How mkaccfg and lsaccfg call a task. */
export function taskName(command: string, on: TaskObject): string {
  return `${on === 'all' ? 'hmc' : on}:${command}`
}

/** All tasks of a predefined role, in the order of the table. */
export function predefinedTasks(role: PredefinedTaskRole): readonly string[] {
  const tasks = new Set<string>()
  for (const [command, rows] of Object.entries(rules)) {
    for (const row of rows) if (row.roles.includes(role)) tasks.add(taskName(command, row.on))
  }
  return [...tasks]
}
