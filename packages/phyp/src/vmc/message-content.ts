// What a buffer holds as a message: the message itself, passed by reference, or its bytes.
// Nothing here moves buffers.

import { decodeMessage, type Message, ProtocolError } from '@powersim/protocol'

/** The message of a buffer's content, or undefined when it is none or not as long as the fragments said. */
export function messageIn(content: unknown, bytes: number): Message | undefined {
  if (content instanceof Uint8Array) return decoded(content, bytes)
  if (typeof content !== 'object' || content === null || !('opcode' in content) || !('bytes' in content)) return undefined
  // The partner's own software puts messages there by reference; nothing else has an opcode and a size.
  return content.bytes === bytes ? (content as Message) : undefined
}

function decoded(content: Uint8Array, bytes: number): Message | undefined {
  try {
    return decodeMessage(content, { bytes })
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
