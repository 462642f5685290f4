// What a console remembers of a system's partitions, for when the system cannot be asked: then they are shown as Not Available.
// It is what operations have read, not the truth.

import type { PartitionView, ReplyOf } from '@powersim/protocol'

export class KnownPartitions {
  private readonly views = new Map<number, PartitionView>()

  /** The system has told which partitions there are. */
  listed(partitions: ReplyOf<'lpar.list'>['partitions']): void {
    const ids = new Set<number>()
    for (const { id, name, environment } of partitions) {
      ids.add(id)
      const known = this.views.get(id)
      if (known?.name !== name || known.environment !== environment) this.views.set(id, { ...unread, id, name, environment })
    }
    for (const id of this.views.keys()) if (!ids.has(id)) this.views.delete(id)
  }

  /** The system has told all about one. */
  read(view: PartitionView): void {
    this.views.set(view.id, view)
  }

  /** In the order of their IDs, as they are shown while the system cannot be asked. */
  unavailable(): readonly PartitionView[] {
    const views = [...this.views.values()].sort((one, other) => one.id - other.id)
    return views.map((view) => ({ ...view, state: 'Not Available' }))
  }
}

/** A partition of which only the name is known. */
const unread: PartitionView = {
  id: 0,
  name: '',
  environment: 'aixlinux',
  state: 'Not Available',
  resourceConfig: false,
  osVersion: '',
  defaultProfile: '',
  currentProfile: '',
  profiles: [],
  bootMode: 'norm',
  keylock: 'norm',
  autoStart: false,
  workGroup: '',
  description: '',
  refcode: '',
  version: 0,
}
