// The words that all components share. No behaviour of a component lives here, and no cost.
// Every other package speaks them.

// Who and what: addresses, messages, their bytes
export { address, addressInstance, addressKind, componentKinds, MAX_INSTANCE } from './address.js'
export type { Address, ComponentKind } from './address.js'
export {
  FLAG_ERROR,
  FLAG_EVENT,
  FLAG_REPLY,
  FLAG_RETRY,
  FLAGS_KNOWN,
  HEADER_BYTES,
  isReply,
  MAX_DATA_BYTES,
  MAX_OPERATION,
  PROTOCOL_VERSION,
  replyTo,
  sameKey,
} from './message.js'
export type { FrameSizes, Json, Message } from './message.js'
export { decodeMessage, encodeMessage } from './codec.js'
export { dataBytes } from './data-bytes.js'
export { ProtocolError } from './errors.js'
export type { ProtocolErrorCode } from './errors.js'

// Statuses and refusals
export { isRefusal, refusalReasons, STATUS_OK, statuses, statusName, statusNumber } from './status.js'
export type { Refusal, RefusalReason, StatusName } from './status.js'

// Command catalogue and operation table
export { commandByName, commandByOpcode, commandCatalogue } from './catalogue.js'
export type { CommandName, ReplyOf, RequestOf } from './catalogue.js'
export type { RestoreKind } from './catalogue/profile-data.js'
export { restoreKinds } from './catalogue/profile-data.js'
export type { SystemProfile } from './catalogue/system-profile.js'
export type { ProcessorPool } from './catalogue/processor-pool.js'
export type { ReconfigureReason, ViosInventory } from './catalogue/rmc.js'
export { TERMINAL_BURST } from './catalogue/terminal.js'
export { bulkBytes, commandClasses } from './command.js'
export type { CommandClass, CommandDefinition, CommandTarget } from './command.js'
export { commandsOf, operationTable } from './operation.js'
export type { OperationDefinition, OperationName, OperationStep, StepPer } from './operation.js'

// States and the configuration of partitions
export { connectionStates, partitionEnvironments, partitionStates, rmcStates, systemStates } from './states.js'
export type { ConnectionState, PartitionEnvironment, PartitionState, RmcState, SystemState } from './states.js'
export {
  bootModes,
  hptRatios,
  nameSchema,
  partitionAttributesSchema,
  procCompatModes,
  profileSchema,
  defaultPoolName,
} from './partition.js'
export type {
  PartitionAdapters,
  PartitionAttributes,
  PartitionData,
  SyncProfile,
  PartitionMemory,
  PartitionProcessors,
  PartitionProfile,
  IoSlotView,
  PartitionView,
  ProcessorAmounts,
  ProfileIoSlot,
  ProfileMemory,
  ProfileProcessors,
  SystemMemory,
  SystemProcessors,
} from './partition.js'
export {
  adapterKinds,
  DEFAULT_VIRTUAL_SWITCH,
  defaultSerialAdapters,
  deviceKindOf,
  deviceKinds,
  virtualAdapterSchema,
} from './virtual-adapter.js'
export type { AdapterKind, AdapterOf, BackingDevice, DeviceKind, DeviceNode, VirtualAdapter } from './virtual-adapter.js'

// Use of processors
export { CYCLES_PER_SECOND, cyclesOf } from './utilization.js'

// Service: error logs, dumps, lights, power modes, capacity on demand
export { capacityKinds, capacityResources, dumpTypes, errorSeverities, powerModes } from './serviceability.js'
export type { CapacityKind, CapacityResource, DumpType, ErrorSeverity, LedScope, PowerMode, SystemPart } from './serviceability.js'

// Who may change a system, and with which password
export { WriteLock, writeLockPlaces, writeRefusals } from './write-lock.js'
export type { WriteLockOptions, WriteLockPlace, WriteVerdict } from './write-lock.js'
export { passwordKinds } from './catalogue/connection.js'
export type { PasswordKind } from './catalogue/connection.js'

// Ethernet
export {
  BROADCAST_MAC,
  bufferDescriptor,
  copyOfFrame,
  ETHERNET_HEADER_BYTES,
  ILLAN_ACTIVE_TRUNK,
  ILLAN_TRUNK_PRIORITY_MASK,
  ILLAN_TRUNK_PRIORITY_SHIFT,
  isGroupMac,
  isUnicastMac,
  LAN_CORRELATOR_BYTES,
  LAN_ENTRY_BYTES,
  LAN_OFFSET_MASK,
  LAN_TOGGLE,
  LAN_VALID,
  macText,
  MAX_FRAME_BYTES,
  MAX_VLAN,
  VLAN_TAG_BYTES,
} from './ethernet.js'
export type { EthernetFrame, EthernetPort, FrameReceiver } from './ethernet.js'

// Hypercalls
export {
  H_ADD_LOGICAL_LAN_BUFFER,
  H_Authority,
  H_BadMode,
  H_BULK_REMOVE,
  H_Busy,
  H_CEDE,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_Closed,
  H_CONFER,
  H_Constrained,
  H_Continue,
  H_COPY_RDMA,
  H_CPPR,
  H_DestParm,
  H_Dropped,
  H_ENABLE_CRQ,
  H_ENTER,
  H_EOI,
  H_FREE_CRQ,
  H_FREE_LOGICAL_LAN,
  H_FREE_LOGICAL_LAN_BUFFER,
  H_FREE_SUB_CRQ,
  H_Function,
  H_GET_MPP,
  H_GET_MPP_X,
  H_GET_PPP,
  H_GET_TCE,
  H_GET_TERM_CHAR,
  H_Hardware,
  H_ILLAN_ATTRIBUTES,
  H_InProgress,
  H_IPI,
  H_JOIN,
  H_LongBusyOrder10mSec,
  H_MO_PERF,
  H_LongBusyOrder1mSec,
  H_NoMem,
  H_NotAvailable,
  H_NotEnoughResources,
  H_NotFound,
  H_P2,
  H_P3,
  H_P4,
  H_P5,
  H_PAGE_INIT,
  H_Parameter,
  H_Partial,
  H_Pending,
  H_Permission,
  H_PIC,
  H_POLL_PENDING,
  H_Privilege,
  H_PROD,
  H_PROTECT,
  H_PtegFull,
  H_PUT_RTCE,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_PUT_TERM_CHAR,
  H_READ,
  H_REG_CRQ,
  H_REG_SNS,
  H_REG_SUB_CRQ,
  H_REGISTER_LOGICAL_LAN,
  H_REGISTER_VPA,
  H_RemoteParm,
  H_REMOVE,
  H_Rescinded,
  H_Resource,
  H_SEND_CRQ,
  H_SEND_LOGICAL_LAN,
  H_SEND_SUB_CRQ,
  H_SET_MPP,
  H_SET_PPP,
  H_SourceParm,
  H_STUFF_TCE,
  H_Success,
  H_TooBig,
  H_VIO_SIGNAL,
  H_VPM_PSTAT,
  H_XIRR,
  hypercallCodeName,
  SUBVENTION_UNIT,
  TERMINAL_UNIT,
} from './hypercall.js'

// Dynamic reconfiguration connectors and the RTAS statuses about them
export {
  CONNECTOR_NEXT_PROPERTY,
  connectorTypes,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcIndexOf,
  drcNumberOf,
  drcTypeOf,
  RTAS_CANNOT_CONFIGURE,
  RTAS_MULTI_LEVEL_ISOLATION,
  RTAS_NO_SUCH_INDICATOR,
  RTAS_RETRY_10_MS,
  RTAS_SUCCESS,
  RTAS_TRANSLATIONS_EXIST,
  rtasRetryNs,
  unitsOfBatch,
} from './dr-connector.js'
export type { ConnectorType } from './dr-connector.js'

// Virtual management channel: entries of its queue
export {
  CRQ_COMMAND,
  CRQ_ENTRIES,
  CRQ_ENTRY_BYTES,
  CRQ_EVENT_PARTNER_DEREGISTERED,
  CRQ_EVENT_PARTNER_FAILED,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_PAGE_BYTES,
  CRQ_TRANSPORT_EVENT,
  emptyCrqEntry,
  negotiate,
  readCrqEntry,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_CLOSED,
  VMC_INTERFACE_FAILURE,
  VMC_INVALID_BUFFER,
  VMC_INVALID_INDEX,
  VMC_NO_BUFFER,
  VMC_OK,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
  writeCrqEntry,
} from './vmc.js'
export type { CrqEntry, VmcCapabilities } from './vmc.js'

// The stream between the pager and a paging virtual I/O server
export { VASI_DONE, VASI_FAILED, VASI_OK, VASI_PAGE_BYTES, VASI_READ, VASI_SLOTS, VASI_WRITE, vasiStates } from './vasi.js'
export type { PageImage, VasiState } from './vasi.js'

// Virtual SCSI: information units, and the queue that points at them
export { CrqPage } from './crq-page.js'
export {
  emptySrpCommand,
  emptySrpResponse,
  readSrpCommand,
  readSrpLoginClient,
  readSrpLoginLimit,
  readSrpLoginName,
  readSrpResponse,
  readSrpTag,
  SCSI_BLOCK_BYTES,
  SCSI_BUSY,
  SCSI_CHECK_CONDITION,
  SCSI_GOOD,
  SCSI_READ_16,
  SCSI_TASK_SET_FULL,
  SCSI_TEST_UNIT_READY,
  SCSI_WRITE_16,
  SRP_CMD,
  SRP_CMD_BYTES,
  SRP_LOGIN_REJ,
  SRP_LOGIN_REJ_BYTES,
  SRP_LOGIN_REQ,
  SRP_LOGIN_REQ_BYTES,
  SRP_LOGIN_RSP,
  SRP_LOGIN_RSP_BYTES,
  SRP_MAX_IU_BYTES,
  SRP_RSP,
  SRP_RSP_BYTES,
  srpOpcode,
  VIOSRP_SRP_ENTRY,
  VIOSRP_SRP_FORMAT,
  writeSrpCommand,
  writeSrpLogin,
  writeSrpResponse,
} from './srp.js'
export type { SrpCommand, SrpResponse } from './srp.js'

// Loaning of pages
export { LOAN_FLOOR_MIB, LOAN_PAUSE_NS, LOAN_PERIOD_NS, LOAN_TAKEN_BACK_KIB, loanStep } from './loaning.js'
export type { LoanState } from './loaning.js'

// Ports
export type { DmaRegion, DmaWindow } from './ports/dma.js'
export type { GuestPort, GuestProgram } from './ports/guest.js'
export type { HypercallPort, HypercallResult } from './ports/hypercall.js'
export type { IoDiscipline, IoDisciplineMaker } from './ports/io-discipline.js'
export type { DeviceDma, GuestMemory, PhysicalInterrupts } from './ports/memory.js'
export type { WorkObserver } from './ports/observation.js'
export type {
  HypervisorPower,
  PartitionHost,
  PartitionProcessing,
  PartitionReports,
  PartitionStart,
  SharedMemoryStart,
} from './ports/machine.js'
export type { PagingPort, PagingTransfer } from './ports/paging.js'
export type { PlatformResources } from './ports/platform.js'
export type { ProcessorPort, ProcessorStatistics, StallingProcessor } from './ports/processor.js'
export type { ReconfigurationPort } from './ports/reconfiguration.js'
export type { TerminalPort } from './ports/terminal.js'
export { PAGE_TOUCH } from './ports/touch.js'
export type { PageTouch, TouchPort } from './ports/touch.js'
export { backEndKinds } from './ports/vios.js'
export type {
  BackEndKind,
  ViosAdapter,
  ViosCommandPort,
  ViosDisk,
  ViosFibreAdapter,
  ViosFibrePort,
  ViosRefusal,
  ViosTarget,
  ViosVolumeGroup,
} from './ports/vios.js'
