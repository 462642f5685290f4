// Reads the comma-separated name=value data of -i, -a and --filter: quotes round a whole pair protect its commas, quotes inside them
// are doubled. What the names mean is said by settings.ts and filter.ts. Nothing here knows a resource.
//   name=lp1,"virtual_eth_adapters=6/0/1//0/0,""7/1/1/3,4/0/0""",desired_mem+=512

export interface DataPair {
  readonly name: string
  readonly operator: '=' | '+=' | '-='
  /** Without the outer quotes; quotes of inner elements are single again. */
  readonly value: string
}

export type DataResult = { readonly ok: true; readonly pairs: readonly DataPair[] } | { readonly ok: false; readonly data: string }

/**
 * The pairs of a piece of configuration data, in order; `data` names the piece that is not a pair. `joinBare`: a piece without `=`
 * goes on with the value before it, as filters allow (`lpar_names=a,b`).
 */
export function readConfigurationData(text: string, joinBare = false): DataResult {
  const pieces = splitQuoted(text)
  if (pieces === undefined) return { ok: false, data: text }
  const pairs: DataPair[] = []
  for (const piece of pieces) {
    const match = /^([A-Za-z0-9_]+)([+-]?=)([^]*)$/.exec(piece)
    const last = pairs.at(-1)
    if (match !== null) {
      // The pattern admits just these three.
      pairs.push({ name: match[1] ?? '', operator: match[2] as DataPair['operator'], value: match[3] ?? '' })
    } else if (joinBare && last !== undefined && !piece.includes('=')) pairs.splice(-1, 1, { ...last, value: `${last.value},${piece}` })
    else return { ok: false, data: piece }
  }
  return { ok: true, pairs }
}

/** The elements of a list value: `6/0/1//0/0,"7/1/1/3,4/0/0"`. `none` and nothing are the empty list; undefined: open quote. */
export function readList(value: string): readonly string[] | undefined {
  return value === 'none' || value === '' ? [] : splitQuoted(value)
}

/**
 * Pieces between commas. A piece that begins with a quote ends at the quote that is not doubled; doubled ones become single.
 * Undefined when a quote stays open or something follows a closing one.
 */
function splitQuoted(text: string): string[] | undefined {
  const pieces: string[] = []
  let at = 0
  for (;;) {
    if (text.charAt(at) === '"') {
      let piece = ''
      for (at++; ; at++) {
        if (at >= text.length) return undefined
        if (text.charAt(at) !== '"') piece += text.charAt(at)
        else if (text.charAt(at + 1) === '"') {
          piece += '"'
          at++
        } else break
      }
      at++
      pieces.push(piece)
      if (at < text.length && text.charAt(at) !== ',') return undefined
    } else {
      const comma = text.indexOf(',', at)
      const end = comma === -1 ? text.length : comma
      pieces.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return pieces
    at++
  }
}
