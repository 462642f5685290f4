// Who watches a run: a trace, a diagram. It is told before time 0 which installation is going to be played on, so that it can observe
// its parts, then of every line. It changes nothing: the digest of a run is the same with it and without.

import type { LineResult } from '@powersim/hmc'
import type { Installation } from '@powersim/managed-system'
import type { Mix, Script, ScriptLine } from '@powersim/workload'

export interface RunWatcher {
  /** Before time 0. May throw the typed error of a caller's mistake. */
  prepared(installation: Installation, program: Script | Mix): void
  started?(line: ScriptLine, atNs: number): void
  returned?(line: ScriptLine, result: LineResult): void
}
