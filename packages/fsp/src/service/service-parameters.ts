// What serviceability and run-time care of a machine are made of. Times are simulated, ns; sizes are bytes unless a name says otherwise.
// The values with their sources are a preset's.

import type { LawSpec } from '@powersim/kernel'
import type { DumpType } from '@powersim/protocol'
import type { EnergyParameters } from '../runtime/energy.js'
import type { CorrectedErrorParameters } from '../runtime/hardware-errors.js'
import type { SensorParameters } from '../runtime/sensors.js'
import type { CapacityParameters } from './capacity-on-demand.js'
import type { FirmwareParameters } from './code-update.js'
import type { DumpParameters } from './dumps.js'
import type { LogLimits } from './log-store.js'
import type { MachineParts } from './vital-product-data.js'

export interface ServiceParameters {
  readonly logs: LogLimits & {
    /** Processor time to make, keep and pass on one error log. */
    readonly work: LawSpec
    /** Logs under way to one console, not yet acknowledged. */
    readonly window: number
  }
  readonly dumps: Readonly<Record<DumpType, DumpParameters>>
  readonly firmware: FirmwareParameters
  readonly capacity: CapacityParameters
  readonly parts: MachineParts
}

export interface RuntimeParameters {
  readonly sensors: SensorParameters
  readonly correctedErrors: CorrectedErrorParameters
  readonly energy: EnergyParameters
}
