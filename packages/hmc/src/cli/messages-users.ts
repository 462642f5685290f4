// Messages about users, roles, logins and the console's settings: rows of the message catalogue.
// The other rows, and what the columns mean, are in messages.ts.

const retry = 'Please check your entry and retry the command.'

export const userMessages = {
  noAuthority: { id: 'HSCL350B', source: 'P', text: 'The user does not have the appropriate authority.' },
  userExists: { id: '', source: 'K', text: 'A user of the name {name} exists already.' },
  userInvalid: { id: '', source: 'K', text: 'The user {name} cannot be changed or made so: {detail}.' },
  userPredefined: { id: '', source: 'K', text: 'The user {name} is predefined and cannot be removed or changed so.' },
  passwordInvalid: { id: '', source: 'K', text: 'The password of the user {name} is not valid: {detail}.' },
  keyNotFound: { id: '', source: 'K', text: `The key {name} was not found.  ${retry}` },
  policyNotFound: { id: '', source: 'K', text: `The password policy {name} was not found.  ${retry}` },
  policyExists: { id: '', source: 'K', text: 'The password policy {name} exists already, or there are too many.' },
  policyPredefined: { id: '', source: 'K', text: 'The password policy {name} is predefined or active and cannot be changed or removed.' },
  roleNotFound: { id: '', source: 'K', text: `The role {name} was not found.  ${retry}` },
  roleExists: { id: '', source: 'K', text: 'The role {name} exists already, or there are too many.' },
  rolePredefined: { id: '', source: 'K', text: 'The role {name} is predefined and cannot be changed or removed.' },
  taskInvalid: { id: '', source: 'K', text: `The parent role has no task {name}.  ${retry}` },
  resourceInvalid: { id: '', source: 'K', text: `The managed resource {name} is not valid.  ${retry}` },
  settingExists: { id: '', source: 'K', text: 'The value {name} is set already, or there are too many.' },
  settingNotFound: { id: '', source: 'K', text: `The value {name} was not found.  ${retry}` },
  shutdownPending: { id: '', source: 'K', text: 'A shutdown of the management console is under way already.' },
  userNotFound: { id: '', source: 'K', text: `The user {name} was not found.  ${retry}` },
} as const
