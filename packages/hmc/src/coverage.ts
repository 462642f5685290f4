// What of a real console's command line is modelled, refused as a console without the feature refuses it, or not simulated: read off the
// tables that the lines are read by, so that it cannot say anything else than they do. Printing it is the `powersim` command's matter.

import type { CommandRule, OptionRule, VariantRule } from './cli/command-rules.js'
import type { FilterRule } from './cli/filter.js'
import type { AttributeRule } from './cli/output-form.js'
import { consoleCommands } from './cli/real-commands.js'
import { type Generation, type GenerationRange, generations, knows } from './generation/generation.js'
import { commandRules } from './operations/command-table.js'
import type { LineScope } from './operations/line-scope.js'

/**
 * `modelled`: it does what the model page says. `refused as real`: it answers as a console or system that lacks the feature does.
 * `not simulated`: it answers as an unknown one, and says on stderr that it is not simulated.
 */
export type CoverageStatus = 'modelled' | 'refused as real' | 'not simulated'

export interface CoverageRow {
  readonly kind: 'command' | 'variant' | 'option' | 'attribute' | 'filter'
  readonly command: string
  /** The options that select it, as they are typed: `-r lpar -o on`; empty for the only one of a command and for the command itself. */
  readonly variant: string
  /** Of the option (`--immed`), attribute (`lpar_id`) or filter (`lpar_names`); empty for a command and a variant. */
  readonly name: string
  readonly status: CoverageStatus
  /** The generations of consoles that have it. */
  readonly generations: readonly Generation[]
}

/** All that is known of the command line, in the order of the tables; of one generation only when it is given. */
export function coverage(generation?: Generation): readonly CoverageRow[] {
  const rows = [...commandRules.flatMap(commandRows), ...missingCommands()]
  return generation === undefined ? rows : rows.filter((row) => row.generations.includes(generation))
}

function missingCommands(): CoverageRow[] {
  return consoleCommands.map((command) => ({ ...commandRow(command), status: 'not simulated', generations }))
}

function commandRow(command: string): Pick<CoverageRow, 'kind' | 'command' | 'variant' | 'name'> {
  return { kind: 'command', command, variant: '', name: '' }
}

function commandRows(command: CommandRule<LineScope>): CoverageRow[] {
  return [
    {
      ...commandRow(command.name),
      status: command.variants.every(({ refuses }) => refuses === true) ? 'refused as real' : 'modelled',
      generations: having(command),
    },
    ...command.variants.flatMap((variant) => variantRows(command, variant)),
    ...Object.entries(command.otherValues).flatMap(([selector, others]) =>
      Object.entries(others).map(([value, message]): CoverageRow => {
        const status = message === null ? 'not simulated' : 'refused as real'
        return { ...commandRow(command.name), kind: 'variant', variant: `${selector} ${value}`, status, generations: having(command) }
      }),
    ),
  ]
}

function variantRows(command: CommandRule<LineScope>, variant: VariantRule<LineScope>): CoverageRow[] {
  const selected = Object.entries(variant.select).map(([selector, value]) => `${selector} ${value}`)
  const of = { command: command.name, variant: selected.join(' ') }
  const row = (
    kind: CoverageRow['kind'],
    { name, ...range }: OptionRule | FilterRule | AttributeRule,
    status: CoverageStatus,
  ): CoverageRow => ({ kind, ...of, name, status, generations: having(command, variant, range) })
  const served = variant.refuses === true ? 'refused as real' : 'modelled'
  return [
    ...(selected.length === 0 ? [] : [{ ...row('variant', { name: '' }, served), generations: having(command, variant) }]),
    ...variant.options.map((rule) => row('option', rule, served)),
    ...variant.notSimulated.map((rule) => row('option', rule, 'not simulated')),
    ...(variant.attributes ?? []).map((rule) => row('attribute', rule, served)),
    ...(variant.filters ?? []).map((rule) => row('filter', rule, rule.notSimulated === true ? 'not simulated' : served)),
  ]
}

/** The generations that all of some ranges hold. */
function having(...ranges: readonly GenerationRange[]): readonly Generation[] {
  return generations.filter((generation) => ranges.every((range) => knows(generation, range)))
}
