// Messages and their addresses, statuses and hypercall codes: identity, replies, numbers and names.

import { describe, expect, it } from 'vitest'
import {
  address,
  addressInstance,
  addressKind,
  componentKinds,
  FLAG_ERROR,
  FLAG_REPLY,
  FLAG_RETRY,
  H_Busy,
  H_Success,
  HEADER_BYTES,
  hypercallCodeName,
  isReply,
  MAX_INSTANCE,
  type Message,
  replyTo,
  sameKey,
  statuses,
  statusName,
  statusNumber,
} from '../src/index.js'

const request: Message = {
  version: 1,
  flags: FLAG_RETRY,
  opcode: 0x0201,
  target: address('phyp'),
  source: address('hmc', 2),
  epoch: 4,
  sequence: 9,
  status: 0,
  data: {},
  bytes: 100,
  entity: 77,
  attempt: 3,
}
const frames = { requestBytesMin: 1024, replyBytesMin: 4096 }

describe('an address', () => {
  it.each(componentKinds)('keeps kind %s and instance apart', (kind) => {
    for (const instance of [0, 1, 255, MAX_INSTANCE]) {
      const packed = address(kind, instance)
      expect([addressKind(packed), addressInstance(packed)]).toEqual([kind, instance])
      expect(packed).toBeLessThanOrEqual(0xffff)
    }
  })

  it.each([-1, MAX_INSTANCE + 1, 1.5, Number.NaN])('refuses instance %d', (instance) => {
    expect(() => address('hmc', instance)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'bad-field', path: 'address.instance' }),
    )
  })

  it('of no kind has no name', () => {
    expect(addressKind(0xf000)).toBeUndefined()
  })
})

describe('a reply', () => {
  it('goes back where the request came from, with its key, entity and attempt', () => {
    const reply = replyTo(request, 0, { partitions: [] }, 17, frames)
    const turned = { target: request.source, source: request.target }
    expect(reply).toEqual({ ...request, ...turned, flags: FLAG_REPLY, data: { partitions: [] }, bytes: 4096 })
    expect([isReply(reply), isReply(request)]).toEqual([true, false])
  })

  it('takes its own bytes when they are more than the smallest frame, and says when it is an error', () => {
    const reply = replyTo(request, statusNumber('busy'), { detail: 'full' }, 5000, frames)
    expect([reply.bytes, reply.flags, reply.status]).toEqual([HEADER_BYTES + 5000, FLAG_REPLY | FLAG_ERROR, statuses.indexOf('busy')])
    expect(replyTo(request, 0, {}, frames.replyBytesMin - HEADER_BYTES, frames).bytes).toBe(4096)
    expect(replyTo(request, 0, {}, frames.replyBytesMin - HEADER_BYTES + 1, frames).bytes).toBe(4097)
  })
})

it('a command is itself whatever try or path brings it, and no other', () => {
  expect(sameKey(request, { ...request, attempt: 4, flags: 0, bytes: 5, data: { a: 1 } })).toBe(true)
  for (const other of [{ epoch: 5 }, { sequence: 10 }, { source: address('hmc', 1) }]) {
    expect(sameKey(request, { ...request, ...other })).toBe(false)
  }
})

it('statuses have numbers and names that agree', () => {
  for (const [number, name] of statuses.entries()) expect([statusNumber(name), statusName(number)]).toEqual([number, name])
  expect([statusNumber('ok'), statusName(statuses.length), statusName(-1)]).toEqual([0, undefined, undefined])
})

it('hypercall return codes have names', () => {
  expect([hypercallCodeName(H_Success), hypercallCodeName(H_Busy), hypercallCodeName(-13), hypercallCodeName(-9999)]).toEqual([
    'H_Success', 'H_Busy', 'H_S_Parm', 'H_-9999',
  ])
})
