// Lines of the console's shell that ask nothing of a system: hmc.plain-line is a command and its words, as scripts and mixes type them
// all day; hmc.parsed-line goes through the parser; hmc.filter-line prints 200 rows into grep and cut. An operation is one line.

import { ShellSession } from '@powersim/hmc'
import { Simulation } from '@powersim/kernel'

function typing(text, setUp = []) {
  return () => {
    const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
    const session = new ShellSession({ USER: 'hscroot' })
    // All that these lines need of a console.
    const context = { simulation, generation: 'v7r7', systems: () => [], system: () => undefined, user: { name: 'hscroot' } }
    function* type(count) {
      for (const line of setUp) yield* session.run(context, line)
      for (let at = 0; at < count; at++) yield* session.run(context, text, { i: '7' })
    }
    return (operations) => {
      simulation.process('lines', type(operations))
      simulation.run()
    }
  }
}

const row = 'name=lp$i,lpar_id=$i,state=Running'

export const benchmarks = [
  { name: 'hmc.plain-line', operations: 200_000, prepare: typing(`echo -r lpar -m p520 --filter "lpar_names=lp$i" -F name,state`) },
  { name: 'hmc.parsed-line', operations: 20_000, prepare: typing('echo -r lpar -m p520 -F name,state | cat; echo Rc=$?') },
  {
    name: 'hmc.filter-line',
    operations: 500,
    prepare: typing('echo "$rows" | grep state=Running | cut -d, -f1', [`rows=$(for i in {1..200}; do echo "${row}"; done)`]),
  },
]
