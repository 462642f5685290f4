// The stream between the hypervisor's pager and a paging virtual I/O server (LoPAR, Virtual Asynchronous Services Interface, service 3:
// Pager). Each operation is one entry of a command/response queue and one buffer of the hypervisor's window: the server copies the page out
// of it before it writes, or into it after it has read, and answers with an entry of its own. Which words carry what is the model's choice.

/** Second byte of an entry: read or write a page, indexed; the server's answer. */
export const VASI_READ = 0x01
export const VASI_WRITE = 0x02
export const VASI_DONE = 0x81

/** Third byte of an answer. */
export const VASI_OK = 0x00
/** The paging device has failed, or there is none for this partition. */
export const VASI_FAILED = 0x01

/** Operations that one server has at a time: half of its queue. */
export const VASI_SLOTS = 128
export const VASI_PAGE_BYTES = 4096

/** Of one server's stream: it has no queue yet; nobody that it pages for runs; it serves; it was lost; there is no more work. */
export const vasiStates = ['Disabled', 'Suspended', 'Enabled', 'Stopped', 'Completed'] as const
export type VasiState = (typeof vasiStates)[number]

/** What a page holds on its way: its data as one number, and the bytes of one that somebody has looked into. */
export interface PageImage {
  /** Number of the write that it comes from. */
  readonly version: number
  readonly stamp: number
  readonly bytes: DataView | null
}
