// What a console says of its release, by its version: `V7R7.9.0`, `V10R3 M1060`. Service packs and builds of the versions that public
// captures show are theirs; of others the service pack is the one that the version names, and the build an estimate of the same form.

import type { Generation } from '../generation/generation.js'

export interface ConsoleRelease {
  readonly base: string
  readonly servicePack: string
  /** As `lshmc -V` prints it, without the last line end. */
  readonly text: string
}

/** Captured of V7R7.9.0 SP3 and of V10R3 M1060; the others estimates. */
const builds: Readonly<Record<Generation, { readonly servicePack: string; readonly build: string; readonly fixes: readonly string[] }>> = {
  v7r7: { servicePack: '3', build: '20151216.1', fixes: [] },
  v8r8: { servicePack: '0', build: '20161103.1', fixes: [] },
  v10r3: { servicePack: '1060', build: '2408210051', fixes: ['MF71689 - HMC V10R3 M1060'] },
  v11r1: { servicePack: '1110', build: '2506110051', fixes: [] },
}

/** `V7R7.9.0` of `V7R7.9.0`, `V10R3` of `V10R3 M1060`. */
export function baseVersion(version: string): string {
  return version.split(' ')[0] ?? version
}

export function releaseOf(version: string, generation: Generation): ConsoleRelease {
  const base = baseVersion(version)
  const [, number = '', release = ''] = /^V(\d+)R(\S+)$/.exec(base) ?? []
  const known = builds[generation]
  const servicePack = /\bM(\d+)/.exec(version)?.[1] ?? known.servicePack
  const isKnown = servicePack === known.servicePack
  const lines = [
    ` Version: ${number}`,
    ` Release: ${release}`,
    ` Service Pack: ${servicePack}`,
    `HMC Build level ${known.build}`,
    ...(isKnown ? known.fixes : []),
  ]
  return { base, servicePack, text: lines.join('\n') }
}
