// A call of the command that types one line: a Node process from its start to its end. From the bundle, and from the modules that the
// bundle is made of.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const line = ['hmc', '-c', 'lssyscfg -r lpar -m p520 -F name:state']

function calls(program) {
  const file = fileURLToPath(new URL(program, import.meta.url))
  return {
    operations: 5,
    prepare() {
      return (operations) => {
        for (let call = 0; call < operations; call++) {
          const { status, stderr } = spawnSync(process.execPath, [file, ...line], { encoding: 'utf8' })
          if (status !== 0) throw new Error(stderr)
        }
      }
    },
  }
}

export const benchmarks = [
  { name: 'command.start', ...calls('../bundle/program.js') },
  { name: 'command.start.modules', ...calls('../dist/program.js') },
]
