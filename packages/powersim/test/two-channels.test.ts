// The second channel, as the dissertation shows it on its console and in the log of its network server (snapshots 4.1 and 4.2), replayed
// line by line in their sense; and what a console does with one channel, with both and with the other one.

import { readFileSync } from 'node:fs'
import { type Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { play, programOf, runWorkload, workloads } from '../src/index.js'

const NETS = '9.124.62.24'
const PROMPT = 'Enter the management console access password for the system:'
/** The dissertation's system, and a console that knows its service processor only. */
const machine: MachineDocument = {
  consoles: [{ name: 'hmc1', nets: false }],
  systems: [{ name: 'p520', serialNumber: 'ACE0001' }],
}

/** A script on a machine, with the way of each command that went to the hypervisor. */
function run(script: string, given: MachineDocument = machine, prepared: (installation: Installation) => void = () => undefined) {
  const document = readDocument(given)
  const lines: { command: string; exitStatus: number; text: string; paths: (string | null)[] }[] = []
  let paths: (string | null)[] = []
  play({
    ...{ seed: 'snapshots', replication: 0, noise: true, document, program: programOf(workloads.text(script), document), prepared },
    policy: () => policyByName('by-target'),
    recorded: (record) => void (record.target === 'phyp' && paths.push(record.path)),
    returned: ({ text }, { exitStatus, stdout, stderr }) => {
      lines.push({ command: text, exitStatus, text: `${stdout}${stderr}`.trimEnd(), paths })
      paths = []
    },
    checked: true,
  })
  return lines
}

describe('snapshot 4.2: the console', () => {
  const row =
    'resource_type=sys,type_model_serial_num=8203-E4A*ACE0001,sp=primary,sp_phys_loc=unavailable,ipaddr=9.124.62.24,' +
    'alt_ipaddr=unavailable,state=Connected'
  const lines = run(`lssysconn -r all -F ipaddr,state
mksysconn --ip ${NETS} --force
resetcofw
@+30s mksysconn --ip ${NETS} --force
lssysconn -r all`)

  it.each([
    ['before, there is the service processor alone', 0, '169.254.2.147,Connected'],
    ['mksysconn asks for the password', 0, PROMPT],
    [
      'resetcofw restarts the hardware server and the CIM server',
      0,
      /^0513-044 The hdwr_svr Subsystem .*\n0513-059 .*started.*\n.*stop +done\n.*start +done$/,
    ],
    [
      'mksysconn again says that the system is managed already',
      1,
      `${PROMPT}\nHSC18026 The system with IP address or host name ${NETS} is already managed by this management console.`,
    ],
  ] as const)('%s', (_what, status, text) => {
    const line = lines[['before', 'asks', 'resetcofw', 'again'].findIndex((word) => _what.includes(word))]
    expect(line?.exitStatus).toBe(status)
    if (typeof text === 'string') expect(line?.text).toBe(text)
    else expect(line?.text).toMatch(text)
  })

  it('lssysconn lists the partition in the row of the dissertation, letter for letter, beside the service processor', () => {
    expect(lines.at(-1)?.text.split('\n')).toEqual([row.replace(NETS, '169.254.2.147'), row])
  })
})

describe('snapshot 4.1: the log of the network server', () => {
  interface Moment {
    readonly what: string
    readonly threads: string
    readonly state: string
    readonly sessions: number
  }
  const moments: Moment[] = []
  const document = readDocument(machine)
  run(`sleep 1\nmksysconn --ip ${NETS} --force\nsleep 5`, machine, (installation) => {
    const { nets } = installation.system()
    if (nets === null) throw new Error('this machine has NETS')
    const note = (what: string): void => {
      const { threads, state, sessions } = nets.statistics()
      moments.push({ what, threads: `${threads.created} made, ${threads.busy} busy, ${threads.idle} idle`, state, sessions })
    }
    installation.simulation.schedule(
      900e6,
      installation.simulation.handler('look', () => note('before')),
      undefined,
    )
    installation.bus.observers.on('connection', ({ server, end, state, resumed }) => {
      if (server.includes('nets')) note(`${end} ${state}${resumed ? ', resumed' : ''}`)
    })
  })
  const at = (what: string): Moment | undefined => moments.find((moment) => moment.what === what)

  it('Dispatcher: Starting Dispatcher i_min[1], i_max[10]', () => {
    expect(document.systems[0]?.nets).toMatchObject({ threadsMin: 1, threadsMax: 10 })
  })
  it('ThreadPool: Startup Min[1] Max[10], Creating thread #0; server; waiting for connections', () => {
    expect(at('before')).toEqual({ what: 'before', threads: '1 made, 0 busy, 1 idle', state: 'listening', sessions: 0 })
  })
  it('got connection from the console; secure open; ssl certificate; ssl accept, rc = 1; secureOpen successful', () => {
    const moves = ['client connecting', 'client handshaking', 'server admitting', 'server handshaking', 'client open', 'server open']
    expect(moments.slice(1).map(({ what }) => what)).toEqual(moves)
  })
  it('Connection established: thread #0 has the session', () => {
    expect(moments.at(-1)).toMatchObject({ threads: '1 made, 1 busy, 0 idle', sessions: 1 })
  })
})

describe('the ways of a console', () => {
  const query = 'lshwres -r mem -m p520 --level sys'

  it('with one channel all commands go by it, with both those for the hypervisor take the new one, without it the old one again', () => {
    const lines = run(`${query}\nmksysconn --ip ${NETS}\n@+30s ${query}\nrmsysconn -o remove --ip ${NETS}\n${query}`)
    expect(lines.map(({ paths }) => paths)).toEqual([['fsp'], [], ['nets'], [], ['fsp']])
  })

  it('a connection that cannot be made is added in No Connection, and made when it can be', () => {
    const rows = 'lssysconn -r all -F ipaddr,state'
    const lines = run(`! nets.stop\nmksysconn --ip ${NETS}\n@+5s ${rows}\n${query}\n! nets.start\n@+5min ${rows}`)
    const last = lines.filter(({ command }) => command === rows).map(({ text }) => text.split('\n').at(-1))
    expect(last).toEqual([`${NETS},No Connection`, `${NETS},Connected`])
  })

  it('a console that comes when the service processor has as many as it takes is added in No Connection', () => {
    const crowded = { consoles: ['hmc1', 'hmc2', 'hmc3'].map((name) => ({ name })), nets: null, fsp: { connectionLimit: 2 } }
    const lines = run(
      `console hmc3
  rmsysconn -o remove --ip 169.254.2.147
  @+30s mksysconn --ip 169.254.2.147
  @+1min lssysconn -r all -F state,connection_error_code
end
rmsysconn -o remove --ip 169.254.2.147
@+1min console hmc3 lssysconn -r all -F state`,
      crowded,
    )
    expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([0, 0, 0, 0, 0])
    expect([lines[2]?.text, lines[4]?.text]).toEqual(['No Connection,Connecting 0000-0000-00000000', 'Connected'])
  })
})

it('two consoles and two systems are one document: each console has four ways, and sees what the other has changed', () => {
  const file = new URL('../../../examples/machines/two-systems.yaml', import.meta.url)
  const { lines } = runWorkload({
    // A machine document by its file.
    machine: parse(readFileSync(file, 'utf8')) as MachineDocument,
    workload: workloads.text(`lssysconn -r all -F type_model_serial_num,ipaddr,state
console hmc2 chsyscfg -r lpar -m west -i "name=vios1,new_name=storage1"
lssyscfg -r lpar -m west -F name
lssyscfg -r lpar -m east -F name
! fsp.reset west
@+5s lssyscfg -r sys -F name,state
console hmc2 lshwres -r mem -m west --level sys -F configurable_sys_mem`),
    policy: policyByName('by-target'),
    seed: 'two systems',
  })
  expect(lines.map(({ exitStatus }) => exitStatus)).toEqual([0, 0, 0, 0, 0, 0])
  const texts = lines.map(({ stdout }) => stdout.trim().split('\n'))
  expect(texts[0]).toEqual([
    '8203-E4A*10ACE01,169.254.2.147,Connected',
    '8203-E4A*10ACE01,9.124.62.24,Connected',
    '8203-E4A*10ACE02,169.254.2.148,Connected',
    '8203-E4A*10ACE02,9.124.62.25,Connected',
  ])
  expect([texts[2], texts[3]]).toEqual([
    ['storage1', 'vios2', 'lnxnets'],
    ['vios1', 'vios2', 'lnxnets'],
  ])
  // A system that is not reached goes by its address.
  expect(texts[4]).toEqual(['east,Operating', '169.254.2.148,No Connection'])
  expect(texts[5]).toEqual(['65536'])
})
