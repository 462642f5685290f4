// The variables that a running line sees, and which of them it has changed. A subshell has a copy of its own; what a line changed is kept
// by its session when the line has returned.

export class ShellVariables {
  private readonly values: Map<string, string>
  private readonly changed = new Set<string>()

  constructor(values: ReadonlyMap<string, string>) {
    this.values = new Map(values)
  }

  get(name: string): string | undefined {
    return this.values.get(name)
  }

  set(name: string, value: string): void {
    this.values.set(name, value)
    this.changed.add(name)
  }

  unset(name: string): void {
    this.values.delete(name)
    this.changed.add(name)
  }

  /** Gives a variable back what it was before a command that it was set for. */
  restore(name: string, value: string | undefined): void {
    if (value === undefined) this.values.delete(name)
    else this.values.set(name, value)
  }

  /** A variable of this line alone: nobody keeps it. */
  lend(name: string, value: string): void {
    this.values.set(name, value)
  }

  copy(): ShellVariables {
    return new ShellVariables(this.values)
  }

  /** Takes what a line has changed. */
  keepChanges(of: ShellVariables): void {
    for (const name of of.changed) this.restore(name, of.values.get(name))
  }
}

/** Variables that the restricted shell lets nobody set. */
export function isReadonly(name: string): boolean {
  return name === 'PATH' || name === 'SHELL' || name === 'ENV' || name === 'BASH_ENV'
}

/** Characters between fields, when `IFS` is not set. */
export const DEFAULT_SEPARATORS = ' \t\n'
