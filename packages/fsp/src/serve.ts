// The commands that the service processor serves itself: what each answers. The cost is charged by its caller, by command class.
// Commands for the hypervisor never come here.

import type { Simulation } from '@powersim/kernel'
import type { Json, RefusalReason, ReplyOf, RequestOf, StatusName, WriteLock } from '@powersim/protocol'
import type { SystemIdentity } from './parameters.js'
import type { ReferenceCodes } from './power/reference-codes.js'
import type { SystemPower } from './power/system-power.js'
import { serveService } from './service/serve-service.js'
import type { Serviceability } from './service/serviceability.js'

export type Answer =
  | { readonly status: 'ok'; readonly data: Json }
  | { readonly status: StatusName; readonly data: { readonly detail: string; readonly reason?: RefusalReason } }

export interface Serving {
  readonly simulation: Simulation
  readonly identity: SystemIdentity
  readonly power: SystemPower
  readonly codes: ReferenceCodes
  readonly service: Serviceability
  readonly hypervisorRunning: () => boolean
  /** Of a server with two service processors: which one this is. */
  readonly role: () => 'primary' | 'secondary' | null
  readonly failingOver: () => boolean
  /** Makes the other service processor primary; false when that cannot be. */
  readonly failOver: () => boolean
  /** Null: the lock on changes is kept elsewhere. */
  readonly writeLock: WriteLock | null
}

function ok(data: Json): Answer {
  return { status: 'ok', data }
}

function state({ power, hypervisorRunning, role, failingOver }: Serving): ReplyOf<'system.state'> {
  const own = role()
  const detail = failingOver() ? 'Service Processor Failover' : power.detail
  return { state: power.state, detail, hypervisorRunning: hypervisorRunning(), ...(own === null ? {} : { role: own }) }
}

function attributes({ simulation, identity, power, service }: Serving): ReplyOf<'system.attributes'> {
  const { side, speed, startPolicy, keylock } = power.settings
  return {
    name: identity.name,
    typeModel: identity.typeModel,
    serialNumber: identity.serialNumber,
    powerOffPolicy: 0,
    powerOnSide: service.firmware.side,
    ...(side === service.firmware.side ? {} : { pendingPowerOnSide: side }),
    powerOnSpeed: speed,
    powerOnOption: 'autostart',
    lparStartPolicy: startPolicy,
    keylock,
    uptimeNs: simulation.now,
  }
}

function lock({ writeLock }: Serving): ReplyOf<'system.lock'> {
  return { kept: writeLock !== null, holder: writeLock?.holderNumber ?? 0 }
}

function refuse(detail: string): Answer {
  return { status: 'refused', data: { detail, reason: 'system-state' } }
}

/** One server function a command; the request was checked by its schema before. */
const servers = new Map<string, (serving: Serving, request: never) => Answer>([
  ['system.state', (serving: Serving) => ok(state(serving))],
  ['system.attributes', (serving: Serving) => ok(attributes(serving))],
  [
    'system.refcodes',
    ({ codes }: Serving, { count }: RequestOf<'system.refcodes'>) => ok({ codes: codes.newest(count).map((code) => ({ ...code })) }),
  ],
  [
    'system.powerOn',
    ({ power }: Serving, { option, keylock }: RequestOf<'system.powerOn'>) => {
      if (!power.on(option)) return refuse(`the system is in state ${power.state}`)
      if (keylock !== undefined) power.settings.keylock = keylock
      return ok({ state: power.state })
    },
  ],
  [
    'system.powerOff',
    ({ power }: Serving, request: RequestOf<'system.powerOff'>) =>
      power.off(request.immediate, request.restart) ? ok({ state: power.state }) : refuse(`the system is in state ${power.state}`),
  ],
  [
    'system.recover',
    ({ power }: Serving) => (power.recover() ? ok({ state: power.state }) : refuse(`the system is in state ${power.state}`)),
  ],
  [
    'system.failover',
    ({ power, failOver }: Serving) =>
      failOver() ? ok({ state: power.state }) : refuse('there is no secondary service processor that could take over'),
  ],
  ['system.lock', (serving: Serving) => ok(lock(serving))],
  [
    'system.releaseLock',
    (serving: Serving) => {
      const was = lock(serving)
      serving.writeLock?.release()
      return ok(was)
    },
  ],
  [
    'system.configure',
    ({ power }: Serving, { lparStartPolicy }: RequestOf<'system.configure'>) => {
      if (lparStartPolicy !== undefined) power.settings.startPolicy = lparStartPolicy
      return ok({})
    },
  ],
  [
    'system.keylock',
    ({ power }: Serving, { keylock }: RequestOf<'system.keylock'>) => {
      power.settings.keylock = keylock
      return ok({ keylock })
    },
  ],
])

/** Answers a command of target FSP; `console` is the instance that asks. */
export function serve(serving: Serving, name: string, request: Json, console: number): Answer {
  const server = servers.get(name)
  const answer = server === undefined ? serveService(serving.service, name, request, console) : undefined
  if (answer !== undefined) return answer
  if (server === undefined) return { status: 'unknown-command', data: { detail: `${name} is not served by the service processor` } }
  // The request fits the schema of `name`, which is the server's parameter type.
  return server(serving, request as never)
}

export { state as systemStateOf }
