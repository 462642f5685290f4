// Random numbers: a key per (seed, purpose, component, replication), sequential streams, and draws keyed by an entity.
// Nothing here knows distributions (law.ts). seedrandom's ARC4 key schedule makes the keys, once per stream; the draws
// themselves are own 32-bit integer code, because they are the hot path and must never change with a dependency.

import seedrandom from 'seedrandom'
import { KernelError } from './errors.js'

/** A source of uniform numbers. Laws and policies draw from it and cannot tell a stream from a keyed cursor. */
export interface Draw {
  /** The next number, strictly inside (0, 1), on the grid (i + 1/2) / 2^32. */
  next(): number
  /** An integer from 0 to n - 1 by `floor(next() * n)`; n is an integer from 1 to 2^32, else `bad-range`. */
  below(n: number): number
}

const TWO_M32 = 1 / 4294967296

/** The number inside (0, 1) that 32 bits stand for. Bits are handed over as an integer, which is not boxed on its way back. */
function fraction(bits: number): number {
  return ((bits >>> 0) + 0.5) * TWO_M32
}

/**
 * The 128-bit key of one stream. Every part tells: neighbouring replications have unrelated keys.
 * The parts are joined by NUL, so a part that holds one is refused with `bad-stream`; so is a replication that is not an
 * integer from 0. Costs about 10 microseconds: once per stream, never per event.
 */
export function streamKey(seed: string, purpose: string, component: string, replication: number): Int32Array {
  if (!Number.isSafeInteger(replication) || replication < 0) {
    throw new KernelError('bad-stream', `replication: expected an integer from 0, got ${replication}`)
  }
  const parts = [seed, purpose, component]
  for (const part of parts) {
    if (part.includes('\0')) throw new KernelError('bad-stream', `seed, purpose or component ${JSON.stringify(part)}: leave out the NUL`)
  }
  const generator = seedrandom(narrow([...parts, String(replication)].join('\0')))
  return Int32Array.of(generator.int32(), generator.int32(), generator.int32(), generator.int32())
}

/** seedrandom keeps only the low byte of each UTF-16 unit; wider ones are spread over three, so that no two texts share a key. */
function narrow(text: string): string {
  let bytes = ''
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    bytes += unit < 0x80 ? text[i] : String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f))
  }
  return bytes
}

function checkKey(key: Int32Array): void {
  if (key.length !== 4) throw new KernelError('bad-stream', `key: expected 4 integers from streamKey, got ${key.length}`)
}

function checkedRange(n: number): number {
  if (n >= 1 && n <= 4294967296 && Math.floor(n) === n) return n
  throw new KernelError('bad-range', `below(n): expected an integer from 1 to 2^32, got ${n}`)
}

/**
 * A sequential stream: sfc32 (Doty-Humphrey), started from the whole key, 20 rounds of warm-up. Period at least 2^32.
 * State in four fields, no allocation; about 3 ns a draw.
 */
export class RandomStream implements Draw {
  // Fields that start as an integer stay raw integers in V8; without the 0 every draw costs four times as much.
  private a = 0
  private b = 0
  private c = 0
  private counter = 0

  /** `key`: four 32-bit integers from `streamKey`; `bad-stream` otherwise. */
  constructor(key: Int32Array) {
    checkKey(key)
    this.a = key[0]!
    this.b = key[1]!
    this.c = key[2]!
    this.counter = key[3]!
    for (let round = 0; round < 20; round += 1) this.step()
  }

  next(): number {
    return fraction(this.step())
  }

  below(n: number): number {
    return Math.floor(this.next() * checkedRange(n))
  }

  /** 32 bits. */
  private step(): number {
    const counter = this.counter
    const b = this.b
    const c = this.c
    const out = (((this.a + b) | 0) + counter) | 0
    this.counter = (counter + 1) | 0
    this.a = b ^ (b >>> 9)
    this.b = (c + (c << 3)) | 0
    this.c = (((c << 21) | (c >>> 11)) + out) | 0
    return out
  }
}

/** A bijection of 32-bit integers in which each input bit flips each output bit about half the time (Wellons' lowbias32). */
function mixed(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return x ^ (x >>> 15)
}

function checkedEntity(entity: number): number {
  if (Number.isSafeInteger(entity) && entity >= 0) return entity
  throw new KernelError('bad-entity', `entity: expected an integer from 0 to 2^53 - 1, got ${entity}`)
}

function checkedIndex(k: number): number {
  if ((k | 0) === k && k >= 0) return k
  throw new KernelError('bad-entity', `number of the draw: expected an integer from 0 to 2^31 - 1, got ${k}`)
}

/**
 * Draws that depend on (key, entity, k) alone, in whatever order they are asked for: what a command draws does not shift when
 * another policy, a retry or a new component draws more or less (common random numbers).
 * Bijections turn the two halves of the entity into a 64-bit state, so that no two entities share one; a draw mixes k into it twice.
 */
export class KeyedDraws {
  private readonly shared: KeyedCursor

  /** `key`: four 32-bit integers from `streamKey`; `bad-stream` otherwise. */
  constructor(key: Int32Array) {
    checkKey(key)
    this.shared = new KeyedCursor(key)
  }

  /** The k-th draw of an entity, strictly inside (0, 1). Integers, entity from 0 to 2^53 - 1, k from 0 to 2^31 - 1, else `bad-entity`. */
  at(entity: number, k: number): number {
    return this.shared.at(checkedEntity(entity), checkedIndex(k))
  }

  /**
   * A `Draw` over the entity's draws number `first`, `first + 1`, ... It is one object, used again: valid until the next
   * `cursor()` of the same KeyedDraws. About 7 ns a draw.
   */
  cursor(entity: number, first = 0): Draw {
    this.shared.move(checkedEntity(entity), checkedIndex(first))
    return this.shared
  }
}

class KeyedCursor implements Draw {
  private readonly key0: number = 0
  private readonly key1: number = 0
  private readonly key2: number = 0
  private readonly key3: number = 0
  private a = 0
  private b = 0
  private k = 0

  constructor(key: Int32Array) {
    this.key0 = key[0]!
    this.key1 = key[1]!
    this.key2 = key[2]!
    this.key3 = key[3]!
  }

  move(entity: number, first: number): void {
    const a = mixed((entity | 0) ^ this.key0)
    const b = mixed(((entity * TWO_M32) | 0) + (this.key1 ^ a))
    this.a = mixed(a + b)
    this.b = b
    this.k = first
  }

  at(entity: number, k: number): number {
    const a = mixed((entity | 0) ^ this.key0)
    const b = mixed(((entity * TWO_M32) | 0) + (this.key1 ^ a))
    return fraction(this.draw(mixed(a + b), b, k))
  }

  next(): number {
    const k = this.k
    this.k = (k + 1) | 0
    return fraction(this.draw(this.a, this.b, k))
  }

  below(n: number): number {
    return Math.floor(this.next() * checkedRange(n))
  }

  /** 32 bits. */
  private draw(a: number, b: number, k: number): number {
    const once = mixed((a ^ Math.imul(k, 0x9e3779b9)) + this.key2)
    return mixed((once + b) ^ this.key3)
  }
}
