// Sequence diagrams from steps made by hand. Those of whole runs: packages/powersim/test/sequence.test.ts.

import { describe, expect, it } from 'vitest'
import { sequenceDiagram, type SequenceMessage, type SequenceOperation, type SequenceStep } from '../src/index.js'

const message = (over: Partial<SequenceMessage>): SequenceMessage => {
  const base = { kind: 'message' as const, command: 'c1', name: 'lpar.list', from: 'hmc', to: 'fsp' } // the literal that tells steps apart
  return { ...base, sentNs: 0, arrivedNs: 1_000_000, bytes: 64, status: null, attempt: 1, lost: null, ...over }
}

function operation(steps: readonly SequenceStep[], over: Partial<SequenceOperation> = {}): SequenceOperation {
  const participants = ['hmc', 'fsp', 'phyp'].map((name) => ({ name, label: name.toUpperCase() }))
  const base = { title: 'line 1', console: 'hmc', line: 'lssyscfg', exitStatus: 0, startNs: 0, endNs: 9_000_000, participants, steps }
  return { ...base, ...over }
}

const bodyOf = (steps: readonly SequenceStep[], over?: Partial<SequenceOperation>): string[] =>
  sequenceDiagram(operation(steps, over))
    .split('\n')
    .filter((line) => !/participant|sequenceDiagram|^%%/.test(line))
    .map((line) => line.trim())

describe('sequenceDiagram', () => {
  it('names only who takes part, in the given order', () => {
    const lines = sequenceDiagram(operation([message({})])).split('\n')
    expect(lines.slice(0, 4)).toEqual(['%% line 1', 'sequenceDiagram', '  participant P1 as HMC', '  participant P2 as FSP'])
  })

  it('draws a message that is under way at the end, and ends an activation that nobody ended', () => {
    const reply = message({ from: 'fsp', to: 'hmc', status: 'ok', sentNs: 2_000_000, arrivedNs: null })
    expect(bodyOf([message({ sentNs: 500_000 }), message({ sentNs: 600_000 }), reply])).toEqual([
      'Note over P1: lssyscfg [0.000 ms]',
      'P1->>P2: lpar.list, 64 B [0.500 → 1.000 ms]',
      'activate P2',
      'P1->>P2: lpar.list, 64 B [0.600 → 1.000 ms]',
      'activate P2',
      'P2--xP1: ok, 64 B [2.000 ms, still under way]',
      'deactivate P2',
      'Note over P1: returned 0 [9.000 ms]',
      'deactivate P2',
    ])
  })

  it('puts a late reply after the return', () => {
    const late = message({ from: 'fsp', to: 'hmc', status: 'ok', sentNs: 10_000_000, arrivedNs: 11_000_000 })
    expect(bodyOf([late, message({})]).slice(-3)).toEqual([
      'Note over P1: returned 0 [9.000 ms]',
      'P2-->>P1: ok, 64 B [10.000 → 11.000 ms]',
      'deactivate P2',
    ])
  })

  it('breaks a long line and cuts a very long one', () => {
    const [note = ''] = bodyOf([message({})], { line: `mksyscfg -i ${'name=value,'.repeat(40)}` })
    const rows = note.replace('Note over P1: ', '').split('<br/>')
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(65)
    expect(note).toContain('…')
    expect(rows.join('').length).toBeLessThan(200)
  })

  it('refuses an operation without a step', () => {
    expect(() => sequenceDiagram(operation([]))).toThrow("line 1: the operation 'lssyscfg' sent no command: there is nothing to draw")
  })
})
