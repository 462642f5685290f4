// The commands that a virtual I/O server has taken from its clients and not answered yet: their fields by number, in typed arrays.
// A command is free -> taken -> answered or dropped -> free. Its number is also the place of its information unit in the server's memory.

export class CommandTable {
  readonly limit: number
  /** Server adapter, and its count of logins when the command came: one of an older login is answered to nobody. */
  readonly adapter: Int32Array
  readonly login: Int32Array
  readonly tag: Float64Array
  readonly lun: Int32Array
  readonly operation: Int32Array
  readonly block: Float64Array
  readonly blocks: Int32Array
  /** Buffer in the client's window, bytes, and where its information unit is. */
  readonly ioba: Float64Array
  readonly bytes: Int32Array
  readonly unitIoba: Float64Array
  /** SCSI status of the answer. */
  readonly status: Int32Array
  /** Buffer of the server that the data goes through; -1: none, the client's pages are mapped. */
  readonly buffer: Int32Array
  /** Whether pages of the client are mapped into the adapter's window. */
  readonly mapped: Uint8Array
  private readonly free: Int32Array
  private freeCount: number

  constructor(limit: number) {
    this.limit = limit
    this.adapter = new Int32Array(limit)
    this.login = new Int32Array(limit)
    this.tag = new Float64Array(limit)
    this.lun = new Int32Array(limit)
    this.operation = new Int32Array(limit)
    this.block = new Float64Array(limit)
    this.blocks = new Int32Array(limit)
    this.ioba = new Float64Array(limit)
    this.bytes = new Int32Array(limit)
    this.unitIoba = new Float64Array(limit)
    this.status = new Int32Array(limit)
    this.buffer = new Int32Array(limit)
    this.mapped = new Uint8Array(limit)
    this.free = new Int32Array(limit)
    this.freeCount = 0
    this.clear()
  }

  get isFull(): boolean {
    return this.freeCount === 0
  }

  /** A free number; -1 when there is none. */
  take(): number {
    if (this.freeCount === 0) return -1
    const command = this.free[--this.freeCount]!
    this.buffer[command] = -1
    this.mapped[command] = 0
    this.status[command] = 0
    return command
  }

  release(command: number): void {
    this.free[this.freeCount++] = command
  }

  clear(): void {
    for (let command = 0; command < this.limit; command++) this.free[command] = this.limit - 1 - command
    this.freeCount = this.limit
  }
}
