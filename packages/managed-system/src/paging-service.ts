// The paging service of a system: the paging devices of its shared memory pool, which every paging server reaches, and a server on each
// Virtual I/O Server, beside whatever program runs there. Nothing of it exists without a pool.

import { type LawSpec, ms, type Simulation, us } from '@powersim/kernel'
import type { DeviceDriver } from '@powersim/lpar'
import { PagingServer, type PagingServerParameters, PagingSpace } from '@powersim/vios'
import { lawOf } from './document/quantity.js'
import type { SystemDocument } from './document/schema.js'

/** A page on a device of a storage network: 0.5 to 1 ms (estimate). */
const DEFAULT_SERVICE: LawSpec = { uniform: { from: ms(0.5), to: ms(1) } }
/** Processor time of a server for an interrupt, and for the two halves of an operation (estimates: as its virtual SCSI). */
const PARAMETERS: PagingServerParameters = { interruptNs: us(5), startNs: us(15), endNs: us(10) }

export class PagingService {
  private readonly simulation: Simulation
  private readonly name: string
  private readonly service: LawSpec
  private readonly depth: number
  private readonly servers = new Map<number, PagingServer>()
  private space: PagingSpace | null = null

  constructor(simulation: Simulation, { name, phyp }: SystemDocument) {
    this.simulation = simulation
    this.name = `${name}.paging`
    const { service, depth = 8 } = phyp.memoryPool ?? {}
    this.service = service === undefined ? DEFAULT_SERVICE : lawOf(service)
    this.depth = depth
  }

  /** The paging driver of a Virtual I/O Server; the same whenever it starts. */
  driver(lparId: number): DeviceDriver {
    let server = this.servers.get(lparId)
    if (server === undefined) {
      this.space ??= new PagingSpace(this.simulation, { name: this.name, service: this.service, depth: this.depth })
      server = new PagingServer(this.simulation, `${this.name}.lpar${lparId}`, PARAMETERS, this.space)
      this.servers.set(lparId, server)
    }
    return server
  }
}
