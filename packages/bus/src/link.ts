// A link: two endpoints and a transmitter each way.
// What it costs to send is in link-parameters.ts, how messages are sent in transmitter.ts.

import type { BusEndpoint, Endpoint } from './endpoint.js'
import { BusError } from './errors.js'
import type { Fabric } from './fabric.js'
import { KeyedLaw } from './keyed-law.js'
import { FramePassage, type PassageOptions } from './frame-passage.js'
import type { LinkPlan } from './link-parameters.js'
import type { LinkStatistics } from './statistics.js'
import { Transmitter } from './transmitter.js'

export interface Link {
  readonly id: number
  readonly name: string
  readonly role: string
  readonly a: Endpoint
  readonly b: Endpoint
  /** The endpoint on the other side; BusError `wrong-end` for one that is on neither. */
  other(endpoint: Endpoint): Endpoint
}

export class BusLink implements Link {
  readonly id: number
  readonly name: string
  readonly role: string
  readonly a: BusEndpoint
  readonly b: BusEndpoint
  readonly plan: LinkPlan
  private readonly forward: Transmitter
  private readonly backward: Transmitter
  private passage: FramePassage | null = null

  constructor(fabric: Fabric, id: number, plan: LinkPlan, a: BusEndpoint, b: BusEndpoint) {
    this.id = id
    this.name = plan.name
    this.role = plan.role
    this.a = a
    this.b = b
    this.plan = plan
    const latency = new KeyedLaw(fabric.simulation, plan.latency, `link.${plan.role}`)
    this.forward = new Transmitter(fabric, plan, latency, a, b)
    this.backward = new Transmitter(fabric, plan, latency, b, a)
  }

  other(endpoint: Endpoint): Endpoint {
    return this.from(endpoint).to
  }

  /** The direction that starts at an endpoint. */
  from(endpoint: Endpoint): Transmitter {
    if (endpoint === this.a) return this.forward
    if (endpoint === this.b) return this.backward
    const sides = `'${this.a.name}', '${this.b.name}'`
    throw new BusError('wrong-end', 'link', `'${endpoint.name}' is on neither side of link '${this.name}' (${sides})`)
  }

  /** From now on what crosses goes through adapters before it gets to the second endpoint, and from it. */
  passThrough(fabric: Fabric, options: PassageOptions): void {
    const { forward, backward, plan } = this
    if (this.passage !== null) throw new BusError('wrong-state', `link '${this.name}'`, 'has a passage already')
    this.passage = new FramePassage(fabric.simulation, plan, forward, backward, options)
    forward.behind = this.passage
    backward.before = this.passage
  }

  statistics(): LinkStatistics {
    const passage = this.passage?.statistics() ?? null
    return { name: this.name, role: this.role, forward: this.forward.statistics(), backward: this.backward.statistics(), passage }
  }
}
