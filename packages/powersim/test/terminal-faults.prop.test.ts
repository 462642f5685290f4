// A virtual terminal on a machine that loses, doubles and delays messages on every link: what was typed reaches the partition once and in
// order, and all that it echoes comes back once and in order, while the session lasts.

import fc from 'fast-check'
import type { FateRule } from '@powersim/bus'
import type { TerminalSession } from '@powersim/hmc'
import { minutes, ms, type RandomStream, seconds } from '@powersim/kernel'
import { expect, test } from 'vitest'
import { openConsole, policies } from '../src/index.js'

/** Draws are the run's own. Sessions of consoles stay: only what they carry is lost, and sent again by the console. */
function trouble(draws: RandomStream, share: number): FateRule {
  return ({ message }) => {
    if (message === null) return undefined
    const draw = draws.next()
    if (draw < share) return { do: 'drop' }
    if (draw < 2 * share) return { do: 'duplicate', afterNs: ms(3) }
    return draw < 3 * share ? { do: 'delay', ns: ms(40) } : undefined
  }
}

const words = fc.array(fc.stringMatching(/^[a-z ]{1,12}$/), { minLength: 1, maxLength: 8 })

test.each(['fsp-only', 'by-target'] as const)('%s: text passes whole, each way', (name) => {
  fc.assert(
    fc.property(words, fc.constantFrom(0, 0.05, 0.15), fc.integer({ min: 0, max: 1000 }), (typed, share, seed) => {
      const policy = name === 'fsp-only' ? policies.fspOnly() : policies.byTarget()
      const machine = { hmc: { commandTimeout: '2s', retry: 'ibm-like' } } as const
      const console = openConsole({ machine, seed: `terminal-${seed}`, policy, between: 0 })
      const { installation } = console
      let session: TerminalSession | undefined
      const line = { text: 'mkvterm -m p520 -p lnxnets', variables: {}, ordinal: 9, terminal: (one: TerminalSession) => (session = one) }
      installation.console('hmc1').perform(line)
      console.wait(seconds(1))
      session!.take()
      if (share > 0) installation.bus.fate = trouble(installation.simulation.stream('fates', 'test'), share)
      for (const word of typed) {
        session!.type(word)
        console.wait(ms(200))
      }
      installation.bus.fate = null
      console.wait(minutes(2))
      const printed = session!.take()
      // A command that failed in all its tries ends the session, as a lost connection does; what came before is whole all the same.
      const [whole = ''] = printed.split('\r\n Connection has closed')
      const echo = typed.join('')
      if (whole === printed) expect(whole).toBe(echo)
      else expect(echo.startsWith(whole)).toBe(true)
    }),
    { numRuns: 8 },
  )
})
