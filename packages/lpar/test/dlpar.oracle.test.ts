// Published duration of a dynamic change inside an operating system: `drmgr -q 50` removed 50 logical memory blocks in 5.193 s, 104 ms each
// (avocado-misc-tests PR 3224), with the calibrated defaults, through the RTAS calls of every block.

import { seconds, Simulation } from '@powersim/kernel'
import { address, commandByName, type Message, PROTOCOL_VERSION } from '@powersim/protocol'
import { expect, it } from 'vitest'
import { type DlparAnswer, DlparAgent } from '../src/dlpar-agent.js'
import { aixGuest, linuxGuest, viosGuest } from '../src/index.js'
import { ConnectorDouble } from './connector-double.js'

it.each([aixGuest, linuxGuest, viosGuest])('$operatingSystem gives 50 regions up in 5.193 s within 5 %', ({ dlpar }) => {
  const simulation = new Simulation({ seed: 'oracle-1' })
  const connectors = new ConnectorDouble()
  const agent = new DlparAgent(simulation, { name: 'lpar3', lparId: 3, dlpar, queueLimit: 16, connectors })
  const data = { id: 3, direction: 'remove', resource: 'mem', count: 50 } as const
  const message: Message = {
    version: PROTOCOL_VERSION,
    flags: 0,
    opcode: commandByName('rmc.reconfigure').opcode,
    target: address('lpar', 3),
    source: address('hmc', 1),
    epoch: 1,
    sequence: 1,
    status: 0,
    data,
    bytes: 24,
    entity: 1,
    attempt: 0,
  }
  let done = 0
  const answered = simulation.handler<DlparAnswer>('answered', (answer) => {
    done = answer.done
  })
  agent.submit(message, data, answered)
  simulation.run()
  expect(done).toBe(50)
  expect(connectors.owned('mem')).toBe(50)
  expect(Math.abs(simulation.now / seconds(5.193) - 1)).toBeLessThan(0.05)
})
