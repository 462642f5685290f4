// The operation table: known commands only, and numbers of commands that lie within its own ranges for usual contents.

import { describe, expect, it } from 'vitest'
import { commandCatalogue, commandsOf, type OperationDefinition, type OperationName, operationTable, type StepPer } from '../src/index.js'

type Counts = Partial<Record<StepPer, number>>

/** The smallest and the largest content that is usual: 1 to 64 partitions, up to 6 adapters, up to 10 batches and so on. */
const usualContents: Record<OperationName, readonly [least: Counts, most: Counts]> = {
  connect: [{}, {}],
  'lssyscfg sys': [{}, {}],
  'lssyscfg lpar': [{ partition: 1 }, { partition: 64 }],
  'lssyscfg prof': [{ profile: 1 }, { profile: 64 }],
  'lshwres mem sys': [{}, {}],
  'lshwres mem lpar': [{ partition: 1 }, { partition: 64 }],
  'lshwres proc sys': [{}, {}],
  'lshwres proc lpar': [{ partition: 1 }, { partition: 64 }],
  'lsrefcode sys': [{}, {}],
  'lsrefcode lpar': [{ partition: 1 }, { partition: 64 }],
  lssvcevents: [{ batch: 1 }, { batch: 3 }],
  chsvcevent: [{}, {}],
  lsled: [{}, {}],
  chled: [{}, {}],
  lsfru: [{ batch: 1 }, { batch: 3 }],
  lsdump: [{}, {}],
  startdump: [{}, {}],
  getdump: [{ batch: 1 }, { batch: 64 }],
  rmdump: [{}, {}],
  lslic: [{}, {}],
  'updlic install': [{ batch: 8 }, { batch: 512 }],
  'updlic accept': [{ batch: 1 }, { batch: 20 }],
  lspwrmgmt: [{}, {}],
  chpwrmgmt: [{}, {}],
  'lscod cap': [{}, {}],
  'lscod hist': [{}, {}],
  chcod: [{}, {}],
  'mksyscfg lpar': [{ adapter: 0 }, { adapter: 6 }],
  'chsyscfg lpar': [{}, {}],
  'chsyscfg prof': [{ section: 1 }, { section: 4 }],
  'mksyscfg prof': [{ adapter: 0 }, { adapter: 6 }],
  'mksyscfg prof save': [{}, {}],
  'chsyscfg lpar apply': [{}, {}],
  'rmsyscfg prof': [{}, {}],
  'lssyscfg sysprof': [{}, {}],
  'mksyscfg sysprof': [{}, {}],
  'chsyscfg sysprof': [{}, {}],
  'rmsyscfg sysprof': [{}, {}],
  'chsysstate sysprof on': [
    { partition: 1, adapter: 0 },
    { partition: 5, adapter: 15 },
  ],
  'chsysstate sys onsysprof': [
    { partition: 1, adapter: 0 },
    { partition: 5, adapter: 15 },
  ],
  bkprofdata: [{ partition: 1 }, { partition: 64 }],
  rstprofdata: [{ partition: 0 }, { partition: 64, section: 1 }],
  'rmsyscfg lpar': [{}, {}],
  'chsysstate lpar on': [
    { partition: 1, adapter: 0 },
    { partition: 1, adapter: 5 },
  ],
  'chsysstate lpar shutdown': [{ partition: 1 }, { partition: 1 }],
  'chsysstate lpar osshutdown': [{ partition: 1 }, { partition: 1 }],
  'chsysstate lpar chkey': [{}, {}],
  'chsysstate sys on': [{}, {}],
  'chsysstate sys off': [{}, {}],
  'chsysstate sys recover': [{}, {}],
  'chsysstate sys rebuild': [{}, {}],
  'chsysstate sys spfailover': [{}, {}],
  'chsysstate sys chkey': [{}, {}],
  chsyspwd: [{}, {}],
  'chsyscfg sys': [{}, {}],
  'chhwres vswitch add': [{}, {}],
  'chhwres vswitch remove': [{}, {}],
  'chhwres mem add': [{ batch: 1 }, { batch: 10 }],
  'chhwres mem remove': [{ batch: 1 }, { batch: 10 }],
  'chhwres mem move': [
    { partition: 2, batch: 1 },
    { partition: 2, batch: 10 },
  ],
  'chhwres mem set': [{}, {}],
  'lshwres mempool': [{}, {}],
  'lshwres mempool pgdev': [{}, {}],
  'chhwres mempool add': [{}, {}],
  'chhwres mempool set': [{}, {}],
  'chhwres mempool remove': [{}, {}],
  'chhwres mempool pgdev add': [{}, {}],
  'chhwres mempool pgdev remove': [{}, {}],
  'chhwres proc add': [{ batch: 1 }, { batch: 10 }],
  'chhwres proc remove': [{ batch: 1 }, { batch: 10 }],
  'chhwres proc move': [
    { partition: 2, batch: 1 },
    { partition: 2, batch: 10 },
  ],
  'chhwres proc set': [{}, { section: 1 }],
  'chhwres procpool set': [{}, {}],
  'chhwres io add': [{ batch: 1 }, { batch: 1 }],
  'chhwres virtualio add': [{ batch: 1 }, { batch: 1 }],
  'chhwres virtualio remove': [{ batch: 1 }, { batch: 1 }],
  'chhwres virtualio set': [{}, {}],
  viosrvcmd: [{}, {}],
  'lshwres virtualio': [{ partition: 1 }, { partition: 64 }],
  'lshwres virtualio vswitch': [{}, {}],
  'chhwres io remove': [{ batch: 1 }, { batch: 1 }],
  'chhwres io move': [
    { partition: 2, batch: 1 },
    { partition: 2, batch: 1 },
  ],
  lpar_netboot: [
    { adapter: 2, batch: 3 },
    { adapter: 6, batch: 8 },
  ],
  lsmemopt: [{ partition: 1 }, { partition: 64 }],
  lslparmigr: [{}, {}],
  lscomgmt: [{}, {}],
  chcomgmt: [{}, {}],
  lslock: [{}, {}],
  rmlock: [{}, {}],
  mkvterm: [{ batch: 1 }, { batch: 900 }],
  rmvterm: [{}, {}],
  'rsthwres mem': [{ partition: 1 }, { partition: 64 }],
  'rsthwres proc': [{ partition: 1 }, { partition: 64 }],
  'rsthwres io': [{ partition: 1 }, { partition: 64 }],
  'lshwres proc pool': [{}, {}],
  'lshwres procpool': [{}, {}],
  'lshwres io slot': [{}, {}],
}

const table: readonly (OperationDefinition & { name: OperationName })[] = operationTable
const known = new Set(commandCatalogue.map(({ name }) => name))

describe.each(table.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  it('issues commands of the catalogue, and at least one', () => {
    for (const { command, or = [] } of operation.steps) for (const each of [command, ...or]) expect(known).toContain(each)
    expect(operation.steps.length).toBeGreaterThan(0)
  })

  it('issues as many as its range says, for usual contents', () => {
    const [low, high] = operation.usual
    const [least, most] = usualContents[name].map((counts) => commandsOf(operation, counts))
    expect(least).toBeGreaterThanOrEqual(low)
    expect(most).toBeLessThanOrEqual(high)
    expect(least).toBeLessThanOrEqual(most ?? 0)
  })
})

it('operations have names of their own', () => {
  const names = table.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

it('commands are counted by content: once per operation, per partition, per batch', () => {
  const named = (wanted: OperationName): OperationDefinition => table.find(({ name }) => name === wanted) ?? expect.fail()
  expect(commandsOf(named('connect'), { partition: 9 })).toBe(4)
  expect(commandsOf(named('lssyscfg lpar'), {})).toBe(1)
  expect(commandsOf(named('lssyscfg lpar'), { partition: 7 })).toBe(8)
  expect(commandsOf(named('chhwres mem move'), { partition: 2, batch: 3 })).toBe(8)
  expect(commandsOf(named('chsyscfg prof'), { section: 2 })).toBe(6)
})
