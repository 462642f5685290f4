// What a resource role names: a managed system with all that is on it, all partitions of a system, or one partition. The written form is
// that of lsaccfg and mkaccfg: `lpar:root/ibmhscS1_0|5*9131-52A*6535CCG|IBMHSC_Partition` (captured), with ALL_PARTITIONS for the number.

/** A system is meant by its type-model*serial, as the console writes it. */
export type ManagedResource =
  | { readonly kind: 'cec'; readonly system: string }
  /** Null: all partitions of the system, those to come too. */
  | { readonly kind: 'lpar'; readonly system: string; readonly lparId: number | null }

/** How a system is written: type-model*serial. */
export function systemKey({ typeModel, serialNumber }: { readonly typeModel: string; readonly serialNumber: string }): string {
  return `${typeModel}*${serialNumber}`
}

const SYSTEM_FORM = /^cec:root\/ibmhscS1_0\|([^|,*]{1,16}\*[^|,*]{1,16})\|IBMHSC_ComputerSystem$/
const PARTITION_FORM = /^lpar:root\/ibmhscS1_0\|(ALL_PARTITIONS|\d{1,4})\*([^|,*]{1,16}\*[^|,*]{1,16})\|IBMHSC_Partition$/

/** The resource that a text names; undefined when it is none. */
export function readResource(text: string): ManagedResource | undefined {
  const system = SYSTEM_FORM.exec(text)?.[1]
  if (system !== undefined) return { kind: 'cec', system }
  const [, number, of] = PARTITION_FORM.exec(text) ?? []
  if (number === undefined || of === undefined) return undefined
  return { kind: 'lpar', system: of, lparId: number === 'ALL_PARTITIONS' ? null : Number(number) }
}

export function resourceText(resource: ManagedResource): string {
  if (resource.kind === 'cec') return `cec:root/ibmhscS1_0|${resource.system}|IBMHSC_ComputerSystem`
  return `lpar:root/ibmhscS1_0|${resource.lparId ?? 'ALL_PARTITIONS'}*${resource.system}|IBMHSC_Partition`
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
