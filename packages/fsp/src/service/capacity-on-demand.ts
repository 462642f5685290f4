// Capacity on demand: what is installed beyond what was bought, and the ways to have it: activated for good, on trial, On/Off by the day,
// utility by the minute (IBM Capacity on Demand; history codes as `lscod -t hist` shows them). Which parts those are is of no matter: the
// hypervisor is told how much of each resource it may hand out.

import { hours, minutes, type Simulation, type Timer } from '@powersim/kernel'
import { type CapacityKind, type CapacityResource, capacityResources, type ReplyOf } from '@powersim/protocol'
import { type Activation, readActivationCode } from './activation-code.js'

export interface CapacityParameters {
  /** Bought with the machine: processors and MiB; null: all that is installed. */
  readonly processors: number | null
  readonly memoryMiB: number | null
  /** How long a trial lasts, ns. */
  readonly trialNs: number
}

export type CapacityRefusal = 'capacity-code' | 'capacity-state'

export interface CapacityWiring {
  readonly system: string
  readonly serialNumber: string
  readonly installed: Readonly<Record<CapacityResource, number>>
  /** More or less of a resource is activated: the hypervisor takes it or gives it back, as far as it is free. */
  readonly activated: (resource: CapacityResource, change: number) => void
}

/** Entries of the history kept (estimate). */
const HISTORY_KEPT = 256
const DAY_NS = hours(24)
const MINUTE_NS = minutes(1)

/** History codes: for good and on trial, by resource; the reserve codes stand for On/Off and utility capacity (estimate). */
const historyCodes: Readonly<Record<'activation' | 'reserve', Readonly<Record<CapacityResource, string>>>> = {
  activation: { proc: 'HSCL0301', mem: 'HSCL0302' },
  reserve: { proc: 'HSCL0327', mem: 'HSCL0328' },
}

interface Account {
  permanent: number
  trial: { state: 'available' | 'running' | 'used'; amount: number; endNs: number }
  onOff: { state: 'not-enabled' | 'available' | 'running'; amount: number; daysLeft: number; requestEndNs: number }
  utility: { enabled: boolean; grantedMinutes: number; usedMinutes: number }
  readonly trialEnds: Timer
  readonly dayEnds: Timer
  readonly minuteEnds: Timer
}

export class CapacityOnDemand {
  private readonly simulation: Simulation
  private readonly wiring: CapacityWiring
  private readonly trialNs: number
  private readonly accounts: Readonly<Record<CapacityResource, Account>>
  private readonly history: { timeNs: number; code: string; text: string }[] = []
  /** Place of the next code in the machine's sequence. */
  private sequence = 1
  /** Spare processors that have taken the place of failing ones. */
  private spared = 0

  constructor(simulation: Simulation, parameters: CapacityParameters, wiring: CapacityWiring) {
    this.simulation = simulation
    this.wiring = wiring
    this.trialNs = parameters.trialNs
    const bought = { proc: parameters.processors, mem: parameters.memoryMiB }
    const { system } = wiring
    const trial = simulation.handler(`${system}.fsp.trial-ends`, (resource: CapacityResource) => this.endTrial(resource))
    const day = simulation.handler(`${system}.fsp.capacity-day`, (resource: CapacityResource) => this.endDay(resource))
    const minute = simulation.handler(`${system}.fsp.capacity-minute`, (resource: CapacityResource) => this.countMinute(resource))
    const account = (resource: CapacityResource): Account => ({
      permanent: Math.min(wiring.installed[resource], bought[resource] ?? wiring.installed[resource]),
      trial: { state: 'available', amount: 0, endNs: 0 },
      onOff: { state: 'not-enabled', amount: 0, daysLeft: 0, requestEndNs: 0 },
      utility: { enabled: false, grantedMinutes: 0, usedMinutes: 0 },
      trialEnds: simulation.timer(trial, resource),
      dayEnds: simulation.timer(day, resource),
      minuteEnds: simulation.timer(minute, resource),
    })
    this.accounts = { proc: account('proc'), mem: account('mem') }
  }

  /** Installed and not activated in any way. */
  spare(resource: CapacityResource): number {
    return this.wiring.installed[resource] - this.active(resource) - (resource === 'proc' ? this.spared : 0)
  }

  /** A processor that was never activated takes the place of a failing one; false when there is none. */
  useSpareProcessor(): boolean {
    if (this.spare('proc') < 1) return false
    this.spared++
    return true
  }

  /** What is not activated is kept from the hypervisor, which starts with all that is installed. */
  withhold(): void {
    for (const resource of capacityResources) {
      const spare = this.spare(resource)
      if (spare > 0) this.wiring.activated(resource, -spare)
    }
  }

  read(resource: CapacityResource): ReplyOf<'capacity.read'> {
    const { permanent, trial, onOff, utility } = this.accounts[resource]
    const minutesLeft = utility.grantedMinutes - utility.usedMinutes
    return {
      installed: this.wiring.installed[resource],
      permanent,
      available: this.spare(resource),
      trial: { ...trial },
      onOff: { ...onOff },
      utility: { enabled: utility.enabled, minutesLeft, minutesUsed: utility.usedMinutes },
      sequence: this.sequence,
    }
  }

  /** Enters a code: all of its effect, or none. */
  enter(code: string): Activation | CapacityRefusal {
    const activation = readActivationCode(this.wiring.serialNumber, code)
    if (activation === undefined || activation.sequence !== this.sequence) return 'capacity-code'
    const refusal = this.activate(activation)
    if (refusal !== null) return refusal
    this.sequence++
    return activation
  }

  /** Asks for On/Off capacity for some days, 0 of it for none: a day is paid for when it begins. */
  request(resource: CapacityResource, amount: number, days: number): CapacityRefusal | null {
    const { onOff, dayEnds } = this.accounts[resource]
    if (onOff.state === 'not-enabled') return 'capacity-state'
    if (amount === 0) return this.stop('onoff', resource)
    if (onOff.state === 'running' || days === 0 || amount > this.spare(resource) || amount * days > onOff.daysLeft) return 'capacity-state'
    onOff.state = 'running'
    onOff.amount = amount
    onOff.requestEndNs = this.simulation.now + days * DAY_NS
    onOff.daysLeft -= amount
    dayEnds.start(DAY_NS)
    this.note('reserve', resource, amount, 'On/Off')
    this.wiring.activated(resource, amount)
    return null
  }

  stop(kind: CapacityKind, resource: CapacityResource): CapacityRefusal | null {
    const { trial, onOff, utility, minuteEnds } = this.accounts[resource]
    if (kind === 'trial' && trial.state === 'running') this.endTrial(resource)
    else if (kind === 'onoff' && onOff.state === 'running') this.endOnOff(resource)
    else if (kind === 'utility' && utility.enabled) {
      utility.enabled = false
      minuteEnds.stop()
      this.wiring.activated(resource, -1)
    } else return 'capacity-state'
    return null
  }

  entries(): ReplyOf<'capacity.history'> {
    return { entries: this.history.map((entry) => ({ ...entry })) }
  }

  private active(resource: CapacityResource): number {
    const { permanent, trial, onOff, utility } = this.accounts[resource]
    return permanent + trial.amount + onOff.amount + (utility.enabled ? 1 : 0)
  }

  private activate({ kind, resource, amount }: Activation): CapacityRefusal | null {
    const account = this.accounts[resource]
    const spare = this.spare(resource)
    switch (kind) {
      case 'cuod':
        if (amount === 0 || amount > spare) return 'capacity-state'
        account.permanent += amount
        this.note('activation', resource, amount, 'permanent')
        this.wiring.activated(resource, amount)
        return null
      case 'trial':
        if (account.trial.state !== 'available' || amount === 0 || amount > spare) return 'capacity-state'
        account.trial = { state: 'running', amount, endNs: this.simulation.now + this.trialNs }
        account.trialEnds.start(this.trialNs)
        this.note('activation', resource, amount, 'trial')
        this.wiring.activated(resource, amount)
        return null
      case 'onoff':
        if (amount === 0) return 'capacity-state'
        if (account.onOff.state === 'not-enabled') account.onOff.state = 'available'
        account.onOff.daysLeft += amount
        return null
      case 'utility':
        if (amount === 0 || (!account.utility.enabled && spare === 0)) return 'capacity-state'
        account.utility.grantedMinutes += amount
        if (!account.utility.enabled) this.enableUtility(resource)
        return null
    }
  }

  /** One unit more that is paid for by the minute while it is enabled. */
  private enableUtility(resource: CapacityResource): void {
    const { utility, minuteEnds } = this.accounts[resource]
    utility.enabled = true
    minuteEnds.start(MINUTE_NS)
    this.note('reserve', resource, 1, 'utility')
    this.wiring.activated(resource, 1)
  }

  private countMinute(resource: CapacityResource): void {
    const { utility, minuteEnds } = this.accounts[resource]
    utility.usedMinutes++
    if (utility.usedMinutes >= utility.grantedMinutes) this.stop('utility', resource)
    else minuteEnds.start(MINUTE_NS)
  }

  private endTrial(resource: CapacityResource): void {
    const { trial, trialEnds } = this.accounts[resource]
    trialEnds.stop()
    this.wiring.activated(resource, -trial.amount)
    trial.amount = 0
    trial.state = 'used'
  }

  /** A day of On/Off capacity is over: the next one is paid for, or it ends. */
  private endDay(resource: CapacityResource): void {
    const { onOff, dayEnds } = this.accounts[resource]
    if (this.simulation.now === onOff.requestEndNs || onOff.daysLeft < onOff.amount) this.endOnOff(resource)
    else {
      onOff.daysLeft -= onOff.amount
      dayEnds.start(DAY_NS)
    }
  }

  private endOnOff(resource: CapacityResource): void {
    const { onOff, dayEnds } = this.accounts[resource]
    dayEnds.stop()
    this.wiring.activated(resource, -onOff.amount)
    onOff.amount = 0
    onOff.requestEndNs = 0
    onOff.state = 'available'
  }

  private note(kind: keyof typeof historyCodes, resource: CapacityResource, amount: number, how: string): void {
    const what = resource === 'proc' ? `${amount} processors` : `${amount} MB of memory`
    this.history.push({ timeNs: this.simulation.now, code: historyCodes[kind][resource], text: `${what} activated (${how})` })
    if (this.history.length > HISTORY_KEPT) this.history.shift()
  }
}
