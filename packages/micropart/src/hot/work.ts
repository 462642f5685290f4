// Pieces of work that wait for a virtual processor: one first-come line per partition, and one of the hidden partition. The objects
// are reused, so that an event costs no garbage. Who runs them is not here.

import type { Handler } from '@powersim/kernel'

export interface Piece {
  workNs: number
  then: Handler<unknown>
  argument: unknown
  next: Piece | null
}

/** A line of pieces; its objects come from the pool. */
export class WorkLine {
  head: Piece | null = null
  tail: Piece | null = null
  length = 0
}

export class PiecePool {
  private unused: Piece | null = null

  append(line: WorkLine, workNs: number, then: Handler<unknown>, argument: unknown): void {
    const piece = this.take(workNs, then, argument)
    if (line.tail === null) line.head = piece
    else line.tail.next = piece
    line.tail = piece
    line.length++
  }

  /** At the front: work that was interrupted goes on before the rest. */
  prepend(line: WorkLine, piece: Piece): void {
    piece.next = line.head
    if (line.head === null) line.tail = piece
    line.head = piece
    line.length++
  }

  /** A piece in no line. */
  take(workNs: number, then: Handler<unknown>, argument: unknown): Piece {
    const piece = this.unused
    if (piece === null) return { workNs, then, argument, next: null }
    this.unused = piece.next
    piece.workNs = workNs
    piece.then = then
    piece.argument = argument
    piece.next = null
    return piece
  }

  /** The first piece, or null. */
  shift(line: WorkLine): Piece | null {
    const piece = line.head
    if (piece === null) return null
    line.head = piece.next
    if (piece.next === null) line.tail = null
    line.length--
    return piece
  }

  release(piece: Piece): void {
    piece.argument = undefined
    piece.next = this.unused
    this.unused = piece
  }
}
