// lspartition -dlpar: the partitions whose RMC agents this console has heard of, two lines each, in the form of public captures. It is what
// RMC knows: no managed system is asked. Operating systems are named as far as the console has read them.

import type { Yieldable } from '@powersim/kernel'
import type { RmcState } from '@powersim/protocol'
import { type LineReply, printed } from '../cli/line-reply.js'
import { rmcAddress } from '../operations/partitions/list-partitions.js'
import type { LineScope } from '../operations/line-scope.js'
import { systemKey } from '../users/managed-resource.js'

export function* listRmcPartitions({ context }: LineScope): Generator<Yieldable, LineReply> {
  const { users, user } = context
  const entries: string[] = []
  for (const [number, system] of context.systems().entries()) {
    const key = systemKey(system)
    const known = system.partitions.unavailable()
    for (const { id, state } of context.rmcPartitions(system)) {
      if (!users.holdsPartition(user, key, id)) continue
      const osVersion = known.find((view) => view.id === id)?.osVersion ?? ''
      const address = rmcAddress(number, id)
      entries.push(`<#${entries.length}> Partition:<${id}*${key}, , ${address}>\n${' '.repeat(7)}${abilities(osVersion, state)}`)
    }
  }
  return printed(entries.join('\n'))
}

/** Capabilities as captured of AIX 6.1 and 7.1 partitions; an inactive one has none. */
function abilities(osVersion: string, state: RmcState): string {
  const [name = '', version = '', ...level] = osVersion.split(' ')
  const os = `OS:<${name}, ${version}, ${level.join(' ')}>`
  return state === 'active'
    ? `Active:<1>, ${os}, DCaps:<0x2c5f>, CmdCaps:<0x4000001b, 0x1b>, PinnedMem:<1981>`
    : `Active:<0>, ${os}, DCaps:<0x0>, CmdCaps:<0x0, 0x0>, PinnedMem:<0>`
}
