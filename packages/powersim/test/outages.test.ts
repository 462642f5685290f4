// What the machine does when a path is gone: power off, a stopped NETS, a reset service processor, and a reply that is lost after the
// effect has happened.

import { seconds } from '@powersim/kernel'
import { type Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { commandByName, isReply } from '@powersim/protocol'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { play, programOf, runWorkload, type RunLine, workloads } from '../src/index.js'

const profile =
  'profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,proc_mode=shared,' +
  'min_procs=1,desired_procs=1,max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,sharing_mode=uncap,uncap_weight=128'

function run(script: string, policy = 'by-target', machine: MachineDocument = {}): readonly RunLine[] {
  return runWorkload({ machine, workload: workloads.text(script), policy: policyByName(policy), seed: 'outages' }).lines
}

/** The outcome of the line that starts so. */
function lineOf(lines: readonly RunLine[], start: string): RunLine {
  const line = lines.findLast((candidate) => candidate.command.startsWith(start))
  if (line === undefined) throw new Error(`no line starts with ${start}`)
  return line
}

describe('with the system powered off', () => {
  const lines = run(`
lssysconn -r all
lssyscfg -r lpar -m p520 -F name
chsysstate -m p520 -r sys -o off --immed
lssyscfg -r sys -m p520 -F state
@+60s lssyscfg -r sys -m p520 -F state
lssysconn -r all
lshwres -r mem -m p520 --level sys
lssyscfg -r lpar -m p520 -F name,lpar_id,state,rmc_state
lssyscfg -r lpar -m p520 --filter "lpar_names=vios2" -F name,state
lssvcevents -t hardware -m p520
chsysstate -m p520 -r sys -o on
lssyscfg -r sys -F state
chsysstate -m p520 -r sys -o on
@+20min lssyscfg -r sys -F state
lshwres -r mem -m p520 --level sys -F configurable_sys_mem
lssyscfg -r lpar -m p520 -F name,state
`)

  it('both connections were there before, and NETS reads No Connection after', () => {
    const rows = lines.filter((line) => line.command === 'lssysconn -r all').map((line) => line.stdout.trim().split('\n'))
    expect(rows[0]?.map((row) => /state=([^,]*)/.exec(row)?.[1])).toEqual(['Connected', 'Connected'])
    const [fsp, nets] = rows[1] ?? []
    expect(fsp).toContain('ipaddr=169.254.2.147')
    expect(fsp).toContain('state=Connected')
    expect(nets).toContain('ipaddr=9.124.62.24')
    expect(nets).toContain('state=No Connection')
  })

  it('commands for the hypervisor fail, those for the service processor are served', () => {
    const [refused] = lines.filter((line) => line.command === 'lshwres -r mem -m p520 --level sys')
    expect(refused?.exitStatus).toBe(1)
    expect(refused?.stdout).toMatch(/not in a state/)
    // The service processor says so itself: nobody waits for a time-out.
    expect(refused?.durationMs).toBeLessThan(1000)
    expect(lineOf(lines, 'lssvcevents').exitStatus).toBe(0)
  })

  it('partitions read Not Available, from what the console remembers', () => {
    const rows = lines.filter((line) => line.command.startsWith('lssyscfg -r lpar')).map((line) => line.stdout.trim().split('\n'))
    expect(rows[1]).toEqual(['vios1,1,Not Available,inactive', 'vios2,2,Not Available,inactive', 'lnxnets,3,Not Available,inactive'])
    expect(rows[2]).toEqual(['vios2,Not Available'])
  })

  it('off returns at Power Off, on when the hypervisor runs, and on is refused while it does', () => {
    const states = lines.filter((line) => line.command.startsWith('lssyscfg -r sys')).map((line) => line.stdout.trim())
    expect(states).toEqual(['Power Off', 'Power Off', 'Standby', 'Operating'])
    const changes = lines.filter((line) => line.command.startsWith('chsysstate'))
    expect(changes.map((line) => line.exitStatus)).toEqual([0, 0, 1])
    expect(changes[0]?.durationMs).toBeGreaterThan(30_000)
    expect(changes[1]?.durationMs).toBeGreaterThan(150_000)
    expect(changes[2]?.stderr).toMatch(/not in a state/)
  })

  it('NETS serves after its boot', () => {
    expect(lineOf(lines, 'lshwres -r mem -m p520 --level sys -F').stdout.trim()).toBe('65536')
    expect(lineOf(lines, 'lssyscfg -r lpar').stdout).toContain('lnxnets,Running')
  })
})

describe('a NETS partition that stops', () => {
  const script = `
! nets.stop
@+1s lshwres -r mem -m p520 --level sys -F configurable_sys_mem
lssysconn -r all
! nets.start
@+10min lshwres -r mem -m p520 --level sys -F configurable_sys_mem
lssysconn -r all
`

  it('takes the commands of by-target with it, until it has booted again', () => {
    const lines = run(script)
    const reads = lines.filter((line) => line.command.startsWith('lshwres'))
    expect(reads.map((line) => line.exitStatus)).toEqual([1, 0])
    const nets = lines.filter((line) => line.command === 'lssysconn -r all').map((line) => line.stdout.trim().split('\n')[1])
    expect(nets[0]).toContain('state=No Connection')
    expect(nets[1]).toContain('state=Connected')
  })

  it('costs nets-first nothing but the way over the service processor', () => {
    expect(run(script, 'nets-first').map((line) => line.exitStatus)).toEqual([0, 0, 0, 0])
  })
})

describe('a service processor that is reset', () => {
  it('is not needed for commands through NETS, and comes back by itself', () => {
    const lines = run(`
! fsp.reset
@+1s lshwres -r mem -m p520 --level sys -F configurable_sys_mem
lssyscfg -r sys -F state
lssysconn -r all
@+10min lssyscfg -r sys -F state
`)
    expect(lines[0]).toMatchObject({ exitStatus: 0, stdout: '65536\n' })
    expect(lines[2]?.stdout.split('\n')[0]).toContain('state=No Connection')
    expect(lines[3]?.stdout.trim()).toBe('Operating')
  })
})

describe('a reply that NETS loses after the effect', () => {
  /** Drops the first reply to a command on the console's NETS link. */
  function loseReply(command: 'stage.commit' | 'dynamic.finish'): (installation: Installation) => void {
    const { opcode } = commandByName(command)
    return ({ bus }) => {
      let lost = 0
      bus.fate = ({ message, hop }) => {
        if (lost > 0 || message.opcode !== opcode || !isReply(message) || hop !== 'hmc1-p520.nets') return undefined
        lost++
        return { do: 'drop' }
      }
    }
  }

  function play1(
    script: string,
    lose: 'stage.commit' | 'dynamic.finish',
  ): { lines: { text: string; exitStatus: number; stdout: string }[]; installation: Installation } {
    const document = readDocument({ hmc: { commandTimeout: '5s' } })
    const lines: { text: string; exitStatus: number; stdout: string }[] = []
    const installation = play({
      seed: 'lost-reply',
      replication: 0,
      noise: true,
      document,
      program: programOf(workloads.text(script), document),
      policy: () => policyByName('nets-first'),
      prepared: loseReply(lose),
      returned: ({ text }, { exitStatus, stdout }) => lines.push({ text, exitStatus, stdout }),
      checked: true,
    })
    return { lines, installation }
  }

  it('is asked for again over the service processor, and the partition is created once', () => {
    const { lines, installation } = play1(
      `mksyscfg -r lpar -m p520 -i "name=once,${profile}"\nlssyscfg -r lpar -m p520 -F name`,
      'stage.commit',
    )
    expect(lines[0]).toMatchObject({ exitStatus: 0, stdout: '' })
    expect(lines[1]?.stdout.split('\n').filter((name) => name === 'once')).toHaveLength(1)
    const { phyp, fsp } = installation.system()
    expect(phyp.statistics().duplicates).toBe(1)
    expect(fsp.statistics().forwarded).toBe(1)
    expect(phyp.configuration.commits.filter((commit) => commit.what === 'lpar.create')).toHaveLength(1)
  })

  it('changes the memory of a running partition once', () => {
    const { lines } = play1(
      `chhwres -r mem -m p520 -o a -p vios1 -q 512\nlshwres -r mem -m p520 --level lpar --filter "lpar_names=vios1" -F curr_mem`,
      'dynamic.finish',
    )
    expect(lines.map((line) => line.exitStatus)).toEqual([0, 0])
    expect(lines[1]?.stdout.trim()).toBe(String(2048 + 512))
  })

  it('takes as long as the time-out, for the lost command alone', () => {
    const machine: MachineDocument = { hmc: { commandTimeout: '5s' } }
    const document = readDocument(machine)
    const durations: number[] = []
    for (const lose of [false, true]) {
      play({
        seed: 'lost-reply',
        replication: 0,
        noise: false,
        document,
        program: programOf(workloads.text(`mksyscfg -r lpar -m p520 -i "name=once,${profile}"`), document),
        policy: () => policyByName('nets-first'),
        ...(lose ? { prepared: loseReply('stage.commit') } : {}),
        returned: (_line, { durationNs }) => durations.push(durationNs),
      })
    }
    const [whole = 0, lost = 0] = durations
    // The time-out, and the way over the service processor (the pause before a first retry is none).
    expect(lost - whole).toBeGreaterThan(seconds(5))
    expect(lost - whole).toBeLessThan(seconds(5.1))
  })
})

describe('a management channel that is exclusive', () => {
  const lines = run(
    `
lssysconn -r all
@+30s lssysconn -r all
lssyscfg -r lpar -m p520 -F name
! fsp.reset
@+20s lssysconn -r all
lssyscfg -r lpar -m p520 -F name
@+6min lssysconn -r all
`,
    'nets-first',
    { phyp: { vmcPolicy: 'exclusive' } },
  )
  const connections = lines
    .filter((line) => line.command.startsWith('lssysconn'))
    .map((line) => line.stdout.trim().split('\n').map((row) => /state=([^,]*)/.exec(row)?.[1]))

  it('leaves NETS without a way to the hypervisor while the service processor has a console: NETS withdraws after its grace', () => {
    expect(connections[0]).toEqual(['Connected', 'Connected'])
    expect(connections[1]).toEqual(['Connected', 'No Connection'])
    expect(lineOf(lines.slice(0, 3), 'lssyscfg')).toMatchObject({ exitStatus: 0 })
  })

  it('is there again while the service processor is away, and then goes once more', () => {
    expect(connections[2]).toEqual(['No Connection', 'Connected'])
    expect(lineOf(lines, 'lssyscfg')).toMatchObject({ exitStatus: 0 })
    expect(connections[3]).toEqual(['Connected', 'No Connection'])
  })
})
