// What a resource role names: a managed system with all that is on it, all partitions of a system, or one partition.
// Which of them a user has is said by the users and roles of the console (user-directory.ts).

/** A system is meant by its type-model*serial, as the console writes it. */
export type ManagedResource =
  | { readonly kind: 'cec'; readonly system: string }
  /** Null: all partitions of the system, those to come too. */
  | { readonly kind: 'lpar'; readonly system: string; readonly lparId: number | null }

/** How a system is written: type-model*serial. */
export function systemKey({ typeModel, serialNumber }: { readonly typeModel: string; readonly serialNumber: string }): string {
  return `${typeModel}*${serialNumber}`
}

/** Whether a resource holds the system itself: its settings, its power, what belongs to no partition. */
export function holdsSystem(resource: ManagedResource, system: string): boolean {
  return resource.kind === 'cec' && resource.system === system
}

/** Whether it holds a partition; null asks for all of the system's. A system holds its partitions (HMC best practices). */
export function holdsPartition(resource: ManagedResource, system: string, lparId: number | null): boolean {
  if (resource.system !== system) return false
  return resource.kind === 'cec' || resource.lparId === null || resource.lparId === lparId
}
