// Doubles, generators and contracts for tests of components and policies. None of it knows a test framework;
// generators are fast-check's. No component package is imported here.

// Doubles for what a component meets
export { RecordingEndpoint } from './recording-endpoint.js'
export type { ConnectionRecord, ReceivedRecord, RecordingOptions, WorkRecord } from './recording-endpoint.js'
export { BusRecording } from './bus-recording.js'
export { IdealProcessor } from './ideal-processor.js'
export type { IdealProcessorOptions } from './ideal-processor.js'
export { IdealMemory } from './ideal-memory.js'
export { IdealGuest } from './ideal-guest.js'
export type { HypercallFunction, HypercallRecord, IdealGuestOptions } from './ideal-guest.js'

// Generators for property tests
export {
  anyCommand,
  anyCorruption,
  anyErrorReply,
  anyEvent,
  anyFates,
  anyJson,
  anyLaw,
  anyMessage,
  anyReply,
  anyRequest,
  fateRule,
} from './generators.js'
export { anyPayload } from './payload.js'
export type { PayloadOptions, PayloadSchema } from './payload.js'

// Contracts
export { assertRoutingPolicy, routingPolicyContract } from './policy-contract.js'
export type { PolicyContractOptions, PolicyMaker } from './policy-contract.js'
export { watchedPolicy } from './watched-policy.js'
export { assertDispatchPolicy, dispatchPolicyContract } from './dispatch-policy-contract.js'
export type { DispatchPolicyContractOptions } from './dispatch-policy-contract.js'
export { assertIoDiscipline, ioDisciplineContract } from './io-discipline-contract.js'
export type { IoDisciplineContractOptions } from './io-discipline-contract.js'
export { assertReplacementPolicy, replacementPolicyContract } from './replacement-policy-contract.js'
export type { ReplacementPolicyContractOptions } from './replacement-policy-contract.js'
export { ContractError } from './errors.js'
export type { ContractErrorCode } from './errors.js'

// Configuration
export { ethernetAdapter, scsiClient, scsiServer } from './virtual-adapters.js'
