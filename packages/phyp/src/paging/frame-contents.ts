// What is in the frames of the pool: taken as a whole when a page goes to its paging device, and put back when it comes.
// A page is one number (its stamp), and the bytes of one that somebody has looked into.

import type { FrameComparison } from '@powersim/ams'
import type { PageImage } from '@powersim/protocol'
import { PAGE_BYTES } from '../plic/memory-map.js'
import type { RealMemory } from '../plic/real-memory.js'
import type { FrameImages } from './vios-paging.js'

export class FrameContents implements FrameImages, FrameComparison {
  private readonly contents: RealMemory
  private readonly base: number

  /** `base`: number of the pool's first frame in the machine. */
  constructor(contents: RealMemory, base: number) {
    this.contents = contents
    this.base = base
  }

  imageOf(frame: number, version: number): PageImage {
    const { contents } = this
    const bytes = contents.at(this.base + frame)
    const copy = bytes === undefined ? null : new DataView(bytes.buffer.slice(0))
    return { version, stamp: contents.stampOf(this.base + frame), bytes: copy }
  }

  putImage(frame: number, { stamp, bytes }: PageImage): void {
    this.clear(frame)
    this.write(frame, stamp)
    if (bytes === null) return
    const content = this.contents.touch(this.base + frame)
    for (let at = 0; at < PAGE_BYTES; at += 4) content.setInt32(at, bytes.getInt32(at))
  }

  /** Bytes that somebody has looked into do not count. */
  signature(frame: number): number {
    return this.contents.stampOf(this.base + frame)
  }

  equal(one: number, other: number): boolean {
    const { base, contents } = this
    if (contents.stampOf(base + one) !== contents.stampOf(base + other)) return false
    const bytes = contents.at(base + one)
    const others = contents.at(base + other)
    if (bytes === undefined && others === undefined) return true
    for (let at = 0; at < PAGE_BYTES; at += 4) {
      if ((bytes?.getInt32(at) ?? 0) !== (others?.getInt32(at) ?? 0)) return false
    }
    return true
  }

  copy(from: number, to: number): void {
    this.contents.copy(this.base + from, this.base + to)
  }

  /** Zeros. */
  clear(frame: number): void {
    this.contents.clear(this.base + frame, 1)
  }

  write(frame: number, stamp: number): void {
    this.contents.setStamp(this.base + frame, stamp)
  }
}
