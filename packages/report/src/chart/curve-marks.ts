// What charts with one curve per policy have in common: colour and dash by policy.
// What these look like is in theme.ts.

import type { PolicyLook } from './theme.js'

/** Encodings of a field `policy`, without a legend: the page has one for all charts. */
export function byPolicy(looks: readonly PolicyLook[]) {
  const domain = looks.map(({ name }) => name)
  return {
    color: {
      field: 'policy',
      type: 'nominal' as const,
      legend: null,
      scale: { domain, range: looks.map(({ ink }) => ink.light) },
    },
    strokeDash: {
      field: 'policy',
      type: 'nominal' as const,
      legend: null,
      scale: { domain, range: looks.map(({ dash }) => [...dash]) },
    },
  }
}
