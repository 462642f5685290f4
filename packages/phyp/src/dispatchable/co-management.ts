// Co-management: of the consoles and management partitions of a system one may be its controller (before: master), and then only that one
// changes it; the others may read (NovaLink's co-management, pypowervm's RequestMaster and ReleaseMaster). Nobody is the controller until
// somebody asks to be. The authority outlives the controller's sessions and the hypervisor's power; another one may take it, except `keep`.

import type { Address, CommandDefinition, ReplyOf, RequestOf } from '@powersim/protocol'
import { partitionsOf } from './configuration.js'
import type { Hypervisor } from './hypervisor.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'
import type { Caller } from './stages.js'

type Controller = NonNullable<ReplyOf<'comanagement.read'>['controller']>

interface Authority {
  readonly controller: Controller
  /** Address of a console; null for a partition. */
  readonly source: Address | null
  /** Who gets it back from a `temp`. */
  readonly before: Authority | null
}

/** What ends an operation that was begun with the authority is let through. */
const ENDING = 'stage.abandon'

export class CoManagement {
  private authority: Authority | null = null

  /** Whether the sender of a command may only read, and this is more. */
  refuses({ commandClass, name }: CommandDefinition, source: Address): Refused | undefined {
    const { authority } = this
    if (authority === null || authority.source === source || commandClass === 'query' || commandClass === 'service') return undefined
    if (name === ENDING) return undefined
    const { controller } = authority
    return refused('not-controller', `${controller.name} is the controller of the system`, { controller: controller.name })
  }

  view(source: Address): ReplyOf<'comanagement.read'> {
    const { authority } = this
    return authority === null ? { own: false } : { controller: authority.controller, own: authority.source === source }
  }

  /** False when the present controller keeps it. */
  take(source: Address, controller: Controller): boolean {
    const { authority } = this
    const other = authority !== null && authority.source !== source
    if (other && authority.controller.type === 'keep') return false
    this.authority = { controller, source, before: controller.type === 'temp' ? withoutSource(authority, source) : null }
    return true
  }

  /** False for anybody but the controller. `heir`: the management partition. */
  release(source: Address, heir: string | undefined): boolean {
    const { authority } = this
    if (authority === null || authority.source !== source) return false
    const inherited: Authority | null =
      heir === undefined ? null : { controller: { kind: 'partition', name: heir, mtms: '', type: 'norm' }, source: null, before: null }
    this.authority = authority.before ?? inherited
    return true
  }

  /** A console has started again: what it had for a time it has no more. */
  startedAgain(source: Address): void {
    if (this.authority?.source === source && this.authority.controller.type === 'temp') this.authority = this.authority.before
  }
}

/** An authority and those behind it, without those of this console: it takes its own anew, so that each is in the line once. */
function withoutSource(authority: Authority | null, source: Address): Authority | null {
  if (authority === null) return null
  const before = withoutSource(authority.before, source)
  return authority.source === source ? before : { ...authority, before }
}

export function readControl({ coManagement }: Hypervisor, _: unknown, { source }: Caller): Outcome<ReplyOf<'comanagement.read'>> {
  return reply(coManagement.view(source))
}

export function takeControl(
  { coManagement }: Hypervisor,
  request: RequestOf<'comanagement.set'>,
  { source }: Caller,
): Outcome<ReplyOf<'comanagement.set'>> {
  if (coManagement.take(source, { kind: 'console', ...request })) return reply(coManagement.view(source))
  return refused('not-controller', 'the controller of the system keeps its authority')
}

export function releaseControl(hypervisor: Hypervisor, _: unknown, { source }: Caller): Outcome<ReplyOf<'comanagement.release'>> {
  const { coManagement, configuration } = hypervisor
  const heir = partitionsOf(configuration).find(({ managementCapable }) => managementCapable === true)?.name
  if (coManagement.release(source, heir)) return reply(coManagement.view(source))
  return refused('not-controller', 'only the controller gives its authority up')
}

export function readLock({ writeLock }: Hypervisor): Outcome<ReplyOf<'lock.read'>> {
  return reply({ kept: writeLock !== null, holder: writeLock?.holderNumber ?? 0 })
}

export function releaseLock(hypervisor: Hypervisor): Outcome<ReplyOf<'lock.release'>> {
  const was = readLock(hypervisor)
  hypervisor.writeLock?.release()
  return was
}
