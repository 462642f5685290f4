// A test of somebody's automation: make a partition, start it, poll until its operating system answers, then read a figure. Every line
// is typed when the one before has been read, as a script over SSH does it, on a console that needs no hardware.

import { openConsole, presets } from 'powersim'

const console1 = openConsole({ machine: presets.power520, seed: 'mittal-2013' }) // 2 s of simulated time pass between lines

function hmc(line: string): string {
  const { stdout, stderr, exitStatus } = console1.type(line)
  if (exitStatus !== 0) throw new Error(`${line}: status ${exitStatus}: ${stdout}${stderr}`)
  return stdout.trimEnd()
}

const [system = ''] = hmc('lssyscfg -r sys -F name').split('\n')
const configuration = [
  'name=web1,profile_name=normal,lpar_env=aixlinux',
  'min_mem=1024,desired_mem=2048,max_mem=4096',
  'proc_mode=shared,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=1.0',
  'min_procs=1,desired_procs=1,max_procs=2,sharing_mode=uncap,uncap_weight=128',
].join(',')
hmc(`mksyscfg -r lpar -m ${system} -i "${configuration}"`)
hmc(`chsysstate -r lpar -m ${system} -o on -n web1 -f normal`)

let last = ''
for (let poll = 1; last !== 'Running:active' && poll <= 100; poll++) {
  const seen = hmc(`lssyscfg -r lpar -m ${system} --filter lpar_names=web1 -F state:rmc_state`)
  if (seen !== last) console.log(`${hmc('date')}  ${seen}`)
  last = seen
  hmc('sleep 5') // five simulated seconds
}

hmc(`chhwres -r mem -m ${system} -o a -p web1 -q 512`)
console.log(`memory now: ${hmc(`lshwres -r mem -m ${system} --level lpar --filter lpar_names=web1 -F curr_mem`)} MB`)

const refused = console1.type(`chhwres -r mem -m ${system} -o a -p web1 -q 100`)
console.log(`status ${refused.exitStatus}: ${refused.stderr.trimEnd()}`)
