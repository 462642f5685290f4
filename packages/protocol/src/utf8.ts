// UTF-8 through the encoder that every JavaScript engine ships; declared here because the packages compile without a platform's types.
// The length of a payload is counted without encoding it, in data-bytes.ts.

interface Encoder {
  encode(text: string): Uint8Array
}
interface Decoder {
  decode(bytes: Uint8Array): string
}
declare const TextEncoder: { new (): Encoder }
declare const TextDecoder: { new (label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean }): Decoder }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
