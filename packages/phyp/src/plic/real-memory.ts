// What is in the frames that somebody looks into: lists of TCEs, virtual processor areas, trace logs. All other frames are just numbers.
// A frame that was never touched reads as zeros and costs nothing; a touched one costs its 4 KiB. Data that nobody looks into is one number
// a frame, its stamp, whatever its bytes would be: 64 KiB for each 8192 frames of which one has data.

import type { Digest } from '@powersim/kernel'
import { PhypError } from '../errors.js'

/** Frames with content at a time: 256 MiB of the simulator's own memory. */
export const MAX_TOUCHED_FRAMES = 65_536
const BYTES = 4096
const CHUNK_SHIFT = 13
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1

export class RealMemory {
  private readonly pages = new Map<number, DataView>()
  /** The keys of `pages`, in no order. */
  private readonly frames: number[] = []
  private readonly stamps: (Float64Array | undefined)[] = []

  /** Frames with content. */
  get touched(): number {
    return this.pages.size
  }

  /** The content, or undefined when it is all zeros. Hot. */
  at(frame: number): DataView | undefined {
    return this.pages.get(frame)
  }

  /** The content, to be written. Throws PhypError `bad-parameter` when MAX_TOUCHED_FRAMES frames have one already. */
  touch(frame: number): DataView {
    const known = this.pages.get(frame)
    if (known !== undefined) return known
    if (this.pages.size >= MAX_TOUCHED_FRAMES) {
      throw new PhypError('bad-parameter', 'frame', `${MAX_TOUCHED_FRAMES} frames have a content already`)
    }
    const page = new DataView(new ArrayBuffer(BYTES))
    this.pages.set(frame, page)
    this.frames.push(frame)
    return page
  }

  /** The data of a frame; 0: zeros. Hot. */
  stampOf(frame: number): number {
    const chunk = this.stamps[frame >>> CHUNK_SHIFT]
    return chunk === undefined ? 0 : chunk[frame & CHUNK_MASK]!
  }

  /** Writes the data of a frame. Hot. */
  setStamp(frame: number, stamp: number): void {
    const number = frame >>> CHUNK_SHIFT
    let chunk = this.stamps[number]
    if (chunk === undefined) {
      if (stamp === 0) return
      while (this.stamps.length <= number) this.stamps.push(undefined)
      chunk = new Float64Array(CHUNK_MASK + 1)
      this.stamps[number] = chunk
    }
    chunk[frame & CHUNK_MASK] = stamp
  }

  /** Zeroes frames. */
  clear(frame: number, count: number): void {
    this.clearStamps(frame, count)
    if (this.pages.size === 0) return
    for (let at = this.frames.length - 1; at >= 0; at--) {
      const touched = this.frames[at]
      if (touched !== undefined && touched >= frame && touched < frame + count) this.forgetAt(at, touched)
    }
  }

  /** Makes a frame's content the same as another's. */
  copy(from: number, to: number): void {
    this.setStamp(to, this.stampOf(from))
    const source = this.pages.get(from)
    if (source === undefined) {
      if (this.pages.has(to)) this.forget(to)
      return
    }
    const target = this.touch(to)
    for (let at = 0; at < BYTES; at += 4) target.setInt32(at, source.getInt32(at))
  }

  /** Copies bytes of one frame into another, neither of which need be a whole one. Hot: by words where both sides allow it. */
  copyBytes(from: number, fromByte: number, to: number, toByte: number, bytes: number): void {
    const source = this.pages.get(from)
    if (source === undefined && !this.pages.has(to)) return
    const target = this.touch(to)
    let at = 0
    if (source === undefined) {
      for (; at < bytes; at++) target.setUint8(toByte + at, 0)
      return
    }
    for (; at + 4 <= bytes; at += 4) target.setInt32(toByte + at, source.getInt32(fromByte + at))
    for (; at < bytes; at++) target.setUint8(toByte + at, source.getUint8(fromByte + at))
  }

  /** Folds every content with its frame, by frame. */
  foldInto(digest: Digest): void {
    const frames = Float64Array.from(this.frames).sort()
    for (let at = 0; at < frames.length; at++) {
      const page = this.pages.get(frames[at]!)
      if (page === undefined) continue
      digest.fold(frames[at]!)
      digest.foldWords(new Int32Array(page.buffer))
    }
    for (let number = 0; number < this.stamps.length; number++) {
      const chunk = this.stamps[number]
      if (chunk === undefined) continue
      digest.fold(number)
      digest.foldWords(new Int32Array(chunk.buffer))
    }
  }

  private clearStamps(frame: number, count: number): void {
    const end = frame + count
    for (let first = frame; first < end;) {
      const number = first >>> CHUNK_SHIFT
      const next = Math.min(end, (number + 1) << CHUNK_SHIFT)
      this.stamps[number]?.fill(0, first & CHUNK_MASK, next - (number << CHUNK_SHIFT))
      first = next
    }
  }

  private forget(frame: number): void {
    this.forgetAt(this.frames.indexOf(frame), frame)
  }

  private forgetAt(at: number, frame: number): void {
    this.pages.delete(frame)
    const last = this.frames.pop()
    if (last !== undefined && last !== frame) this.frames[at] = last
  }
}
