// An operation of fsp.service-day is one simulated day of a service processor that polls its sensors every 10 s, answers a heartbeat every
// minute and makes 1,000 error logs: work beside which a day of commands must not be noticed. fsp.heartbeat-day is the day of heartbeats.

import { Bus } from '@powersim/bus'
import { defaultRuntimeParameters, defaultServiceParameters, Fsp } from '@powersim/fsp'
import { hours, minutes, ms, seconds, Simulation, us } from '@powersim/kernel'

const LOGS = 1000
const nothing = () => undefined

const parameters = {
  tls: { fullHandshake: ms(250), resumedHandshake: ms(20), perRecord: us(300), perByteNs: 300 },
  ...{ forwardIn: ms(3), forwardOut: ms(3), serve: { channel: ms(2), query: ms(8), power: ms(20), service: ms(30) } },
  ...{ hmcClass: 'pipelined', commandLimit: 256, connectionLimit: 16, mailboxTimeoutNs: minutes(16) },
  background: [{ name: 'heartbeat', every: seconds(60), work: ms(5) }],
  power: {
    ipl: {
      ...{ vpd: seconds(20), hardwareDiscovery: minutes(2), objectModel: seconds(15), processors: seconds(40), memory: seconds(45) },
      ...{ imageBytes: 2 ** 26, flashBytesPerSecond: 2 ** 21, dataAreas: seconds(5), structures: seconds(5) },
      ...{ startProcessors: seconds(5), hypervisor: seconds(30), slowFactor: 3, retries: 1, otherSide: true },
    },
    ...{ partitionStart: seconds(145), powerOff: seconds(60), epowGraceNs: seconds(20), terminationDump: seconds(120) },
    restartAfterTermination: true,
  },
  surveillance: {
    ...{ heartbeatNs: minutes(1), answerNs: minutes(2), silenceNs: minutes(2), criticalNs: seconds(128), prepareNs: seconds(128) },
    ...{ pollNs: seconds(10), recoveryNs: minutes(30), checkNs: seconds(30) },
  },
  failover: { automatic: true, takeover: seconds(295), watchNs: seconds(60) },
  reset: seconds(200),
  access: { passwords: { access: 'a', admin: 'b', general: 'c' }, threshold: 5, lockoutNs: minutes(5) },
  ...{ oldestConsole: '', writeLock: null, frames: { requestBytesMin: 1024, replyBytesMin: 4096 } },
  service: defaultServiceParameters,
}

const wiring = {
  number: 1,
  identity: { name: 'Server-8203-E4A-SN10ACE01', typeModel: '8203-E4A', serialNumber: '10ACE01' },
  hypervisor: {
    ...{ running: true, start: nothing, startPartitions: nothing, shutDown: nothing, stop: nothing },
    ...{ managed: nothing, onActivation: nothing },
  },
  initialState: 'Operating',
}

/** Simulated time ends after 104 days of nanoseconds: then another service processor goes on. */
const DAYS_EACH = 100

function days(pollsNs, logs) {
  const runtime = { ...defaultRuntimeParameters, sensors: { everyNs: pollsNs, work: ms(60) } }
  const another = () => {
    const simulation = new Simulation({ seed: 'bench', maxEvents: Number.MAX_SAFE_INTEGER })
    return { simulation, fsp: new Fsp(simulation, new Bus(simulation), { ...parameters, runtime }, wiring) }
  }
  let { simulation, fsp } = another()
  return (operations) => {
    for (let day = 0; day < operations; day++) {
      if (simulation.now >= DAYS_EACH * hours(24)) ({ simulation, fsp } = another())
      if (logs > 0) fsp.service.errorStorm(logs, hours(24) / logs)
      simulation.run(simulation.now + hours(24))
    }
  }
}

export const benchmarks = [
  { name: 'fsp.service-day', operations: 50, prepare: () => days(seconds(10), LOGS) },
  { name: 'fsp.heartbeat-day', operations: 50, prepare: () => days(0, 0) },
]
