// Messages about users, roles and logins: rows of the message catalogue.
// The other rows, and what the columns mean, are in messages.ts.

const retry = 'Please check your entry and retry the command.'

export const userMessages = {
  noAuthority: { id: 'HSCL350B', source: 'P', text: 'The user does not have the appropriate authority.' },
  userNotFound: { id: '', source: 'K', text: `The user {name} was not found.  ${retry}` },
} as const
