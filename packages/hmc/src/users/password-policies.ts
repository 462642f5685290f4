// lspwdpolicy, mkpwdpolicy, chpwdpolicy and rmpwdpolicy: the policies of passwords and which one is active. Names of attributes are those
// of the Ansible collection for the HMC. What a policy asks for is password-policy.ts.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { AttributeTable } from '../cli/output-form.js'
import { readSettings, type SettingRule, type Settings } from '../cli/settings.js'
import type { LineScope } from '../operations/line-scope.js'
import { listing } from '../operations/listing.js'
import { type PasswordPolicy, POLICY_LIMIT } from './password-policy.js'

export const policyAttributes: AttributeTable<PasswordPolicy> = [
  { name: 'name', value: (policy) => policy.name },
  { name: 'description', value: (policy) => policy.description },
  { name: 'min_pwage', value: (policy) => policy.minAgeDays },
  { name: 'pwage', value: (policy) => policy.ageDays },
  { name: 'min_length', value: (policy) => policy.minLength },
  { name: 'hist_size', value: (policy) => policy.history },
  { name: 'warn_pwage', value: (policy) => policy.warnDays },
  { name: 'min_digits', value: (policy) => policy.minDigits },
  { name: 'min_uppercase_chars', value: (policy) => policy.minUppercase },
  { name: 'min_lowercase_chars', value: (policy) => policy.minLowercase },
  { name: 'min_special_chars', value: (policy) => policy.minSpecial },
]

/** Domain knowledge: no capture of the status is public. */
export const policyStatusAttributes: AttributeTable<PasswordPolicy | null> = [
  { name: 'status', value: (policy) => (policy === null ? 'inactive' : 'active') },
  { name: 'name', value: (policy) => policy?.name ?? 'none' },
]

const policySettings: readonly SettingRule[] = [
  { name: 'name', takes: 'text' },
  { name: 'new_name', takes: 'text' },
  { name: 'description', takes: 'text' },
  { name: 'min_pwage', takes: [0, 99_999] },
  { name: 'pwage', takes: [1, 99_999] },
  { name: 'min_length', takes: [8, 32] },
  { name: 'hist_size', takes: [0, 50] },
  { name: 'warn_pwage', takes: [0, 99_999] },
  { name: 'min_digits', takes: [0, 32] },
  { name: 'min_uppercase_chars', takes: [0, 32] },
  { name: 'min_lowercase_chars', takes: [0, 32] },
  { name: 'min_special_chars', takes: [0, 32] },
]

/** A policy that asks for nothing but the length that every password has. */
const mildest: PasswordPolicy = {
  name: '',
  description: '',
  minAgeDays: 0,
  ageDays: 99_999,
  minLength: 8,
  history: 0,
  warnDays: 7,
  minDigits: 0,
  minUppercase: 0,
  minLowercase: 0,
  minSpecial: 0,
}

export function* listPolicies({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(policyAttributes, [...context.users.policies.byName.values()], options.output)
}

export function* listPolicyStatus({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listing(policyStatusAttributes, [context.users.policies.active], options.output)
}

export function* makePolicy({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { byName } = context.users.policies
  const read = readSettings(policySettings, options.required('-i'), 'mkpwdpolicy')
  if (!read.ok) return read.reply
  const name = read.settings.text('name') ?? ''
  if (name === '' || read.settings.has('new_name')) return refused('missingParameter', { names: '-i' })
  if (byName.has(name) || byName.size >= POLICY_LIMIT) return refused('policyExists', { name })
  byName.set(name, policyWith(mildest, read.settings, name))
  return silent
}

export function* changePolicy({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { policies } = context.users
  const read = readSettings(policySettings, options.required('-i'), 'chpwdpolicy')
  if (!read.ok) return read.reply
  const name = read.settings.text('name') ?? ''
  const before = policies.byName.get(name)
  if (before === undefined) return refused('policyNotFound', { name })
  if (policies.isPredefined(name)) return refused('policyPredefined', { name })
  const after = policyWith(before, read.settings, read.settings.text('new_name') ?? name)
  if (after.name !== name && policies.byName.has(after.name)) return refused('policyExists', { name: after.name })
  policies.byName.delete(name)
  policies.byName.set(after.name, after)
  if (policies.active === before) policies.active = after
  return silent
}

export function* activatePolicy({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const name = options.required('-n')
  const policy = context.users.policies.byName.get(name)
  if (policy === undefined) return refused('policyNotFound', { name })
  context.users.policies.active = policy
  return silent
}

export function* deactivatePolicy({ context }: LineScope): Generator<Yieldable, LineReply> {
  context.users.policies.active = null
  return silent
}

export function* removePolicy({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const { policies } = context.users
  const name = options.required('-n')
  const policy = policies.byName.get(name)
  if (policy === undefined) return refused('policyNotFound', { name })
  if (policies.isPredefined(name) || policies.active === policy) return refused('policyPredefined', { name })
  policies.byName.delete(name)
  return silent
}

function policyWith(before: PasswordPolicy, settings: Settings, name: string): PasswordPolicy {
  const number = (attribute: string, value: number): number => settings.number(attribute) ?? value
  return {
    name,
    description: settings.text('description') ?? before.description,
    minAgeDays: number('min_pwage', before.minAgeDays),
    ageDays: number('pwage', before.ageDays),
    minLength: number('min_length', before.minLength),
    history: number('hist_size', before.history),
    warnDays: number('warn_pwage', before.warnDays),
    minDigits: number('min_digits', before.minDigits),
    minUppercase: number('min_uppercase_chars', before.minUppercase),
    minLowercase: number('min_lowercase_chars', before.minLowercase),
    minSpecial: number('min_special_chars', before.minSpecial),
  }
}
