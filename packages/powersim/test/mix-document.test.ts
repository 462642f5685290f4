// Documents of mixes: what is accepted, and every complaint with the path of the bad field. How a mix plays is tested in package workload.

import { readDocument } from '@powersim/managed-system'
import { describe, expect, it } from 'vitest'
import { type MixDocument, MixError, presets, programOf, workloads } from '../src/index.js'

const machine = readDocument(presets.power520)
const list = { name: 'list', share: 1, line: 'lssyscfg -r lpar -m $system' }
const good: MixDocument = { arrivals: { poisson: { perSecond: 5 } }, operations: 100, classes: [list] }

/** The complaint about a mix, without the name of its file. */
function complaint(over: object): string {
  try {
    // What a script in plain JavaScript or a YAML file could hand in.
    programOf(workloads.mix({ ...good, ...over } as MixDocument, 'mix', 'my.yaml'), machine)
  } catch (error) {
    if (error instanceof MixError) return error.message.replace('my.yaml: ', '')
    throw error
  }
  return 'accepted'
}

describe('a mix on a machine', () => {
  it('has all consoles, systems and partitions unless it says which', () => {
    const lines = [list, { ...list, name: 'one', line: 'lsrefcode -r lpar -m $system --filter "lpar_ids=$lpar_id"' }]
    expect(programOf(workloads.mix({ ...good, classes: lines }), machine)).toEqual({
      file: 'mix',
      arrivals: { kind: 'poisson', perSecond: 5 },
      consoles: ['hmc1', 'hmc2'],
      end: { operations: 100 },
      warmUp: 'mser-5',
      classes: [
        { name: 'list', share: 1, text: list.line, targets: [{ system: 'p520' }] },
        {
          name: 'one',
          share: 1,
          text: lines[1]?.line,
          targets: [
            { system: 'p520', lpar: 'vios1', lpar_id: '1' },
            { system: 'p520', lpar: 'vios2', lpar_id: '2' },
            { system: 'p520', lpar: 'lnxnets', lpar_id: '3' },
          ],
        },
      ],
    })
  })

  it('reads bursts, sessions, durations, partitions and warm-ups', () => {
    const one = {
      name: 'one',
      share: 2,
      line: 'lsrefcode -r lpar -m $system --filter "lpar_names=${lpar}"',
      partitions: { names: 'vios*' },
    }
    const bursty = { perSecond: 5, burstFactor: Infinity, burst: '2s', calm: '10s' }
    expect(programOf(workloads.mix({ arrivals: { bursty }, duration: '1h', warmUp: 'none', classes: [one] }), machine)).toMatchObject({
      arrivals: { kind: 'bursty', perSecond: 5, burstFactor: Infinity, burstNs: 2e9, calmNs: 1e10 },
      end: { durationNs: 3600e9 },
      warmUp: 0,
      classes: [{ targets: [{ lpar: 'vios1' }, { lpar: 'vios2' }] }],
    })
    const closed = { sessions: 3, think: { lognormal: { mean: '5s', cv: 1 } } }
    expect(
      programOf(workloads.mix({ ...good, arrivals: { closed }, consoles: ['hmc2'], warmUp: { operations: 20 } }), machine),
    ).toMatchObject({
      arrivals: { kind: 'closed', sessions: 3, think: { lognormal: { mean: 5e9, cv: 1 } } },
      consoles: ['hmc2'],
      warmUp: 20,
    })
  })
})

describe('a bad mix', () => {
  it.each<[object, string]>([
    [{ arrival: {} }, 'arrival: is no field of a mix'],
    [{ arrivals: { poisson: { perMinute: 5 } } }, 'arrivals.poisson.perSecond: Invalid input: expected number, received undefined'],
    [{ arrivals: { poisson: { perSecond: 5, burst: 1 } } }, 'arrivals.poisson.burst: is no field of a mix'],
    [{ arrivals: {} }, 'arrivals: expected one of poisson, bursty, closed, got none'],
    [
      { arrivals: { poisson: { perSecond: 5 }, closed: { sessions: 1, think: 0 } } },
      'arrivals: expected one of poisson, bursty, closed, got poisson and closed',
    ],
    [
      { arrivals: { bursty: { perSecond: 5, burstFactor: 1, burst: '1s', calm: '1s' } } },
      'arrivals.bursty.burstFactor: expected a number above 1',
    ],
    [{ arrivals: { bursty: { perSecond: 5, burstFactor: 2, burst: 10, calm: '1s' } } }, 'arrivals.bursty.burst: expected at least 1ms'],
    [
      { arrivals: { bursty: { perSecond: 0.0001, burstFactor: 2, burst: '1ms', calm: '1ms' } } },
      'arrivals.bursty.perSecond: 0.0001: more than 1000 bursts would pass between two operations',
    ],
    [
      { arrivals: { closed: { sessions: 2, think: { exponential: '5 parsecs' } } } },
      'arrivals.closed.think.exponential: expected a number and one of ns, us, ms, s, min, h, as \'1.5ms\', got "5 parsecs"',
    ],
    [{ consoles: ['hmc1', 'hmc9'] }, "consoles.1: 'hmc9' is none of the machine's consoles (hmc1, hmc2)"],
    [{ consoles: ['hmc1', 'hmc1'] }, "consoles.1: 'hmc1' stands there already"],
    [{ systems: ['p770'] }, "systems.0: 'p770' is none of the machine's systems (p520)"],
    [{ operations: undefined }, 'operations: expected duration or operations, got neither'],
    [{ duration: '1min' }, 'operations: expected duration or operations, got both'],
    [{ operations: 2_000_000 }, 'operations: Too big: expected number to be <=1000000'],
    [
      { operations: undefined, duration: '1000h' },
      'duration: 18000000 operations are expected of it, more than 1000000: shorten it or lower perSecond',
    ],
    [{ warmUp: 'mser' }, 'warmUp: Invalid option: expected one of "mser-5"|"none"'],
    [{ classes: [] }, 'classes: Too small: expected array to have >=1 items'],
    [{ classes: [list, { ...list, share: 0 }] }, 'classes.1.share: Too small: expected number to be >0'],
    [{ classes: [list, list] }, "classes.1.name: 'list' is taken already: each class needs its own"],
    [{ classes: [{ ...list, line: 'echo "a' }] }, 'classes.0.line: column 6: '],
    [
      { classes: [{ ...list, line: 'ls $HOME' }] },
      'classes.0.line: expected no variable but $system, $lpar, $lpar_id, $i and $?, got $HOME',
    ],
    [{ classes: [{ ...list, partitions: {} }] }, 'classes.0.partitions: is of no use: the line has no $lpar or $lpar_id'],
    [{ classes: [{ ...list, line: 'ls $lpar', partitions: { names: 'aix*' } }] }, 'classes.0.partitions: no partition of the machine fits'],
    [{ classes: [{ ...list, line: 'ls $lpar', partitions: { name: 'aix*' } }] }, 'classes.0.partitions.name: is no field of a mix'],
  ])('%j is told: %s', (over, expected) => {
    expect(complaint(over).slice(0, expected.length)).toBe(expected)
  })
})
