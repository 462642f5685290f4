// Messages about configuration data that is kept: profiles of partitions, and the files that data may come from. Rows of the catalogue in
// messages.ts.

export const configurationMessages = {
  systemProfileNotFound: {
    id: '',
    source: 'K',
    text: 'The system profile named {name} was not found.  Please check your entry and retry the command.',
  },
  systemProfileNameInUse: { id: '', source: 'K', text: 'The managed system already has a system profile named {name}.' },
  systemProfileInvalid: { id: '', source: 'K', text: 'The system profile is not valid: {detail}.' },
  processorPoolNotFound: {
    id: '',
    source: 'K',
    text: 'The shared processor pool {name} was not found.  Please check your entry and retry the command.',
  },
  processorPoolNameInUse: { id: '', source: 'K', text: 'The managed system already has a shared processor pool named {name}.' },
  processorPoolInUse: { id: '', source: 'K', text: 'The shared processor pool is in use: {detail}.' },
  processorPoolInvalid: { id: '', source: 'K', text: 'The amounts of the shared processor pool are not valid: {detail}.' },
  fileExists: { id: '', source: 'K', text: 'The file {name} exists already. Specify another name, or --force to replace it.' },
  noSpace: { id: '', source: 'K', text: 'There is no space left on the management console for the file {name}.' },
  environmentMismatch: { id: '', source: 'K', text: 'The profile data do not fit the managed system: {detail}.' },
  switchNameInUse: { id: '', source: 'K', text: 'The managed system already has a virtual switch named {name}.' },
  switchInUse: { id: '', source: 'K', text: 'The virtual switch {name} cannot be removed: {detail}.' },
  switchLimit: { id: '', source: 'K', text: 'The virtual switch {name} cannot be added: {detail}.' },
  fileNotFound: {
    id: '',
    source: 'K',
    text: 'The file {name} does not exist or cannot be read.  Please check your entry and retry the command.',
  },
  noOsShutdown: {
    id: 'HSCL0DB4',
    source: 'K',
    text:
      'The operating system of the partition {name} cannot be shut down, since there is no RMC connection between it and the management ' +
      'console. Use the shutdown operation instead.',
  },
  profileNameInUse: {
    id: '',
    source: 'K',
    text: 'The partition already has a profile named {name}.  Please check your entry and retry the command.',
  },
  profileInUse: {
    id: '',
    source: 'K',
    text: 'The partition profile {name} cannot be removed, since it is the default profile of its partition.',
  },
  profileDataMissing: {
    id: '',
    source: 'K',
    text: 'The partition profile cannot be created, since required attributes are missing. The attributes that are missing are {names}.',
  },
} as const
