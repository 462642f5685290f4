// Order, times, blocks, variables and ends of a played script.

import { Simulation, hours, ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { parseScript, playScript } from '../src/index.js'
import { recordedPlay, timetable } from './recorded-play.js'

const slow = { returnNs: () => ms(10) }

describe('lines', () => {
  it('start when the line before has returned', () => {
    const play = recordedPlay('a\n\n# nothing\nb\nc', slow)
    expect(timetable(play)).toEqual(['0:a', '10:b', '20:c'])
    expect(play.endNs).toBe(ms(30))
  })

  it('carry console, text, place and ordinal', () => {
    const play = recordedPlay('# head\nlssyscfg -r sys  # all\n\n  console hmc2 ls', { consoles: ['hmc1', 'hmc2'] })
    expect(play.typed.map(({ line }) => line)).toEqual([
      { kind: 'line', console: 'hmc1', text: 'lssyscfg -r sys', variables: {}, ordinal: 0, file: 'test.hmc', line: 2 },
      { kind: 'line', console: 'hmc2', text: 'ls', variables: {}, ordinal: 1, file: 'test.hmc', line: 4 },
    ])
  })

  it('carry the user where the script names one, in lines, blocks and loops', () => {
    const play = recordedPlay('a\nconsole oper@hmc2 b\nrepeat 2\nconsole u$i@hmc$i\nc\nend\nend', { consoles: ['hmc1', 'hmc2'] })
    expect(play.typed.map(({ line }) => [line.user, line.console, line.text])).toEqual([
      [undefined, 'hmc1', 'a'],
      ['oper', 'hmc2', 'b'],
      ['u1', 'hmc1', 'c'],
      ['u2', 'hmc2', 'c'],
    ])
  })

  it('go on when a line returns at once', () => {
    const play = recordedPlay('a\nb\nc')
    expect(timetable(play)).toEqual(['0:a', '0:b', '0:c'])
    expect(play.endNs).toBe(0)
  })

  it('wait for a line that never returns', () => {
    const simulation = new Simulation({ seed: 'never' })
    let typed = 0
    const process = playScript(simulation, parseScript('a\nb', { file: 'x.hmc' }), {
      perform: () => {
        typed++
        return simulation.signal()
      },
      act: () => undefined,
    })
    simulation.run()
    expect(typed).toBe(1)
    expect(process.done).toBe(false)
  })

  it('of an empty script are none, and it ends at once', () => {
    const play = recordedPlay('# nothing\n')
    expect(play.typed).toEqual([])
    expect(play.endNs).toBe(0)
  })

  it('start at the time at which the script is played', () => {
    const simulation = new Simulation({ seed: 'later' })
    simulation.run(seconds(7))
    const times: number[] = []
    playScript(simulation, parseScript('@+1s a', { file: 'x.hmc' }), {
      perform: () => {
        times.push(simulation.now)
        const signal = simulation.signal<void>()
        signal.fire()
        return signal
      },
      act: () => undefined,
    })
    simulation.run()
    expect(times).toEqual([seconds(8)])
  })
})

describe('@+5s', () => {
  it('counts from the return of the line before', () => {
    expect(timetable(recordedPlay('@+5s a\n@+250ms b\nc', slow))).toEqual(['5000:a', '5260:b', '5270:c'])
  })

  it('counts from the start of a block for its first line, and applies to a block as a whole', () => {
    const play = recordedPlay('a\n@+1s repeat 2\n@+5ms b\nend\nc', slow)
    expect(timetable(play)).toEqual(['0:a', '1015:b', '1030:b', '1040:c'])
  })
})

describe('@10:00:00', () => {
  const morning = { startOfDayNs: hours(8) }

  it('waits for that time of day', () => {
    expect(timetable(recordedPlay('a\n@08:00:30 b', { ...slow, ...morning }))).toEqual(['0:a', '30000:b'])
    expect(timetable(recordedPlay('@00:00:01 a'))).toEqual(['1000:a'])
  })

  it('does not wait for a time of day that is past, be it at the start or when its turn comes', () => {
    expect(timetable(recordedPlay('@07:59:59 a', morning))).toEqual(['0:a'])
    expect(timetable(recordedPlay('a\n@08:00:00 b', { ...slow, ...morning }))).toEqual(['0:a', '10:b'])
    expect(timetable(recordedPlay('a\n@08:00:05 b', { returnNs: () => seconds(9), ...morning }))).toEqual(['0:a', '9000:b'])
  })

  it('belongs to the first day, also after midnight', () => {
    expect(timetable(recordedPlay('@+20h a\n@09:00:00 b', morning))).toEqual([`${20 * 3_600_000}:a`, `${20 * 3_600_000}:b`])
  })

  it.each([-1, 0.5, Number.NaN, hours(24)])('refuses a day that starts at %d ns', (startOfDayNs) => {
    expect(() => recordedPlay('a', { startOfDayNs })).toThrow(
      expect.objectContaining({ name: 'WorkloadError', code: 'bad-start', message: expect.stringContaining(String(startOfDayNs)) }),
    )
  })
})

describe('repeat', () => {
  it('runs its body N times and sets i', () => {
    const play = recordedPlay('repeat 3\n  a $i\n  b\nend\nc', slow)
    expect(play.typed.map(({ startNs, line }) => [startNs / 1e6, line.text, line.variables['i'], line.ordinal])).toEqual([
      [0, 'a $i', '1', 0],
      [10, 'b', '1', 1],
      [20, 'a $i', '2', 2],
      [30, 'b', '2', 3],
      [40, 'a $i', '3', 4],
      [50, 'b', '3', 5],
      [60, 'c', undefined, 6],
    ])
  })

  it('shadows the i of an outer block, and gives it back', () => {
    const play = recordedPlay('repeat 2\na\nrepeat 2\nb\nend\nc\nend')
    expect(play.typed.map(({ line }) => `${line.text}${line.variables['i']}`)).toEqual([
      'a1', 'b1', 'b2', 'c1', 'a2', 'b1', 'b2', 'c2',
    ])
  })

  it('of a body without lines does nothing, not even wait', () => {
    const body = '@+5s repeat 100000\n'.repeat(8) + 'end\n'.repeat(8)
    expect(timetable(recordedPlay(`a\n${body}b`))).toEqual(['0:a', '0:b'])
  })
})

describe('parallel', () => {
  it('runs N copies at once and ends when the last has ended', () => {
    const play = recordedPlay('parallel 3\na\nb\nend\nc', { returnNs: ({ variables }) => ms(10 * Number(variables['i'] ?? 1)) })
    expect(play.typed.map(({ startNs, line }) => [startNs / 1e6, line.text, line.variables['i'] ?? '-', line.ordinal])).toEqual([
      [0, 'a', '1', 0],
      [0, 'a', '2', 2],
      [0, 'a', '3', 4],
      [10, 'b', '1', 1],
      [20, 'b', '2', 3],
      [30, 'b', '3', 5],
      [60, 'c', '-', 6],
    ])
    expect(play.endNs).toBe(ms(70))
  })

  it('nests in repeat, and repeat in it', () => {
    const play = recordedPlay('repeat 2\nparallel 2\nrepeat 2\na\nend\nend\nend', slow)
    expect(play.typed.map(({ startNs, line }) => [startNs / 1e6, line.ordinal])).toEqual([
      [0, 0], [0, 2], [10, 1], [10, 3],
      [20, 4], [20, 6], [30, 5], [30, 7],
    ])
  })
})

describe('console', () => {
  const consoles = ['hmc1', 'hmc2', 'hmc3']

  it('says who types a line, a block, and a block within a block', () => {
    const text = 'a\nconsole hmc2 b\nconsole hmc2\nc\nconsole hmc3 d\nrepeat 1\ne\nend\nend\nf\nconsole hmc3 repeat 1\ng\nend'
    const play = recordedPlay(text, { consoles })
    expect(play.typed.map(({ line }) => `${line.text}@${line.console}`)).toEqual([
      'a@hmc1', 'b@hmc2', 'c@hmc2', 'd@hmc3', 'e@hmc2', 'f@hmc1', 'g@hmc3',
    ])
  })

  it('does not start a sequence of its own', () => {
    expect(timetable(recordedPlay('a\nconsole hmc2 b\nc', slow))).toEqual(['0:a', '10:b', '20:c'])
  })

  it('is the first known one by default, and hmc1 when none is known', () => {
    expect(recordedPlay('a', { consoles: ['east', 'west'] }).typed[0]?.line.console).toBe('east')
    expect(recordedPlay('a').typed[0]?.line.console).toBe('hmc1')
  })

  it('stands before or after a time', () => {
    const play = recordedPlay('@+1s console hmc2 a\nconsole hmc3 @+1s b', { consoles })
    expect(play.typed.map(({ startNs, line }) => [startNs, line.console, line.text])).toEqual([
      [seconds(1), 'hmc2', 'a'],
      [seconds(2), 'hmc3', 'b'],
    ])
  })

  it('may hold the loop variable, so that consoles type at the same time', () => {
    const text = 'parallel 2\nconsole hmc$i\na\n@+5ms b\nend\nend'
    const play = recordedPlay(text, { consoles, ...slow })
    expect(play.typed.map(({ startNs, line }) => [startNs / 1e6, line.console, line.text, line.ordinal])).toEqual([
      [0, 'hmc1', 'a', 0],
      [0, 'hmc2', 'a', 2],
      [15, 'hmc1', 'b', 1],
      [15, 'hmc2', 'b', 3],
    ])
  })

  it('is bound where its block begins: a loop inside has an i of its own', () => {
    const blocks = 'console hmc${i}\na\nrepeat 3\nb$i\nconsole hmc$i c\nend\nend\nconsole hmc$i repeat 1\nd\nend'
    const text = `repeat 2\n${blocks}\nconsole hmc$i ! x\nend\ne`
    const play = recordedPlay(text, { consoles })
    const typedBy = (name: string): string[] =>
      [1, 2, 3].flatMap((i) => [`b$i=${i}@${name}`, `c=${i}@hmc${i}`])
    expect(play.typed.map(({ line }) => `${line.text}=${line.variables['i'] ?? ''}@${line.console}`)).toEqual([
      'a=1@hmc1', ...typedBy('hmc1'), 'd=1@hmc1', 'x=1@hmc1',
      'a=2@hmc2', ...typedBy('hmc2'), 'd=1@hmc2', 'x=2@hmc2',
      'e=@hmc1',
    ])
  })
})

describe('events', () => {
  it('happen at their time, in their sequence, and take none', () => {
    const play = recordedPlay('a\n@+30s ! fsp.reset\nb\n! link.cut fsp1 30s # why\nc', slow)
    expect(timetable(play)).toEqual(['0:a', '30010:fsp.reset', '30010:b', '30020:link.cut fsp1 30s', '30020:c'])
    const events = play.typed.filter(({ name }) => name !== undefined)
    expect(events.map(({ name, args, line }) => [name, args, line.kind, line.ordinal])).toEqual([
      ['fsp.reset', [], 'event', 1],
      ['link.cut', ['fsp1', '30s'], 'event', 3],
    ])
  })

  it('take the loop variable in their arguments', () => {
    const play = recordedPlay('repeat 2\n!lpar.crash lp$i-${i} $i\nend')
    expect(play.typed.map(({ args }) => args)).toEqual([['lp1-1', '1'], ['lp2-2', '2']])
  })
})

describe('the process', () => {
  it('stops the script with all its copies when it is interrupted', () => {
    const play = recordedPlay('parallel 2\nrepeat 9\nparallel 2\na\nend\nend\nend\nb', {
      ...slow,
      before: ({ simulation, process }) => {
        const stop = simulation.handler<void>('stop', () => process.interrupt('enough'))
        simulation.schedule(ms(25), stop, undefined)
      },
    })
    expect(new Set(play.typed.map(({ startNs }) => startNs / 1e6))).toEqual(new Set([0, 10, 20]))
    expect(play.typed).toHaveLength(12)
    expect(play.endNs).toBe(ms(25))
  })

  it('lets an error of perform escape from the run', () => {
    const simulation = new Simulation({ seed: 'thrown' })
    const mistake = new Error('no such console')
    playScript(simulation, parseScript('parallel 2\na\nend', { file: 'x.hmc' }), {
      perform: () => {
        throw mistake
      },
      act: () => undefined,
    })
    expect(() => simulation.run()).toThrow(mistake)
  })
})
