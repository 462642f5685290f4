// Looks at a simulation at set times, which are no events: nothing is counted, folded into the digest or traced, so that a run that
// is looked at is the same run. Only when they are due is kept here; moving the clock there, and seeing to it that a look changes
// nothing, is the run loop's business.

/**
 * Called with `now` at `timeNs`, after all events before that time and before any event at it. It reads and must not act. It returns the
 * time of its next look, later than this one, or Infinity for none.
 */
export type Look = (timeNs: number) => number

interface Due {
  timeNs: number
  readonly look: Look
}

/** Pending looks, a few: each time one is due all are gone through. */
export class Looks {
  /** Time of the next one, Infinity without any. */
  nextNs = Infinity
  private due: Due[] = []

  add(timeNs: number, look: Look): void {
    this.due.push({ timeNs, look })
    if (timeNs < this.nextNs) this.nextNs = timeNs
  }

  /** Performs those that are due at `nextNs`, in the order in which they were added; `checked` sees what each returned. */
  take(checked: (nextNs: number) => void): void {
    const timeNs = this.nextNs
    for (const entry of this.due) {
      if (entry.timeNs !== timeNs) continue
      const nextNs = entry.look(timeNs)
      checked(nextNs)
      entry.timeNs = nextNs
    }
    this.due = this.due.filter((entry) => entry.timeNs !== Infinity)
    this.nextNs = this.due.reduce((least, entry) => Math.min(least, entry.timeNs), Infinity)
  }
}
