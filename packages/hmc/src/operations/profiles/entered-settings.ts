// Configuration data of mksyscfg and chsyscfg, from -i, and the partition that they are about. A file (-f) would be one of the console's
// own, and it has none that anybody made.

import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { readSettings, type SettingRule, type SettingsResult } from '../../cli/settings.js'
import type { PartitionKey } from '../find-partition.js'

/** `command` is what a not simulated attribute is called by. */
export function enteredSettings(rules: readonly SettingRule[], options: OptionReader, command: string): SettingsResult {
  const file = options.text('-f')
  if (file !== undefined) return { ok: false, reply: refused('fileNotFound', { name: file }) }
  return readSettings(rules, options.required('-i'), `${command} -i`)
}

type KeyResult = { readonly ok: true; readonly key: PartitionKey } | { readonly ok: false; readonly reply: LineReply }

/** The partition that configuration data is about, by two attributes of which one has to be there. */
export function keyFromSettings(
  settings: { text(name: string): string | undefined; number(name: string): number | undefined },
  nameAttribute: 'name' | 'lpar_name',
): KeyResult {
  const name = settings.text(nameAttribute)
  if (name !== undefined) return { ok: true, key: { name } }
  const id = settings.number('lpar_id')
  return id === undefined ? { ok: false, reply: refused('missingParameter', { names: '-i' }) } : { ok: true, key: { id } }
}
