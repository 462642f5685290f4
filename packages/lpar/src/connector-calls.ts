// The RTAS calls by which an operating system takes a connector in or gives it up, in the order of Linux's dlpar_acquire_drc,
// dlpar_configure_connector and dlpar_release_drc (arch/powerpc/platforms/pseries/dlpar.c). Their time is the caller's to spend.

import {
  type ConnectorType,
  CONNECTOR_NEXT_PROPERTY,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcIndexOf,
  type ReconfigurationPort,
  RTAS_SUCCESS,
  rtasRetryNs,
} from '@powersim/protocol'

/** Calls of ibm,configure-connector for one connector, at most. */
const MAX_CONFIGURE_CALLS = 1024

/** One connector taken in or given up. */
export interface ConnectorCalls {
  /** RTAS_SUCCESS, or the status that ended it; the connector is then as it was. */
  readonly status: number
  readonly calls: number
  /** Time until calls that were put off (990x) were made again, ns. */
  readonly waitNs: number
}

/** unusable -> usable -> owned -> configured. */
export function acquireConnector(port: ReconfigurationPort, lparId: number, drcIndex: number): ConnectorCalls {
  const sensed = port.sense(lparId, drcIndex)
  if (sensed !== DR_ENTITY_UNUSABLE) return { status: sensed, calls: 1, waitNs: 0 }
  const allocated = port.setAllocation(lparId, drcIndex, true)
  if (allocated !== RTAS_SUCCESS) return { status: allocated, calls: 2, waitNs: 0 }
  const unisolated = port.setIsolation(lparId, drcIndex, false)
  if (unisolated !== RTAS_SUCCESS) {
    port.setAllocation(lparId, drcIndex, false)
    return { status: unisolated, calls: 4, waitNs: 0 }
  }
  const configured = configureConnector(port, lparId, drcIndex)
  if (configured.status === RTAS_SUCCESS) return { ...configured, calls: configured.calls + 3 }
  const given = releaseConnector(port, lparId, drcIndex)
  return { ...configured, calls: configured.calls + given.calls + 3 }
}

/** owned -> usable -> unusable. One that cannot be isolated stays owned. */
export function releaseConnector(port: ReconfigurationPort, lparId: number, drcIndex: number): ConnectorCalls {
  const sensed = port.sense(lparId, drcIndex)
  if (sensed !== DR_ENTITY_PRESENT) return { status: sensed, calls: 1, waitNs: 0 }
  const isolated = port.setIsolation(lparId, drcIndex, true)
  if (isolated !== RTAS_SUCCESS) return { status: isolated, calls: 2, waitNs: 0 }
  const freed = port.setAllocation(lparId, drcIndex, false)
  if (freed === RTAS_SUCCESS) return { status: freed, calls: 3, waitNs: 0 }
  port.setIsolation(lparId, drcIndex, false)
  return { status: freed, calls: 4, waitNs: 0 }
}

/** Connectors of a type that the operating system has. */
export function presentConnectors(port: ReconfigurationPort, lparId: number, type: ConnectorType): number {
  let present = 0
  const count = port.connectors(lparId, type)
  for (let number = 0; number < count; number++) if (port.sense(lparId, drcIndexOf(type, number)) === DR_ENTITY_PRESENT) present++
  return present
}

function configureConnector(port: ReconfigurationPort, lparId: number, drcIndex: number): ConnectorCalls {
  let waitNs = 0
  let status = CONNECTOR_NEXT_PROPERTY
  for (let calls = 1; calls <= MAX_CONFIGURE_CALLS; calls++) {
    status = port.configure(lparId, drcIndex)
    waitNs += rtasRetryNs(status)
    if (status !== CONNECTOR_NEXT_PROPERTY && rtasRetryNs(status) === 0) return { status, calls, waitNs }
  }
  return { status, calls: MAX_CONFIGURE_CALLS, waitNs }
}
