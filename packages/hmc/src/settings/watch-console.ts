// monhmc: what the console's own disk, memory and swap space hold, once. Watching on and on is not simulated. The line of memory has the
// form of a public capture; sizes of file systems are estimates, since nothing in the simulation fills them.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, notSimulated, printed, refused } from '../cli/line-reply.js'
import { messageText } from '../cli/messages.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { LineScope } from '../operations/line-scope.js'

const fileSystems = [
  { device: '/dev/sda2', kib: 16_121_184, used: 6_103_128, mounted: '/' },
  { device: '/dev/sda3', kib: 6_040_320, used: 238_584, mounted: '/var' },
  { device: '/dev/sda7', kib: 8_056_524, used: 1_611_304, mounted: '/dump' },
  { device: '/dev/sda8', kib: 10_079_084, used: 503_952, mounted: '/extra' },
]

export function watchConsole(resource: string) {
  return function* run({ context }: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
    if (options.count('-n') !== 0) {
      if (options.count('-n') === undefined) return refused('missingParameter', { names: '-n' })
      return notSimulated(`monhmc -n ${options.required('-n')}`, messageText('invalidParameter', { names: '-n' }))
    }
    const totalKib = Math.floor(context.settings.model.memoryBytes / 1024)
    if (resource === 'disk') return printed(diskTable())
    if (resource === 'mem') {
      const usedKib = Math.floor(totalKib * 0.8)
      return printed(
        `Mem:  ${kib(totalKib)} total, ${kib(usedKib)} used, ${kib(totalKib - usedKib)} free, ${kib(Math.floor(totalKib / 12))} buffers`,
      )
    }
    return printed(`Swap: ${kib(2_040_212)} total, ${kib(0)} used, ${kib(2_040_212)} free, ${kib(Math.floor(totalKib / 4))} cached`)
  }
}

function kib(value: number): string {
  return `${value}k`.padStart(9)
}

function diskTable(): string {
  const rows = fileSystems.map(({ device, kib: size, used, mounted }) => {
    const percentage = `${Math.ceil((100 * used) / size)}%`.padStart(4)
    const amounts = [size, used, size - used].map((amount) => String(amount).padStart(9))
    return [device.padEnd(20), ...amounts, percentage, mounted].join(' ')
  })
  return ['Filesystem           1K-blocks      Used Available Use% Mounted on', ...rows].join('\n')
}
