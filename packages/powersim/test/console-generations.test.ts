// Consoles of different levels on one system: each prints what consoles of its generation print, of the same machine.

import { expect, test } from 'vitest'
import { openConsole, presets } from 'powersim'

const partition = 'lssyscfg -r lpar -m p520 --filter lpar_names=lnxnets'

test.each([
  ['V7R7.9.0', /rmc_ipaddr=[0-9.]*,sync_curr_profile=0$/],
  ['V8R8.6.0', /,time_ref=0,lpar_avail_priority=127,.*,sync_curr_profile=0,affinity_group_id=none,vtpm_enabled=0$/],
  ['V10R3 M1060', /,keystore_kbytes=0,virtual_serial_num=none,description=$/],
])('a console of level %s beside one of V7R7 prints its own rows of the same machine', (version, row) => {
  const machine = { ...presets.power520, consoles: [{ name: 'hmc1' }, { name: 'hmc2', version }] }
  const session = openConsole({ machine, seed: 'generations' })
  const first = (line: string, console: string): string => session.type(line, { console }).stdout.split('\n')[0] ?? ''
  expect(first(partition, 'hmc2')).toMatch(row)
  expect(first(partition, 'hmc1')).toMatch(/,sync_curr_profile=0$/)
  const named = `${partition} -F name,state,curr_lpar_proc_compat_mode`
  for (const console of ['hmc1', 'hmc2']) expect(first(named, console)).toBe('lnxnets,Running,POWER6')
  expect(first('lssyscfg -r sys -m p520 -F sp_type,lpar_proc_compat_modes', 'hmc2')).toBe('fsp,"default,POWER6"')
})

test('a POWER8 machine tells its own modes and limits', () => {
  const session = openConsole({ machine: presets.power822, seed: 'generations' })
  expect(session.type('lssyscfg -r sys -F lpar_proc_compat_modes,max_lpars').stdout).toBe('"default,POWER6,POWER7,POWER8",400\n')
})
