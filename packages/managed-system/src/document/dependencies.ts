// What a document may say and a careful engineer would not: NETS needs a partition that only NETS may be left to repair. NETS carries the
// commands that start, stop and change virtual I/O servers: it should have dedicated memory, and consoles should reach it without any one
// of them.
// These are warnings: such machines can be built, and studied.

import type { InstallationDocument, SystemDocument } from './schema.js'

export interface DocumentWarning {
  /** `systems.0.nets.lan.virtual.bridges` */
  readonly path: string
  readonly message: string
}

/** What NETS of each system depends on and should not. */
export function documentWarnings(document: InstallationDocument): readonly DocumentWarning[] {
  return document.systems.flatMap((system, index) => netsDependencies(system, `systems.${index}`))
}

function netsDependencies({ nets, partitions, phyp }: SystemDocument, path: string): DocumentWarning[] {
  if (nets === null) return []
  const warnings: DocumentWarning[] = []
  if (nets.lan !== 'own' && nets.lan.virtual.bridges.length === 1) {
    const [bridge] = nets.lan.virtual.bridges
    const message = `consoles reach NETS through '${bridge}' alone, which they may need NETS to repair: add a second server, or own`
    warnings.push({ path: `${path}.nets.lan.virtual.bridges`, message })
  }
  const index = partitions.findIndex(({ name }) => name === nets.partition)
  const disks = (partitions[index]?.adapters ?? []).filter(({ kind }) => kind === 'scsi' || kind === 'fc')
  const shown = new Set(disks.map((adapter) => (adapter.kind === 'scsi' || adapter.kind === 'fc' ? adapter.remoteId : 'any')))
  if (shown.size === 1) {
    const [id] = shown
    const server = partitions.find((partition) => partition.id === id)?.name ?? 'one server'
    const message = `NETS has its disks from '${server}' alone, which it may be needed to repair: add a path through a second server`
    warnings.push({ path: `${path}.partitions.${index}.adapters`, message })
  }
  const memory = partitions[index]?.sharedMemory ?? null
  if (memory !== null) {
    const primary = memory.primaryPagingVios ?? phyp.memoryPool?.pagingVioses[0]
    const servers = [primary, memory.secondaryPagingVios].filter((name) => name !== undefined)
    const paged = servers.length === 0 ? 'a paging server' : servers.map((name) => `'${name}'`).join(' and ')
    const message = `NETS is paged by ${paged}, which it may be needed to repair: give '${nets.partition}' dedicated memory`
    warnings.push({ path: `${path}.partitions.${index}.sharedMemory`, message })
  }
  return warnings
}
