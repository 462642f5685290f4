// Dynamic partitioning: order of hypervisor steps and operating-system calls, who is asked, and what is handed back after a failure.

import { describe, expect, test } from 'vitest'
import { viewOf } from './fake-partitions.js'
import { FakeConsole } from './operation-fake-console.js'

const M = '-m Server-8203-E4A-SN10ACE01'

function system(): FakeConsole {
  const console = new FakeConsole()
  console.add(viewOf(3, 'aix3', { state: 'Running', resourceConfig: true }))
  console.add(viewOf(4, 'aix4', { state: 'Running', resourceConfig: true }))
  console.add(viewOf(5, 'off5', { resourceConfig: true }))
  console.add(viewOf(6, 'ofw6', { state: 'Open Firmware', resourceConfig: true }))
  return console
}

/** Commands and RMC calls of a change in one sequence: `step 0`, `rmc 3 add 8`. */
function sequence(console: FakeConsole, line: string): { events: string[]; exitStatus: number; stderr: string } {
  const events: string[] = []
  const rmc = console.rmcAnswer
  console.rmcAnswer = (request, ordinal) => {
    flush()
    events.push(`rmc ${request.id} ${request.direction} ${request.count}`)
    return rmc(request, ordinal)
  }
  let seen = 0
  const flush = (): void => {
    for (const { name, data } of console.asked.slice(seen)) {
      const batch = name === 'dynamic.step' ? ` ${(data as { batch: number }).batch}` : ''
      if (!name.startsWith('lpar.')) events.push(`${name.replace(/^.*\./, '')}${batch}`)
    }
    seen = console.asked.length
  }
  const { exitStatus, stderr } = console.line(line)
  flush()
  console.rmcAnswer = rmc
  return { events, exitStatus, stderr }
}

describe('order', () => {
  test('add: the hypervisor gives each batch before the operating system takes it', () => {
    const console = system()
    expect(sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 1152`)).toEqual({
      events: ['begin', 'step 0', 'rmc 3 add 5', 'step 1', 'rmc 3 add 4', 'finish'],
      exitStatus: 0,
      stderr: '',
    })
    expect(console.asked[2]?.data).toEqual({ id: 3, direction: 'add', memoryMiB: 1152 })
    expect(console.rmcAsked[0]).toMatchObject({ id: 3, direction: 'add', resource: 'mem', count: 5 })
  })

  test('remove: the operating system gives each batch up before the hypervisor takes it', () => {
    expect(sequence(system(), `chhwres -r mem ${M} -o r -p aix3 -q 256`).events).toEqual([
      'begin',
      'rmc 3 remove 1',
      'step 0',
      'rmc 3 remove 1',
      'step 1',
      'finish',
    ])
  })

  test('move: source gives, hypervisor moves, target takes', () => {
    const console = system()
    expect(sequence(console, `chhwres -r proc ${M} -o m -p aix3 -t aix4 --procs 2 --procunits 0.57`).events).toEqual([
      'begin',
      ...['rmc 3 remove 1', 'step 0', 'rmc 4 add 1'],
      ...['rmc 3 remove 1', 'step 1', 'rmc 4 add 1'],
      'finish',
    ])
    expect(console.asked.find(({ name }) => name === 'dynamic.begin')?.data).toEqual({
      id: 3,
      to: 4,
      direction: 'move',
      procs: 2,
      hundredths: 57,
    })
  })

  test('processing units alone are one change without a processor', () => {
    const console = system()
    console.batches = 1
    const { events } = sequence(console, `chhwres -r proc ${M} -o a --id 3 --procunits 1.5`)
    expect(events).toEqual(['begin', 'step 0', 'rmc 3 add 0', 'finish'])
    expect(console.asked[2]?.data).toEqual({ id: 3, direction: 'add', hundredths: 150 })
  })
})

describe('who is asked', () => {
  test('no operating system of a partition that is not activated', () => {
    expect(sequence(system(), `chhwres -r mem ${M} -o a -p off5 -q 256`).events).toEqual(['begin', 'step 0', 'step 1', 'finish'])
    expect(sequence(system(), `chhwres -r mem ${M} -o m -p off5 -t aix4 -q 256`).events).toEqual([
      ...['begin', 'step 0', 'rmc 4 add 1', 'step 1', 'rmc 4 add 1', 'finish'],
    ])
  })

  test.each([
    ['one in Open Firmware', '-o a -p ofw6 -q 128', 'ofw6', 2],
    ['the target of a move', '-o m -p off5 -t ofw6 -q 128', 'ofw6', 3],
    ['the source of a move', '-o m -p ofw6 -t aix3 -q 128', 'ofw6', 3],
  ])('%s cannot answer: HSCL2957', (_, options, name, commands) => {
    const console = system()
    const outcome = console.line(`chhwres -r mem ${M} ${options}`)
    expect(outcome).toMatchObject({ exitStatus: 1, commands })
    expect(outcome.stderr).toMatch(new RegExp(`^HSCL2957 .* the partition ${name} or `))
    expect(console.names()).not.toContain('dynamic.begin')
  })

  test('a move to itself is no move', () => {
    const console = system()
    expect(console.line(`chhwres -r mem ${M} -o m -p aix3 --tid 3 -q 128`).stderr).toMatch(/have an invalid value are --tid\./)
  })
})

describe('a change of which only a part was done', () => {
  test('keeps that part: the hypervisor knows how much it is', () => {
    const console = system()
    console.rmcAnswer = ({ count, direction }, ordinal) =>
      direction === 'add' && ordinal === 1 ? { ok: true, done: count - 1, reason: 'refused' } : { ok: true, done: count }
    console.batches = 3
    const { events, exitStatus, stderr } = sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 1152`)
    expect(events).toEqual(['begin', 'step 0', 'rmc 3 add 3', 'step 1', 'rmc 3 add 3', 'finish'])
    expect(console.asked.at(-1)?.data).toEqual({ stage: 1 })
    expect(exitStatus).toBe(1)
    expect(stderr).toBe(
      'HSCL294C The dynamic addition of memory resources failed: the operating system of partition aix3 completed 2 of 3, ' +
        'the hypervisor refused the rest.\n',
    )
    expect([...console.openStages]).toEqual([])
  })

  test('ends at once when the operating system gives nothing up', () => {
    const console = system()
    console.rmcAnswer = () => ({ ok: true, done: 0, reason: 'in-use' })
    const { events, stderr } = sequence(console, `chhwres -r proc ${M} -o r -p aix3 --procs 2`)
    expect(events).toEqual(['begin', 'rmc 3 remove 1', 'finish'])
    expect(stderr).toMatch(/^HSCL294D The dynamic removal of processor resources failed: .* aix3 completed 0 of 1, the rest is in use\.$/m)
  })

  test('passes on what was given up, and no more', () => {
    const console = system()
    console.rmcAnswer = ({ count, direction }) => ({ ok: true, done: direction === 'remove' ? count - 1 : count })
    const { events } = sequence(console, `chhwres -r mem ${M} -o m -p aix3 -t aix4 -q 512`)
    expect(events).toEqual(['begin', 'rmc 3 remove 2', 'step 0', 'rmc 4 add 1', 'finish'])
  })

  test('gives the source of a move back what the target did not take', () => {
    const console = system()
    console.rmcAnswer = ({ count, id, direction }) => ({ ok: true, done: id === 4 && direction === 'add' ? count - 2 : count })
    const { events, stderr } = sequence(console, `chhwres -r mem ${M} -o m -p aix3 -t aix4 -q 768`)
    expect(events).toEqual(['begin', 'rmc 3 remove 3', 'step 0', 'rmc 4 add 3', 'rmc 3 add 2', 'finish'])
    expect(stderr).toMatch(/^HSCL294C .* aix4 completed 1 of 3\.$/m)
  })

  test('holds what an operating system that does not answer may still take', () => {
    const console = system()
    console.rmcAnswer = () => ({ ok: false, done: 0, unknown: true })
    const { events, stderr } = sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 256`)
    expect(events).toEqual(['begin', 'step 0', 'rmc 3 add 1', 'finish'])
    expect(console.asked.at(-1)?.data).toEqual({ stage: 1, hold: true })
    expect(stderr).toMatch(/^HSCL294C .* did not answer in time; restore the resources with rsthwres\.$/m)
  })
})

describe('a change that the hypervisor stops', () => {
  test('gives the source of a move its own back', () => {
    const console = system()
    console.failures.set('dynamic.step', { status: 'refused', reason: 'memory-insufficient' })
    const { events, stderr } = sequence(console, `chhwres -r mem ${M} -o m -p aix3 -t aix4 -q 256`)
    expect(events).toEqual(['begin', 'rmc 3 remove 1', 'step 0', 'rmc 3 add 1', 'abandon'])
    expect(stderr).toMatch(/^HSCL294C /)
  })

  test('after a finish without an answer nothing is handed back: it may have happened', () => {
    const console = system()
    console.failures.set('dynamic.finish', { status: 'timed-out' })
    const { events, stderr } = sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 256`)
    expect(events).toEqual(['begin', 'step 0', 'rmc 3 add 1', 'step 1', 'rmc 3 add 1', 'finish', 'abandon'])
    expect(stderr).toMatch(/may have been performed or not/)
  })

  test('because the partition has gone down says that it is in no state for it', () => {
    const console = system()
    console.failures.set('dynamic.finish', { status: 'refused', reason: 'stage-not-found' })
    expect(sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 256`).stderr).toMatch(/^HSCL05DF /)
  })
})

describe('time', () => {
  test.each([
    ['', 300 - 4e-6],
    [' -w 2', 120 - 4e-6],
    [' -w 0', undefined],
  ])('of the operating systems is bounded by -w, 5 minutes by default, none for 0:%s', (wait, seconds) => {
    const console = system()
    console.batches = 1
    console.line(`chhwres -r mem ${M} -o a -p aix3 -q 128${wait}`)
    // One microsecond a command: list, read and begin go before the clock runs, the step after.
    const expected = seconds === undefined ? undefined : Math.round((seconds + 3e-6) * 1e9)
    expect(console.rmcAsked[0]?.timeoutNs).toBe(expected)
  })
})

describe('an I/O slot', () => {
  test('goes by its DRC index, in one batch', () => {
    const console = system()
    console.batches = 1
    expect(sequence(console, `chhwres -r io --rsubtype slot ${M} -o a -p aix3 -l 21010003`)).toMatchObject({
      events: ['begin', 'step 0', 'rmc 3 add 1', 'finish'],
      exitStatus: 0,
    })
    expect(console.asked[2]?.data).toEqual({ id: 3, direction: 'add', drcIndex: 0x21010003 })
    expect(console.rmcAsked[0]).toMatchObject({ resource: 'slot', count: 1, drcIndex: 0x21010003 })
  })

  test.each(['-l 2101', '-l 2101000G', ''])('needs eight hexadecimal digits: %s', (option) => {
    expect(system().line(`chhwres -r io --rsubtype slot ${M} -o r -p aix3 ${option}`).stderr).toMatch(/have an invalid value are -l\./)
  })

  test('of another partition is refused with the message of the direction', () => {
    const console = system()
    console.failures.set('dynamic.begin', { status: 'refused', reason: 'io-slot-in-use' })
    expect(console.line(`chhwres -r io --rsubtype slot ${M} -o a -p aix3 -l 21010003`).stderr).toMatch(/^HSCL294C .* I\/O slot /)
  })
})

describe('rsthwres', () => {
  test('looks at every partition without -p, and restores those that hold resources', () => {
    const console = system()
    console.add(viewOf(7, 'new7'))
    expect(console.line(`rsthwres -r mem ${M}`)).toMatchObject({ exitStatus: 0, stdout: '', stderr: '' })
    expect(console.names().filter((name) => name === 'lpar.read').length).toBe(5)
    expect(console.names().filter((name) => name === 'dynamic.restore').length).toBe(4)
  })

  test('asks nothing of a partition that is not there', () => {
    expect(system().line(`rsthwres -r proc ${M} -p nobody`).stderr).toMatch(/^HSCL8012 /)
  })
})
