// A partition's virtual terminal as the console driver of its guest uses it: text out, text in. Sixteen characters a hypercall, in two
// registers of 64 bits, which no number of the HypercallPort can hold: so this is a port of its own.

export interface TerminalPort {
  /** Prints characters of one byte each; returns the ns that its hypercalls take. Nobody has the terminal open: 0, and the text is lost. */
  print(lparId: number, text: string): number
  /** What has been typed since the last call. */
  typed(lparId: number): string
}
