// What is in the frames of the pool: taken as a whole when a page goes to its paging device, and put back when it comes.
// A page is one number (its stamp), and the bytes of one that somebody has looked into.

import type { PageImage } from '@powersim/protocol'
import { PAGE_BYTES } from '../plic/memory-map.js'
import type { RealMemory } from '../plic/real-memory.js'
import type { FrameImages } from './vios-paging.js'

export class FrameContents implements FrameImages {
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

  /** Zeros. */
  clear(frame: number): void {
    this.contents.clear(this.base + frame, 1)
  }

  write(frame: number, stamp: number): void {
    this.contents.setStamp(this.base + frame, stamp)
  }
}
