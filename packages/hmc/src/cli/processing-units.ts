// Processing units on the command line: hundredths of a core inside, decimals outside. No fraction is ever a floating-point number,
// so `0.29` is exactly 29 hundredths.

/** Hundredths of `0.3`, `2`, `1.25` or `.5`; undefined for anything else, three decimals included. At most 999,999.99. */
export function parseUnits(text: string): number | undefined {
  const match = /^(\d{0,6})(?:\.(\d{1,2})0*)?$/.exec(text)
  if (match === null || text === '') return undefined
  const [, whole = '', fraction = ''] = match
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
}

/** `0.3`, `2.0`, `1.25`, `0.0`: one decimal, two where the second is not zero. */
export function formatUnits(hundredths: number): string {
  const fraction = String(hundredths % 100).padStart(2, '0')
  return `${Math.floor(hundredths / 100)}.${fraction.endsWith('0') ? fraction.charAt(0) : fraction}`
}
