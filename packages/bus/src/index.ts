// The simulated message bus: what components, fault rules and observers need of it.
// How it works inside is not exported.

// The bus and what hangs off it
export { Bus, DEFAULT_MAX_CONNECTIONS } from './bus.js'
export type { BusOptions } from './bus.js'
export type { WireMode } from './fabric.js'
export { DEFAULT_RESUMPTION_LIMIT, RECORD_BYTES } from './endpoint.js'
export type { Endpoint, EndpointHandlers, TlsCosts } from './endpoint.js'
export type { Link } from './link.js'
export { bytesOnWire, DEFAULT_QUEUE_LIMIT, DEFAULT_WINDOW_BYTES, MIN_WINDOW_BYTES } from './link-parameters.js'
export type { HandshakeBytes, LinkParameters } from './link-parameters.js'
export type { PassageOptions, PassageStatistics } from './frame-passage.js'
export type { Hop } from './hop.js'

// Connections
export type { CloseReason, Connection, SessionState } from './connection.js'

// Fate, observers, statistics, errors
export { MAX_FATE_NS, PASS } from './fate.js'
export type { Fate, FateRule, FateView } from './fate.js'
export type { ConnectionObservation, DropReason, MessageObservation, ObserverEvents, Observers } from './observe.js'
export type {
  BusStatistics,
  ConnectionStatistics,
  DirectionStatistics,
  HopStatistics,
  LinkStatistics,
  TrafficStatistics,
} from './statistics.js'
export { BusError } from './errors.js'
export type { BusErrorCode } from './errors.js'
