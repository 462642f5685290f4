// Single fields of the strings inside configuration data: numbers, flags, partitions by number or by name.
// The strings themselves are adapter-text.ts and vnic-text.ts.

/** The names of partitions, as far as whoever reads or prints a string knows them. */
export interface PartitionNames {
  nameOf(id: number): string | undefined
  idOf(name: string): number | undefined
}

export function partitionNames(partitions: readonly { readonly id: number; readonly name: string }[]): PartitionNames {
  return {
    nameOf: (id) => partitions.find((partition) => partition.id === id)?.name,
    idOf: (name) => partitions.find((partition) => partition.name === name)?.id,
  }
}

export function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

export function flagOf(text: string | undefined): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined
}

export function flagText(value: boolean): string {
  return value ? '1' : '0'
}
