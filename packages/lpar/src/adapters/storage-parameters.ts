// What a guest's storage drivers cost it, and how they deal with a server that fails: attributes of AIX's virtual SCSI client and disks,
// with their published values. Times in ns.

import { ms, seconds, us } from '@powersim/kernel'
import { checkedInteger, LparError } from '../errors.js'

export interface ClientStorageParameters {
  /** Work for an I/O on its way down: file system, disk driver, adapter driver. Default 10 us (estimate). */
  readonly requestNs: number
  /** Work for an I/O on its way up. Default 5 us (estimate). */
  readonly completionNs: number
  /** Work for an interrupt of an adapter. Default 1 us (estimate). */
  readonly interruptNs: number
  /**
   * `vscsi_path_to`: no answer on a path for so long makes it suspect; 0: never. Default 30 s, the value that IBM recommends with two
   * servers (0 is the driver's own).
   */
  readonly pathTimeoutNs: number
  /** Then the server is tried once more, for so long at most, before everything outstanding on the path is failed. 60 s (IBM). */
  readonly pathRetryNs: number
  /** `hcheck_interval`: failed and waiting paths are tried so often; 0: never. Default 60 s, recommended (0 is the driver's own). */
  readonly healthCheckNs: number
  /** `rw_timeout`: an I/O that takes longer fails its path; 0: never, else at least 120 s. Default 0. */
  readonly readWriteTimeoutNs: number
  /** `vscsi_err_recov`: `fast_fail` fails I/O at once when the server is gone, `delayed_fail` waits for it. Default fast_fail (IBM). */
  readonly errorRecovery: 'fast_fail' | 'delayed_fail'
  /** With `delayed_fail`: how long to wait for a server before I/O fails. Default 15 s (estimate). */
  readonly delayedFailNs: number
  /** How often an I/O is tried in all, 1 to 100. Default 6: three times on each of two paths (estimate). */
  readonly tries: number
  /** A server that is busy or whose device's line is full is asked again after so long. Default 10 ms (estimate). */
  readonly busyRetryNs: number
  /** How often an I/O takes `busy` for an answer, before it fails. 0 to 1,000,000, default 1000 (estimate). */
  readonly busyTries: number
  /** I/Os of one disk at a time, 1 to 250; more wait in the disk's line. Default 64. */
  readonly queueDepth: number
  /** H_FREE_CRQ that found bytes moving is called again after so long. Default 100 us (estimate). */
  readonly freeRetryNs: number
}

export const defaultClientStorage: ClientStorageParameters = {
  requestNs: us(10),
  completionNs: us(5),
  interruptNs: us(1),
  pathTimeoutNs: seconds(30),
  pathRetryNs: seconds(60),
  healthCheckNs: seconds(60),
  readWriteTimeoutNs: 0,
  errorRecovery: 'fast_fail',
  delayedFailNs: seconds(15),
  tries: 6,
  busyRetryNs: ms(10),
  busyTries: 1000,
  queueDepth: 64,
  freeRetryNs: us(100),
}

/** Shortest `rw_timeout` besides 0. */
const SHORTEST_READ_WRITE_TIMEOUT_NS = seconds(120)

/** Throws LparError `bad-option`. */
export function checkClientStorage(path: string, parameters: ClientStorageParameters): void {
  const { errorRecovery, tries, busyTries, queueDepth, freeRetryNs, busyRetryNs, readWriteTimeoutNs, ...times } = parameters
  for (const [name, value] of Object.entries(times)) checkedInteger(`${path}.${name}`, value, 0, Number.MAX_SAFE_INTEGER)
  checkedInteger(`${path}.tries`, tries, 1, 100)
  checkedInteger(`${path}.busyTries`, busyTries, 0, 1_000_000)
  checkedInteger(`${path}.queueDepth`, queueDepth, 1, 250)
  checkedInteger(`${path}.freeRetryNs`, freeRetryNs, 1, Number.MAX_SAFE_INTEGER)
  checkedInteger(`${path}.busyRetryNs`, busyRetryNs, 1, Number.MAX_SAFE_INTEGER)
  if (readWriteTimeoutNs !== 0) {
    checkedInteger(`${path}.readWriteTimeoutNs`, readWriteTimeoutNs, SHORTEST_READ_WRITE_TIMEOUT_NS, Number.MAX_SAFE_INTEGER)
  }
  if (errorRecovery !== 'fast_fail' && errorRecovery !== 'delayed_fail') {
    throw new LparError('bad-option', `${path}.errorRecovery`, `expected fast_fail or delayed_fail, got ${String(errorRecovery)}`)
  }
}
