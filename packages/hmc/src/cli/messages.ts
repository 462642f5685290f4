// The message catalogue of the command line (English locale). One row a message: its id, where its words come from, its text with
// parameters in braces. Clients match ids, not texts. Which refusal becomes which message is in refusal-messages.ts.
// Source: C captured from a real console and public, P read so by a public client, K domain knowledge that no source confirms.

import { arbitrationMessages } from './messages-arbitration.js'
import { configurationMessages } from './messages-configuration.js'
import { userMessages } from './messages-users.js'

interface MessageRow {
  readonly id: string
  readonly source: 'C' | 'K' | 'P'
  readonly text: string
}

const retry = 'Please check your entry and retry the command.'

export const messages = {
  // The command line itself
  noResults: { id: '', source: 'C', text: 'No results were found.' },
  missingParameter: {
    id: '',
    source: 'C',
    text:
      'The command entered is either missing a required parameter or a parameter value is invalid. ' +
      `The parameters that are missing or have an invalid value are {names}. ${retry}`,
  },
  invalidParameter: {
    id: '',
    source: 'C',
    text: `An invalid parameter was entered.  The parameters {names} are not valid.  ${retry}`,
  },
  invalidAttribute: {
    id: '',
    source: 'C',
    text: 'An invalid attribute was entered.  The invalid attribute is {name}.  Please correct your entry and retry the command.',
  },
  invalidFilter: {
    id: '',
    source: 'K',
    text: 'An invalid filter was entered.  The invalid filter is {name}.  Please correct your entry and retry the command.',
  },
  invalidFormat: {
    id: '',
    source: 'K',
    text: 'The format of the configuration data is invalid.  The invalid data is {data}.  Please correct your entry and retry the command.',
  },
  // What is named is not there, or is there twice
  systemNotFound: { id: 'HSCL8018', source: 'K', text: `The managed system {name} was not found.  ${retry}` },
  partitionNotFound: { id: 'HSCL8012', source: 'C', text: `The partition named {name} was not found.  ${retry}` },
  partitionIdNotFound: { id: 'HSCL8012', source: 'K', text: `The partition with ID {id} was not found.  ${retry}` },
  profileNotFound: { id: 'HSCL800F', source: 'C', text: 'The partition profile named "{name}" was not found.' },
  partitionNameInUse: {
    id: 'HSCL05DE',
    source: 'K',
    text: 'A partition in the managed system already uses the name {name}. Specify another name and retry the operation.',
  },
  // Partition states
  notInState: {
    id: 'HSCL05DF',
    source: 'C',
    text: 'The partition is not in a state under which this operation can be performed. Check the state of the partition.',
  },
  mustBeNotActivated: {
    id: 'HSCL05EA',
    source: 'C',
    text: 'The partition must be in the Not Activated state to perform this operation.',
  },
  noCurrentConfiguration: {
    id: 'HSCL3680',
    source: 'K',
    text: 'The partition has no current configuration. Specify the name of a partition profile and retry the operation.',
  },
  alreadyOff: { id: 'HSCL1558', source: 'K', text: 'The partition is already powered off.' },
  // Values of configuration data
  dataMissing: {
    id: 'HSCL0617',
    source: 'K',
    text: 'The logical partition cannot be created, since required attributes are missing. The attributes that are missing are {names}.',
  },
  dataInvalid: { id: 'HSCL0622', source: 'K', text: 'The value specified for {name} is not valid: {detail}.' },
  notPrintable: { id: 'HSCLC63B', source: 'K', text: 'The value specified for {name} holds characters that are not printable ASCII.' },
  // Resources
  memoryInsufficient: {
    id: 'HSCL03EC',
    source: 'K',
    text: 'There is not enough memory. Check that there is enough memory available to activate the partition ({detail}).',
  },
  processorsInsufficient: {
    id: 'HSCL03F4',
    source: 'K',
    text: 'There are not enough processing resources available to activate the partition ({detail}).',
  },
  // Dynamic partitioning
  noRmc: {
    id: 'HSCL2957',
    source: 'C',
    text:
      'Either there is currently no RMC connection between the management console and the partition {name} or the partition does not ' +
      'support dynamic partitioning operations. Verify the network setup on the management console and the partition and ensure that ' +
      'any firewall authentication between the management console and the partition has occurred.',
  },
  dynamicAddFailed: { id: 'HSCL294C', source: 'P', text: 'The dynamic addition of {resource} resources failed: {detail}.' },
  dynamicRemoveFailed: { id: 'HSCL294D', source: 'P', text: 'The dynamic removal of {resource} resources failed: {detail}.' },
  slotNotFound: { id: '', source: 'K', text: `The I/O slot was not found: {detail}.  ${retry}` },
  slotInUse: { id: '', source: 'K', text: 'An I/O slot that the partition requires is not available ({detail}).' },
  adapterNotFound: { id: '', source: 'K', text: `The virtual adapter was not found: {detail}.  ${retry}` },
  adapterRequired: { id: '', source: 'K', text: 'The virtual adapter is required by the partition and cannot be removed: {detail}.' },
  noVios: { id: 'HSCL2970', source: 'K', text: 'The IOServer command has failed: the partition {name} is no Virtual I/O Server.' },
  viosFailed: { id: 'HSCL2970', source: 'K', text: 'The IOServer command has failed because of the following reason:\n{detail}' },
  switchNotFound: { id: '', source: 'K', text: `The virtual switch named {name} was not found.  ${retry}` },
  fibreNotSupported: {
    id: 'HSCLA4C0',
    source: 'K',
    text: 'The operation failed because the managed system does not support virtual Fibre Channel.',
  },
  resourceBusy: {
    id: 'HSCL3205',
    source: 'P',
    text: 'The resource is busy with another operation. Wait until that has ended and retry the command.',
  },
  // Shared memory
  sharedMemoryNotSupported: {
    id: 'HSCLA4A0',
    source: 'C',
    text:
      'The operation failed because the managed system does not support Active Memory Sharing or ' +
      'partition suspend and resume operations.',
  },
  memoryExpansionNotSupported: { id: '', source: 'K', text: 'The managed system {system} does not support Active Memory Expansion.' },
  deduplicationNotSupported: { id: '', source: 'K', text: 'The managed system {system} does not support Active Memory Deduplication.' },
  virtualAdapterMissing: {
    id: 'HSCLA457',
    source: 'C',
    text:
      'Partition {partition}({id}) cannot be activated because its profile is missing a necessary virtual I/O adapter. Shared memory ' +
      'partitions are required to have at least one virtual I/O adapter of any type other than virtual serial.',
  },
  memoryModeInvalid: { id: '', source: 'K', text: 'A partition that uses shared memory cannot be configured like that: {detail}.' },
  memoryPoolNotFound: { id: '', source: 'K', text: 'The managed system {system} has no shared memory pool.' },
  memoryPoolExists: { id: '', source: 'K', text: 'The managed system {system} already has a shared memory pool.' },
  memoryPoolInUse: { id: '', source: 'K', text: 'The shared memory pool is in use ({detail}).' },
  memoryPoolInvalid: { id: '', source: 'K', text: 'The size of the shared memory pool is not valid: {detail}.' },
  memoryPoolShort: { id: '', source: 'K', text: 'There is not enough available memory for the shared memory pool ({detail}).' },
  ioEntitlementInvalid: { id: '', source: 'K', text: 'The amount of I/O entitled memory is not valid: {detail}.' },
  pagingViosInvalid: { id: '', source: 'K', text: 'The paging Virtual I/O Server partition is not valid: {detail}.' },
  pagingDeviceNotFound: { id: '', source: 'K', text: `The paging space device was not found: {detail}.  ${retry}` },
  pagingDeviceInUse: { id: '', source: 'K', text: 'The paging space device is in use ({detail}).' },
  pagingDeviceMissing: {
    id: '',
    source: 'K',
    text: 'The partition cannot be activated: the shared memory pool has no paging space device for it ({detail}).',
  },
  // Ways in which a command gets no answer from its target. A real console has ids for them that no source gives.
  notConnected: {
    id: '',
    source: 'K',
    text:
      'The management console has no connection to the managed system {system}. ' +
      'Check the state of the connection with lssysconn and retry the command.',
  },
  timedOut: {
    id: '',
    source: 'K',
    text: 'The managed system {system} did not answer in time. The operation may have been performed or not: check before a retry.',
  },
  // Connections and passwords
  alreadyManaged: {
    id: 'HSC18026',
    source: 'C',
    text: 'The system with IP address or host name {address} is already managed by this management console.',
  },
  notManaged: {
    id: '',
    source: 'K',
    text: `The system with IP address or host name {address} is not managed by this console.  ${retry}`,
  },
  wrongPassword: { id: '', source: 'K', text: `The password that was entered for the managed system {system} is incorrect.  ${retry}` },
  passwordLocked: {
    id: '',
    source: 'K',
    text: 'The passwords of the managed system {system} are locked after too many incorrect ones. Wait five minutes and retry the command.',
  },
  passwordsNotSet: { id: '', source: 'K', text: 'The passwords of the managed system {system} must be set first: use chsyspwd.' },
  versionMismatch: { id: '', source: 'K', text: 'The managed system {system} does not support the version of this management console.' },
  notPrimary: {
    id: '',
    source: 'K',
    text: 'The management console is connected to the secondary service processor of the managed system {system} only.',
  },
  powerFailed: { id: '', source: 'K', text: 'The managed system {system} is in state {state}. See its reference codes with lsrefcode.' },
  wrongSystemState: {
    id: '',
    source: 'K',
    text: 'The managed system {system} is not in a state under which this operation can be performed.',
  },
  // Service; a real console has ids for these that no source gives
  serviceEventNotFound: { id: '', source: 'K', text: `There is no open serviceable event with the problem number {id}.  ${retry}` },
  dumpInProgress: {
    id: '',
    source: 'K',
    text: 'The operation failed because a dump of this type is in progress on the managed system {system} or has not been retrieved yet.',
  },
  dumpNotFound: { id: '', source: 'K', text: `The dump {name} was not found.  ${retry}` },
  firmwareBusy: {
    id: '',
    source: 'K',
    text: 'The operation failed because another licensed internal code operation is in progress on the managed system {system}.',
  },
  firmwareNotPossible: {
    id: '',
    source: 'K',
    text: 'The licensed internal code of the managed system {system} cannot be changed so: {detail}.',
  },
  capacityCodeInvalid: {
    id: '',
    source: 'K',
    text: `The Capacity on Demand code entered is not valid for the managed system {system}.  ${retry}`,
  },
  capacityNotPossible: { id: '', source: 'K', text: 'The Capacity on Demand operation cannot be performed: {detail}.' },
  powerCapInvalid: { id: '', source: 'K', text: 'The power cap is not valid: {detail}.' },
  locationNotFound: { id: '', source: 'K', text: `There is no part at the location {name}.  ${retry}` },
  ...configurationMessages,
  resourceGroupsNotSupported: { id: 'HSCLCA00', source: 'C', text: 'The managed system does not support multiple resource groups.' },
  sriovNotSupported: { id: '', source: 'K', text: 'The managed system {system} does not support SR-IOV adapters.' },
  optimizationNotSupported: { id: '', source: 'K', text: 'The managed system {system} does not support Dynamic Platform Optimization.' },
  terminalOpen: {
    id: '',
    source: 'K',
    text: 'The partition cannot be removed while a virtual terminal session is open for it. Close the session with rmvterm and retry.',
  },
  ...userMessages,
  ...arbitrationMessages,
  internalError: { id: '', source: 'K', text: 'The operation failed on the managed system {system}: {detail}.' },
} as const satisfies Record<string, MessageRow>

export type MessageName = keyof typeof messages

/** The line that a console prints: id, blank, text with its parameters filled in. */
export function messageText(name: MessageName, parameters: Readonly<Record<string, string | number>> = {}): string {
  const { id, text } = messages[name]
  const filled = text.replace(/\{(\w+)\}/g, (_, key: string) => String(parameters[key] ?? ''))
  return id === '' ? filled : `${id} ${filled}`
}
