// The operation table: which commands each HMC operation issues, as data. Routing follows the target (dissertation 4.2); the numbers of
// commands are estimates, since the dissertation says that operations differ in them and gives none.

import type { CommandName } from './catalogue.js'

/** What a step is repeated for; the count comes from the operation's content, never from a draw. */
export type StepPer = 'operation' | 'partition' | 'profile' | 'adapter' | 'batch' | 'section'

export interface OperationStep {
  readonly command: CommandName
  readonly per: StepPer
  /** Commands that may take its place: each repetition of the step is one of them. */
  readonly or?: readonly CommandName[]
}

export interface OperationDefinition {
  /** Name in reports: the console's verb and resource. */
  readonly name: string
  /** Commands an operation of usual content issues, low and high (estimate). */
  readonly usual: readonly [low: number, high: number]
  readonly steps: readonly OperationStep[]
}

const once = (...commands: CommandName[]): OperationStep[] => commands.map((command) => ({ command, per: 'operation' }))
const each = (per: StepPer, ...commands: CommandName[]): OperationStep[] => commands.map((command) => ({ command, per }))

const moveSteps = [
  ...once('lpar.list'),
  ...each('partition', 'lpar.read'),
  ...once('dynamic.begin'),
  ...each('batch', 'dynamic.step'),
  ...once('dynamic.finish'),
]
const resizeSteps = [...once('lpar.list', 'lpar.read', 'dynamic.begin'), ...each('batch', 'dynamic.step'), ...once('dynamic.finish')]

/** Of partitions, one after the other. */
const activationSteps = [
  ...each('partition', 'activation.begin', 'activation.processors', 'activation.memory', 'activation.slots'),
  ...each('adapter', 'activation.adapter'),
  ...each('partition', 'activation.firmware', 'activation.boot', 'activation.start', 'lpar.read'),
]

const restoreSteps = [...once('lpar.list'), ...each('partition', 'lpar.read', 'dynamic.restore')]

/** Every operation that the console can run as a line of a script. Lines that touch no managed system are not operations. */
export const operationTable = [
  {
    name: 'connect',
    usual: [4, 8],
    steps: once('connection.identify', 'connection.authenticate', 'connection.capabilities', 'connection.subscribe'),
  },
  { name: 'lssyscfg sys', usual: [1, 2], steps: once('system.state', 'system.attributes') },
  { name: 'lssyscfg lpar', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'lpar.read')] },
  { name: 'lssyscfg prof', usual: [3, 66], steps: [...once('lpar.list', 'profile.list'), ...each('profile', 'profile.read')] },
  { name: 'lssyscfg sysprof', usual: [2, 2], steps: once('lpar.list', 'systemProfile.list') },
  { name: 'lshwres mem sys', usual: [1, 1], steps: once('memory.system') },
  { name: 'lshwres mem lpar', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'memory.lpar')] },
  { name: 'lshwres mempool', usual: [2, 2], steps: once('memoryPool.read', 'lpar.list') },
  { name: 'lshwres mempool pgdev', usual: [2, 2], steps: once('pagingDevice.list', 'lpar.list') },
  { name: 'lshwres proc sys', usual: [1, 1], steps: once('processors.system') },
  { name: 'lshwres proc lpar', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'processors.lpar')] },
  { name: 'lshwres proc pool', usual: [1, 1], steps: once('processorPool.list') },
  { name: 'lshwres procpool', usual: [2, 2], steps: once('processorPool.list', 'lpar.list') },
  { name: 'lshwres io slot', usual: [1, 1], steps: once('slots.system') },
  { name: 'lshwres virtualio', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'adapters.lpar')] },
  { name: 'lshwres virtualio vswitch', usual: [1, 1], steps: once('adapters.switches') },
  { name: 'lsmemopt', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'lpar.read')] },
  { name: 'lslparmigr', usual: [1, 1], steps: once('lpar.list') },
  { name: 'lsrefcode sys', usual: [1, 2], steps: once('system.refcodes') },
  { name: 'lsrefcode lpar', usual: [2, 65], steps: [...once('lpar.list'), ...each('partition', 'lpar.refcodes')] },
  { name: 'lssvcevents', usual: [1, 3], steps: each('batch', 'service.events') },
  { name: 'chsvcevent', usual: [1, 3], steps: once('service.closeEvents') },
  { name: 'lsled', usual: [1, 3], steps: [{ command: 'service.leds', or: ['service.identifyLeds'], per: 'operation' }] },
  { name: 'chled', usual: [1, 3], steps: [{ command: 'service.setLed', or: ['service.setIdentifyLed'], per: 'operation' }] },
  { name: 'lsfru', usual: [1, 3], steps: each('batch', 'service.vpd') },
  { name: 'lsdump', usual: [1, 3], steps: once('dump.list') },
  { name: 'startdump', usual: [1, 3], steps: once('dump.start') },
  { name: 'getdump', usual: [3, 66], steps: [...once('dump.list'), ...each('batch', 'dump.read'), ...once('dump.acknowledge')] },
  { name: 'rmdump', usual: [1, 3], steps: once('dump.list', 'dump.delete') },
  { name: 'lslic', usual: [1, 3], steps: once('firmware.levels') },
  {
    name: 'updlic install',
    usual: [10, 600],
    steps: [
      ...once('firmware.levels', 'firmware.begin'),
      ...each('batch', 'firmware.write'),
      ...once('firmware.finish', 'firmware.levels'),
    ],
  },
  {
    name: 'updlic accept',
    usual: [2, 30],
    steps: [{ command: 'firmware.accept', or: ['firmware.reject'], per: 'operation' }, ...each('batch', 'firmware.levels')],
  },
  { name: 'lspwrmgmt', usual: [1, 3], steps: once('energy.read') },
  { name: 'chpwrmgmt', usual: [1, 3], steps: once('energy.mode') },
  { name: 'lscod cap', usual: [1, 3], steps: once('capacity.read') },
  { name: 'lscod hist', usual: [1, 3], steps: once('capacity.history') },
  {
    name: 'chcod',
    usual: [1, 3],
    steps: [{ command: 'capacity.enter', or: ['capacity.request', 'capacity.stop'], per: 'operation' }],
  },
  {
    name: 'mksyscfg lpar',
    usual: [6, 12],
    steps: [
      ...once('lpar.create', 'stage.attributes', 'stage.processors', 'stage.memory', 'stage.slots'),
      { command: 'stage.adapter', or: ['stage.ioSlots'], per: 'adapter' },
      ...once('stage.commit'),
    ],
  },
  { name: 'chsyscfg lpar', usual: [4, 5], steps: once('lpar.list', 'lpar.read', 'lpar.change', 'stage.attributes', 'stage.commit') },
  {
    name: 'chsyscfg prof',
    usual: [5, 8],
    steps: [
      ...once('lpar.list', 'profile.read', 'profile.change'),
      {
        command: 'stage.attributes',
        or: ['stage.processors', 'stage.memory', 'stage.slots', 'stage.ioSlots', 'stage.adapter', 'stage.removeAdapter'],
        per: 'section',
      },
      ...once('stage.commit'),
    ],
  },
  {
    name: 'mksyscfg prof',
    usual: [7, 13],
    steps: [
      ...once('lpar.list', 'profile.create', 'stage.attributes', 'stage.processors', 'stage.memory', 'stage.slots'),
      { command: 'stage.adapter', or: ['stage.ioSlots'], per: 'adapter' },
      ...once('stage.commit'),
    ],
  },
  { name: 'mksyscfg prof save', usual: [3, 3], steps: once('lpar.list', 'profile.save', 'stage.commit') },
  { name: 'chsyscfg lpar apply', usual: [3, 3], steps: once('lpar.list', 'lpar.apply', 'stage.commit') },
  { name: 'rmsyscfg prof', usual: [3, 3], steps: once('lpar.list', 'profile.remove', 'stage.commit') },
  { name: 'mksyscfg sysprof', usual: [2, 2], steps: once('lpar.list', 'systemProfile.set') },
  { name: 'chsyscfg sysprof', usual: [3, 3], steps: once('lpar.list', 'systemProfile.list', 'systemProfile.set') },
  { name: 'rmsyscfg sysprof', usual: [1, 1], steps: once('systemProfile.remove') },
  {
    name: 'bkprofdata',
    usual: [3, 66],
    steps: [...once('lpar.list'), ...each('partition', 'profileData.read'), ...once('systemProfile.list')],
  },
  {
    name: 'rstprofdata',
    usual: [3, 68],
    steps: [
      ...once('profileData.begin'),
      ...each('partition', 'profileData.put'),
      ...once('profileData.putSystemProfiles', 'stage.commit'),
      // A system in Recovery goes on from there.
      ...each('section', 'system.recover'),
    ],
  },
  { name: 'rmsyscfg lpar', usual: [3, 5], steps: once('lpar.list', 'lpar.read', 'lpar.delete', 'stage.commit') },
  {
    name: 'chsysstate lpar on',
    usual: [8, 15],
    steps: [...once('lpar.list'), ...each('partition', 'lpar.read'), ...activationSteps],
  },
  {
    name: 'chsysstate sysprof on',
    usual: [9, 60],
    steps: [...once('lpar.list', 'systemProfile.list'), ...activationSteps],
  },
  {
    name: 'chsysstate sys onsysprof',
    usual: [11, 62],
    steps: [...once('system.state', 'system.powerOn', 'lpar.list', 'systemProfile.list'), ...activationSteps],
  },
  {
    name: 'chsysstate lpar shutdown',
    usual: [3, 5],
    steps: [...once('lpar.list'), ...each('partition', 'lpar.read', 'lpar.shutdown', 'lpar.read')],
  },
  { name: 'chsysstate lpar osshutdown', usual: [3, 5], steps: [...once('lpar.list'), ...each('partition', 'lpar.read', 'lpar.read')] },
  {
    name: 'chsysstate lpar chkey',
    usual: [4, 5],
    steps: once('lpar.list', 'lpar.read', 'lpar.change', 'stage.attributes', 'stage.commit'),
  },
  { name: 'chsysstate sys on', usual: [2, 4], steps: once('system.state', 'system.powerOn') },
  { name: 'chsysstate sys off', usual: [2, 4], steps: once('system.state', 'system.powerOff') },
  { name: 'chsysstate sys recover', usual: [1, 1], steps: once('system.recover') },
  { name: 'chsysstate sys rebuild', usual: [2, 3], steps: once('system.state', 'system.attributes', 'lpar.list') },
  { name: 'chsysstate sys spfailover', usual: [1, 1], steps: once('system.failover') },
  { name: 'chsysstate sys chkey', usual: [1, 1], steps: once('system.keylock') },
  { name: 'lscomgmt', usual: [1, 1], steps: once('comanagement.read') },
  { name: 'chcomgmt', usual: [1, 1], steps: [{ command: 'comanagement.set', or: ['comanagement.release'], per: 'operation' }] },
  { name: 'lslock', usual: [2, 2], steps: once('system.lock', 'lock.read') },
  { name: 'rmlock', usual: [2, 2], steps: once('system.releaseLock', 'lock.release') },
  { name: 'chsyscfg sys', usual: [1, 1], steps: once('system.configure') },
  { name: 'chsyspwd', usual: [1, 2], steps: once('connection.password') },
  { name: 'chhwres mem add', usual: [4, 14], steps: resizeSteps },
  { name: 'chhwres mem remove', usual: [4, 14], steps: resizeSteps },
  { name: 'chhwres mem move', usual: [5, 15], steps: moveSteps },
  { name: 'chhwres mem set', usual: [3, 3], steps: once('lpar.list', 'lpar.read', 'dynamic.sharedMemory') },
  { name: 'chhwres mempool add', usual: [2, 4], steps: once('lpar.list', 'memoryPool.create') },
  { name: 'chhwres mempool set', usual: [2, 4], steps: once('lpar.list', 'memoryPool.change') },
  { name: 'chhwres mempool remove', usual: [2, 4], steps: once('memoryPool.read', 'memoryPool.remove') },
  { name: 'chhwres mempool pgdev add', usual: [2, 4], steps: once('lpar.list', 'pagingDevice.add') },
  { name: 'chhwres mempool pgdev remove', usual: [2, 4], steps: once('lpar.list', 'pagingDevice.remove') },
  { name: 'chhwres proc add', usual: [4, 14], steps: resizeSteps },
  { name: 'chhwres proc remove', usual: [4, 14], steps: resizeSteps },
  { name: 'chhwres proc move', usual: [5, 15], steps: moveSteps },
  {
    name: 'chhwres proc set',
    usual: [3, 4],
    steps: [...each('section', 'processorPool.list'), ...once('lpar.list', 'lpar.read', 'dynamic.sharing')],
  },
  { name: 'chhwres vswitch add', usual: [1, 1], steps: once('virtualSwitch.add') },
  { name: 'chhwres vswitch remove', usual: [1, 1], steps: once('virtualSwitch.remove') },
  { name: 'chhwres procpool set', usual: [2, 2], steps: once('processorPool.list', 'processorPool.change') },
  { name: 'chhwres io add', usual: [4, 8], steps: resizeSteps },
  { name: 'chhwres io remove', usual: [4, 8], steps: resizeSteps },
  { name: 'chhwres io move', usual: [4, 8], steps: moveSteps },
  { name: 'chhwres virtualio add', usual: [4, 8], steps: resizeSteps },
  { name: 'chhwres virtualio remove', usual: [4, 8], steps: resizeSteps },
  { name: 'chhwres virtualio set', usual: [4, 5], steps: once('lpar.list', 'lpar.read', 'adapters.lpar', 'dynamic.adapter') },
  { name: 'viosrvcmd', usual: [2, 2], steps: once('lpar.list', 'lpar.read') },
  {
    name: 'mkvterm',
    usual: [4, 1000],
    steps: [...once('lpar.list', 'terminal.open'), ...each('batch', 'terminal.exchange'), ...once('terminal.close')],
  },
  {
    name: 'lpar_netboot',
    usual: [15, 40],
    steps: [
      ...once(
        'lpar.list',
        'terminal.open',
        'lpar.read',
        'activation.begin',
        'activation.processors',
        'activation.memory',
        'activation.slots',
      ),
      ...each('adapter', 'activation.adapter'),
      ...once('activation.firmware', 'activation.boot', 'activation.start', 'lpar.read'),
      ...each('batch', 'lpar.read'),
      ...once('adapters.lpar', 'lpar.shutdown', 'terminal.close'),
    ],
  },
  { name: 'rmvterm', usual: [2, 2], steps: once('lpar.list', 'terminal.close') },
  { name: 'rsthwres mem', usual: [3, 129], steps: restoreSteps },
  { name: 'rsthwres proc', usual: [3, 129], steps: restoreSteps },
  { name: 'rsthwres io', usual: [3, 129], steps: restoreSteps },
] as const satisfies readonly OperationDefinition[]

export type OperationName = (typeof operationTable)[number]['name']

/** How many commands an operation issues when all its steps succeed, from the counts of its content. */
export function commandsOf(operation: OperationDefinition, counts: Partial<Record<StepPer, number>>): number {
  let commands = 0
  for (const step of operation.steps) commands += step.per === 'operation' ? 1 : (counts[step.per] ?? 0)
  return commands
}
