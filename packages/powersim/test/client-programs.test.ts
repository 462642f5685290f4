// What public programs that automate consoles type, and what they read from the answer: each test is one program's own way of asking, with
// its own way of reading, on a console that it has never met. The lines are theirs, to the blank; the code that reads is ours.
// Sources: fence-agents agents/lpar/fence_lpar.py; cluster-glue lib/plugins/stonith/ibmhmc.c; xcat-core perl-xCAT/xCAT/PPCcli.pm;
// op-test common/OpTestHMC.py; MAAS provisioningserver/drivers/power/hmc.py; ansible-power-hmc plugins/module_utils/hmc_resource.py;
// centreon-plugins hardware/server/ibm/hmc; check_hmc.sh (Nagios).

import { describe, expect, it } from 'vitest'
import { minutes, type OpenConsole, openConsole, presets, seconds } from '../src/index.js'

const opened = (): OpenConsole => openConsole({ machine: presets.power520, seed: 'clients' })

const profile =
  'profile_name=normal,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024,proc_mode=shared,min_proc_units=0.1,' +
  'desired_proc_units=0.2,max_proc_units=1.0,min_procs=1,desired_procs=1,max_procs=2,sharing_mode=uncap,uncap_weight=128'

/** A console with a partition that runs, and has run before. */
function withPartition(name: string): OpenConsole {
  const console = opened()
  expect(console.type(`mksyscfg -r lpar -m p520 -i "name=${name},${profile}"`)).toMatchObject({ exitStatus: 0, stderr: '' })
  expect(console.type(`chsysstate -r lpar -m p520 -o on -n ${name} -f normal`)).toMatchObject({ exitStatus: 0, stderr: '' })
  console.wait(minutes(10))
  return console
}

/** Types a line again and again, as a program that waits does, until what it printed is `wanted`. */
function poll(console: OpenConsole, line: string, wanted: string, tries = 200): void {
  for (let left = tries; left > 0; left--) if (console.type(line).stdout.trim() === wanted) return
  throw new Error(`${line}: never printed '${wanted}', last ${console.type(line).stdout}`)
}

describe('fence_lpar', () => {
  const isOn = (console: OpenConsole, plug: string): boolean => {
    const { stdout } = console.type(`lssyscfg -r lpar -m p520 --filter 'lpar_names=${plug}'`)
    const state = /,state=(.*?),/i.exec(stdout)?.[1]
    expect(state).toBeDefined()
    return ['Running', 'Open Firmware', 'Shutting Down', 'Starting'].includes(state ?? '')
  }

  it('lists the outlets, two fields a line', () => {
    const lines = opened().type('lssyscfg -r lpar -m p520 -F name:state').stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split(':'))).toEqual([
      ['vios1', 'Running'],
      ['vios2', 'Running'],
      ['lnxnets', 'Running'],
    ])
  })

  it('fences: off, waits until it is, and on with the profile that it had', () => {
    const console = withPartition('node1')
    expect(isOn(console, 'node1')).toBe(true)
    expect(console.type('chsysstate -o shutdown -r lpar --immed -m p520 -n node1')).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    for (let left = 30; left > 0 && isOn(console, 'node1'); left--);
    expect(isOn(console, 'node1')).toBe(false)
    const on = 'chsysstate -o on -r lpar -m p520 -n node1 -f `lssyscfg -r lpar -F curr_profile  -m p520 --filter "lpar_names=node1"`'
    expect(console.type(on)).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    expect(isOn(console, 'node1')).toBe(true)
  })
})

describe('the stonith plugin ibmhmc', () => {
  it('asks whether ssh is enabled, and for the release', () => {
    const console = opened()
    expect(console.type('lshmc -r -F ssh').stdout).toBe('enable\n')
    expect(console.type('lshmc -v').stdout).toMatch(/^\*RM V7/m)
  })

  it('resets a host: state, default profile, off with a restart', () => {
    const console = withPartition('node1')
    expect(console.type('lssyscfg -m p520 -r lpar -F state --filter "lpar_names=node1"').stdout).toMatch(
      /^(Running|Open Firmware|Starting)\n$/,
    )
    expect(console.type('lssyscfg -m p520 -r lpar -F "default_profile" --filter "lpar_names=node1"').stdout).toBe('normal\n')
    expect(console.type('chsysstate -m p520 -r lpar -o shutdown -n node1 --immed --restart')).toMatchObject({ exitStatus: 0 })
    poll(console, 'lssyscfg -m p520 -r lpar -F state --filter "lpar_names=node1"', 'Running')
  })
})

describe('xCAT', () => {
  /** Every command is followed by its status, which is read and taken away. */
  const send = (console: OpenConsole, command: string): { status: number; lines: string[] } => {
    const { stdout, stderr } = console.type(`${command}; echo Rc=$?`)
    const status = /Rc=([0-9])+\n/.exec(stdout)?.[1]
    expect(status).toBeDefined()
    return { status: Number(status), lines: `${stderr}${stdout.replace(/Rc=[0-9]+\n/, '')}`.split('\n').filter((line) => line !== '') }
  }

  it('reads the vital data of the console', () => {
    const { status, lines } = send(opened(), 'lshmc -v')
    expect(status).toBe(0)
    const field = (tag: string): string => lines.find((line) => line.startsWith(`*${tag} `))?.slice(tag.length + 2) ?? ''
    expect(field('RM')).toMatch(/^V7R7/)
    expect(field('TM')).toMatch(/^\d{4}-\w{3}$/)
    expect(field('SE')).not.toBe('')
  })

  it('tells success from failure, and an empty list from both', () => {
    const console = opened()
    expect(send(console, 'lssyscfg -r sys -F name,type_model,serial_num')).toEqual({ status: 0, lines: ['p520,8203-E4A,10ACE01'] })
    const unknown = send(console, 'lssyscfg -r lpar -m nosuch -F name')
    expect(unknown.status).toBe(1)
    expect(unknown.lines[0]).toMatch(/^HSCL8018 /)
    expect(send(console, 'lssvcevents -t hardware --filter "status=open"').lines.join('')).toContain('No results were found')
  })

  it('goes round a partition by its id: reference code, off, on in firmware, off', () => {
    const console = withPartition('node1')
    const id =
      send(console, 'lssyscfg -r lpar -m p520 -F name,lpar_id')
        .lines.find((line) => line.startsWith('node1,'))
        ?.split(',')[1] ?? ''
    expect(send(console, `lssyscfg -r lpar -m p520 -F state,lpar_env --filter lpar_ids=${id}`).lines).toEqual(['Running,aixlinux'])
    expect(send(console, `lsrefcode -r lpar -m p520 --filter lpar_ids=${id}`).lines[0]).toMatch(/^lpar_name=node1,/)
    expect(send(console, `chsysstate -r lpar -m p520 -o shutdown --id ${id} --immed`)).toEqual({ status: 0, lines: [] })
    poll(console, `lssyscfg -r lpar -m p520 -F state --filter lpar_ids=${id}`, 'Not Activated')
    expect(send(console, `chsysstate -r lpar -m p520 -o on --id ${id} -f normal -b of`).status).toBe(0)
    poll(console, `lssyscfg -r lpar -m p520 -F state --filter lpar_ids=${id}`, 'Open Firmware')
    expect(send(console, `chsysstate -r lpar -m p520 -o shutdown --id ${id} --immed`).status).toBe(0)
    expect(send(console, 'lsrefcode -r sys -m p520 -s p').status).toBe(0)
    expect(send(console, 'lslic -t sys -m p520').lines[0]).toContain('ecnumber=')
  })
})

describe('op-test', () => {
  it('takes the last line as the state, and waits for it', () => {
    const console = withPartition('ltc1')
    const stateOf = (line: string): string | undefined => console.type(line).stdout.trimEnd().split('\n').at(-1)
    expect(stateOf('lssyscfg -m p520 -r sys -F state')).toBe('Operating')
    expect(stateOf('lssyscfg -m p520 -r lpar --filter lpar_names=ltc1 -F state')).toBe('Running')
    expect(console.type('chsysstate -m p520 -r lpar -n ltc1 -o shutdown --immed').exitStatus).toBe(0)
    poll(console, 'lssyscfg -m p520 -r lpar --filter lpar_names=ltc1 -F state', 'Not Activated')
    expect(console.type('chsysstate -m p520 -r lpar -n ltc1 -o on -f normal').exitStatus).toBe(0)
    poll(console, 'lssyscfg -m p520 -r lpar --filter lpar_names=ltc1 -F state', 'Running')
  })

  it('frees the terminal, and waits for it to be open', () => {
    const console = withPartition('ltc1')
    expect(console.type('rmvterm -m p520 -p ltc1').exitStatus).toBe(0)
    expect(console.type('mkvterm -m p520 -p ltc1').stdout).toContain('Open Completed.')
  })
})

describe('MAAS', () => {
  it('queries, turns off and turns on with a boot string', () => {
    const console = withPartition('maas1')
    const query = 'lssyscfg -m p520 -r lpar -F state --filter lpar_names=maas1'
    expect(['Starting', 'Running', 'Open Firmware']).toContain(console.type(query).stdout.trim())
    expect(console.type('chsysstate -r lpar -m p520 -o shutdown -n maas1 --immed')).toMatchObject({ exitStatus: 0, stdout: '' })
    poll(console, query, 'Not Activated')
    expect(console.type('chsysstate -r lpar -m p520 -o on -n maas1 --bootstring network-all')).toMatchObject({ exitStatus: 0, stdout: '' })
    expect(['Starting', 'Running', 'Open Firmware']).toContain(console.type(query).stdout.trim())
  })
})

describe('the collection ibm.power_hmc of Ansible', () => {
  it('reads the version of the console by its lines', () => {
    const lines = opened().type('lshmc -V ').stdout.split('\n')
    const after = (word: string): string =>
      lines
        .find((line) => line.includes(word))
        ?.split(':')[1]
        ?.trim() ?? ''
    expect(after('Version')).toBe('7')
    expect(after('Release:')).toBe('7.9.0')
    expect(after('Service Pack:')).toMatch(/^\d+$/)
    expect(lines.find((line) => line.includes('HMC Build level'))?.split('l ')[1]).toMatch(/^\d+\.?\d*$/)
    expect(lines.find((line) => line.includes('base_version'))?.split('=')[1]).toContain('V7R7')
  })

  it('finds the next free id, makes a partition, applies its profile, removes it', () => {
    const console = opened()
    const used = console.type('lssyscfg -r lpar -m p520 -F lpar_id').stdout.trim().split('\n').map(Number)
    const next = [1, 2, 3, 4, 5].find((id) => !used.includes(id))
    expect(console.type(`mksyscfg -r lpar -m p520 -i "name=web1,lpar_id=${next},${profile}"`)).toMatchObject({ exitStatus: 0 })
    expect(console.type('chsyscfg -r lpar -m p520 -n normal -p web1 -o apply')).toMatchObject({ exitStatus: 0, stderr: '' })
    const row = console.type('lssyscfg -r lpar -m p520 --filter "lpar_names=web1"').stdout
    const pairs = new Map(
      row
        .trim()
        .split(',')
        .map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]),
    )
    expect([pairs.get('lpar_id'), pairs.get('state'), pairs.get('resource_config')]).toEqual([String(next), 'Not Activated', '1'])
    expect(console.type('rmsyscfg -r lpar -m p520 -n web1')).toMatchObject({ exitStatus: 0 })
    expect(console.type('lssyscfg -r lpar -m p520 --filter "lpar_names=web1"').stdout).toMatch(/^HSCL8012 /)
  })

  it('waits for a system that it has turned off and on', () => {
    const console = opened()
    const state = (): string | undefined => /,state=([^,]*),/.exec(console.type('lssyscfg -r sys -m p520').stdout)?.[1]
    expect(state()).toBe('Operating')
    expect(console.type('chsysstate -r sys -m p520 -o off').exitStatus).toBe(0)
    for (let left = 30; left > 0 && state() !== 'Power Off'; left--) console.wait(minutes(1))
    expect(state()).toBe('Power Off')
    expect(console.type('chsysstate -r sys -m p520 -o on').exitStatus).toBe(0)
    for (let left = 60; left > 0 && state() !== 'Operating'; left--) console.wait(minutes(1))
    expect(state()).toBe('Operating')
  })
})

describe('centreon-plugins', () => {
  it('reads open events, one a line, fields parted by ~', () => {
    const console = opened()
    const line = 'lssvcevents -t hardware -F first_time~sys_name~text  --filter "status=open" '
    expect(console.type(line)).toMatchObject({ exitStatus: 0, stdout: 'No results were found.\n' })
    console.act('fsp.fail', ['part=fan'])
    console.wait(seconds(10))
    const found = console
      .type(line)
      .stdout.trimEnd()
      .split('\n')
      .map((row) => /^(.*)~(.*)~(.*)$/.exec(row)?.slice(1))
    expect(found.length).toBeGreaterThan(0)
    for (const row of found) expect(row).toEqual([expect.stringMatching(/^\d\d\/\d\d\/\d{4} /), 'p520', expect.stringMatching(/\S/)])
  })

  it('reads the attention lights of every system in one line', () => {
    const line =
      'while read system; do echo "[$system]"; lsled -r sa -t virtualsys -m "$system" -F state; ' +
      'lsled -r sa -t virtuallpar -m "$system" -F lpar_name:state; done < <(lssyscfg -r sys -F name)'
    expect(opened().type(line)).toMatchObject({ exitStatus: 0, stdout: '[p520]\noff\nvios1:off\nvios2:off\nlnxnets:off\n' })
  })
})

describe('check_hmc.sh of Nagios', () => {
  it('loops over the systems', () => {
    const console = opened()
    const physical = 'for MSYS in `lssyscfg -r sys -F name `; do echo -n "${MSYS} "; lsled -r sa -t phys -m ${MSYS}; done'
    expect(console.type(physical).stdout).toBe('p520 state=off\n')
    const partitions =
      'for MSYS in `lssyscfg -r sys -F name `; do echo "BEGIN:${MSYS} "; lsled -r sa -t virtuallpar -m ${MSYS}; echo "END:${MSYS} "; done'
    const lines = console.type(partitions).stdout.split('\n').slice(0, -1)
    expect([lines[0], lines.at(-1)]).toEqual(['BEGIN:p520 ', 'END:p520 '])
    expect(lines.slice(1, -1).map((line) => /^lpar_id=(\d+),lpar_name=(\w+),state=(\w+)$/.exec(line)?.slice(1))).toEqual([
      ['1', 'vios1', 'off'],
      ['2', 'vios2', 'off'],
      ['3', 'lnxnets', 'off'],
    ])
  })

  it('counts open events, and reads the load of the console', () => {
    const console = opened()
    expect(console.type('lssvcevents -t hardware -i 1440 --filter "status=open" | egrep -v \'B3010002|2535902\'').stdout).toBe(
      'No results were found.\n',
    )
    expect(console.type('monhmc -r disk -n 0').stdout).toMatch(/^Filesystem/)
  })
})
