// In which order a back end serves the requests of its clients: one small interface, so that a study can bring its own. A request is an
// integer that its owner gave it; a client is the partition ID that it came from. Built-in ones are in vios; their contract in testkit.

export interface IoDiscipline {
  readonly name: string
  /** Requests that wait. */
  readonly waiting: number
  /** A request waits from now on. Requests are integers from 0 below the limit that the discipline was made for, each waits once. */
  add(request: number, client: number, bytes: number): void
  /** Takes the next request to be served out of the line; -1 when none waits. */
  take(): number
  /** Takes a request out of the line unserved. False when it does not wait. */
  remove(request: number): boolean
}

/** Makes a discipline for so many requests at most. `shareOf` gives a client's weight or priority, 0 to 255, of the back end. */
export type IoDisciplineMaker = (requestLimit: number, shareOf: (client: number) => number) => IoDiscipline
