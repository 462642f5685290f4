// What a console says of itself, and how its settings change: rows of public captures, and what clients read of them.

import { describe, expect, it } from 'vitest'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

function of(version: string): FakeConsole {
  const made = new FakeConsole('9131-52A', '6535CCG', 's1')
  made.version = version
  return made
}

describe('lshmc', () => {
  it('prints versions in the captured form', () => {
    expect(of('V10R3 M1060').line('lshmc -V').stdout).toBe(
      '"version= Version: 10\n Release: 3\n Service Pack: 1060\nHMC Build level 2408210051\nMF71689 - HMC V10R3 M1060\n",' +
        '"base_version=V10R3\n"\n',
    )
    expect(of('V7R7.9.0').line('lshmc -V').stdout).toBe(
      '"version= Version: 7\n Release: 7.9.0\n Service Pack: 3\nHMC Build level 20151216.1\n","base_version=V7R7.9.0\n"\n',
    )
    expect(of('V8R8.6.0').line('lshmc -V -F base_version').stdout).toBe('V8R8.6.0\n')
  })

  it('prints vital product data with the keywords that clients look for', () => {
    // Keywords and their order as captured of a V8R8.2; the capture's own date, serial and address are left out of it.
    const { stdout } = of('V8R8.2.0').line('lshmc -v')
    expect(stdout.replace(/\*(N2|SE|NA) .*/g, '*$1')).toBe(
      '"vpd=*FC ????????\n*VC 20.0\n*N2\n*FC ????????\n*DS Hardware Management Console\n*TM 7042-CR6\n*SE\n*MN IBM\n*PN N/A\n' +
        '*SZ 4152315904\n*OS Embedded Operating Systems\n*NA\n*FC ????????\n*DS Platform Firmware\n*RM V8R8.2.0.0\n"\n',
    )
    // xCAT and the fence agents: the release after *RM V.
    expect(/\*RM V(\d+)R(\d+)\.(\d+)/.exec(stdout)?.slice(1)).toEqual(['8', '8', '2'])
  })

  it('prints the captured rows of remote access', () => {
    // hmc_vios_aix, test of RemoteAccess (V8).
    expect(of('V8R8.6.0').line('lshmc -r').stdout).toBe(
      'ssh=enable,sshprotocol=,remotewebui=enable,xntp=disable,xntpserver=127.127.1.0,syslogserver=,syslogtcpserver=,syslogtlsserver=,' +
        'altdiskboot=disable,ldap=disable,kerberos=disable,kerberos_default_realm=,kerberos_realm_kdc=,kerberos_clockskew=,' +
        'kerberos_ticket_lifetime=,kpasswd_admin=,trace=,kerberos_keyfile_present=,kerberos_allow_weak_crypto=,legacyhmccomm=disable,' +
        'security=legacy,sol=disabled\n',
    )
    // chmod666.org, 2014 (V7): attributes and order; xntp, altdiskboot and ldap were on there.
    expect(of('V7R7.9.0').line('lshmc -r').stdout).toBe(
      'ssh=enable,sshprotocol=,remotewebui=enable,xntp=disable,xntpserver=127.127.1.0,syslogserver=,netboot=disable,altdiskboot=disable,' +
        'ldap=disable,kerberos=disable,kerberos_default_realm=,kerberos_realm_kdc=,kerberos_clockskew=,kerberos_ticket_lifetime=,' +
        'kerberos_keyfile_present=,sol=disabled\n',
    )
    // ibmhmc asks this first.
    expect(of('V7R7.9.0').line('lshmc -r -F ssh').stdout).toBe('enable\n')
  })

  it('prints the captured attributes of the network in their order', () => {
    const ofAdapter = [
      'ipv4addr',
      'ipv4netmask',
      'ipv4dhcp',
      'ipv6addr',
      'ipv6auto',
      'ipv6privacy',
      'ipv6dhcp',
      'lparcomm',
      'jumboframe',
      'speed',
      'duplex',
      'tso',
    ]
    const { stdout } = of('V8R8.6.0').line('lshmc -n -F --header')
    expect(stdout.split('\n')[0]?.split(',')).toEqual([
      ...[
        'hostname',
        'domain',
        'ipaddr',
        'networkmask',
        'gateway',
        'nameserver',
        'domainsuffix',
        'slipipaddr',
        'slipnetmask',
        'ipaddrlpar',
      ],
      ...['networkmasklpar', 'clients', 'ipv6addrlpar', 'slpipaddrs'],
      ...['eth0', 'eth1'].flatMap((name) => ofAdapter.map((attribute) => `${attribute}_${name}`)),
    ])
  })

  it('takes one choice and attributes of it', () => {
    const made = of('V8R8.6.0')
    for (const line of ['lshmc', 'lshmc -r -n', 'lshmc -r -F hostname', 'lshmc -V -F ssh', 'lshmc -h']) {
      expect(made.line(line), line).toMatchObject({ exitStatus: 1, stderr: line === 'lshmc -h' ? 'not simulated: lshmc -h\n' : '' })
    }
    expect(made.line('lshmc -l').stdout).toBe('locale=en_US\n')
    expect(made.line('lshmc -L -F locale').stdout).toContain('\npl_PL\n')
  })
})

describe('chhmc', () => {
  it('changes what lshmc lists', () => {
    const made = of('V8R8.6.0')
    for (const line of [
      'chhmc -c xntp -s enable',
      'chhmc -c xntp -s add -h ntp.example.com',
      'chhmc -c syslog -s add -h log.example.com -t tcp',
      'chhmc -c altdiskboot -s enable --mode upgrade',
      'chhmc -c remotewebui -s disable',
      'chhmc -c network -s modify -h console1 -d example.com -g 9.124.0.1',
      'chhmc -c network -s modify -i eth0 -a 9.124.62.10 -nm 255.255.255.0',
      'chhmc -c network -s add -ns 9.124.0.53',
      'chhmc -c netroute -s add --routetype net -a 10.1.0.0 -nm 255.255.0.0 -g 9.124.0.2 -i eth1',
      'chhmc -c locale -s modify -l de_DE',
    ])
      expect(made.line(line), line).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    expect(made.line('lshmc -r -F xntp,xntpserver,syslogtcpserver,altdiskboot,remotewebui').stdout).toBe(
      'enable,"127.127.1.0,ntp.example.com",log.example.com,enable,disable\n',
    )
    expect(made.line('lshmc -n -F hostname,domain,gateway,nameserver,ipv4addr_eth0,ipv4netmask_eth0').stdout).toBe(
      'console1,example.com,9.124.0.1,9.124.0.53,9.124.62.10,255.255.255.0\n',
    )
    expect(made.line('lshmc --netroute').stdout).toBe(
      'position=1,destination=10.1.0.0,gateway=9.124.0.2,networkmask=255.255.0.0,interface=eth1\n',
    )
    expect(made.line('lshmc -l -F locale').stdout).toBe('de_DE\n')
    expect(made.line('chhmc -c syslog -s remove -h log.example.com -t tcp').exitStatus).toBe(0)
    expect(made.line('lshmc --syslog -F syslogserver,syslogtcpserver').stdout).toBe(',\n')
  })

  it('sets the clock that the console tells, and that of no system', () => {
    const made = of('V7R7.9.0')
    expect(made.line('date').stdout).toBe('Mon Jun  3 08:00:00 UTC 2013\n')
    expect(made.line('chhmc -c date -s modify --datetime 123123592015.30').exitStatus).toBe(0)
    expect(made.line('date').stdout).toBe('Thu Dec 31 23:59:30 UTC 2015\n')
    expect(made.line('chhmc -c date -s modify --datetime 02291200').exitStatus).toBe(1)
    expect(made.timeOfDay(0)).toBe('06/03/2013 08:00:00')
  })

  it.each([
    'chhmc -c network -s modify -a 1.2.3.4',
    'chhmc -c network -s modify -i eth0 -a nonsense',
    'chhmc -c xntp -s remove -h nobody',
    'chhmc -c netroute -s add -a x -g y',
    'chhmc -c locale -s modify -l xx_XX',
    'chhmc -c ssh -s add -a 1.2.3.4',
  ])('refuses %s and changes nothing', (line) => {
    const made = of('V8R8.6.0')
    const before = JSON.stringify(made.settings)
    expect(made.line(line).exitStatus).toBe(1)
    expect(JSON.stringify(made.settings)).toBe(before)
  })
})

describe('other commands about the console', () => {
  it('lspartition -dlpar prints the captured two lines of each partition', () => {
    const made = new FakeConsole('8233-E8B', '069991R', 's1')
    made.add(viewOf(2, 'aix2', { state: 'Running', osVersion: 'AIX 6.1 6100-07-06-1241' }))
    made.add(viewOf(3, 'off3'))
    expect(made.line('lspartition -dlpar').stdout).toBe(
      '<#0> Partition:<2*8233-E8B*069991R, , 10.0.0.2>\n' +
        '       Active:<1>, OS:<, , >, DCaps:<0x2c5f>, CmdCaps:<0x4000001b, 0x1b>, PinnedMem:<1981>\n',
    )
    // Once it has read what runs there; capture of the same partition, but for its address.
    made.line('lssyscfg -r lpar -m s1')
    expect(made.line('lspartition -dlpar').stdout).toContain('       Active:<1>, OS:<AIX, 6.1, 6100-07-06-1241>, DCaps:<0x2c5f>')
    expect(made.asked).toEqual([])
  })

  it('monhmc looks once', () => {
    const made = of('V7R7.9.0')
    expect(made.line('monhmc -r mem -n 0').stdout).toMatch(/^Mem: +\d+k total, +\d+k used, +\d+k free, +\d+k buffers\n$/)
    expect(
      made
        .line('monhmc -r disk -n 0')
        .stdout.split('\n')
        .filter((row) => row.startsWith('/dev/')).length,
    ).toBe(4)
    expect(made.line('monhmc -r mem -n 5')).toMatchObject({ exitStatus: 1, notSimulated: 'monhmc -n 5' })
  })

  it('hmcshutdown asks for it', () => {
    const made = of('V7R7.9.0')
    expect(made.line('hmcshutdown -t now -r').exitStatus).toBe(0)
    expect(made.line('hmcshutdown -t 5').exitStatus).toBe(0)
    expect(made.line('hmcshutdown -t soon').exitStatus).toBe(1)
    expect(made.shutdowns).toEqual([
      { afterNs: 0, restart: true },
      { afterNs: 300_000_000_000, restart: false },
    ])
  })
})
