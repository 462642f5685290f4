// Rules of a document about shared memory: who pages, on which devices, and what a partition that shares memory cannot have.
// Sizes of the pool and its devices against each other are the hypervisor's rules, when it is built.

import type { SystemDocument } from './schema.js'

/** Refuses the document, with the path to what is wrong. */
export type Complain = (path: string, message: string) => never

export function checkSharedMemory({ partitions, phyp }: SystemDocument, path: string, bad: Complain): void {
  const { memoryPool, capabilities } = phyp
  if (memoryPool !== null) {
    const at = `${path}.phyp.memoryPool`
    if (!capabilities.activeMemorySharing) bad(at, 'a machine with activeMemorySharing: false has no shared memory pool')
    if (memoryPool.deduplication && !capabilities.activeMemoryDeduplication) {
      bad(`${at}.deduplication`, 'a machine with activeMemoryDeduplication: false merges no identical pages')
    }
    for (const [place, name] of memoryPool.pagingVioses.entries()) {
      const vios = partitions.find((partition) => partition.name === name)
      if (vios?.environment !== 'vioserver') bad(`${at}.pagingVioses.${place}`, `'${name}' is no vioserver of this system`)
      if (vios?.sharedMemory) bad(`${at}.pagingVioses.${place}`, `'${name}' shares memory: who pages for others has memory of its own`)
    }
    for (const [place, { vios, name }] of memoryPool.devices.entries()) {
      const server = partitions.find((partition) => partition.name === vios)
      if (!memoryPool.pagingVioses.includes(vios)) bad(`${at}.devices.${place}.vios`, `'${vios}' is not one of pagingVioses`)
      if (server?.pagingDevices.some((device) => device.name === name) !== true) {
        bad(`${at}.devices.${place}.name`, `'${name}' is not one of pagingDevices of '${vios}'`)
      }
    }
  }
  for (const [index, partition] of partitions.entries()) {
    const at = `${path}.partitions.${index}`
    if (partition.environment !== 'vioserver' && partition.pagingDevices.length > 0) {
      bad(`${at}.pagingDevices`, `'${partition.name}' is a ${partition.environment}: only a vioserver has devices to page to`)
    }
    if (partition.memoryExpansion > 0 && partition.memoryExpansion < 1) bad(`${at}.memoryExpansion`, 'expected 0, or from 1 to 10')
    if (partition.sharedMemory === null) continue
    if (memoryPool === null) bad(`${at}.sharedMemory`, 'there is no phyp.memoryPool to share')
    if (partition.mode === 'dedicated') bad(`${at}.mode`, 'a partition that shares memory has shared processors')
    if (partition.ioSlots.length > 0) bad(`${at}.ioSlots`, 'a partition that shares memory has virtual I/O only')
    for (const field of ['primaryPagingVios', 'secondaryPagingVios'] as const) {
      const name = partition.sharedMemory[field]
      if (name !== undefined && memoryPool?.pagingVioses.includes(name) !== true) {
        bad(`${at}.sharedMemory.${field}`, `'${name}' is not one of phyp.memoryPool.pagingVioses`)
      }
    }
  }
}
