// The table of tasks against the table of commands: every variant of every command has a rule, so that nothing is left to chance when a
// command comes in. What the rules say is checked in authority.oracle.test.ts.

import { describe, expect, it } from 'vitest'
import { commandRules } from '../src/operations/command-table.js'
import { predefinedTaskRoles, predefinedTasks, taskOf } from '../src/users/tasks.js'

const variants = commandRules.flatMap((command) => command.variants.map(({ select }) => ({ command: command.name, select })))

describe('the table of tasks', () => {
  it('has a rule for every variant of every command', () => {
    const without = variants.filter(({ command, select }) => taskOf(command, select) === undefined)
    expect(without, 'give each a row in src/users/tasks.ts').toEqual([])
  })

  it('names only selecting options and values that some variant has', () => {
    for (const { command, select } of variants) {
      const asked = taskOf(command, select)?.select ?? {}
      for (const [option, value] of Object.entries(asked)) expect(select[option], command).toBe(value)
    }
  })

  it('lets whoever may look at anything look at everything, and nobody but those who may change change', () => {
    for (const command of commandRules) {
      for (const { select } of command.variants) {
        const roles = taskOf(command.name, select)?.roles ?? []
        if (command.kind === 'list') expect([...roles], command.name).toEqual([...predefinedTaskRoles])
        else expect(roles, command.name).not.toContain('hmcviewer')
        expect(roles, command.name).toContain('hmcsuperadmin')
      }
    }
  })

  it('calls tasks by what they are done to and the command', () => {
    expect(predefinedTasks('hmcviewer')).toContain('lpar:lssyscfg')
    expect(predefinedTasks('hmcoperator')).toContain('lpar:chsysstate')
    expect(predefinedTasks('hmcviewer')).not.toContain('lpar:chsysstate')
  })
})
