// The classes of the mailbox between the server and its service processor, with the time that a message of each may take before the
// server gives the service processor up and resets it (skiboot, include/fsp.h and hw/fsp/fsp.c: written for the same service processor).
// What is sent in a class, and what a time-out does, is host-requests.ts.

interface MailboxClass {
  readonly code: number
  readonly timeoutMinutes: number
  /** Messages that may be unanswered at a time: one, but for the classes of consoles. */
  readonly serial: boolean
}

const ordinary = (code: number): MailboxClass => ({ code, timeoutMinutes: 16, serial: true })
const ofConsoles = (code: number): MailboxClass => ({ code, timeoutMinutes: 16, serial: false })
const within = (code: number, timeoutMinutes: number): MailboxClass => ({ code, timeoutMinutes, serial: true })

export const mailboxClasses = {
  service: ordinary(0xce),
  ipl: ordinary(0xcf),
  powerControl: ordinary(0xd0),
  errorLog: ordinary(0xd2),
  codeUpdate: within(0xd3, 40),
  fetchData: ordinary(0xd4),
  hypervisorData: ordinary(0xd5),
  nvram: ordinary(0xd6),
  surveillance: within(0xd7, 2),
  clock: ordinary(0xd8),
  smartChip: within(0xd9, 20),
  indicators: within(0xda, 180),
  consoleInterface: ofConsoles(0xe0),
  consoleTerminal: ofConsoles(0xe1),
  consoleBuffers: ofConsoles(0xe2),
  memoryErrors: ordinary(0xe4),
  capacity: ordinary(0xe5),
  maintenance: ordinary(0xe6),
  referenceCodes: ordinary(0xe8),
  virtualNvram: ordinary(0xeb),
  diagnosis: ordinary(0xee),
  onChipController: ordinary(0xf0),
} as const satisfies Record<string, MailboxClass>

export type MailboxClassName = keyof typeof mailboxClasses
