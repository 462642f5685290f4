// Messages about who may change a system: rows of the message catalogue.
// The other rows, and what the columns mean, are in messages.ts.

export const arbitrationMessages = {
  notController: {
    id: '',
    source: 'K',
    text: 'The operation is not allowed on the managed system {system}: {detail}. Only the controller may change it; the others may read.',
  },
} as const
