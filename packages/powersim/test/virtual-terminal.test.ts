// Virtual terminals on a whole machine: what a partition prints as it comes up, what it answers to what is typed, who holds the terminal,
// and that each way to the hypervisor carries it.

import type { TerminalSession } from '@powersim/hmc'
import { minutes, seconds } from '@powersim/kernel'
import { describe, expect, test } from 'vitest'
import { openConsole, type OpenConsole, policies } from '../src/index.js'

const NEW =
  'name=lpar1,profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,min_procs=1,' +
  'desired_procs=1,max_procs=1,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=1.0,sharing_mode=uncap,uncap_weight=128'
const CLOSED = ' Connection has closed \r\n\r\n\r\n This session is no longer connected. Please close this window.'

function machine(policy = policies.byTarget()): OpenConsole {
  return openConsole({ machine: {}, seed: 'virtual-terminal', noise: false, policy, between: 0 })
}

/** Opens a terminal, which stays open while other lines are typed. */
function terminalOf(console: OpenConsole, partition: string, ordinal = 1_000): TerminalSession {
  const { installation } = console
  let session: TerminalSession | undefined
  const text = `mkvterm -m p520 -p ${partition}`
  installation.console('hmc1').perform({ text, variables: {}, ordinal, terminal: (opened) => (session = opened) })
  console.wait(seconds(1))
  if (session === undefined) throw new Error('no terminal was opened')
  return session
}

describe('the terminal of a partition', () => {
  test('shows it come up from before its activation to its login, which takes a name and a password', () => {
    const console = machine()
    console.type(`mksyscfg -r lpar -m p520 -i "${NEW}"`)
    const terminal = terminalOf(console, 'lpar1')
    expect(terminal.take()).toBe('\r\n Open in progress  \r\n \r\n Open Completed. \r\n  ')
    expect(console.type('chsysstate -m p520 -r lpar -o on -n lpar1 -f normal').exitStatus).toBe(0)
    console.wait(minutes(5))
    const boot = terminal.take()
    expect(boot.startsWith('\r\nIBM IBM')).toBe(true)
    expect(boot.indexOf('1 = SMS Menu')).toBeGreaterThan(0)
    expect(boot.indexOf('Welcome to AIX')).toBeGreaterThan(boot.indexOf('1 = SMS Menu'))
    expect(boot.endsWith('Console login: ')).toBe(true)
    terminal.type('root\rsecret\r')
    console.wait(seconds(2))
    expect(terminal.take()).toMatch(/^root\r\nPassword: \r\nLogin incorrect[^]*Console login: $/)
    expect(console.type('rmsyscfg -r lpar -m p520 -n lpar1').exitStatus).toBe(1)
  })

  test('stops at the prompts of the firmware', () => {
    const console = machine()
    console.type(`mksyscfg -r lpar -m p520 -i "${NEW}"`)
    const terminal = terminalOf(console, 'lpar1')
    console.type('chsysstate -m p520 -r lpar -o on -n lpar1 -f normal -b of')
    console.wait(minutes(2))
    expect(terminal.take().endsWith('0 > ')).toBe(true)
    terminal.type('boot-list\r')
    console.wait(seconds(2))
    expect(terminal.take()).toBe('boot-list\r\n ok\r\n0 > ')
  })

  test('tells lpar_netboot which Ethernet adapters a partition has, and their addresses', () => {
    const console = machine()
    console.type(`mksyscfg -r lpar -m p520 -i "${NEW},virtual_eth_adapters=2/0/1//0/0"`)
    const line = 'lpar_netboot -M -n -t ent lpar1 normal p520'
    const listed = console.type(line)
    const mac = console.type('lshwres -r virtualio --rsubtype eth --level lpar -m p520 --filter lpar_names=lpar1 -F mac_addr').stdout.trim()
    expect(listed).toMatchObject({ exitStatus: 0, stderr: '' })
    expect(listed.stdout.split('\n').slice(-4)).toEqual([
      '# Getting adapter location codes.',
      '# Type\t Location Code\t MAC Address\t Full Path Name\t Ping Result\t Device Type',
      `ent U8203.E4A.10ACE01-V4-C2-T1 ${mac.toLowerCase()} /vdevice/l-lan@30000002 n/a virtual`,
      '',
    ])
    expect(console.type('lssyscfg -r lpar -m p520 --filter lpar_names=lpar1 -F state').stdout).toBe('Not Activated\n')
    terminalOf(console, 'lpar1')
    expect(console.type(line)).toMatchObject({ exitStatus: 1, stderr: expect.stringContaining('terminal') })
    expect(console.type(line.replace('-M', '-f -M')).exitStatus).toBe(0)
    expect(console.type('lpar_netboot -t ent -s auto -d auto -S 1.2.3.4 -G 0.0.0.0 -C 1.2.3.5 lpar1 normal p520')).toMatchObject({
      exitStatus: 1,
      notSimulated: expect.stringContaining('lpar_netboot'),
    })
  })

  test('has one holder among all consoles, and rmvterm of another console ends it', () => {
    const console = machine()
    const terminal = terminalOf(console, 'vios1')
    terminal.take()
    const second = console.type('mkvterm -m p520 -p vios1', { console: 'hmc2' })
    expect(second).toMatchObject({ exitStatus: 0, commands: 2 })
    expect(second.stdout).toContain('Only one open session is allowed for a partition.')
    expect(console.type('rmvterm -m p520 -p vios1', { console: 'hmc2' }).stdout).toBe('Close command sent\n')
    console.wait(seconds(1))
    expect(terminal.take()).toContain(CLOSED)
    const third = console.type('mkvterm -m p520 --id 1', { console: 'hmc2' })
    expect(third.stdout.endsWith(' The write socket has closed. Exiting.\n')).toBe(true)
    expect(third.durationNs).toBeGreaterThan(seconds(10.3))
    expect(third.durationNs).toBeLessThan(seconds(10.5))
  })

  test('keeps its hold when its login is dropped, and loses it with the power', () => {
    const console = machine()
    terminalOf(console, 'vios1').drop()
    console.wait(minutes(5))
    expect(console.type('mkvterm -m p520 -p vios1').stdout).toContain('already open')
    console.type('rmvterm -m p520 -p vios1')
    const terminal = terminalOf(console, 'vios1', 1_001)
    terminal.take()
    expect(console.type('chsysstate -m p520 -r sys -o off --immed').exitStatus).toBe(0)
    expect(terminal.take()).toContain(CLOSED)
  })

  test.each([policies.fspOnly(), policies.byTarget()])('prints the same by each way: $name', (policy) => {
    const console = machine(policy)
    const terminal = terminalOf(console, 'lnxnets')
    terminal.take()
    terminal.type('\r')
    console.wait(seconds(1))
    expect(terminal.take()).toBe('\r\n\r\nlnxnets login: ')
  })

  test('costs a running partition the time of its hypercalls, and nobody else anything', () => {
    const console = machine(policies.fspOnly())
    const used = (): number => {
      const { cappedNs, uncappedNs } = console.installation.systems[0]!.phyp.processors!.usedBy(3)!
      return cappedNs + uncappedNs
    }
    const terminal = terminalOf(console, 'lnxnets')
    const idle = used()
    console.wait(seconds(5))
    expect(used()).toBe(idle)
    terminal.type('x'.repeat(200))
    console.wait(seconds(5))
    // One call of 1 us for each 16 characters begun, and at most a cold cache.
    expect(used() - idle).toBeGreaterThanOrEqual(13_000)
    expect(used() - idle).toBeLessThan(100_000)
  })
})
