// viosrvcmd: what each command of a Virtual I/O Server's shell asks and prints, and when the console does not ask at all.

import type { ViosInventory } from '@powersim/protocol'
import { describe, expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'
import { type FakeConsole } from './operation-fake-console.js'

const M = '-m 9131-52A-6535CCG'
const inventory: ViosInventory = {
  level: '2.2.4.10',
  adapters: [
    {
      name: 'vhost0',
      unitAddress: 0x1000,
      slot: 2,
      clientId: 5,
      targets: [{ name: 'vtscsi0', lun: 1, backing: 'hdisk1', kind: 'disk' }],
    },
    { name: 'vhost1', unitAddress: 0x1001, slot: 4, clientId: 0, targets: [] },
  ],
  fibreAdapters: [
    {
      name: 'vfchost0',
      unitAddress: 0x1002,
      slot: 7,
      clientId: 5,
      targets: [],
      port: 'fcs0',
      status: 'LOGGED_IN',
      wwpn: 'c050760000000000',
    },
  ],
  disks: [
    { name: 'hdisk0', bytes: 2 ** 36, volumeGroup: 'rootvg' },
    { name: 'hdisk1', bytes: 2 ** 36, volumeGroup: null },
  ],
  volumeGroups: [{ name: 'rootvg', bytes: 2 ** 36, freeBytes: 2 ** 35, volumes: [{ name: 'lv01', bytes: 2 ** 30 }] }],
  fibrePorts: [
    {
      name: 'fcs0',
      physicalLocation: 'U789D.001.DQD1234-P1-C1-T1',
      fabric: true,
      targetPorts: 64,
      availablePorts: 63,
      wwpns: 2048,
      availableWwpns: 2046,
    },
  ],
}

function server(): FakeConsole {
  const console = capturedSystem()
  for (const partition of console.partitions) partition.rmc = 'active'
  console.viosAnswer = { inventory }
  return console
}

const run = (command: string, console = server()) => console.line(`viosrvcmd ${M} -p vios1 -c "${command}"`)

describe('listings', () => {
  test('lsmap: adapters with their targets, or the words that there is none', () => {
    expect(run('lsmap -all')).toMatchObject({ exitStatus: 0, operation: 'viosrvcmd', commands: 2 })
    expect(run('lsmap -all').stdout.split('\n')).toEqual([
      'SVSA            Physloc                                      Client Partition ID',
      '--------------- -------------------------------------------- ------------------',
      'vhost0          U9131.52A.6535CCG-V2-C2                      0x00000005',
      '',
      'VTD                   vtscsi0',
      'Status                Available',
      'LUN                   0x8100000000000000',
      'Backing device        hdisk1',
      'Physloc',
      'Mirrored              N/A',
      '',
      'SVSA            Physloc                                      Client Partition ID',
      '--------------- -------------------------------------------- ------------------',
      'vhost1          U9131.52A.6535CCG-V2-C4                      0x00000000',
      '',
      'VTD                   NO VIRTUAL TARGET DEVICE FOUND',
      '',
      '',
    ])
    expect(run('lsmap -vadapter vhost0 -fmt :').stdout).toBe(
      'vhost0:U9131.52A.6535CCG-V2-C2:0x00000005:vtscsi0:Available:0x8100000000000000:hdisk1: :N/A\n',
    )
    expect(run('lsmap -all -fmt , -field svsa vtd backing').stdout).toBe('vhost0,vtscsi0,hdisk1\nvhost1,NO VIRTUAL TARGET DEVICE FOUND\n')
    expect(run('lsmap -vadapter vhost9').stderr).toMatch(/^HSCL2970 .*\nthe device was not found/)
  })

  test('lsmap -npiv: client by name, port, whether it is logged in', () => {
    expect(run('lsmap -all -npiv -fmt :').stdout).toBe('vfchost0:U9131.52A.6535CCG-V2-C7:5:nim1: :LOGGED_IN:fcs0: :1\n')
    expect(run('lsmap -all -npiv').stdout).toContain(
      'vfchost0      U9131.52A.6535CCG-V2-C7                 5 nim1\n\nStatus:LOGGED_IN\nFC name:fcs0',
    )
  })

  test('lsnports has the captured header', () => {
    const [header, row] = run('lsnports').stdout.split('\n')
    expect(header?.split(/ +/)).toEqual(['name', 'physloc', 'fabric', 'tports', 'aports', 'swwpns', 'awwpns'])
    expect(row?.split(/ +/)).toEqual(['fcs0', 'U789D.001.DQD1234-P1-C1-T1', '1', '64', '63', '2048', '2046'])
  })

  test('disks, groups, devices, level', () => {
    expect(
      run('lspv')
        .stdout.split('\n')
        .map((line) => line.split(/ +/)),
    ).toEqual([['NAME', 'PVID', 'VG', 'STATUS'], ['hdisk0', 'none', 'rootvg', 'active'], ['hdisk1', 'none', 'None'], ['']])
    expect(run('lsvg').stdout).toBe('rootvg\n')
    expect(run('lsvg -lv rootvg').stdout).toMatch(/^rootvg:\nLV NAME .*\nlv01 +jfs +16 +16 +1 +open\/syncd +N\/A\n$/)
    expect(run('lsdev -virtual').stdout).toContain('vtscsi0          Available   Virtual Target Device - Disk\n')
    expect(run('lsdev -type disk').stdout.split('\n')).toHaveLength(4)
    expect(run('ioslevel').stdout).toBe('2.2.4.10\n')
  })
})

describe('changes', () => {
  test('ask for a mapping, and print what was made or removed', () => {
    const console = server()
    console.viosAnswer = { target: { name: 'vtscsi1', lun: 2, backing: 'hdisk2', kind: 'disk' } }
    expect(run('mkvdev -vdev hdisk2 -vadapter vhost0', console).stdout).toBe('vtscsi1 Available\n')
    console.viosAnswer = {}
    expect(run('rmvdev -vtd vtscsi1', console).stdout).toBe('vtscsi1 deleted\n')
    expect(run('vfcmap -vadapter vfchost0 -fcp fcs0', console)).toMatchObject({ exitStatus: 0 })
    expect(console.viosAsked).toEqual([
      { id: 2, what: 'makeTarget', backing: 'hdisk2', adapter: 'vhost0' },
      { id: 2, what: 'removeTarget', name: 'vtscsi1' },
      { id: 2, what: 'mapFibre', adapter: 'vfchost0', port: 'fcs0' },
    ])
    console.viosAnswer = { refusal: 'in-use' }
    expect(run('mkvdev -vdev hdisk2 -vadapter vhost0', console).stderr).toMatch(/^HSCL2970 .*\nthe device is in use already/)
  })
})

describe('without an answer', () => {
  test('no link, no server, no reply, no such command', () => {
    const unlinked = server()
    for (const partition of unlinked.partitions) partition.rmc = 'inactive'
    expect(run('ioslevel', unlinked).stderr).toMatch(/^HSCL2957 /)
    expect(unlinked.viosAsked).toEqual([])
    expect(server().line(`viosrvcmd ${M} -p nim1 -c ioslevel`).stderr).toMatch(/^HSCL2970 .* nim1 is no Virtual I\/O Server/)
    const silent = server()
    silent.viosAnswer = null
    expect(run('ioslevel', silent)).toMatchObject({ exitStatus: 1 })
    expect(run('lsmap -all -net')).toMatchObject({ exitStatus: 1, notSimulated: 'viosrvcmd -c lsmap -net', commands: 0 })
    expect(run('reboot')).toMatchObject({ notSimulated: 'viosrvcmd -c reboot', commands: 0 })
  })
})
