// What a service processor answers to commands about service, for the fake console: one fan, one dump of two chunks, a level that runs.

import type { CommandName, ReplyOf } from '@powersim/protocol'

type Replies = { readonly [N in CommandName]?: (data: Readonly<Record<string, unknown>>) => ReplyOf<N> }

const CHUNK = 1024

const replies: Replies = {
  'service.closeEvents': () => ({ closed: 1 }),
  'service.identifyLeds': () => ({ leds: [{ location: 'U1-A1', state: 'off' }] }),
  'service.vpd': () => ({
    parts: [{ location: 'U1-A1', kind: 'fan', description: 'Fan', partNumber: '1', serialNumber: '2', state: 'configured' }],
  }),
  'dump.list': () => ({ dumps: [{ name: 'SYSDUMP.1', type: 'sys', bytes: 2 * CHUNK, startedNs: 0, transferred: false }] }),
  'dump.start': () => ({ id: 1 }),
  'dump.read': ({ offset }) => ({ offset: Number(offset), bytes: CHUNK, last: offset === CHUNK }),
  'firmware.levels': () => ({
    ...{ ecNumber: '01EL350', temporary: '01EL350_085', permanent: '01EL350_085', side: 'temp' },
    ...{ activated: '01EL350_085', platformIpl: '01EL350_085', updating: false },
  }),
  'firmware.begin': () => ({ chunkBytes: 2 ** 22 }),
  'firmware.write': () => ({ written: 0 }),
  'firmware.finish': () => ({ activated: true }),
  'energy.read': () => ({
    ...{ mode: 'none', desiredMode: 'none', supported: ['static'], capKind: 'hard', capMinWatts: 1, capMaxWatts: 2 },
    ...{ inletCelsius: 20, powerWatts: 300, frequencyPercent: 100 },
  }),
  'capacity.read': () => ({
    ...{ installed: 4, permanent: 4, available: 0, sequence: 1 },
    trial: { state: 'available', amount: 0, endNs: 0 },
    onOff: { state: 'not-enabled', amount: 0, daysLeft: 0, requestEndNs: 0 },
    utility: { enabled: false, minutesLeft: 0, minutesUsed: 0 },
  }),
  'capacity.enter': () => ({ kind: 'cuod', resource: 'proc', amount: 1 }),
  'capacity.history': () => ({ entries: [{ timeNs: 0, code: 'HSCL0301', text: 'one' }] }),
}

/** The reply to a command about service; empty for those that have none of their own. */
export function serviceReply(name: CommandName, data: Readonly<Record<string, unknown>>): unknown {
  return replies[name]?.(data) ?? {}
}
