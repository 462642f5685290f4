// Events of a console: every command that changes something, who typed it and how it ended, as public scripts read them.

import { minutes } from '@powersim/kernel'
import { expect, test } from 'vitest'
import { capturedSystem } from './captured-system.js'

const M = '-m 9131-52A-6535CCG'

test('a console keeps what was done at it, but no passwords', () => {
  const console = capturedSystem()
  expect(console.line('lssvcevents -t console').stdout).toBe('No results were found.\n')
  console.line(`chsyscfg -r lpar ${M} -i "name=nim1,description=DLPAR server"`)
  console.line(`lssyscfg -r lpar ${M}`)
  console.line(`chsysstate -r lpar ${M} -o on -n ghost`)
  console.line(`chsyspwd -t access ${M} --passwd old-one --newpasswd new-one`)
  expect(console.line('lssvcevents -t console').stdout.trimEnd().split('\n')).toEqual([
    `time=06/03/2013 08:00:00,"text=HSCE2346 User name hscroot: chsyscfg -r lpar ${M} -i name=nim1,description=DLPAR server ` +
      'command was executed successfully."',
    `time=06/03/2013 08:00:00,text=HSCE2347 User name hscroot: chsysstate -r lpar ${M} -o on -n ghost command failed.`,
    expect.stringMatching(/HSCE234\d User name hscroot: chsyspwd -t access .* --passwd \*\*\*\* --newpasswd \*\*\*\* command/),
  ])
})

test('events are those of the last days or minutes', () => {
  const console = capturedSystem()
  console.line(`chsysstate -r lpar ${M} -o on -n ghost`)
  console.simulation.run(minutes(10))
  console.line(`chsysstate -r lpar ${M} -o on -n spirit`)
  const count = (line: string): number => console.line(line).stdout.trimEnd().split('\n').length
  expect([count('lssvcevents -t console -i 5 -F text'), count('lssvcevents -t console -d 1 -F text')]).toEqual([1, 2])
})
