// Generators for property tests: messages of every catalogue command, damaged bytes, laws and fate rules. Everything generated is
// plain data, so that a counterexample can be read and replayed.

import type { Fate, FateRule } from '@powersim/bus'
import fc from 'fast-check'
import type { LawSpec } from '@powersim/kernel'
import {
  address,
  type CommandDefinition,
  commandCatalogue,
  dataBytes,
  FLAG_ERROR,
  FLAG_EVENT,
  FLAG_REPLY,
  FLAG_RETRY,
  HEADER_BYTES,
  type Json,
  MAX_INSTANCE,
  MAX_OPERATION,
  type Message,
  PROTOCOL_VERSION,
  statuses,
} from '@powersim/protocol'
import { anyPayload, type PayloadOptions } from './payload.js'

/** Any entry of the catalogue. */
export function anyCommand(): fc.Arbitrary<CommandDefinition> {
  return fc.constantFrom(...commandCatalogue)
}

const senders = ['hmc', 'fsp', 'phyp', 'nets', 'lpar', 'channel'] as const
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const instance = fc.integer({ min: 0, max: MAX_INSTANCE })
const identity = fc.record({
  epoch: uint32,
  sequence: uint32,
  entity: fc.maxSafeNat(),
  attempt: fc.nat(1000),
  padding: fc.nat(4096),
})

/** A request of a command, well formed, from any console; its size on the wire is that of its bytes or somewhat more. */
export function anyRequest(definition: CommandDefinition, options: PayloadOptions = {}): fc.Arbitrary<Message> {
  return fc
    .tuple(identity, anyPayload(definition.request, options), instance, instance, fc.boolean(), fc.nat(MAX_OPERATION))
    .map(([{ padding, ...key }, data, target, source, retry, operation]) =>
      message(definition, data, padding, {
        ...key,
        ...(operation === 0 ? {} : { operation }),
        flags: retry ? FLAG_RETRY : 0,
        target: address(definition.target, target),
        source: address('hmc', source),
        status: 0,
      }),
    )
}

/** An `ok` reply of a command, from any sender. */
export function anyReply(definition: CommandDefinition, options: PayloadOptions = {}): fc.Arbitrary<Message> {
  return fc
    .tuple(identity, anyPayload(definition.reply, options), instance, instance, fc.constantFrom(...senders))
    .map(([{ padding, ...key }, data, target, source, sender]) =>
      message(definition, data, padding, {
        ...key,
        flags: FLAG_REPLY,
        target: address('hmc', target),
        source: address(sender, source),
        status: 0,
      }),
    )
}

/** A reply with an error status, and any data: refusals are not checked by a schema. */
export function anyErrorReply(definition: CommandDefinition): fc.Arbitrary<Message> {
  return fc
    .tuple(identity, anyJson(), instance, fc.constantFrom(...senders), fc.integer({ min: 1, max: statuses.length - 1 }))
    .map(([{ padding, ...key }, data, source, sender, status]) =>
      message(definition, data, padding, {
        ...key,
        flags: FLAG_REPLY | FLAG_ERROR,
        target: address('hmc', 1),
        source: address(sender, source),
        status,
      }),
    )
}

/** An event: it goes the way of a reply and was not asked for. */
export function anyEvent(definition: CommandDefinition): fc.Arbitrary<Message> {
  return fc.tuple(identity, anyJson(), instance, fc.constantFrom(...senders)).map(([{ padding, ...key }, data, source, sender]) =>
    message(definition, data, padding, {
      ...key,
      flags: FLAG_EVENT,
      target: address('hmc', 1),
      source: address(sender, source),
      status: 0,
    }),
  )
}

/** A message of any command and any of these kinds. */
export function anyMessage(options: PayloadOptions = {}): fc.Arbitrary<Message> {
  return anyCommand().chain((definition) =>
    fc.oneof(anyRequest(definition, options), anyReply(definition, options), anyErrorReply(definition), anyEvent(definition)),
  )
}

/** Data that JSON carries without loss. */
export function anyJson(): fc.Arbitrary<Json> {
  // fast-check's JSON values are exactly the Json type; JSON has no negative zero.
  return fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as Json)
}

/** `bytes` with one to four bytes changed, cut short, made longer, or with a part doubled. */
export function anyCorruption(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(Math.max(0, bytes.length - 1))
  const changed = fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = bytes.slice()
    for (const [at, by] of changes) copy[at] = (copy[at] ?? 0) ^ by
    return copy
  })
  const cut = fc.nat(bytes.length).map((length) => bytes.slice(0, length))
  const longer = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((more) => joined(bytes, more))
  const doubled = fc.tuple(place, place).map(([from, to]) => joined(bytes, bytes.slice(Math.min(from, to), Math.max(from, to) + 1)))
  return fc.oneof(changed, cut, longer, doubled)
}

/** A law of a mean from 0 to `largest`, of every kind. */
export function anyLaw(largest = 1_000_000): fc.Arbitrary<LawSpec> {
  const mean = fc.integer({ min: 0, max: largest })
  const ordered = fc.tuple(mean, mean).map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))
  return fc.oneof(
    mean,
    fc.record({ constant: mean }),
    fc.record({ exponential: mean }),
    fc.record({ erlang: fc.record({ mean, stages: fc.integer({ min: 1, max: 8 }) }) }),
    fc.record({ hyperExponential: fc.record({ mean, cv: fc.double({ min: 1, max: 5, noNaN: true }) }) }),
    fc.record({ lognormal: fc.record({ mean, cv: fc.double({ min: 0, max: 5, noNaN: true }) }) }),
    fc.record({ uniform: ordered }),
    fc.record({ empirical: fc.record({ values: fc.array(mean, { minLength: 1, maxLength: 6 }) }) }),
  )
}

/** Fates for one message after the other, as `fateRule` deals them; times up to `largestNs`. */
export function anyFates(largestNs = 10_000_000): fc.Arbitrary<readonly Fate[]> {
  const ns = fc.integer({ min: 0, max: largestNs })
  const fate: fc.Arbitrary<Fate> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delay' as const), ns }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('duplicate' as const), afterNs: ns }) },
  )
  return fc.array(fate, { minLength: 1, maxLength: 40 })
}

/** A rule that deals these fates in turn, over and over, to the messages that it is asked about. */
export function fateRule(fates: readonly Fate[]): FateRule {
  let asked = 0
  return () => fates[asked++ % fates.length]
}

type Header = Pick<Message, 'flags' | 'target' | 'source' | 'epoch' | 'sequence' | 'status' | 'entity' | 'attempt' | 'operation'>

function message(definition: CommandDefinition, data: Json, padding: number, header: Header): Message {
  return { version: PROTOCOL_VERSION, opcode: definition.opcode, data, bytes: HEADER_BYTES + dataBytes(data) + padding, ...header }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
