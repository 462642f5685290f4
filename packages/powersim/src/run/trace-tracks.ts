// The tracks of a trace: one process per console and per system, with its processors, threads and the directions of its links in the order
// in which a command meets them. Made before time 0, so that their order does not depend on what happens.

import type { Installation } from '@powersim/managed-system'
import type { ObservedTrack } from '@powersim/report'

export interface ConsoleTracks {
  readonly process: number
  readonly lines: number
  readonly commands: number
  readonly processor: number
}

export interface SystemTracks {
  readonly process: number
  readonly fsp: number
  readonly phyp: number
  /** By number of the thread, from 0; empty without NETS. */
  readonly threads: readonly number[]
}

export class TraceTracks {
  readonly processes: string[] = []
  readonly tracks: ObservedTrack[] = []
  readonly consoles: readonly ConsoleTracks[]
  readonly systems: readonly SystemTracks[]
  private readonly ways = new Map<string, number>()
  private readonly partitions = new Map<string, number>()

  constructor({ consoles, systems }: Installation) {
    this.consoles = consoles.map(({ name }) => {
      const process = this.processes.push(`console ${name}`) - 1
      return {
        process,
        lines: this.track(process, 'script lines', true),
        commands: this.track(process, 'commands', true),
        processor: this.track(process, 'processor', true),
      }
    })
    this.systems = systems.map(({ name, document, fsp, nets, phyp, rmc }) => {
      const process = this.processes.push(`system ${name}`) - 1
      const both = (a: string, b: string): void => {
        this.ways.set(`${a} ${b}`, this.track(process, `${a} → ${b}`, true))
        this.ways.set(`${b} ${a}`, this.track(process, `${b} → ${a}`, true))
      }
      for (const console of consoles) both(console.name, fsp.endpoint.name)
      const fspTrack = this.track(process, 'FSP processor', false)
      both(fsp.endpoint.name, phyp.endpoint.name)
      const threads: number[] = []
      if (nets !== null) {
        for (const console of consoles) both(console.name, nets.endpoint.name)
        const most = document.nets?.threadsMax ?? 0
        for (let thread = 0; thread < most; thread++) threads.push(this.track(process, `NETS thread ${thread}`, false))
        both(`${name}.vmc`, phyp.endpoint.name)
      }
      const phypTrack = this.track(process, 'PHYP message loop', false)
      for (const console of consoles) both(console.name, rmc.endpoint.name)
      return { process, fsp: fspTrack, phyp: phypTrack, threads }
    })
  }

  /** Track of a direction of a link or hop; undefined for one that was made later. */
  way(from: string, to: string): number | undefined {
    return this.ways.get(`${from} ${to}`)
  }

  /** Track of a partition; made when it is first heard of, in an order that the run decides. */
  partition(system: SystemTracks, lparId: number, name: string): number {
    const key = `${system.process} ${lparId} ${name}`
    const known = this.partitions.get(key)
    if (known !== undefined) return known
    const made = this.track(system.process, `partition ${lparId} ${name}`, false)
    this.partitions.set(key, made)
    return made
  }

  private track(process: number, name: string, overlapping: boolean): number {
    return this.tracks.push({ process, name, overlapping }) - 1
  }
}
