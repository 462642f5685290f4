// The service processor resets in the middle of the first day's work, while partitions are being activated: what stops, for how long, what
// is sent twice, and what partitions notice. A second console asks both targets every two seconds, so that silence can be measured.

import { fileURLToPath } from 'node:url'
import { type Installation, play, policies, presets, programOf, readDocument, type RoutingPolicy, workloads } from 'powersim'

const document = readDocument(presets.power520)
const dayOne = await workloads.script(fileURLToPath(new URL('../workloads/day-one.hmc', import.meta.url)))
const RESET_NS = 5.23e9 // a command is in the mailbox then
const ASKED_UNTIL_NS = 600e9
const bystanders = ['vios1', 'vios2', 'lnxnets'] // they run all the while, and no line touches them

function day(policy: RoutingPolicy, reset: boolean) {
  const answered = { fsp: [] as number[], phyp: [] as number[] }
  let [failedLines, tries, noticed] = [0, 0, 0]
  const { systems } = play({
    seed: 'mittal-2013',
    replication: 0,
    noise: true,
    document,
    program: programOf(dayOne, document),
    policy: () => policy,
    recorded: (record) => {
      tries += record.tries - 1
      if (record.status !== 'ok') return
      if (record.target === 'fsp' || record.target === 'phyp') answered[record.target].push(record.startNs + record.latencyNs)
    },
    returned: (_line, { exitStatus }) => void (failedLines += exitStatus === 0 ? 0 : 1),
    prepared: (installation) => {
      const { simulation } = installation
      const none = (): void => undefined
      const partition = (_id: number, name: string) => ({
        state: () => void (bystanders.includes(name) && simulation.now > 0 && noticed++),
        dlpar: none,
      })
      installation.system().observe({ fsp: none, phyp: none, nets: { began: none, stage: none, ended: none }, partition })
      askNowAndThen(installation)
      if (reset) installation.at(RESET_NS, 'fsp.reset')
    },
  })
  const reposted = systems[0]?.fsp.statistics().reposted ?? 0
  const { duplicates = 0, joined = 0 } = systems[0]?.phyp.statistics() ?? {}
  return { answered, failedLines, tries, noticed, reposted, suppressed: duplicates + joined }
}

function askNowAndThen(installation: Installation): void {
  const { simulation } = installation
  const console = installation.console('hmc2')
  const ask = simulation.handler('ask', (entity: number) => {
    const [system] = console.systems
    if (system === undefined || simulation.now > ASKED_UNTIL_NS) return
    console.send(system, 'service.leds', { scope: 'phys' }, { entity, ordinal: 0 })
    console.send(system, 'memory.system', {}, { entity: entity + 1, ordinal: 0 })
    simulation.schedule(2e9, ask, entity + 2)
  })
  simulation.schedule(1e9, ask, 1)
}

/** The longest time between two answers, s. */
function silence(endsNs: readonly number[]): string {
  const ordered = endsNs.filter((endNs) => endNs <= ASKED_UNTIL_NS).sort((one, other) => one - other)
  const gaps = ordered.map((endNs, place) => endNs - (ordered[place - 1] ?? endNs))
  return `${(Math.max(...gaps) / 1e9).toFixed(1)} s`
}

const row = (what: string, calm: string | number, hit: string | number): void =>
  console.log(`  ${what.padEnd(58)}${String(calm).padStart(10)}${String(hit).padStart(10)}`)
for (const policy of [policies.fspOnly(), policies.byTarget()]) {
  const [calm, hit] = [day(policy, false), day(policy, true)]
  console.log(`${policy.name.padEnd(60)}${'calm'.padStart(10)}${'reset'.padStart(10)}`)
  row('longest silence of the service processor to its own commands', silence(calm.answered.fsp), silence(hit.answered.fsp))
  row('longest silence of the hypervisor', silence(calm.answered.phyp), silence(hit.answered.phyp))
  row('lines that failed', calm.failedLines, hit.failedLines)
  row('tries of commands after the first', calm.tries, hit.tries)
  row('commands posted to the hypervisor again after the reload', calm.reposted, hit.reposted)
  row('of all that came twice, suppressed there by their keys', calm.suppressed, hit.suppressed)
  row('changes of state of partitions that ran all the while', calm.noticed, hit.noticed)
}
