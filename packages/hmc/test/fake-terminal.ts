// The virtual terminal of the double of a console, of whichever partition: its hold, what it prints next, what was typed at it.
// It refuses to tell again what it has told.

export class FakeTerminal {
  hold = 0
  holds = 0
  prints = ''
  written = 0
  typed = ''

  reply(name: string, data: Record<string, never>): object {
    if (name === 'terminal.open') return { terminal: this.take() }
    if (name === 'terminal.close') {
      if (data['terminal'] === undefined || Number(data['terminal']) === this.hold) this.hold = 0
      return {}
    }
    if (Number(data['terminal']) !== this.hold) return { open: false, printed: '', next: data['from'] }
    if (Number(data['from']) !== this.written) throw new Error('the terminal was asked for what it had told')
    const printed = this.prints
    this.prints = ''
    this.written += printed.length
    this.typed += String(data['typed'])
    return { open: true, printed, next: this.written }
  }

  private take(): number {
    if (this.hold !== 0) return 0
    this.hold = ++this.holds
    return this.hold
  }
}
