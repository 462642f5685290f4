// A back end as requests see it: a stretch of a device, behind a physical adapter, read-only or not, reached by redirected DMA straight
// into the client's memory, or through a buffer of the server. Which adapter of a client shows it is another matter (server-adapter.ts).

import type { BackEndKind } from '@powersim/protocol'
import type { PhysicalAdapter } from './physical-adapter.js'
import type { StorageDevice } from './storage-device.js'

export interface BackEnd {
  readonly name: string
  readonly kind: BackEndKind
  readonly device: StorageDevice
  readonly adapter: PhysicalAdapter
  /** First block of 4 KiB on the device, and how many. */
  readonly firstBlock: number
  readonly blocks: number
  /** Data goes through a buffer of the server (H_COPY_RDMA): files and optical media, which its file cache holds. */
  readonly copied: boolean
  readonly readOnly: boolean
  /** Work of a request on its way down, ns. */
  readonly requestNs: number
}

/** A back end shown through an adapter as a logical unit. */
export interface Target {
  readonly name: string
  readonly lun: number
  readonly backEnd: BackEnd
}
