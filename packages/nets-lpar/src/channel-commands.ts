// The commands that NETS answers itself, since it ends the secure session: who it is, and the access password (dissertation 3.2,
// snapshot 4.2: the console registers the partition as if it were a service processor). Commands for PHYP are forwarded, others
// are not served here.

import {
  addressKind,
  commandByOpcode,
  commandCatalogue,
  dataBytes,
  type FrameSizes,
  type Json,
  type Message,
  type Refusal,
  replyTo,
  type RequestOf,
  type StatusName,
  statusNumber,
} from '@powersim/protocol'

/** The server that NETS speaks for. */
export interface NetsIdentity {
  readonly name: string
  /** `8203-E4A` */
  readonly typeModel: string
  /** `10ACE01` */
  readonly serialNumber: string
}

/** The session that a command came on. */
export interface CommandSession {
  readonly authenticated: boolean
  /** The password was right: takes the console's share of the management channel. False: there are too many consoles. */
  authenticate(source: number): boolean
}

/** Commands that NETS can take: those for the hypervisor and its own. */
const served = commandCatalogue.filter(({ target }) => target === 'phyp' || target === 'channel').length

export class ChannelCommands {
  readonly #identity: NetsIdentity
  readonly #accessPassword: string
  readonly #frames: FrameSizes
  readonly #window: number

  /** `window`: commands that a session may have under way. */
  constructor(identity: NetsIdentity, accessPassword: string, frames: FrameSizes, window: number) {
    this.#identity = identity
    this.#accessPassword = accessPassword
    this.#frames = frames
    this.#window = window
  }

  /** Whether a command goes to the hypervisor. */
  forwards(request: Message, session: CommandSession): boolean {
    return session.authenticated && addressKind(request.target) === 'phyp'
  }

  /** The reply to a command that does not. */
  answer(request: Message, session: CommandSession): Message {
    const kind = addressKind(request.target)
    if (kind === 'channel') return this.#answerChannel(request, session)
    if (!session.authenticated) return this.refuse(request, 'not-authenticated', 'authenticate the connection first')
    return this.refuse(request, 'wrong-target', `NETS forwards to phyp only, not to ${String(kind)}`)
  }

  refuse(request: Message, status: StatusName, detail: string): Message {
    const refusal: Refusal = { detail }
    return this.#reply(request, status, refusal)
  }

  #answerChannel(request: Message, session: CommandSession): Message {
    const definition = commandByOpcode(request.opcode)
    const checked = definition?.request.safeParse(request.data)
    if (definition === undefined) return this.refuse(request, 'unknown-command', `no command has opcode ${request.opcode}`)
    if (checked?.success !== true) return this.refuse(request, 'malformed', `the payload does not fit ${definition.name}`)
    switch (definition.name) {
      case 'connection.identify': {
        const { name: systemName, typeModel, serialNumber } = this.#identity
        return this.#reply(request, 'ok', { typeModel, serialNumber, systemName, endpoint: 'nets' })
      }
      case 'connection.authenticate': {
        // The schema of this command was just applied.
        const { password } = checked.data as RequestOf<'connection.authenticate'>
        if (password !== this.#accessPassword) return this.refuse(request, 'refused', 'the HMC access password is wrong')
        if (!session.authenticate(request.source)) return this.refuse(request, 'refused', 'too many consoles use the management channel')
        return this.#reply(request, 'ok', { accepted: true })
      }
      case 'connection.capabilities': {
        // The schema of this command was just applied.
        const { mtuBytes, window } = checked.data as RequestOf<'connection.capabilities'>
        return this.#reply(request, 'ok', { mtuBytes, window: Math.min(window, this.#window), commands: served })
      }
      case 'connection.subscribe': {
        // The schema of this command was just applied. NETS has no events of its own: the list is kept by nobody.
        const { events } = checked.data as RequestOf<'connection.subscribe'>
        return this.#reply(request, 'ok', { subscribed: events.length })
      }
      default:
        return this.refuse(request, 'unknown-command', `${definition.name} is not a command of the connection`)
    }
  }

  #reply(request: Message, status: StatusName, data: Json): Message {
    return replyTo(request, statusNumber(status), data, dataBytes(data), this.#frames)
  }
}
