// A PLIC on a bench, without a hypervisor around it: three partitions, and virtual SCSI-like pairs of devices between the first and the
// others. Calls are made as a processor makes them, with words as bigint.

import { Simulation } from '@powersim/kernel'
import type { DmaRegion, PartitionHost } from '@powersim/protocol'
import { defaultPhypParameters, Plic } from '../src/index.js'
import { VirtualDevice } from '../src/plic/virtual-device.js'

export const PAGE = 4096

export class PlicMachine {
  readonly simulation = new Simulation({ seed: 'plic' })
  readonly plic: Plic
  readonly interrupts: { lparId: number; unitAddress: number }[] = []
  /** Servers in partition 1, clients in 2 and 3; connected by pairs. */
  readonly devices: readonly VirtualDevice[]
  costNs = 0

  /** Blocks of `blockBytes`, of which each partition gets four; its page table has four entries per page of them. */
  constructor(blockBytes: number) {
    this.plic = new Plic({ blockBytes, blocks: 16, hypercalls: defaultPhypParameters.hypercalls })
    for (const lparId of [1, 2, 3]) this.plic.started(lparId, 4, blockBytes / 256, 2)
    const host: PartitionHost = {
      start: () => {},
      stop: () => {},
      resized: () => {},
      deviceChanged: () => {},
      interrupt: (lparId, unitAddress) => this.interrupts.push({ lparId, unitAddress }),
    }
    const wake = this.simulation.handler('device', (device: VirtualDevice) => device.run())
    this.devices = [1, 2, 1, 3].map((lparId) => {
      const device = new VirtualDevice(this.simulation, host, wake, this.plic.queues.nextUnit(), lparId, this.plic.interrupts)
      this.plic.attach(device)
      return device
    })
    this.plic.queues.pair(this.devices[0]!, this.devices[1]!)
    this.plic.queues.pair(this.devices[2]!, this.devices[3]!)
    for (const { local } of this.devices) {
      local.map(region(0, PAGE))
      local.map(region(0x10_000, PAGE))
    }
  }

  call(lparId: number, token: number, ...args: (number | bigint)[]): number {
    const { registers } = this.plic.hypercalls
    for (let n = 0; n < 9; n++) {
      const word = BigInt(args[n] ?? 0)
      registers.set(4 + n, Number(BigInt.asIntN(32, word >> 32n)), Number(BigInt.asIntN(32, word)))
    }
    registers.processor = 0
    const { code, costNs } = this.plic.hypercalls.execute(lparId, token)
    this.costNs = costNs
    return code
  }

  /** A register after a call. */
  word(register: number): bigint {
    const { high, low } = this.plic.hypercalls.registers
    return (BigInt(high[register]! >>> 0) << 32n) | BigInt(low[register]! >>> 0)
  }
}

function region(ioba: number, bytes: number): DmaRegion {
  return { ioba, bytes, page: new Uint8Array(bytes), content: null, contentBytes: 0 }
}
