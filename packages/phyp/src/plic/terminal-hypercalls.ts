// The hypercalls of virtual terminals (LoPAR, Virtual Terminal Option: H_PUT_TERM_CHAR, H_GET_TERM_CHAR; Linux hvconsole.c), up to 16
// characters a call. What is printed waits here for the console that has the terminal open; who that is, dispatchable/terminals.ts knows.
// Memory: 68 KiB for an open terminal, none for others. Hot: no object per call.

import type { Digest } from '@powersim/kernel'
import { H_Closed, H_Function, H_GET_TERM_CHAR, H_Parameter, H_PUT_TERM_CHAR, H_Success, TERMINAL_UNIT } from '@powersim/protocol'
import type { PlicCounts } from './plic-counts.js'
import type { Registers } from './registers.js'

/** Characters that wait for the console; of more the oldest are lost (estimate). A power of two. */
const OUTPUT_BYTES = 65_536
/** Characters that wait for the partition; more are lost (estimate). A power of two. */
const INPUT_BYTES = 4_096
const CALL_BYTES = 16

interface Terminal {
  readonly output: Uint8Array
  /** Characters printed since it was opened. */
  written: number
  /** The console has those before this place. */
  taken: number
  readonly input: Uint8Array
  typed: number
  read: number
}

export class TerminalHypercalls {
  /** Characters that a full buffer has lost, both ways. */
  lost = 0
  private readonly counts: PlicCounts
  private readonly terminals: (Terminal | undefined)[] = []

  constructor(counts: PlicCounts) {
    this.counts = counts
  }

  /** R4 unit address (0: the partition's console). H_PUT_TERM_CHAR: R5 count, R6 and R7 characters. H_GET_TERM_CHAR gives R4 to R6 so. */
  call(token: number, lparId: number, registers: Registers): number {
    const { high, low } = registers
    if (high[4] !== 0 || (low[4] !== 0 && low[4] !== TERMINAL_UNIT)) return H_Parameter
    const put = token === H_PUT_TERM_CHAR
    if (put && (high[5] !== 0 || low[5]! < 0 || low[5]! > CALL_BYTES)) return H_Parameter
    const terminal = this.terminals[lparId]
    if (terminal === undefined) return H_Closed
    if (put) return this.put(terminal, registers)
    return token === H_GET_TERM_CHAR ? this.get(terminal, registers) : H_Function
  }

  open(lparId: number): void {
    this.terminals[lparId] = {
      output: new Uint8Array(OUTPUT_BYTES),
      written: 0,
      taken: 0,
      input: new Uint8Array(INPUT_BYTES),
      typed: 0,
      read: 0,
    }
    this.counts.writes++
  }

  close(lparId: number): void {
    if (this.terminals[lparId] === undefined) return
    this.terminals[lparId] = undefined
    this.counts.writes++
  }

  isOpen(lparId: number): boolean {
    return this.terminals[lparId] !== undefined
  }

  /** The console types; returns whether the partition has something to read that it had not. */
  type(lparId: number, text: string): boolean {
    const terminal = this.terminals[lparId]
    if (terminal === undefined || text === '') return false
    const wasEmpty = terminal.typed === terminal.read
    for (let at = 0; at < text.length; at++) {
      if (terminal.typed - terminal.read === INPUT_BYTES) {
        this.lost += text.length - at
        break
      }
      terminal.input[terminal.typed++ & (INPUT_BYTES - 1)] = text.charCodeAt(at)
    }
    return wasEmpty
  }

  /** Where the text begins that `printed` gives: `from`, or the oldest character that is left. */
  firstOf(lparId: number, from: number): number {
    const terminal = this.terminals[lparId]
    if (terminal === undefined) return from
    return Math.min(Math.max(from, terminal.written - OUTPUT_BYTES), terminal.written)
  }

  /** Printed characters from a place on, at most so many. The console has all those before `from`. */
  printed(lparId: number, from: number, most: number): string {
    const terminal = this.terminals[lparId]
    if (terminal === undefined) return ''
    const first = this.firstOf(lparId, from)
    terminal.taken = first
    let text = ''
    for (let at = first; at < terminal.written && at - first < most; at++) {
      text += String.fromCharCode(terminal.output[at & (OUTPUT_BYTES - 1)]!)
    }
    return text
  }

  foldInto(digest: Digest): void {
    for (let lparId = 0; lparId < this.terminals.length; lparId++) {
      const terminal = this.terminals[lparId]
      if (terminal === undefined) continue
      digest.fold(lparId)
      digest.fold(terminal.written)
      digest.fold(terminal.typed)
      digest.fold(terminal.read)
    }
  }

  private put(terminal: Terminal, registers: Registers): number {
    const count = registers.low[5]!
    if (terminal.written + count - terminal.taken > OUTPUT_BYTES) this.lost += count
    for (let at = 0; at < count; at++) terminal.output[terminal.written++ & (OUTPUT_BYTES - 1)] = byteOf(registers, 6, at)
    this.counts.writes++
    return H_Success
  }

  private get(terminal: Terminal, registers: Registers): number {
    const count = Math.min(terminal.typed - terminal.read, CALL_BYTES)
    registers.set(4, 0, count)
    for (let register = 5; register <= 6; register++) registers.set(register, 0, 0)
    for (let at = 0; at < count; at++) {
      const half = at & 4 ? registers.low : registers.high
      const register = 5 + (at >> 3)
      half[register] = half[register]! | (terminal.input[terminal.read++ & (INPUT_BYTES - 1)]! << (24 - 8 * (at & 3)))
    }
    if (count > 0) this.counts.writes++
    return H_Success
  }
}

/** A character of those that begin in a register, the first in its highest byte. */
export function byteOf(registers: Registers, first: number, at: number): number {
  const half = at & 4 ? registers.low : registers.high
  return (half[first + (at >> 3)]! >>> (24 - 8 * (at & 3))) & 0xff
}
