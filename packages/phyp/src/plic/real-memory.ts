// What is in the frames that somebody looks into: lists of TCEs, virtual processor areas, trace logs. All other frames are just numbers.
// A frame that was never touched reads as zeros and costs nothing; a touched one costs its 4 KiB.

import type { Digest } from '@powersim/kernel'
import { PhypError } from '../errors.js'

/** Frames with content at a time: 256 MiB of the simulator's own memory. */
export const MAX_TOUCHED_FRAMES = 65_536
const BYTES = 4096

export class RealMemory {
  private readonly pages = new Map<number, DataView>()
  /** The keys of `pages`, in no order. */
  private readonly frames: number[] = []

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

  /** Zeroes frames. */
  clear(frame: number, count: number): void {
    if (this.pages.size === 0) return
    for (let at = this.frames.length - 1; at >= 0; at--) {
      const touched = this.frames[at]
      if (touched === undefined || touched < frame || touched >= frame + count) continue
      this.pages.delete(touched)
      const last = this.frames.pop()
      if (last !== undefined && last !== touched) this.frames[at] = last
    }
  }

  /** Makes a frame's content the same as another's. */
  copy(from: number, to: number): void {
    const source = this.pages.get(from)
    if (source === undefined) {
      this.clear(to, 1)
      return
    }
    const target = this.touch(to)
    for (let at = 0; at < BYTES; at += 4) target.setInt32(at, source.getInt32(at))
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
  }
}
