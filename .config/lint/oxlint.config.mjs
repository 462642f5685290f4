// The linter keeps what the architecture promises: import directions, reproducible run code, lean hot code, one style.
// Every rule here is proven by .config/test/lint.test.ts. Rules that oxlint lacks are in plugin.mjs.
// A later override replaces the options of an earlier one, so each override states a rule's options in full.

import { mayImport, packageName, runCode } from './import-table.mjs'

const source = (name, rest = '**/*.ts') => `**/packages/${name}/src/${rest}`
const hotFolders = (name) => [source(name, '**/plic/**/*.ts'), source(name, '**/hot/**/*.ts')]
// Worker pools live outside of a run and may wait for their workers.
const workerFiles = [source('experiment', 'workers/**/*.ts')]

const deepImport = {
  regex: '^(@powersim/[^/]+|powersim)/.',
  message: 'Import what the package exports, not a file inside it.',
}
const nodeImport = { regex: '^node:', message: 'Run code knows nothing of Node; what it needs is passed in.' }

const clockAndChance = [
  ['Date', 'A run has no clock; use simulation.now.'],
  ['performance', 'A run has no clock; use simulation.now.'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => [name, 'Schedule an event on the simulation.']),
  ['Promise', 'A run is synchronous; use a process or a handler.'],
  ...['process', 'console', 'fetch', 'crypto', 'Intl', 'globalThis', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics'].map(
    (name) => [name, 'Nothing ambient inside a run: the result must depend on plan and seed alone.'],
  ),
].map(([name, message]) => ({ name, message }))

const noMathRandom = { object: 'Math', property: 'random', message: 'Draw from a stream of the simulation.' }
const noLocale = ['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'].map((property) => ({
  property,
  message: 'Locale data differ between machines; compare code units.',
}))
const asyncTypes = ['Promise', 'PromiseLike', 'AsyncIterable', 'AsyncGenerator']
const promiseTypes = Object.fromEntries(asyncTypes.map((name) => [name, 'A run is synchronous; use a process or a handler.']))

// What a package may import; `outside` bans more names (zod and the like in hot code).
function importBans(folder, outside = []) {
  const allowed = mayImport[folder]
  const banned = Object.keys(mayImport).filter((other) => !allowed.includes(other))
  return {
    paths: [
      ...banned.map((other) => ({
        name: packageName(other),
        message: `${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other package'} (.config/lint/import-table.mjs).`,
      })),
      ...outside.map((name) => ({ name, message: `Hot code does without ${name}: it costs microseconds per event.` })),
    ],
    patterns: runCode.includes(folder) ? [deepImport, nodeImport] : [deepImport],
  }
}

export default {
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'vitest'],
  jsPlugins: ['./plugin.mjs'],
  // Among others: unused names, focused and disabled tests, '!' on an optional chain.
  categories: { correctness: 'error' },
  options: { reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/node_modules/**', '**/dist/**', '**/coverage/**'],
  rules: {
    'eslint/eqeqeq': 'error',
    'eslint/no-var': 'error',
    'eslint/prefer-const': 'error',
    'eslint/no-restricted-properties': ['error', noMathRandom],
    'eslint/no-restricted-imports': ['error', { patterns: [deepImport] }],
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-non-null-asserted-nullish-coalescing': 'error',
    'import/no-cycle': 'error',
    'import/no-self-import': 'error',
    'import/no-duplicates': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    // `new Array(n)` of a known size is how hot code makes its slots; `then` names a handler where nobody awaits;
    // a process may end without a yield; and a copy of a map's values is what lets a loop change the map.
    'unicorn/no-new-array': 'off',
    'unicorn/no-thenable': 'off',
    'eslint/require-yield': 'off',
    'unicorn/no-useless-spread': 'off',
    // vitest's own rules for titles and conditions would argue with tables of cases and with fc.assert.
    'vitest/expect-expect': 'off',
    // The second argument says which case failed.
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/valid-title': 'off',
    'vitest/no-conditional-tests': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-mock-type-parameters': 'off',
    'powersim/style': 'error',
    'powersim/disable-with-reason': 'error',
    'powersim/stay-inside': 'error',
  },
  overrides: [
    {
      files: [source('*')],
      rules: {
        'eslint/max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
        'import/no-default-export': 'error',
        'powersim/file-header': 'error',
        'powersim/file-name': 'error',
        'powersim/no-export-star': 'error',
        'powersim/index-non-null': 'error',
        'powersim/reasoned-as': 'error',
      },
    },
    ...Object.keys(mayImport).map((folder) => ({
      files: [source(folder)],
      rules: { 'eslint/no-restricted-imports': ['error', importBans(folder)] },
    })),
    ...runCode.flatMap((folder) => [
      {
        files: [source(folder)],
        rules: {
          'eslint/no-restricted-globals': ['error', ...clockAndChance],
          'eslint/no-restricted-properties': ['error', noMathRandom, ...noLocale],
          'typescript/no-restricted-types': ['error', { types: promiseTypes }],
          'oxc/no-async-await': 'error',
          'powersim/exact-math': 'error',
          'powersim/no-module-state': 'error',
          'powersim/static-imports': 'error',
        },
      },
      {
        files: hotFolders(folder),
        rules: {
          'eslint/no-restricted-imports': ['error', importBans(folder, ['zod', 'zod/mini', 'immer', 'eventemitter3'])],
          'powersim/hot-path': 'error',
        },
      },
    ]),
    {
      files: [source('kernel')],
      // Coefficients stand as they were published, with more digits than a double keeps.
      rules: { 'eslint/no-loss-of-precision': 'off' },
    },
    {
      files: workerFiles,
      rules: {
        'eslint/no-restricted-globals': 'off',
        'eslint/no-restricted-imports': ['error', { ...importBans('experiment'), patterns: [deepImport] }],
        'typescript/no-restricted-types': 'off',
        'oxc/no-async-await': 'off',
        'powersim/static-imports': 'off',
      },
    },
  ],
}
