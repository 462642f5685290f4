// One line of a script as a sequence diagram: what is drawn, on both paths, with losses and retries, and what is refused.

import { lineOfMessage } from '@powersim/hmc'
import { MAX_DRAWN_COMMANDS } from '@powersim/report'
import { describe, expect, it } from 'vitest'
import { policies, presets, runWorkload, type RunWatcher, SequenceRecording, workloads } from '../src/index.js'

interface How {
  readonly policy?: 'fsp-only' | 'by-target'
  readonly machine?: object
  readonly watcher?: RunWatcher
}

function diagram(script: string, line: number, { policy = 'by-target', machine = {}, watcher }: How = {}): string {
  const sequence = new SequenceRecording(line)
  runWorkload({
    machine: { ...presets.power520, ...machine },
    workload: workloads.text(script, 'look', 'look.hmc'),
    policy: policy === 'fsp-only' ? policies.fspOnly() : policies.byTarget(),
    seed: 'sequence',
    noise: false,
    watchers: watcher === undefined ? [sequence] : [watcher, sequence],
  })
  return sequence.text()
}

const query = 'lshwres -r mem -m p520 --level sys -F curr_avail_sys_mem'
const create = (name: string): string =>
  `mksyscfg -r lpar -m p520 -i "name=${name},profile_name=normal,lpar_env=aixlinux,min_mem=512,desired_mem=1024,max_mem=4096,` +
  'proc_mode=shared,min_procs=1,desired_procs=1,max_procs=4,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=2.0,' +
  'sharing_mode=uncap,uncap_weight=128"'

describe('a diagram', () => {
  it('shows a query of the hypervisor go through the service processor', () => {
    expect(diagram(`# a comment\n${query}`, 2, { policy: 'fsp-only' })).toBe(
      [
        '%% line 2 of look.hmc',
        'sequenceDiagram',
        '  participant P1 as hmc1',
        '  participant P2 as p520 FSP',
        '  participant P3 as p520 PHYP',
        '  Note over P1: lshwres -r mem -m p520 --level sys -F<br/>curr_avail_sys_mem [0.000 ms]',
        '  P1->>P2: memory.system, 1024 B [1.500 → 2.396 ms]',
        '  activate P2',
        '  P2->>P3: memory.system, 1024 B [5.396 → 5.774 ms]',
        '  activate P3',
        '  P3-->>P2: ok, 4096 B [6.274 → 7.036 ms]',
        '  deactivate P3',
        '  P2-->>P1: ok, 4096 B [10.036 → 12.114 ms]',
        '  deactivate P2',
        '  Note over P1: returned 0 [13.614 ms]',
      ].join('\n'),
    )
  })

  it('shows the lost request, the time-out and the retry under the same key', () => {
    let dropped = false
    const watcher: RunWatcher = {
      prepared: ({ bus }) => {
        bus.fate = ({ message }) => {
          if (dropped || lineOfMessage(message) === null) return { do: 'pass' }
          dropped = true
          return { do: 'drop' }
        }
      },
    }
    const text = diagram(query, 1, { machine: { hmc: { commandTimeout: '2s' } }, watcher })
    expect(text.split('\n').slice(6, 10)).toEqual([
      '  P1-xP2: memory.system, 1024 B [1.500 ms, lost: fate]',
      '  Note over P1: memory.system: try 1 via nets timed-out [2001.500 ms]',
      '  Note over P1: memory.system: try 2, same key [2001.500 ms]',
      '  P1->>P2: memory.system, try 2, 1024 B [2003.000 → 2003.187 ms]',
    ])
  })

  it('shows a command that no path took', () => {
    const text = diagram('! fsp.reset\nlsled -r sa -t phys -m p520', 2)
    expect(text).toContain('service.leds: try 1 via fsp disconnected')
    expect(text).toContain('returned 1 [')
    expect(text).not.toContain('>>')
  })

  it('shows what the operating system of a partition is asked', () => {
    const activate = 'chsysstate -r lpar -m p520 -o on -n aix1 -f normal'
    const text = diagram(`${create('aix1')}\n${activate}\n@+600s chhwres -r mem -m p520 -o a -p aix1 -q 1024`, 3)
    expect(text).toMatch(/participant (P\d) as p520 partitions \(RMC\)\n[^]*P1->>\1: rmc\.reconfigure, [^]*\1-->>P1: ok, /)
  })

  it('is of the first execution of a line in a block', () => {
    const block = `repeat 3\n  ${query}\nend`
    expect(diagram(block, 2)).toContain('1.500 → ')
    expect(diagram(block, 2).match(/memory\.system/g)).toHaveLength(2)
    expect(diagram(`parallel 4\n  ${query}\nend`, 2).match(/memory\.system/g)).toHaveLength(2)
  })

  it('folds an operation of many commands, and says how many more there were', () => {
    const script = `repeat 14\n  ${create('aix$i')}\nend\nlssyscfg -r lpar -m p520 -F name`
    const text = diagram(script, 4)
    const requests = text.match(/P1->>/g) ?? []
    expect(requests).toHaveLength(MAX_DRAWN_COMMANDS)
    // One lpar.list and one lpar.read per partition: 14 and the three of the machine.
    expect(text).toContain(`Note over P1: ${18 - MAX_DRAWN_COMMANDS} more commands, not drawn<br/>returned 0 [`)
  })

  it('keeps what was typed from being read as Mermaid', () => {
    const text = diagram('lssyscfg -r lpar -m p520 --filter "lpar_names=<i>;%%{x}&#end"', 1)
    expect(text).toContain('#34;lpar_names=#60;i#62;#59;#37;#37;#123;x#125;#38;#35;end#34; [0.000 ms]')
  })
})

describe('refused', () => {
  const codeOf = (script: string, line: number): unknown => {
    try {
      return diagram(script, line)
    } catch (error) {
      return error
    }
  }

  it.each([
    ['a line that the script does not have', query, 7, 'no-line', /line 7: expected a console line of look\.hmc: it has 1$/],
    ['a directive', `repeat 2\n${query}\nend`, 1, 'no-line', /it has 2$/],
    ['an event', `! fsp.reset\n${query}`, 1, 'no-line', /it has 2$/],
    ['a line that sends no command', `${query}\necho hello`, 2, 'nothing-to-draw', /'echo hello' sent no command/],
    ['a script without lines', '# nothing\n', 1, 'no-line', /it has none$/],
  ])('%s', (_what, script, line, code, message) => {
    const error = codeOf(script, line)
    expect(error).toMatchObject({ name: 'ReportError', code })
    expect(String(error)).toMatch(message)
  })
})
