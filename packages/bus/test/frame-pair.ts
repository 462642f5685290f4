// Two adapters with a wire of no rate between them, for passages under test: each frame takes its time, or is lost, as a test says.

import type { Handler, Simulation } from '@powersim/kernel'
import type { EthernetFrame, EthernetPort, FrameReceiver } from '@powersim/protocol'

class PairPort implements EthernetPort {
  readonly mac: number
  up = true
  receiver: FrameReceiver | null = null
  peer: PairPort | null = null
  readonly sent: EthernetFrame[] = []
  private readonly simulation: Simulation
  private readonly fate: (frame: EthernetFrame) => number
  private readonly carried: Handler<EthernetFrame>

  constructor(simulation: Simulation, mac: number, fate: (frame: EthernetFrame) => number) {
    this.simulation = simulation
    this.mac = mac
    this.fate = fate
    this.carried = simulation.handler<EthernetFrame>(`port${mac}`, (frame) => this.peer?.receiver?.(frame))
  }

  send(frame: EthernetFrame): boolean {
    this.sent.push(frame)
    const delayNs = this.up ? this.fate(frame) : -1
    if (delayNs >= 0) this.simulation.schedule(delayNs, this.carried, frame)
    return delayNs >= 0
  }

  deliverTo(receiver: FrameReceiver | null): void {
    this.receiver = receiver
  }
}

/** `fate` gives how long a frame takes, ns; negative: it is lost. */
export function framePair(simulation: Simulation, fate: (frame: EthernetFrame) => number = () => 0) {
  const outside = new PairPort(simulation, 0x201, fate)
  const inside = new PairPort(simulation, 0x202, fate)
  outside.peer = inside
  inside.peer = outside
  return { outside, inside }
}
