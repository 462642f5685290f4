// mkvterm and rmvterm: how a line serves a virtual terminal. Texts, times and ends are those of a capture of an HMC V10R3 M1060 (console
// fixtures of github.com/randomparity/hmc-mcp, ADR 0072). The console asks for what was printed, more often while something is printed; a
// real one is told. Each burst that is typed, and each look, is a command of its own, so a routing policy is asked for each.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, printed } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Conversation } from '../operations/conversation.js'
import { findPartition, keyFromOptions } from '../operations/find-partition.js'
import { converse, type LineScope } from '../operations/line-scope.js'
import { TerminalSession } from './terminal-session.js'

const OPENING = '\r\n Open in progress  \r\n '
const OPENED = '\r\n Open Completed. \r\n  '
const HELD =
  '\r\n A terminal session is already open for this partition. \r\n Only one open session is allowed for a partition. \r\n Exiting.... '
const LOST = '\r\n Connection has closed \r\n\r\n\r\n This session is no longer connected. Please close this window.\n\n\n '
const EXITING = ' The write socket has closed. Exiting.\n'
const CLOSE_SENT = 'Close command sent'

/** From "in progress" to "completed", and from the end of the input to the end of the session (captured: 10.1 to 10.5 s). */
const OPEN_NS = 500_000_000
const EXIT_NS = 10_300_000_000
/** Between looks: the first after something was printed or typed, then doubled up to the last (estimate). */
const FIRST_LOOK_NS = 50_000_000
const LAST_LOOK_NS = 800_000_000
/** Exchanges of one session; one that would need more has lost its connection (a line may issue 65,536 commands). */
const EXCHANGES = 65_000

const raw = (text: string): LineReply => ({ ok: true, text, raw: true })

/** mkvterm -m SYSTEM {-p NAME | --id N} */
export function* openTerminal(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'mkvterm')
  if (!conversation.ok) return conversation.reply
  const found = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!found.ok) return found.reply
  const { id, name } = found.value
  const opened = yield* conversation.value.ask('terminal.open', { id }, id)
  if (!opened.ok) return opened.reply
  const { terminal } = opened.value
  if (terminal === 0) return raw(HELD)
  const { context } = scope
  const session = new TerminalSession(context.simulation, conversation.value.system.name, name)
  session.print(OPENING)
  if (!context.attachTerminal(session)) session.endInput()
  yield OPEN_NS
  session.print(OPENED)
  yield* serve(conversation.value, session, id, terminal)
  session.end()
  return raw(session.take())
}

/** rmvterm -m SYSTEM {-p NAME | --id N} */
export function* closeTerminal(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'rmvterm')
  if (!conversation.ok) return conversation.reply
  const found = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!found.ok) return found.reply
  const { id } = found.value
  const closed = yield* conversation.value.ask('terminal.close', { id }, id)
  return closed.ok ? printed(CLOSE_SENT) : closed.reply
}

/** To the end of the session. One that has lost its terminal is silent until its input ends. */
function* serve(conversation: Conversation, session: TerminalSession, id: number, terminal: number): Generator<Yieldable, void> {
  const { simulation } = conversation.context
  let from = 0
  let exchanges = 0
  let lookNs = FIRST_LOOK_NS
  let connected = true
  while (session.endsNow === null && simulation.now < exitNs(session)) {
    if (connected) {
      const typed = session.takeTyped()
      const reply = yield* conversation.ask('terminal.exchange', { id, terminal, from, typed }, id)
      exchanges++
      connected = reply.ok && reply.value.open && exchanges < EXCHANGES
      if (reply.ok && reply.value.open) {
        session.print(reply.value.printed)
        lookNs = typed !== '' || reply.value.next > from ? FIRST_LOOK_NS : Math.min(2 * lookNs, LAST_LOOK_NS)
        from = reply.value.next
      }
      if (!connected) session.print(LOST)
      if (connected && session.hasTyped) continue
    }
    yield* rest(conversation, session, connected ? lookNs : Infinity)
  }
  if (session.endsNow === 'dropped') return
  if (connected) yield* conversation.ask('terminal.close', { id, terminal }, id)
  if (session.endsNow === null) session.print(EXITING)
}

/** When a session ends whose input has ended; Infinity: it has not. */
function exitNs({ inputEndedNs }: TerminalSession): number {
  return inputEndedNs === null ? Infinity : inputEndedNs + EXIT_NS
}

/** Until the next look, or until something is typed or the input ends, or the session is to end. */
function* rest({ context }: Conversation, session: TerminalSession, lookNs: number): Generator<Yieldable, void> {
  const leftNs = exitNs(session) - context.simulation.now
  const ns = Math.min(lookNs, leftNs)
  if (session.endsNow !== null || ns <= 0) return
  if (ns === Infinity) yield session.wakes
  else yield* context.within(session.wakes, ns)
}
