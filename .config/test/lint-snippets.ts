// Code that the linter must refuse, each with the rules it must trip, and code that it must let pass.
// lint.test.ts writes them to files and lints them in one run. What the rules are for is said where they are configured.

import { mayImport, packageName, runCode } from '../lint/import-table.mjs'

const header = '// What lives here.\n// What does not, and why.\n\n'

export interface Snippet {
  what: string
  at: string
  code: string
  /** The diagnostics that it must give, in any order, one entry each; none for clean code. */
  rules: readonly string[]
}

export const snippets: Snippet[] = []
function snippet(what: string, folder: string, code: string, rules: readonly string[], name = `case-${snippets.length}.ts`): void {
  snippets.push({ what, at: `${folder}/${name}`, code, rules })
}
const inKernel = 'packages/kernel/src'
const inPlic = 'packages/phyp/src/plic'
const inHot = 'packages/hmc/src/channel/hot'
const inTest = 'packages/kernel/test'

// Reproducible run code
const globals = [
  'Date.now()', 'new Date()', 'performance.now()', 'setTimeout(_go, 1)', 'setInterval(_go, 1)', 'setImmediate(_go)', 'queueMicrotask(_go)',
  'process.hrtime()', 'fetch(_go)', 'globalThis.go', 'new WeakRef(_go)', 'new Intl.Collator()', 'crypto.randomUUID()', 'console.log(_go)',
  'new SharedArrayBuffer(1)', 'new FinalizationRegistry(_go)', 'Atomics.load(_go, 0)',
]
const use = (expression: string, index: number) => `export const run${index} = (_go: never): unknown => ${expression}\n`
for (const folder of runCode) {
  snippet(
    `clock, timers and other ambient things in ${folder}`,
    `packages/${folder}/src`,
    header + globals.map(use).join(''),
    globals.map(() => 'eslint(no-restricted-globals)'),
  )
}
const inexact = ['log', 'log2', 'log10', 'log1p', 'exp', 'expm1', 'pow', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2']
  .concat(['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'cbrt', 'hypot'])
for (const name of inexact) {
  snippet(`Math.${name}`, inKernel, `${header}export const run = (x: number): number => Math.${name}(x, x)\n`, ['powersim(exact-math)'])
}
const mathAliases = ['export const { log } = Math', 'export const m = Math', "export const f = (name: 'log'): unknown => Math[name]"]
for (const line of mathAliases) snippet(line, inKernel, `${header}${line}\n`, ['powersim(exact-math)'])
snippet('x ** y', inKernel, `${header}export const run = (x: number): number => x ** 2\n`, ['powersim(exact-math)'])
snippet('x **= y', inKernel, `${header}export function run(x: number): number {\n  x **= 2\n  return x\n}\n`, ['powersim(exact-math)'])
snippet(
  'exact Math and powers of two',
  inKernel,
  `${header}export const run = (x: number): number => Math.floor(Math.sqrt(x)) + 2 ** 53\n`,
  [],
)
for (const at of [inKernel, inTest, 'packages/report/src', 'examples']) {
  snippet(`Math.random in ${at}`, at, `${header}export const run = (): number => Math.random()\n`, [
    'eslint(no-restricted-properties)',
    ...(at === inKernel ? ['powersim(exact-math)'] : []),
  ])
}
for (const name of ['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase']) {
  snippet(name, inKernel, `${header}export const run = (a: string): unknown => a.${name}('b')\n`, ['eslint(no-restricted-properties)'])
}
snippet('async function', inKernel, `${header}export async function run() {}\n`, ['oxc(no-async-await)'])
snippet('async arrow', inKernel, `${header}export const run = async () => 1\n`, ['oxc(no-async-await)'])
snippet('async generator', inKernel, `${header}export async function* run() {\n  yield 1\n}\n`, ['oxc(no-async-await)'])
snippet('Promise value', inKernel, `${header}export const run = (): unknown => Promise.resolve(1)\n`, ['eslint(no-restricted-globals)'])
for (const type of ['Promise<1>', 'PromiseLike<1>', 'AsyncIterable<1>', 'AsyncGenerator<1>']) {
  snippet(`${type} as a type`, inKernel, `${header}export type Later = ${type}\n`, ['typescript(no-restricted-types)'])
}
snippet('import()', inKernel, `${header}export const run = (): unknown => import('./case-0.js')\n`, ['powersim(static-imports)'])
snippet(
  'import type of a package in a type',
  'packages/bus/src',
  `${header}export type Policy = import('@powersim/routing').RoutingPolicy\n`,
  ['powersim(static-imports)', 'typescript(consistent-type-imports)'],
)
snippet(
  'let at module level',
  inKernel,
  `${header}export let count = 0\nexport const add = (): number => (count += 1)\n`,
  ['powersim(no-module-state)'],
)
snippet('empty Map at module level', inKernel, `${header}export const seen = new Map<string, number>()\n`, ['powersim(no-module-state)'])
for (const none of ['ReadonlyMap<string, number> = new Map()', 'readonly number[] = []']) {
  snippet(`an empty ${none} at module level`, inKernel, `${header}export const none: ${none}\n`, [])
}
snippet('constant table at module level', inKernel, `${header}export const names = new Map([['a', 1]])\n`, [])
snippet('node: import in run code', inKernel, `${header}export { join } from 'node:path'\n`, ['eslint(no-restricted-imports)'])
const outsideARun = `${header}export const later = async (): Promise<number> => Date.now()\n`
snippet('clock and promises outside of a run', 'packages/report/src', outsideARun, [])
snippet('clock and promises outside of a run', 'packages/powersim/src', outsideARun, [])
snippet('promises in the worker pool', 'packages/experiment/src/workers', outsideARun, [])
snippet('Node in the worker pool', 'packages/experiment/src/workers', `${header}export { join } from 'node:path'\n`, [])
snippet('another package in the worker pool', 'packages/experiment/src/workers', `${header}export { x } from '@powersim/bus'\n`, [
  'eslint(no-restricted-imports)',
])

// Import directions
for (const [folder, allowed] of Object.entries(mayImport) as [string, readonly string[]][]) {
  const importOf = (name: string, index: number) => `export type { T${index} } from '${packageName(name)}'\n`
  const importsOf = (names: readonly string[]) => names.map(importOf).join('')
  const banned = Object.keys(mayImport).filter((other) => !allowed.includes(other))
  snippet(`${folder} imports what it may`, `packages/${folder}/src`, `${header}export const here = 1\n${importsOf(allowed)}`, [])
  snippet(
    `${folder} imports what it may not`,
    `packages/${folder}/src`,
    header + importsOf(banned),
    banned.map(() => 'eslint(no-restricted-imports)'),
  )
}
const directions = [
  ['kernel', '@powersim/protocol'], ['bus', '@powersim/routing'], ['fsp', '@powersim/hmc'], ['hmc', '@powersim/fsp'],
  ['phyp', '@powersim/managed-system'], ['experiment', '@powersim/protocol'], ['report', 'powersim'], ['powersim', '@powersim/testkit'],
]
for (const [folder, name] of directions) {
  const forms = [
    `import { x } from '${name}'\nexport const y = x`,
    `import type { X } from '${name}'\nexport type Y = X`,
    `export { x } from '${name}'`,
  ]
  for (const form of forms) {
    snippet(
      `${folder}: ${form.replace('\n', '; ')}`,
      `packages/${folder}/src/room`,
      `${header}${form}\n`,
      ['eslint(no-restricted-imports)'],
    )
  }
}
for (const name of ['@powersim/kernel/src', '@powersim/kernel/src/station.js', '@powersim/kernel/dist/index.js']) {
  for (const at of ['packages/bus/src', 'packages/bus/test', 'packages/report/src', 'examples']) {
    snippet(`${name} from ${at}`, at, `${header}export { x } from '${name}'\n`, ['eslint(no-restricted-imports)'])
  }
}
snippet(
  'a relative import that leaves src',
  'packages/bus/src/link',
  `${header}export { x } from '../../../kernel/src/index.js'\n`,
  ['powersim(stay-inside)'],
)
snippet(
  'a relative import of a test from src',
  'packages/bus/src',
  `${header}export { x } from '../test/double.js'\n`,
  ['powersim(stay-inside)'],
)
snippet(
  'a relative type import that leaves',
  'packages/bus/src',
  `${header}import type { X } from '../../kernel/src/x.js'\nexport type Y = X\n`,
  ['powersim(stay-inside)',],
)
snippet(
  'a test that reaches into another package',
  'packages/bus/test',
  `${header}export { x } from '../../kernel/src/x.js'\n`,
  ['powersim(stay-inside)'],
)
snippet('a test that reaches into its own src', 'packages/bus/test', `${header}export { x } from '../src/link.js'\n`, [])
snippet('a parent folder inside src', 'packages/bus/src/link', `${header}export { x } from '../session.js'\n`, [])
snippet(
  'import cycle, one half',
  inKernel,
  `${header}import { b } from './ring-b.js'\nexport const a = (): number => b()\n`,
  ['import(no-cycle)'],
  'ring-a.ts',
)
snippet(
  'import cycle, other half',
  inKernel,
  `${header}import { a } from './ring-a.js'\nexport const b = (): number => a()\n`,
  ['import(no-cycle)'],
  'ring-b.ts',
)
snippet(
  'types may refer to each other, one half',
  inKernel,
  `${header}import type { B } from './pair-b.js'\nexport type A = { b: B }\n`,
  [],
  'pair-a.ts',
)
snippet(
  'types may refer to each other, other half',
  inKernel,
  `${header}import type { A } from './pair-a.js'\nexport type B = { a: A }\n`,
  [],
  'pair-b.ts',
)

// Hot code
const inFunction = (body: string) => `${header}export function run(_a: number[], _m: Map<string, number>): unknown {\n  ${body}\n}\n`
for (const at of [inPlic, inHot, 'packages/kernel/src/hot', 'packages/nets-lpar/src/plic']) {
  for (const name of ['zod', 'zod/mini', 'immer', 'eventemitter3']) {
    snippet(`${name} in ${at}`, at, `${header}export { x } from '${name}'\n`, ['eslint(no-restricted-imports)'])
  }
  for (const body of [
    'return (): number => 1', 'return function () {}', 'return [..._a]', 'return Math.max(..._a)', 'return { ..._m }',
    'const [x, ...rest] = _a\n  return [x, rest]', 'return `${_a.length}`', "return 'x' + _a.length", 'return _m.values()',
    'for (const [k] of _m.entries()) return k', '_m.forEach(run)',
  ]) {
    snippet(`${body} in ${at}`, at, inFunction(body), ['powersim(hot-path)'])
  }
}
snippet(
  'import direction still holds in hot code',
  inPlic,
  `${header}export { x } from '@powersim/hmc'\n`,
  ['eslint(no-restricted-imports)'],
)
snippet('closures and spread outside of hot code', 'packages/phyp/src', inFunction('return [..._a].map((x) => `${x}`)'), [])
snippet('zod outside of hot code', 'packages/phyp/src', `${header}export { x } from 'zod'\n`, [])
snippet(
  'closures in the constructor, strings in a throw',
  inPlic,
  `${header}export class Queue {
  readonly #slots: number[]
  readonly #more: () => number[]
  constructor(size: number) {
    this.#slots = Array.from({ length: size }, (_, index) => index)
    this.#more = () => this.#slots
  }

  take(index: number): number {
    if (index > this.#more().length) throw new RangeError(\`no slot \${index}\`)
    return this.#slots[index]!
  }
}
`,
  [],
)

// Types, exports, names
snippet('any', inKernel, `${header}export type Loose = any\n`, ['typescript(no-explicit-any)'])
snippet('any in a test', inTest, `${header}export type Loose = any\n`, ['typescript(no-explicit-any)'])
snippet('! on a value', inKernel, `${header}export const run = (x?: number): number => x!\n`, ['powersim(index-non-null)'])
snippet('! on a call', inKernel, `${header}export const run = (x: number[]): number => x.pop()!\n`, ['powersim(index-non-null)'])
snippet('! on an element', inKernel, `${header}export const run = (x: number[]): number => x[0]!\n`, [])
snippet('as without a reason', inKernel, `${header}export const run = (x: unknown): number => x as number\n`, ['powersim(reasoned-as)'])
snippet('as with a reason', inKernel, `${header}// Checked by the caller.\nexport const run = (x: unknown): number => x as number\n`, [])
snippet('as const', inKernel, `${header}export const names = ['a'] as const\n`, [])
snippet('! before ??', inKernel, `${header}export const run = (x: number[]): number => x[0]! ?? 1\n`, [
  'typescript(no-non-null-asserted-nullish-coalescing)',
])
snippet('! after ?.', inKernel, `${header}export const run = (x?: number[]): number => x?.[0]!\n`, [
  'typescript(no-non-null-asserted-optional-chain)',
])
snippet('default export', inKernel, `${header}export default function run(): void {}\n`, ['import(no-default-export)'])
snippet('export *', inKernel, `${header}export * from './case-0.js'\n`, ['powersim(no-export-star)'])
snippet('unused variable', inKernel, `${header}const unused = 1\n`, ['eslint(no-unused-vars)'])
snippet('unused import', inKernel, `${header}import { x } from './case-0.js'\n`, ['eslint(no-unused-vars)'])
snippet(
  'value import of a type',
  inKernel,
  `${header}import { X } from './case-0.js'\nexport type Y = X\n`,
  ['typescript(consistent-type-imports)'],
)
snippet('@ts-ignore', inKernel, `${header}// @ts-ignore\nexport const x: number = 1\n`, ['typescript(ban-ts-comment)'])
snippet('==', inKernel, `${header}export const run = (x: number): boolean => x == 1\n`, ['eslint(eqeqeq)'])
snippet('let that never changes', inKernel, `${header}export function run(): number {\n  let x = 1\n  return x\n}\n`, [
  'eslint(prefer-const)',
])
snippet('a module that imports itself', inKernel, `${header}export { x } from './itself.js'\n`, ['import(no-self-import)'], 'itself.ts')
snippet(
  'two imports from one module',
  inKernel,
  `${header}import { a } from './ring-a.js'\nimport { c } from './ring-a.js'\nexport const d = [a, c]\n`,
  ['import(no-duplicates)'],
)
snippet('var', inKernel, `${header}export function run(): number {\n  var x = 1\n  return x\n}\n`, ['eslint(no-var)'])
for (const name of ['types', 'utils', 'helpers', 'common']) {
  snippet(`a file named ${name}.ts`, inKernel, `${header}export const x = 1\n`, ['powersim(file-name)'], `${name}.ts`)
}
snippet('a file name in camel case', inKernel, `${header}export const x = 1\n`, ['unicorn(filename-case)'], 'traceRing.ts')
snippet('no opening comment', inKernel, 'export const x = 1\n', ['powersim(file-header)'])
snippet('an opening comment of one line', inKernel, '// Here.\nexport const x = 1\n', ['powersim(file-header)'])
snippet('an opening comment of seven lines', inKernel, `${'// Here.\n'.repeat(7)}export const x = 1\n`, ['powersim(file-header)'])
snippet('more than 400 lines', inKernel, `${header}${'export {}\n'.repeat(400)}`, ['eslint(max-lines)'])
snippet(
  'a disable without rule and reason',
  inKernel,
  `${header}// oxlint-disable-next-line\nexport const run = (x: number): boolean => x == 1\n`,
  ['powersim(disable-with-reason)',],
)
snippet(
  'a disable with both',
  inKernel,
  `${header}// oxlint-disable-next-line eqeqeq -- both are numbers\nexport const run = (x: number): boolean => x == 1\n`,
  [],
)
snippet('a disable that nothing needs', inKernel, `${header}// oxlint-disable-next-line eqeqeq -- left over\nexport const x = 1\n`, [
  'Unused oxlint-disable directive (no problems were reported).',
])

// Tests
const test = (call: string) => `import { expect, it } from 'vitest'\n${call}('x', () => {\n  expect(1).toBe(1)\n})\n`
snippet('it.only', inTest, test('it.only'), ['vitest(no-focused-tests)'], 'only.test.ts')
snippet('it.skip', inTest, test('it.skip'), ['vitest(no-disabled-tests)'], 'skip.test.ts')
snippet('a plain test', inTest, test('it'), [], 'plain.test.ts')

// Style
snippet('a long line', inTest, `export const x = '${'x'.repeat(140)}'\n`, ['powersim(style)'])
snippet('a tab', inTest, 'export const x = [\n\t1,\n]\n', ['powersim(style)', 'powersim(style)'])
snippet('three spaces', inTest, 'export const x = [\n   1,\n]\n', ['powersim(style)'])
snippet('blanks at the end of a line', inTest, 'export const x = 1 \n', ['powersim(style)'])
snippet('a semicolon', inTest, 'export const x = 1;\n', ['powersim(style)'])
snippet('double quotes', inTest, 'export const x = "x"\n', ['powersim(style)'])
snippet('no newline at the end', inTest, 'export const x = 1', ['powersim(style)'])
snippet('CRLF', inTest, 'export const x = 1\r\n', ['powersim(style)'])
for (const list of ['[\n  1,\n  2\n]', '{\n  a: 1\n}', 'run(\n  1,\n  2\n)', 'new Map(\n  []\n)']) {
  snippet(`no comma at the end of ${list.replaceAll('\n', '')}`, inTest, `export const x = ${list}\n`, ['powersim(style)'])
}
snippet(
  'written as it should be',
  inTest,
  `export const x = [
  1,
  2,
]
export const y = "it's"
export const z = [1,
  2]
export interface Q { a: number; b: number }
for (let i = 0; i < 2; i += 1) run(x, {
  a: 1,
})
while (run() === 1);
;[1].forEach(run)
function run(...a: unknown[]): unknown {
  return a
}
export const t = \`
   text;
\`
`,
  [],
)
