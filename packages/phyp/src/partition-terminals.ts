// The console driver's way into the hypercalls of virtual terminals: text in pieces of 16 characters in two registers.
// What the hypercalls do is plic/terminal-hypercalls.ts.

import { H_GET_TERM_CHAR, H_PUT_TERM_CHAR, H_Success, type TerminalPort } from '@powersim/protocol'
import type { Plic } from './plic/plic.js'
import { byteOf } from './plic/terminal-hypercalls.js'

const CALL_BYTES = 16

export class PartitionTerminals implements TerminalPort {
  private readonly plic: Plic

  constructor(plic: Plic) {
    this.plic = plic
  }

  print(lparId: number, text: string): number {
    const { terminals, hypercalls } = this.plic
    // The driver has heard that its terminal is closed, and makes no call.
    if (!terminals.isOpen(lparId)) return 0
    let costNs = 0
    for (let from = 0; from < text.length; from += CALL_BYTES) {
      this.load(text, from)
      const { code, costNs: callNs } = hypercalls.execute(lparId, H_PUT_TERM_CHAR)
      if (code !== H_Success) break
      costNs += callNs
    }
    return costNs
  }

  typed(lparId: number): string {
    const { terminals, hypercalls } = this.plic
    if (!terminals.isOpen(lparId)) return ''
    const { registers } = hypercalls
    let text = ''
    for (;;) {
      registers.processor = 0
      registers.set(4, 0, 0)
      const { code } = hypercalls.execute(lparId, H_GET_TERM_CHAR)
      const count = code === H_Success ? registers.low[4]! : 0
      if (count === 0) return text
      for (let at = 0; at < count; at++) text += String.fromCharCode(byteOf(registers, 5, at))
    }
  }

  private load(text: string, from: number): void {
    const { registers } = this.plic.hypercalls
    const word = (at: number): number => {
      let value = 0
      for (let index = at; index < at + 4; index++) value = (value << 8) | (index < text.length ? text.charCodeAt(index) & 0xff : 0)
      return value
    }
    registers.processor = 0
    registers.set(4, 0, 0)
    registers.set(5, 0, Math.min(CALL_BYTES, text.length - from))
    registers.set(6, word(from), word(from + 4))
    registers.set(7, word(from + 8), word(from + 12))
  }
}
