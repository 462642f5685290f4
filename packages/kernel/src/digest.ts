// A 64-bit digest folded over a run: two int32 lanes, mixed by integer multiplication, nothing else (no BigInt, no strings).
// It tells two runs apart; it is no cryptographic hash. Each step is a bijection of the state, so nothing folded is forgotten.

import { KernelError } from './errors.js'

const TWO_32 = 4294967296
const HEX = /^[0-9a-f]{16}$/

export class Digest {
  private a = 0x243f6a88 | 0
  private b = 0x85a308d3 | 0
  private readonly bits = new DataView(new ArrayBuffer(8))

  /** Folds any finite double (-0 counts as 0). NaN and infinities are a KernelError `bad-note`. */
  fold(value: number): void {
    if (!Number.isFinite(value)) throw new KernelError('bad-note', `a digest folds finite numbers only, got ${value}`)
    this.bits.setFloat64(0, value + 0, true)
    this.mix(this.bits.getInt32(0, true))
    this.mix(this.bits.getInt32(4, true))
  }

  /** Folds words of 32 bits and their number: state that is kept in typed arrays. About 1 ns a word. */
  foldWords(words: Int32Array | Uint16Array): void {
    this.mix(words.length)
    for (let at = 0; at < words.length; at++) this.mix(words[at]!)
  }

  /** Folds an event: integer time (0 to 2^53), priority and handler id. About 4 ns. */
  foldEvent(time: number, priority: number, handler: number): void {
    this.mix(time | 0)
    this.mix(((time / TWO_32) | 0) ^ Math.imul((handler << 4) | (priority & 15), 0x9e3779b1))
  }

  /** The digest so far, as 16 hexadecimal digits. Folding may go on afterwards. */
  hex(): string {
    let high = this.a
    let low = this.b
    for (let round = 0; round < 2; round++) {
      high = finished(high ^ low)
      low = finished(low ^ high)
    }
    return word(high) + word(low)
  }

  /** One digest of many, in their order: of replications, or of the parts of a study. */
  static combine(hexes: readonly string[]): string {
    const digest = new Digest()
    digest.mix(hexes.length)
    for (const hex of hexes) {
      if (!HEX.test(hex)) throw new KernelError('bad-digest', `expected 16 hexadecimal digits as digest.hex() gives, got '${hex}'`)
      digest.mix(Number.parseInt(hex.slice(0, 8), 16) | 0)
      digest.mix(Number.parseInt(hex.slice(8), 16) | 0)
    }
    return digest.hex()
  }

  private mix(word: number): void {
    const a = Math.imul(this.a ^ word, 0x85ebca6b)
    this.a = (((a << 15) | (a >>> 17)) + this.b) | 0
    this.b = Math.imul(this.b, 0xc2b2ae35) ^ this.a
  }
}

function finished(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
