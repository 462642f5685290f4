// A console's request to a virtual I/O server (rmc.vios), answered by the server's command port.
// How it comes there and what it costs is rmc-network.ts.

import type { Json, ReplyOf, RequestOf, ViosCommandPort } from '@powersim/protocol'

export type ViosRequest = RequestOf<'rmc.vios'>

/** The reply: an inventory, the target that was made, or why nothing was done. */
export function answerOf(port: ViosCommandPort, { what, backing = '', adapter = '', name, port: fibrePort = '' }: ViosRequest): Json {
  switch (what) {
    case 'inventory':
      // Plain data by the port's interfaces.
      return { inventory: inventoryOf(port) as Json }
    case 'makeTarget': {
      const made = port.makeTarget(backing, adapter, name)
      return typeof made === 'string' ? { refusal: made } : { target: { ...made } }
    }
    case 'removeTarget':
      return refusedOrDone(port.removeTarget(name ?? ''))
    case 'mapFibre':
      return refusedOrDone(port.mapFibre(adapter, fibrePort))
  }
}

function inventoryOf(port: ViosCommandPort): NonNullable<ReplyOf<'rmc.vios'>['inventory']> {
  return {
    level: port.level,
    adapters: port.adapters().map((adapter) => ({ ...adapter, targets: [...adapter.targets] })),
    fibreAdapters: port.fibreAdapters().map((adapter) => ({ ...adapter, targets: [...adapter.targets] })),
    disks: [...port.disks()],
    volumeGroups: port.volumeGroups().map((group) => ({ ...group, volumes: [...group.volumes] })),
    fibrePorts: [...port.fibrePorts()],
  }
}

function refusedOrDone(refusal: string | null): Json {
  return refusal === null ? {} : { refusal }
}
