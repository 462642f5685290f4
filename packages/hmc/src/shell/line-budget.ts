// What one line of the shell may use up, however it is written, and the count of what it has used. Every limit has one result: the line
// ends there with status 1 and says on stderr what is not simulated. A real shell would go on.

/** Limits of a line. */
export const shellLimits = {
  /** Characters of the text. */
  text: 65_536,
  /** Opening brackets, backticks and here documents in the text. */
  openings: 2_000,
  /** Substitutions inside substitutions. */
  nesting: 32,
  /** Levels of its tree: `1+1+1` has three. */
  depth: 1000,
  /** Turns of all its loops together. */
  turns: 100_000,
  /** Commands, substitutions and pipelines together. */
  steps: 500_000,
  /** Management commands, after which no other console command begins. */
  commands: 24_000,
  /** Characters that its commands print, into pipes and variables too. */
  output: 16_777_216,
  /** Characters that its programs look at, and steps of their regular expressions. */
  work: 50_000_000,
} as const

const excess = {
  turns: 'turns of loops',
  steps: 'commands and substitutions',
  commands: 'management commands',
  output: 'characters of output',
  work: 'steps in programs of the shell',
} as const

export class LineBudget {
  private turns = 0
  private steps = 0
  private commands = 0
  private output = 0
  private work = 0
  private over: string | undefined = undefined

  /** What the line would have done that is not simulated, once a limit is passed: the line has to end. */
  get exceeded(): string | undefined {
    return this.over
  }

  turn(): void {
    if (++this.turns > shellLimits.turns) this.pass('turns')
  }

  step(): void {
    if (++this.steps > shellLimits.steps) this.pass('steps')
  }

  /** A console command of so many management commands has ended; `mayAskMore` says whether another may begin. */
  issued(commands: number): void {
    this.commands += commands
  }

  mayAskMore(): boolean {
    if (this.commands >= shellLimits.commands) this.pass('commands')
    return this.over === undefined
  }

  wrote(characters: number): void {
    this.output += characters
    if (this.output > shellLimits.output) this.pass('output')
  }

  worked(steps: number): void {
    this.work += steps
    if (this.work > shellLimits.work) this.pass('work')
  }

  private pass(what: keyof typeof excess): void {
    this.over ??= `more than ${shellLimits[what]} ${excess[what]} in a line`
  }
}
