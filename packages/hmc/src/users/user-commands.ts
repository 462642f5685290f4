// The grammar of the commands about users and their passwords: lshmcusr, mkhmcusr, chhmcusr, rmhmcusr, mkauthkeys, and the policies of
// passwords. Options are those of their manual pages; commands about roles are role-commands.ts.

import { type CommandRule, fields, flag, flags, option, options } from '../cli/command-rules.js'
import type { LineScope } from '../operations/line-scope.js'
import { changeKeys, changeUser, makeUser, removeUser } from './change-users.js'
import { listUsers, userAttributes, userFilters } from './list-users.js'
import {
  activatePolicy,
  changePolicy,
  deactivatePolicy,
  listPolicies,
  listPolicyStatus,
  makePolicy,
  policyAttributes,
  policyStatusAttributes,
  removePolicy,
} from './password-policies.js'

type Rule = CommandRule<LineScope>

const output = [fields, flag('--header')]
const plain = { kind: 'change', selectors: [], otherValues: {} } as const
const noOperation = { select: {}, operation: null, notSimulated: [] } as const

const lshmcusr: Rule = {
  name: 'lshmcusr',
  kind: 'list',
  selectors: ['-t'],
  otherValues: { '-t': { default: null } },
  variants: [{ '-t': 'user' }, {}].map((select) => ({
    select,
    operation: null,
    options: [option('--filter'), flag('--script'), ...output],
    required: [],
    notSimulated: [],
    attributes: userAttributes,
    filters: userFilters,
    run: listUsers,
  })),
}

const mkhmcusr: Rule = {
  name: 'mkhmcusr',
  ...plain,
  variants: [
    {
      ...noOperation,
      options: [...options('-u', '-a', '-d', '--passwd', '-i'), option('-M', 'positive'), option('--auth', ['local', 'kerberos', 'ldap'])],
      required: ['-u|-i'],
      exclusive: [['-u', '-i']],
      notSimulated: options('-f', '--remoteuser'),
      run: makeUser,
    },
  ],
}

const chhmcusr: Rule = {
  name: 'chhmcusr',
  ...plain,
  variants: [
    {
      ...noOperation,
      options: [
        ...options('-u', '-v', '-i'),
        option('-t', ['assign', 'desc', 'name', 'passwd', 'pwage', 'taskrole']),
        option('-o', ['a', 'r', 'e']),
        option('-r', ['resource', 'resourcerole']),
      ],
      required: ['-u|-i'],
      exclusive: [['-u', '-i']],
      notSimulated: options('-f'),
      run: changeUser,
    },
  ],
}

const rmhmcusr: Rule = {
  name: 'rmhmcusr',
  ...plain,
  variants: [{ ...noOperation, options: [option('-u')], required: ['-u'], notSimulated: [option('-t')], run: removeUser }],
}

const mkauthkeys: Rule = {
  name: 'mkauthkeys',
  ...plain,
  variants: [
    {
      ...noOperation,
      options: options('-a', '--add', '-r', '--remove', '-u'),
      required: ['-a|--add|-r|--remove'],
      exclusive: [['-a', '--add', '-r', '--remove']],
      notSimulated: [...flags('-g', '--test'), ...options('--ip', '-t', '--passwd')],
      run: changeKeys,
    },
  ],
}

const lspwdpolicy: Rule = {
  name: 'lspwdpolicy',
  kind: 'list',
  selectors: ['-t'],
  otherValues: {},
  variants: [
    { ...noOperation, select: { '-t': 'p' }, options: output, required: [], attributes: policyAttributes, run: listPolicies },
    { ...noOperation, select: { '-t': 's' }, options: output, required: [], attributes: policyStatusAttributes, run: listPolicyStatus },
  ],
}

const mkpwdpolicy: Rule = {
  name: 'mkpwdpolicy',
  ...plain,
  variants: [{ ...noOperation, options: [option('-i')], required: ['-i'], notSimulated: [option('-f')], run: makePolicy }],
}

const chpwdpolicy: Rule = {
  name: 'chpwdpolicy',
  kind: 'change',
  selectors: ['-o'],
  otherValues: {},
  variants: [
    { ...noOperation, select: { '-o': 'a' }, options: [option('-n')], required: ['-n'], run: activatePolicy },
    { ...noOperation, select: { '-o': 'd' }, options: [], required: [], run: deactivatePolicy },
    { ...noOperation, select: { '-o': 'm' }, options: [option('-i')], required: ['-i'], notSimulated: [option('-f')], run: changePolicy },
  ],
}

const rmpwdpolicy: Rule = {
  name: 'rmpwdpolicy',
  ...plain,
  variants: [{ ...noOperation, options: [option('-n')], required: ['-n'], run: removePolicy }],
}

export const userCommands: readonly Rule[] = [
  lshmcusr,
  mkhmcusr,
  chhmcusr,
  rmhmcusr,
  mkauthkeys,
  lspwdpolicy,
  mkpwdpolicy,
  chpwdpolicy,
  rmpwdpolicy,
]
