// What a guest prints on its virtual terminal as it comes up, runs and goes down, and what it does about what is typed: banner and prompts
// of the firmware, a few lines of the operating system, a login that lets nobody in. The words are domain knowledge of such consoles. The
// hypercalls cost an operating system that runs processor time; boot and firmware take none. Nobody at the terminal: nothing happens.

import type { PartitionStart, TerminalPort } from '@powersim/protocol'
import type { GuestParameters } from './guest-parameters.js'
import type { PowerState } from './partition.js'

/** A line that is typed further is cut (canonical input of a tty: 255 characters). */
const LINE_LIMIT = 255

const BANNER = `\r\n${Array.from({ length: 4 }, () => 'IBM IBM IBM IBM IBM IBM IBM IBM IBM IBM IBM IBM\r\n').join('')}\r\n`
const KEYS =
  '          1 = SMS Menu                          5 = Default Boot List\r\n' +
  '          8 = Open Firmware Prompt              6 = Stored Boot List\r\n\r\n'
const DEVICES = '     Memory      Keyboard     Network     Speaker\r\n'
const RULE = '-------------------------------------------------------------------------------\r\n'
const OPEN_FIRMWARE = '\r\n ok\r\n0 > '
const SMS =
  '\r\nPowerPC Firmware\r\n SMS (c) Copyright IBM Corp. 2000,2008 All rights reserved.\r\n' +
  RULE +
  ' Main Menu\r\n' +
  ' 1.   Select Language\r\n 2.   Setup Remote IPL (Initial Program Load)\r\n 3.   Change SCSI Settings\r\n 4.   Select Console\r\n' +
  ' 5.   Select Boot Options\r\n\r\n' +
  RULE +
  ' Navigation Keys:\r\n                                             X = eXit System Management Services\r\n' +
  RULE +
  ' Type menu item number and press Enter or select Navigation key:'

/** First lines of an operating system, and what its login asks. */
const systems: Readonly<Record<GuestParameters['operatingSystem'], { readonly boot: string; readonly login: (name: string) => string }>> = {
  AIX: {
    boot: `${RULE}                                Welcome to AIX.\r\n${RULE}`,
    login: () => '\r\n\r\nAIX Version 6\r\nCopyright IBM Corporation, 1982, 2010.\r\nConsole login: ',
  },
  Linux: { boot: 'Booting Linux via __start() ...\r\n', login: (name) => `\r\n\r\n${name} login: ` },
  VIOS: {
    boot: `${RULE}                    Welcome to the Virtual I/O Server.\r\n${RULE}`,
    login: () => '\r\n\r\nIBM Virtual I/O Server\r\n\r\nlogin: ',
  },
  'IBM i': { boot: '', login: () => '' },
}

export class GuestConsole {
  private readonly terminal: TerminalPort
  private readonly operatingSystem: GuestParameters['operatingSystem']
  private readonly spend: (workNs: number) => void
  /** The line that is being typed. */
  private line = ''
  /** A name was given, and its password is asked for. */
  private asksPassword = false

  /** `spend` has the operating system compute for so long. */
  constructor(terminal: TerminalPort, { operatingSystem }: Pick<GuestParameters, 'operatingSystem'>, spend: (workNs: number) => void) {
    this.terminal = terminal
    this.spend = spend
    this.operatingSystem = operatingSystem
  }

  /** The guest is in this state from now on. */
  reached({ lparId, name, bootMode }: PartitionStart, state: PowerState): void {
    this.line = ''
    this.asksPassword = false
    const { boot, login } = systems[this.operatingSystem]
    if (state === 'firmware') this.terminal.print(lparId, BANNER + KEYS + DEVICES)
    else if (state === 'booting') this.terminal.print(lparId, promptOf(bootMode) ?? boot)
    else if (state === 'running') this.say(lparId, login(name))
    else if (state === 'shutting-down') this.terminal.print(lparId, '\r\nThe system is being shut down now.\r\n')
  }

  /** Somebody has typed. What comes before the firmware listens, or while the system goes down, is lost. */
  heard(start: PartitionStart, state: PowerState): void {
    const typed = this.terminal.typed(start.lparId)
    const prompts = state === 'running' || (state === 'booting' && promptOf(start.bootMode) !== undefined)
    if (!prompts) return
    let echo = ''
    for (const character of typed) {
      const ends = character === '\r' || character === '\n'
      if (ends) echo += this.answer(start, state)
      else if (this.line.length < LINE_LIMIT) {
        this.line += character
        if (!this.asksPassword) echo += character
      }
    }
    if (state === 'running') this.say(start.lparId, echo)
    else this.terminal.print(start.lparId, echo)
  }

  /** An operating system prints. */
  private say(lparId: number, text: string): void {
    const costNs = this.terminal.print(lparId, text)
    if (costNs > 0) this.spend(costNs)
  }

  /** A line is whole. */
  private answer({ name, bootMode }: PartitionStart, state: PowerState): string {
    const { line } = this
    this.line = ''
    if (state === 'booting') return bootMode === 'sms' ? SMS : line === '' ? '\r\n0 > ' : OPEN_FIRMWARE
    const login = systems[this.operatingSystem].login(name)
    if (login === '') return ''
    if (this.asksPassword) {
      this.asksPassword = false
      return `\r\nLogin incorrect${login}`
    }
    this.asksPassword = line !== ''
    return this.asksPassword ? '\r\nPassword: ' : login
  }
}

/** Where a partition stays that does not boot an operating system; undefined: it boots one. */
function promptOf(bootMode: string): string | undefined {
  if (bootMode === 'sms') return SMS
  return bootMode === 'of' ? OPEN_FIRMWARE : undefined
}
