// Which operation is for whom, transcribed from its sources and held against the catalogue: the dissertation (4.2: diagnosis, recovery,
// status and power stay with the service processor; virtualization goes to the hypervisor), the redbooks of the 770 and 780 (lock and
// passwords in the service processor) and LoPAR's dynamic reconfiguration (resource managers are asked over their own network).

import { describe, expect, it } from 'vitest'
import { commandByName, commandCatalogue, type CommandTarget, operationTable } from '../src/index.js'

type Row = readonly [operation: string, target: CommandTarget, source: string]

const diss = 'dissertation 4.2'
const table: readonly Row[] = [
  ['connect', 'channel', 'dissertation 3.2: whoever ends the session'],
  ['lssyscfg sys', 'fsp', `${diss}: status`],
  ['lsrefcode sys', 'fsp', `${diss}: status`],
  ['lssvcevents', 'fsp', `${diss}: diagnosis`],
  ['lsled', 'fsp', `${diss}: diagnosis`],
  ['chsysstate sys on', 'fsp', `${diss}: power; there is no hypervisor yet`],
  ['chsysstate sys off', 'fsp', `${diss}: power`],
  ['chsysstate sys recover', 'fsp', `${diss}: recovery`],
  ['chsysstate sys spfailover', 'fsp', 'IBM HMC help, service processor failover'],
  ['chsysstate sys chkey', 'fsp', `${diss}: power; the operator panel is its own`],
  ['chsyspwd', 'channel', 'manual page of chsyspwd: passwords of the service processor, by whoever ends the session'],
  ['lssyscfg lpar', 'phyp', `${diss}: virtualization`],
  ['lssyscfg prof', 'phyp', `${diss}: virtualization`],
  ['lshwres mem sys', 'phyp', `${diss}: virtualization`],
  ['lshwres mem lpar', 'phyp', `${diss}: virtualization`],
  ['lshwres proc sys', 'phyp', `${diss}: virtualization`],
  ['lshwres proc lpar', 'phyp', `${diss}: virtualization`],
  ['lshwres proc pool', 'phyp', `${diss}: virtualization`],
  ['lshwres procpool', 'phyp', `${diss}: virtualization`],
  ['lshwres io slot', 'phyp', `${diss}: virtualization`],
  ['lsrefcode lpar', 'phyp', `${diss}: virtualization`],
  ['mksyscfg lpar', 'phyp', `${diss}: virtualization`],
  ['chsyscfg lpar', 'phyp', `${diss}: virtualization`],
  ['chsyscfg prof', 'phyp', `${diss}: virtualization`],
  ['rmsyscfg lpar', 'phyp', `${diss}: virtualization`],
  ['chsysstate lpar on', 'phyp', `${diss}: virtualization`],
  ['chsysstate lpar shutdown', 'phyp', `${diss}: virtualization`],
  ...['mem add', 'mem remove', 'mem move', 'proc add', 'proc remove', 'proc move', 'proc set', 'io add', 'io remove', 'io move'].map(
    (what) => [`chhwres ${what}`, 'phyp', 'dissertation 3.4.2: DLPAR'] as const,
  ),
  ...['mem', 'proc', 'io'].map((what) => [`rsthwres ${what}`, 'phyp', 'dissertation 3.4.2: DLPAR'] as const),
]

/** Verbs of the command line that are for the service processor alone, whatever follows. */
const serviceProcessorVerbs = /^(lssvcevents|chsvcevent|lsdump|startdump|rmdump|lsled|chled|lspwrmgmt|chpwrmgmt|lslic|updlic|lscod|chcod)\b/

describe('the routing table', () => {
  it.each(table)('sends %s to %s (%s)', (name, target) => {
    const operation = operationTable.find((row) => row.name === name)
    const steps = operation?.steps.flatMap(({ command, ...step }) => [command, ...('or' in step ? step.or : [])]) ?? []
    expect(steps.length).toBeGreaterThan(0)
    expect(new Set(steps.map((step) => commandByName(step).target))).toEqual(new Set([target]))
  })

  it('has every service operation at the service processor', () => {
    for (const { name, steps } of operationTable) {
      if (!serviceProcessorVerbs.test(name)) continue
      expect([name, steps.map(({ command }) => commandByName(command).target)]).toEqual([name, steps.map(() => 'fsp')])
    }
  })

  it("knows each command of power, recovery and diagnosis as the service processor's alone", () => {
    for (const { name, target } of commandCatalogue) {
      const family = name.split('.')[0]
      if (family === 'system' || family === 'service' || family === 'dump' || family === 'firmware' || family === 'energy') {
        expect([name, target]).toEqual([name, 'fsp'])
      }
    }
  })
})
