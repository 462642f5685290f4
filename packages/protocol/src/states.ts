// States that a console shows, in its own words (HMC command line, V7R7). Who moves between them is said by the component that owns each.
// They are words here: no transition is decided in this package.

/** Partition states of `lssyscfg -r lpar -F state`. */
export const partitionStates = ['Not Activated', 'Starting', 'Open Firmware', 'Running', 'Shutting Down', 'Error', 'Not Available'] as const
export type PartitionState = (typeof partitionStates)[number]

/** Managed-system states of `lssyscfg -r sys -F state`. */
export const systemStates = [
  'Power Off',
  'Initializing',
  'Standby',
  'Operating',
  'Power Off In Progress',
  'Error',
  'No Connection',
  'Pending Authentication - Password Updates Required',
  'Failed Authentication',
  'Error - Terminated',
  'Error - Dump In Progress',
  'Recovery',
  'Incomplete',
  'Version Mismatch',
] as const
export type SystemState = (typeof systemStates)[number]

/** Connection states of `lssysconn -r all`. */
export const connectionStates = [
  'Connected',
  'Connecting',
  'No Connection',
  'Failed Authentication',
  'Version Mismatch',
  'pending authentication - password updates required',
] as const
export type ConnectionState = (typeof connectionStates)[number]

/** State of the resource monitoring and control (RMC) link between a console and a partition. */
export const rmcStates = ['active', 'inactive', 'none'] as const
export type RmcState = (typeof rmcStates)[number]

/** What a partition is made for: `lpar_env` of the console. */
export const partitionEnvironments = ['aixlinux', 'vioserver', 'os400'] as const
export type PartitionEnvironment = (typeof partitionEnvironments)[number]
