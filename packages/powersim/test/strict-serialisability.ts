// Is a history of operations of several clients strictly serialisable: is there one order of all of them that respects real time (what had
// returned before another was invoked comes before it) and in which each result is what the specification says? A search over orders with
// a memory of what has been tried (Wing and Gong 1993, Lowe 2017). It knows nothing of what it checks.

/** One operation as its client saw it. Times in any unit. */
export interface Event<O, R> {
  readonly client: number
  readonly operation: O
  readonly result: R
  readonly invoked: number
  readonly returned: number
}

export interface Specification<S, O, R> {
  readonly initial: S
  /** The state after the operation, or undefined if it cannot have had this result in this state. */
  next(state: S, operation: O, result: R): S | undefined
  /** The same text for the same state. */
  key(state: S): string
}

export interface Verdict<O, R> {
  readonly serialisable: boolean
  /** The longest order that was found; all of them if the history is serialisable. */
  readonly order: readonly Event<O, R>[]
}

/** Operations of one client must not overlap. Throws when they do. */
export function strictlySerialisable<S, O, R>(history: readonly Event<O, R>[], specification: Specification<S, O, R>): Verdict<O, R> {
  const clients = [...new Set(history.map(({ client }) => client))].map((client) =>
    history.filter((event) => event.client === client).sort((one, other) => one.invoked - other.invoked),
  )
  for (const events of clients) {
    for (const [place, event] of events.entries()) {
      const before = events[place - 1]
      if (before !== undefined && before.returned > event.invoked) throw new Error(`operations of client ${event.client} overlap`)
    }
  }
  // How far each client's operations are in the order; with the state that is all that matters for what can still come.
  const done = clients.map(() => 0)
  const tried = new Set<string>()
  const order: Event<O, R>[] = []
  let longest: readonly Event<O, R>[] = []

  const search = (state: S): boolean => {
    if (order.length > longest.length) longest = [...order]
    const heads = clients.map((events, client) => events[done[client] ?? 0])
    const open = heads.filter((event) => event !== undefined)
    if (open.length === 0) return true
    const key = `${done.join(',')} ${specification.key(state)}`
    if (tried.has(key)) return false
    tried.add(key)
    const deadline = Math.min(...open.map(({ returned }) => returned))
    for (const [client, event] of heads.entries()) {
      if (event === undefined || event.invoked > deadline) continue
      const next = specification.next(state, event.operation, event.result)
      if (next === undefined) continue
      done[client] = (done[client] ?? 0) + 1
      order.push(event)
      if (search(next)) return true
      order.pop()
      done[client] = (done[client] ?? 0) - 1
    }
    return false
  }
  return { serialisable: search(specification.initial), order: longest }
}
