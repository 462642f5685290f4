// The lock on changes: who holds it for how long, what passes it, and what becomes of a holder that pauses and wakes up after another has
// taken the lock, with fencing and without.

import { describe, expect, it } from 'vitest'
import { address, commandByName, type CommandName, type Json, type Message, STATUS_OK, WriteLock } from '../src/index.js'

const HOLD = 1000
let sequence = 0

function message(console: number, data: Json = {}): Message {
  return {
    version: 1,
    flags: 0,
    opcode: 0,
    target: address('phyp'),
    source: address('hmc', console),
    epoch: 1,
    sequence: ++sequence,
    status: STATUS_OK,
    data,
    bytes: 0,
    entity: 0,
    attempt: 0,
  }
}

class Scene {
  readonly lock: WriteLock
  now = 0

  constructor(fencing: boolean) {
    this.lock = new WriteLock({ holdNs: HOLD, fencing })
  }

  /** The verdict on a command, which is answered at once if it passes; `stage` is its own, or that which its reply opens. */
  ask(console: number, name: CommandName, stage?: number, ok = true): string {
    const opens = name === 'dynamic.begin'
    const request = message(console, stage === undefined || opens ? {} : { stage })
    const verdict = this.lock.admit(request, commandByName(name), this.now)
    if (verdict === 'pass') this.lock.answered(request, commandByName(name), ok, opens && ok ? { stage: stage ?? 0 } : {})
    return verdict
  }
}

describe.each([false, true])('the lock, fencing %s', (fencing) => {
  it('is held from the first command of an operation to its last', () => {
    const scene = new Scene(fencing)
    expect(scene.ask(1, 'dynamic.begin', 7)).toBe('pass')
    expect(scene.ask(2, 'lpar.shutdown')).toBe('locked')
    expect(scene.ask(1, 'dynamic.step', 7)).toBe('pass')
    expect(scene.ask(2, 'dynamic.begin', 8)).toBe('locked')
    expect(scene.ask(1, 'dynamic.finish', 7)).toBe('pass')
    expect(scene.lock.heldBy).toBe(null)
    expect(scene.ask(2, 'dynamic.begin', 8)).toBe('pass')
    expect(scene.lock.heldBy).toBe(address('hmc', 2))
  })

  it('lets questions pass, and all operations of its holder', () => {
    const scene = new Scene(fencing)
    scene.ask(1, 'dynamic.begin', 7)
    expect([scene.ask(2, 'lpar.read'), scene.ask(2, 'service.events'), scene.ask(1, 'dynamic.begin', 9)]).toEqual(['pass', 'pass', 'pass'])
    scene.ask(1, 'dynamic.finish', 7)
    expect(scene.ask(2, 'lpar.shutdown')).toBe('locked')
    scene.ask(1, 'dynamic.finish', 9)
    expect(scene.ask(2, 'lpar.shutdown')).toBe('pass')
  })

  it('is given back when a step is refused, and by a command that has no further steps', () => {
    const scene = new Scene(fencing)
    scene.ask(1, 'dynamic.begin', 7)
    scene.ask(1, 'dynamic.step', 7, false)
    expect(scene.lock.heldBy).toBe(null)
    expect(scene.ask(2, 'lpar.shutdown')).toBe('pass')
    expect(scene.lock.heldBy).toBe(null)
    expect(scene.ask(1, 'dynamic.begin', 8, false)).toBe('pass')
    expect(scene.lock.heldBy).toBe(null)
  })

  it('may be taken from a holder that is silent, or by force; the old operation is stale with fencing alone', () => {
    for (const force of [false, true]) {
      const scene = new Scene(fencing)
      scene.ask(1, 'dynamic.begin', 7)
      scene.now += HOLD - 1
      expect(scene.ask(2, 'dynamic.begin', 8)).toBe('locked')
      scene.now += 1
      if (force) scene.lock.release()
      expect(scene.ask(2, 'dynamic.begin', 8)).toBe('pass')
      expect(scene.lock.overtaken).toBe(force ? 0 : 1)
      // The first holder wakes up.
      expect(scene.ask(1, 'dynamic.finish', 7)).toBe(fencing ? 'stale' : 'pass')
      expect(scene.lock.heldBy).toBe(address('hmc', 2))
      expect(scene.ask(2, 'dynamic.finish', 8)).toBe('pass')
      expect(scene.lock.heldBy).toBe(null)
    }
  })

  it('forgets the oldest of a thousand operations that nobody ended', () => {
    const scene = new Scene(fencing)
    for (let stage = 1; stage <= 1100; stage++) scene.ask(1, 'dynamic.begin', stage)
    expect(scene.ask(1, 'dynamic.step', 1)).toBe(fencing ? 'stale' : 'pass')
    expect(scene.ask(1, 'dynamic.step', 1100)).toBe('pass')
  })
})

describe('an operation that has read what has changed since', () => {
  /** A command of an operation of a console, answered at once if it passes; its stage is its own number. */
  class Operations extends Scene {
    of(console: number, operation: number, name: CommandName, data: Json, reply: Json = {}): string {
      const request = { ...message(console, data), operation }
      const verdict = this.lock.admit(request, commandByName(name), this.now)
      if (verdict === 'pass') this.lock.answered(request, commandByName(name), true, reply)
      return verdict
    }

    /** Reads a partition, then changes it; `between` is what others do meanwhile. */
    change(console: number, operation: number, id: number, between: () => void = () => undefined): string {
      this.of(console, operation, 'profile.read', { id, name: 'normal' })
      between()
      const begun = this.of(console, operation, 'profile.change', { id, name: 'normal' }, { stage: operation })
      return begun === 'pass' ? this.of(console, operation, 'stage.commit', { stage: operation }, { id, version: 1 }) : begun
    }
  }

  it.each([false, true])('is refused, whoever has changed it, and only for that partition; fencing %s', (fencing) => {
    const scene = new Operations(fencing)
    expect(scene.change(1, 1, 5, () => expect(scene.change(2, 1, 5)).toBe('pass'))).toBe('outdated')
    expect(scene.lock.heldBy).toBe(null)
    expect(scene.change(1, 2, 5, () => expect(scene.change(2, 2, 6)).toBe('pass'))).toBe('pass')
    expect(scene.change(1, 3, 5, () => expect(scene.change(1, 4, 5)).toBe('pass'))).toBe('outdated')
    // Again: it reads what there is.
    expect(scene.change(1, 5, 5)).toBe('pass')
  })

  it('takes both ends of a move, commands without stages, and the ID of a new partition', () => {
    const scene = new Operations(false)
    const move = (operation: number): string => {
      const begun = scene.of(2, operation, 'dynamic.begin', { id: 5, to: 6, direction: 'move', memoryMiB: 128 }, { stage: 99, batches: 1 })
      return begun === 'pass' ? scene.of(2, operation, 'dynamic.finish', { stage: 99 }, { id: 5 }) : begun
    }
    expect(scene.change(1, 1, 6, () => expect(move(1)).toBe('pass'))).toBe('outdated')
    expect(scene.change(1, 2, 6, () => expect(scene.of(2, 2, 'lpar.shutdown', { id: 6 })).toBe('pass'))).toBe('outdated')
    const create = (): void => {
      scene.of(2, 3, 'lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'normal' }, { stage: 50, id: 7 })
      scene.of(2, 3, 'stage.commit', { stage: 50 }, { id: 7, version: 1 })
    }
    expect(scene.change(1, 3, 7, create)).toBe('outdated')
    scene.of(2, 4, 'lpar.list', {})
    scene.change(1, 4, 5)
    expect(move(4)).toBe('outdated')
  })

  it('is refused after what changes the machine itself, such as a restoration of all profile data', () => {
    const scene = new Operations(false)
    const restore = (): void => {
      scene.of(2, 1, 'profileData.begin', { kind: 'full' }, { stage: 70 })
      scene.of(2, 1, 'stage.commit', { stage: 70 }, {})
    }
    expect(scene.change(1, 1, 5, restore)).toBe('outdated')
    expect(scene.change(1, 2, 5)).toBe('pass')
  })

  it('may change its own partition twice, and belongs to no operation when it does not say so', () => {
    const scene = new Operations(false)
    scene.of(1, 1, 'lpar.list', {})
    expect([scene.of(1, 1, 'lpar.shutdown', { id: 5 }), scene.of(1, 1, 'lpar.shutdown', { id: 5 })]).toEqual(['pass', 'pass'])
    scene.of(2, 0, 'lpar.list', {})
    scene.of(1, 1, 'lpar.shutdown', { id: 5 })
    expect(scene.of(2, 0, 'lpar.shutdown', { id: 5 })).toBe('pass')
  })

  it('is let through by a keeper that has lost its memory, and not by one from which the lock was taken', () => {
    for (const forgets of [false, true]) {
      const scene = new Operations(false)
      const verdict = scene.change(1, 1, 5, () => {
        scene.change(2, 1, 5)
        if (forgets) scene.lock.forget()
        else scene.lock.release()
      })
      expect(verdict).toBe(forgets ? 'pass' : 'outdated')
    }
  })
})
