// Big-endian fields of error logs: a writer into bytes of a known size and a reader that takes nothing for granted.
// What the fields mean is said in pel-codec.ts.

export type PelErrorCode = 'too-long' | 'too-short' | 'bad-field' | 'bad-section'

/** Bytes that are no error log, or a log that bytes cannot hold. */
export class PelError extends Error {
  override readonly name = 'PelError'
  readonly code: PelErrorCode

  constructor(code: PelErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Texts and lists end at a word. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

const TWO_TO_32 = 2 ** 32

export class ByteWriter {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.view = new DataView(this.bytes.buffer)
  }

  byte(value: number): void {
    this.view.setUint8(this.at, checked(value, 0xff))
    this.at += 1
  }

  half(value: number): void {
    this.view.setUint16(this.at, checked(value, 0xffff))
    this.at += 2
  }

  word(value: number): void {
    this.view.setUint32(this.at, checked(value, TWO_TO_32 - 1))
    this.at += 4
  }

  long(value: number): void {
    checked(value, Number.MAX_SAFE_INTEGER)
    this.view.setUint32(this.at, Math.floor(value / TWO_TO_32))
    this.view.setUint32(this.at + 4, value % TWO_TO_32)
    this.at += 8
  }

  /** Printable ASCII, filled up with zeros. */
  text(text: string, length: number): void {
    if (!/^[\x20-\x7e]*$/.test(text) || text.length > length) {
      throw new PelError('bad-field', `expected up to ${length} printable ASCII characters, got '${text}'`)
    }
    for (let at = 0; at < text.length; at++) this.bytes[this.at + at] = text.charCodeAt(at)
    this.at += length
  }

  raw(data: Uint8Array): void {
    this.bytes.set(data, this.at)
    this.at += data.length
  }

  fill(zeros: number): void {
    this.at += zeros
  }

  /** All bytes; every one has been written. */
  done(): Uint8Array {
    if (this.at !== this.bytes.length) throw new PelError('bad-field', `${this.at} bytes were written of ${this.bytes.length}`)
    return this.bytes
  }
}

function checked(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value
  throw new PelError('bad-field', `expected an integer from 0 to ${max}, got ${value}`)
}

export class ByteReader {
  at = 0
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.view.getUint8(this.take(1))
  }

  half(): number {
    return this.view.getUint16(this.take(2))
  }

  word(): number {
    return this.view.getUint32(this.take(4))
  }

  long(): number {
    const high = this.word()
    const value = high * TWO_TO_32 + this.word()
    if (value > Number.MAX_SAFE_INTEGER) throw new PelError('bad-field', 'a number of more than 53 bits')
    return value
  }

  text(length: number): string {
    const start = this.take(length)
    let text = ''
    let ended = false
    for (let at = start; at < start + length; at++) {
      const unit = this.bytes[at] ?? 0
      if (unit === 0) ended = true
      else if (ended || unit < 0x20 || unit > 0x7e) throw new PelError('bad-field', `no text at byte ${start}`)
      else text += String.fromCharCode(unit)
    }
    return text
  }

  raw(length: number): Uint8Array {
    const start = this.take(length)
    return this.bytes.slice(start, start + length)
  }

  zeros(length: number): void {
    const start = this.take(length)
    for (let at = start; at < start + length; at++) if (this.bytes[at] !== 0) throw new PelError('bad-field', `expected 0 at byte ${at}`)
  }

  same(value: number, expected: number, what: string): void {
    if (value !== expected) throw new PelError('bad-field', `${what}: expected ${expected}, got ${value}`)
  }

  oneOf<T extends string>(known: readonly T[], value: string, what: string): T {
    const found = known.find((each) => each === value)
    if (found === undefined) throw new PelError('bad-field', `${what}: expected one of ${known.join(', ')}, got '${value}'`)
    return found
  }

  /** The header of a section of this name; gives its bytes. */
  section(id: string): number {
    const found = this.anySection()
    if (found.id !== id || found.component !== 0) throw new PelError('bad-section', `expected section ${id}, got '${found.id}'`)
    return found.bytes
  }

  anySection(): { readonly id: string; readonly bytes: number; readonly component: number } {
    const id = this.text(2)
    const bytes = this.half()
    this.same(this.byte(), 1, `version of section ${id}`)
    this.zeros(1)
    const component = this.half()
    if (id !== 'UD' && component !== 0) throw new PelError('bad-section', `section ${id} has no component`)
    return { id, bytes, component }
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new PelError('too-long', `${this.bytes.length - this.at} bytes follow the log`)
  }

  private take(length: number): number {
    const start = this.at
    if (length > this.bytes.length - start) throw new PelError('too-short', `expected ${length} bytes at ${start}, the log ends`)
    this.at = start + length
    return start
  }
}
