// Dynamic partitioning: order of hypervisor steps and operating-system calls, who is asked, and what is handed back after a failure.

import { describe, expect, test } from 'vitest'
import { FakeConsole, viewOf } from './operation-fake-console.js'

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
    expect(console.rmcAsked[0]).toEqual({ id: 3, direction: 'add', resource: 'mem', count: 5 })
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

describe('a change is made whole or not at all', () => {
  test('an operating system that takes only a part gives it back', () => {
    const console = system()
    console.rmcAnswer = ({ count, direction }, ordinal) =>
      direction === 'add' && ordinal === 1 ? { ok: true, done: count - 1 } : { ok: true, done: count }
    const { events, exitStatus, stderr } = sequence(console, `chhwres -r mem ${M} -o a -p aix3 -q 1152`)
    expect(events).toEqual(['begin', 'step 0', 'rmc 3 add 5', 'step 1', 'rmc 3 add 4', 'rmc 3 remove 8', 'abandon'])
    expect(exitStatus).toBe(1)
    expect(stderr).toBe(
      'HSCL294C The dynamic addition of memory resources failed: the operating system of partition aix3 completed 3 of 4.\n',
    )
    expect([...console.openStages]).toEqual([])
  })

  test('one that gives nothing up ends the removal at once', () => {
    const console = system()
    console.rmcAnswer = () => ({ ok: false, done: 0 })
    const { events, stderr } = sequence(console, `chhwres -r proc ${M} -o r -p aix3 --procs 2`)
    expect(events).toEqual(['begin', 'rmc 3 remove 1', 'abandon'])
    expect(stderr).toMatch(/^HSCL294D The dynamic removal of processor resources failed: .* aix3 completed 0 of 1\.$/m)
  })

  test('a refused step of a move gives the source its own back', () => {
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
})
