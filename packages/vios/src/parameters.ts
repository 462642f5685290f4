// What the work of a virtual I/O server costs its virtual processors, and its limits. All times in ns.
// The first four are calibrated: with the hypercalls of the path at their defaults they add 31.7 us to an I/O of 4 KiB and 61.3 us to one
// of 128 KiB, as IBM measured on POWER5 (Virtual SCSI bandwidth: 24.3 MB/s direct and 20.3 virtual, 132.6 and 124.5).

import { ViosError } from './errors.js'

export interface ViosParameters {
  /** Version that `ioslevel` prints. */
  readonly level: string
  /** Work for an interrupt, of a client or of an adapter. */
  readonly interruptNs: number
  /** Work for a request on its way down: target driver, block stack, physical driver. */
  readonly requestNs: number
  /** Work for a request on its way up. */
  readonly completionNs: number
  /** Work for each byte of a request's data: setting its transfer up. */
  readonly perByteNs: number
  /** More work for a request to a file: its file system (estimate). */
  readonly fileRequestNs: number
  /** Work for a request that goes through as it is, of virtual Fibre Channel: no block stack (estimate). */
  readonly passThroughNs: number
  /** Requests that a client may have outstanding on one adapter (SRP request limit), 1 to 250: a queue has 256 entries. */
  readonly requestLimit: number
  /** Buffers of 128 KiB for data that is copied (files, optical media); a request that finds none is told `busy`. 0 to 1024. */
  readonly copyBuffers: number
  /** Commands that the server works on at a time, of all clients; more wait in their queues. 1 to 4096. */
  readonly commandLimit: number
}

export const defaultViosParameters: ViosParameters = {
  level: '2.2.0.0',
  interruptNs: 1000,
  requestNs: 13_300,
  completionNs: 6400,
  perByteNs: 0.223,
  fileRequestNs: 20_000,
  passThroughNs: 6000,
  requestLimit: 100,
  copyBuffers: 64,
  commandLimit: 1024,
}

/** Throws ViosError `bad-parameter`. */
export function checkViosParameters(parameters: ViosParameters): void {
  const { interruptNs, requestNs, completionNs, perByteNs, fileRequestNs, passThroughNs } = parameters
  const { requestLimit, copyBuffers, commandLimit } = parameters
  for (const [name, value] of Object.entries({ interruptNs, requestNs, completionNs, fileRequestNs, passThroughNs })) {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw bad(name, 'whole ns from 0', value)
  }
  if (!(perByteNs >= 0 && perByteNs <= 1e6)) throw bad('perByteNs', '0 to 1e6 ns', perByteNs)
  if (!(Number.isInteger(requestLimit) && requestLimit >= 1 && requestLimit <= 250)) throw bad('requestLimit', '1 to 250', requestLimit)
  if (!(Number.isInteger(copyBuffers) && copyBuffers >= 0 && copyBuffers <= 1024)) throw bad('copyBuffers', '0 to 1024', copyBuffers)
  if (!(Number.isInteger(commandLimit) && commandLimit >= 1 && commandLimit <= 4096)) throw bad('commandLimit', '1 to 4096', commandLimit)
}

function bad(name: string, expected: string, value: number): ViosError {
  return new ViosError('bad-parameter', `vios.${name}`, `expected ${expected}, got ${value}`)
}
