// The commands about service that the service processor serves: what each answers. Its own state changes wholly or not at all, and at once;
// work that takes time goes on after the reply.

import type { CommandName, Json, RefusalReason, ReplyOf, RequestOf } from '@powersim/protocol'
import type { Answer } from '../serve.js'
import type { Serviceability } from './serviceability.js'

type ServiceCommandName = Extract<
  CommandName,
  `service.${string}` | `dump.${string}` | `firmware.${string}` | `energy.${string}` | `capacity.${string}`
>
type Server<N extends CommandName> = (service: Serviceability, request: RequestOf<N>, console: number) => ReplyOf<N> | Refused

/** Why a command is declined. */
class Refused {
  readonly reason: RefusalReason
  readonly detail: string

  constructor(reason: RefusalReason, detail: string) {
    this.reason = reason
    this.detail = detail
  }
}

/** Parts of one reply: some 15 KB. */
const PARTS_PER_REPLY = 64

const noDump = (name: string): Refused => new Refused('dump-not-found', `there is no dump ${name}`)
const declined = (reason: RefusalReason): Refused => new Refused(reason, details[reason] ?? reason)
const done = (refusal: RefusalReason | null): Record<string, never> | Refused => (refusal === null ? {} : declined(refusal))

const details: Partial<Record<RefusalReason, string>> = {
  'dump-in-progress': 'a dump of this type is being taken or has not been fetched yet',
  'dump-space': 'there is no room for another dump',
  'firmware-busy': 'firmware is being updated, accepted or rejected',
  'firmware-side': 'the side of the flash that the system runs from is not one that this can be done with',
  'firmware-disruptive': 'a level of another release can only be activated by an IPL',
  'firmware-order': 'the image is not complete up to there',
  'firmware-none': 'no update is under way',
  'capacity-code': 'the code is not one for this system, or has been entered before',
  'capacity-state': 'the capacity is not there or not enabled',
  'system-state': 'the system is not in a state for this',
}

const servers: { readonly [N in ServiceCommandName]: Server<N> } = {
  'service.events': ({ events }, { status, from }) => events.list(status, from ?? 0),
  'service.leds': ({ lights }, { scope }) => ({ state: lights.isOn(scope) ? 'on' : 'off', lparIdsOn: [...lights.partitionsOn] }),
  'service.closeEvents': ({ events }, { numbers }) => ({ closed: events.close(numbers) }),
  'service.setLed': ({ lights }, { scope, lparId, state }) => {
    lights.set(scope, state === 'on', lparId)
    return {}
  },
  'service.identifyLeds': ({ lights }) => ({ leds: lights.identify().map((led) => ({ ...led })) }),
  'service.setIdentifyLed': ({ lights }, { location, state }) =>
    lights.setIdentify(location, state === 'on') ? {} : new Refused('location-not-found', `no part is at ${location}`),
  'service.vpd': ({ parts, guards }, { from = 0 }) => ({
    parts: parts.slice(from, from + PARTS_PER_REPLY).map(({ location, kind, description, partNumber, serialNumber }) => ({
      ...{ location, kind, description, partNumber, serialNumber },
      state: guards.isGuarded(location) ? ('deconfigured' as const) : ('configured' as const),
    })),
    ...(from + PARTS_PER_REPLY < parts.length ? { next: from + PARTS_PER_REPLY } : {}),
  }),
  // An event: nobody asks for it.
  'service.errorLogged': () => new Refused('system-state', 'the service processor tells of logs, it is not told'),
  'service.acknowledgeLogs': ({ delivery }, { upTo }, console) => ({ acknowledged: delivery.acknowledged(console, upTo) }),
  'dump.list': ({ dumps }) => dumps.list(),
  'dump.start': (service, { type, selector = '' }) => {
    const started = service.startDump(type, selector)
    return typeof started === 'number' ? { id: started } : declined(started)
  },
  'dump.read': ({ dumps }, { name, offset }) => {
    const chunk = dumps.read(name, offset)
    return typeof chunk === 'string' ? noDump(name) : chunk
  },
  'dump.acknowledge': ({ dumps }, { name }) => (dumps.acknowledge(name) ? {} : noDump(name)),
  'dump.delete': ({ dumps }, { name }) => (dumps.delete(name) ? {} : noDump(name)),
  'firmware.levels': ({ firmware }) => firmware.levels(),
  'firmware.begin': ({ firmware }, { level, bytes, concurrent }) => orDeclined(firmware.begin(level, bytes, concurrent)),
  'firmware.write': ({ firmware }, { offset, bytes }) => orDeclined(firmware.write(offset, bytes)),
  'firmware.finish': ({ firmware }) => orDeclined(firmware.finish()),
  'firmware.abandon': ({ firmware }) => (firmware.abandon() ? {} : declined('firmware-none')),
  'firmware.accept': ({ firmware }) => done(firmware.accept()),
  'firmware.reject': ({ firmware }) => done(firmware.reject()),
  'energy.read': ({ energy }) => {
    const { mode, cap, inletCelsius, powerWatts, frequencyPercent, capRange } = energy
    return {
      mode,
      desiredMode: mode,
      supported: ['static', 'dynamic_favor_power', 'dynamic_favor_perf'],
      ...(cap === null ? {} : { capWatts: cap.watts }),
      capKind: cap?.kind ?? 'hard',
      capMinWatts: capRange.min,
      capMaxWatts: capRange.max,
      inletCelsius,
      powerWatts,
      frequencyPercent,
    }
  },
  'energy.mode': ({ energy }, { mode }) => {
    energy.mode = mode
    return {}
  },
  'energy.cap': ({ energy }, { watts, kind }) => {
    const { min, max } = energy.capRange
    if (watts !== undefined && (watts < (kind === 'hard' ? min : 1) || watts > max)) {
      return new Refused('power-cap', `expected a cap from ${min} to ${max} W, got ${watts}`)
    }
    energy.cap = watts === undefined ? null : { watts, kind }
    return {}
  },
  'capacity.read': ({ capacity }, { resource }) => capacity.read(resource),
  'capacity.enter': ({ capacity }, { code }) => {
    const entered = capacity.enter(code)
    return typeof entered === 'string' ? declined(entered) : { kind: entered.kind, resource: entered.resource, amount: entered.amount }
  },
  'capacity.request': ({ capacity }, { resource, amount, days }) => done(capacity.request(resource, amount, days)),
  'capacity.stop': ({ capacity }, { kind, resource }) => done(capacity.stop(kind, resource)),
  'capacity.history': ({ capacity }) => capacity.entries(),
}

function orDeclined<T extends object>(result: T | RefusalReason): T | Refused {
  return typeof result === 'string' ? declined(result) : result
}

/** Answers a command about service; undefined when it is none. `console`: the instance that asks. */
export function serveService(service: Serviceability, name: string, request: Json, console: number): Answer | undefined {
  if (!Object.hasOwn(servers, name)) return undefined
  // The table has `name`, and the request fits its schema, which is the server's parameter type.
  const server = servers[name as ServiceCommandName] as (service: Serviceability, request: never, console: number) => object
  // As above.
  const result = server(service, request as never, console)
  if (result instanceof Refused) return { status: 'refused', data: { detail: result.detail, reason: result.reason } }
  // A reply is plain data, as its schema says.
  return { status: 'ok', data: result as Json }
}
