// Identifiers in the form of a UUID, made from a name by integer mixing: the same name has the same one in every run.
// They stand for the random ones of real systems and say nothing.

/** Lower case, as systems print it; partitions print theirs in upper case (captured). */
export function uuidOf(name: string): string {
  let digits = ''
  for (let lane = 0; lane < 4; lane++) digits += (mix(name, 0x9e3779b9 * (lane + 1)) >>> 0).toString(16).padStart(8, '0')
  // Version 4, variant 1, as the real ones have.
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20)]
  return parts.join('-')
}

function mix(text: string, start: number): number {
  let hash = start | 0
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
