// Messages letter for letter as public captures and pages have them (github randomparity/hmc-mcp: V10R3 M1060; ManageIQ provider for the
// HMC: V8R8.6; pypowervm's test data; powercampus.de; dissertation 4.2), English locale, with the parameters of the capture filled in.

import { expect, test } from 'vitest'
import { type MessageName, messages } from '../src/index.js'
import { messageText } from '../src/cli/messages.js'

const retry = 'Please check your entry and retry the command.'

const captured: readonly (readonly [MessageName, Readonly<Record<string, string | number>>, string])[] = [
  ['noResults', {}, 'No results were found.'],
  [
    'missingParameter',
    { names: '-m' },
    'The command entered is either missing a required parameter or a parameter value is invalid. ' +
      `The parameters that are missing or have an invalid value are -m. ${retry}`,
  ],
  ['invalidParameter', { names: '--gid' }, `An invalid parameter was entered.  The parameters --gid are not valid.  ${retry}`],
  ['partitionNotFound', { name: 'zz-no-such-lpar' }, `HSCL8012 The partition named zz-no-such-lpar was not found.  ${retry}`],
  ['profileNotFound', { name: 'gone' }, 'HSCL800F The partition profile named "gone" was not found.'],
  ['mustBeNotActivated', {}, 'HSCL05EA The partition must be in the Not Activated state to perform this operation.'],
  [
    'notInState',
    {},
    'HSCL05DF The partition is not in a state under which this operation can be performed. Check the state of the partition.',
  ],
  [
    'sharedMemoryNotSupported',
    {},
    'HSCLA4A0 The operation failed because the managed system does not support Active Memory Sharing or ' +
      'partition suspend and resume operations.',
  ],
  [
    'virtualAdapterMissing',
    { partition: 'lpar5', id: 40 },
    'HSCLA457 Partition lpar5(40) cannot be activated because its profile is missing a necessary virtual I/O adapter. Shared memory ' +
      'partitions are required to have at least one virtual I/O adapter of any type other than virtual serial.',
  ],
  [
    'alreadyManaged',
    { address: '9.124.62.24' },
    'HSC18026 The system with IP address or host name 9.124.62.24 is already managed by this management console.',
  ],
]

test.each(captured)('%s', (name, parameters, text) => {
  expect(messageText(name, parameters)).toBe(text)
  expect(messages[name].source).toBe('C')
})

test('the start of HSCL2957, which the capture cuts off', () => {
  const start =
    'HSCL2957 Either there is currently no RMC connection between the management console and the partition rhel7 or the partition does ' +
    'not support dynamic partitioning operations. Verify the network setup '
  expect(messageText('noRmc', { name: 'rhel7' }).startsWith(start)).toBe(true)
})
