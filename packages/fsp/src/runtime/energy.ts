// Power, temperature and clock of the server as its service processor sees and sets them (EnergyScale): load and clock make power, power
// and the room make temperature, temperature makes fans turn and, when they do not suffice, the clock go down. A model of first order,
// moved on at each sensor poll. The clock is told to consoles; the machine's processors run at one speed, so that nobody gets slower.

import type { PowerMode } from '@powersim/protocol'

export interface EnergyParameters {
  readonly ambientCelsius: number
  /** Share of the processors' time that is used, 0 to 1: nothing tells the service processor. */
  readonly load: number
  readonly idleWatts: number
  readonly maxWatts: number
  /** Kelvin per watt at the slowest fans. */
  readonly kelvinPerWatt: number
  /** Time constant of the temperature, ns. */
  readonly timeConstantNs: number
  readonly fanFromCelsius: number
  readonly throttleCelsius: number
  readonly criticalCelsius: number
}

/** Clock of each mode, percent of nominal: redbooks on POWER7 systems (P260: 50 % fixed, 95 % at most, up to 111.6 %). */
const clockOfMode: Readonly<Record<PowerMode, { readonly idle: number; readonly busy: number }>> = {
  none: { idle: 100, busy: 100 },
  static: { idle: 50, busy: 50 },
  dynamic_favor_power: { idle: 50, busy: 95 },
  dynamic_favor_perf: { idle: 50, busy: 111.6 },
}

/** Lowest clock that throttling goes to, and its step at a poll, percent (estimate). */
const MIN_CLOCK = 40
const THROTTLE_STEP = 5
/** Fans move at most this much more air than at their slowest (estimate). */
const FAN_RANGE = 2

export type ThermalState = 'normal' | 'warning' | 'critical'

export class Energy {
  mode: PowerMode = 'none'
  cap: { readonly watts: number; readonly kind: 'hard' | 'soft' } | null = null
  ambientCelsius: number
  /** 0 slowest to 100. */
  fanPercent = 0
  frequencyPercent = 100
  inletCelsius: number
  powerWatts: number
  load: number
  private readonly parameters: EnergyParameters
  private celsius: number
  private throttle = 0
  /** Parts of the air that failed fans no longer move. */
  private lostAir = 0

  constructor(parameters: EnergyParameters) {
    this.parameters = parameters
    this.ambientCelsius = parameters.ambientCelsius
    this.inletCelsius = parameters.ambientCelsius
    this.load = parameters.load
    this.powerWatts = this.power(100)
    this.celsius = parameters.ambientCelsius + this.powerWatts * parameters.kelvinPerWatt
  }

  /** Temperature of the hottest sensor. */
  get hottestCelsius(): number {
    return this.celsius
  }

  get capRange(): { readonly min: number; readonly max: number } {
    return { min: Math.ceil(this.power(MIN_CLOCK)), max: Math.floor(this.parameters.maxWatts) }
  }

  /** A fan fails: one of so many. */
  loseFan(of: number): void {
    this.lostAir = Math.min(0.9, this.lostAir + 1 / Math.max(1, of))
  }

  /** Moves on by so much time; `running`: the server is on. `booting`: power savers are off. */
  step(elapsedNs: number, running: boolean, booting: boolean): ThermalState {
    const { kelvinPerWatt, timeConstantNs, fanFromCelsius, throttleCelsius, criticalCelsius } = this.parameters
    this.setClock(booting)
    this.powerWatts = running ? this.power(this.frequencyPercent) : 0
    this.inletCelsius = this.ambientCelsius
    const air = (1 + (FAN_RANGE * this.fanPercent) / 100) * (1 - this.lostAir)
    const target = this.ambientCelsius + (this.powerWatts * kelvinPerWatt) / air
    this.celsius += (target - this.celsius) * Math.min(1, elapsedNs / timeConstantNs)
    const span = throttleCelsius - fanFromCelsius
    this.fanPercent = Math.round(Math.max(0, Math.min(100, ((this.celsius - fanFromCelsius) / span) * 100)))
    if (this.celsius > throttleCelsius) this.throttle += THROTTLE_STEP
    else this.throttle = Math.max(0, this.throttle - THROTTLE_STEP)
    if (this.celsius >= criticalCelsius) return 'critical'
    return this.celsius > throttleCelsius ? 'warning' : 'normal'
  }

  /** Power at a clock: the part that work makes grows with the square of it (voltage follows frequency; estimate). */
  private power(clockPercent: number): number {
    const { idleWatts, maxWatts } = this.parameters
    const clock = clockPercent / 100
    return idleWatts + (maxWatts - idleWatts) * this.load * clock * clock
  }

  private setClock(booting: boolean): void {
    const { idle, busy } = clockOfMode[booting ? 'none' : this.mode]
    let clock = Math.max(MIN_CLOCK, idle + (busy - idle) * this.load - this.throttle)
    if (this.cap !== null) while (clock > MIN_CLOCK && this.power(clock) > this.cap.watts) clock -= 1
    this.frequencyPercent = Math.max(MIN_CLOCK, clock)
  }
}
