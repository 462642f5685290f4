// The RTAS door of dynamic reconfiguration: how an operating system takes connectors in and gives them up. Answers are statuses of
// dr-connector.ts. What they mean for the configuration is the hypervisor's; in which order they are asked, the guest's.

import type { ConnectorType } from '../dr-connector.js'

export interface ReconfigurationPort {
  /** Numbers of a type that the partition may ever have are below this (ibm,drc-indexes); 0 for a partition that does not run. */
  connectors(lparId: number, type: ConnectorType): number
  /** Sensor dr-entity-sense (9003): DR_ENTITY_PRESENT, DR_ENTITY_UNUSABLE, or RTAS_NO_SUCH_INDICATOR. */
  sense(lparId: number, drcIndex: number): number
  /** Indicator allocation-state (9003). Usable is refused (RTAS_NO_SUCH_INDICATOR) beyond what the partition is assigned. */
  setAllocation(lparId: number, drcIndex: number, usable: boolean): number
  /** Indicator isolation-state (9001). */
  setIsolation(lparId: number, drcIndex: number, isolated: boolean): number
  /** ibm,configure-connector: to be called again until it says RTAS_SUCCESS or an error. */
  configure(lparId: number, drcIndex: number): number
}
