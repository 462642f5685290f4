// Dynamic reconfiguration connectors (DRC): what a partition's memory blocks, virtual processors and I/O slots hang on, their indexes, and
// the statuses of the RTAS calls about them (LoPAR ch_dynamic_reconfig; Linux arch/powerpc/platforms/pseries/dlpar.c).
// Who owns what is the hypervisor's, the sequence of calls the operating system's.

/** `mem`: a logical memory block. `proc`: a virtual processor. `slot`: an I/O slot. `vslot`: a slot of a virtual adapter. */
export const connectorTypes = ['mem', 'proc', 'slot', 'vslot'] as const
export type ConnectorType = (typeof connectorTypes)[number]

/** First index of each type; those of a type follow each other (estimate; the form of public captures). */
const firstIndex: Readonly<Record<ConnectorType, number>> = { mem: 0x8000_0000, proc: 0x1000_0000, slot: 0x2101_0000, vslot: 0x3000_0000 }

/** Index of the n-th connector of a type, n from 0 to 65,535. */
export function drcIndexOf(type: ConnectorType, number: number): number {
  return firstIndex[type] + number
}

/** Number of a connector among those of its type. */
export function drcNumberOf(type: ConnectorType, drcIndex: number): number {
  return drcIndex - firstIndex[type]
}

/** The type that an index belongs to; undefined for a number that is no index. */
export function drcTypeOf(drcIndex: number): ConnectorType | undefined {
  return connectorTypes.find((type) => drcIndex >= firstIndex[type] && drcIndex < firstIndex[type] + 0x1_0000)
}

/** Values of the sensor dr-entity-sense (9003). */
export const DR_ENTITY_PRESENT = 1
export const DR_ENTITY_UNUSABLE = 2

/** RTAS statuses; 990x asks for another call after 10^x ms. */
export const RTAS_SUCCESS = 0
export const RTAS_NO_SUCH_INDICATOR = -3
/** The entity cannot be isolated, since something that belongs to it, or needs it, is not. */
export const RTAS_MULTI_LEVEL_ISOLATION = -9000
/** A page table entry or TCE still maps it. */
export const RTAS_TRANSLATIONS_EXIST = -9001
export const RTAS_CANNOT_CONFIGURE = -9003
export const RTAS_RETRY_10_MS = 9901

/** ibm,configure-connector: there is another property to fetch; RTAS_SUCCESS: that was all. */
export const CONNECTOR_NEXT_PROPERTY = 3

const retryNs = [1e6, 1e7, 1e8, 1e9, 1e10, 1e11]

/** Time after which a call with this status is made again, ns; 0 for a status that asks for none. */
export function rtasRetryNs(status: number): number {
  return retryNs[status - 9900] ?? 0
}

/** Units of one batch when `units` are moved in `batches`: as even as they go, the larger ones first. */
export function unitsOfBatch(units: number, batches: number, batch: number): number {
  const least = Math.floor(units / batches)
  return least + (batch < units - least * batches ? 1 : 0)
}
