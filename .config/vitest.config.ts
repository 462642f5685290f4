// How the tests run: one vitest over all packages, from source, so that no build is needed first.
// Each workspace package is imported by its name and resolved to its src/index.ts.

import { readdirSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { packageName } from './lint/import-table.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = readdirSync(`${root}packages`, { withFileTypes: true }).filter((entry) => entry.isDirectory())

export default defineConfig({
  root,
  cacheDir: `${root}node_modules/.cache/vite`,
  resolve: {
    alias: folders.map(({ name }) => ({
      find: new RegExp(`^${packageName(name)}$`),
      replacement: `${root}packages/${name}/src/index.ts`,
    })),
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/test/**/*.test.ts', '.config/test/**/*.test.ts'],
    pool: 'forks',
    // Files of a worker share their modules: nothing here is ambient, and loading them anew for each file took a quarter of the time.
    isolate: false,
    // One more than processors: workers wait now and then, for programs that they start and for files.
    maxWorkers: os.availableParallelism() + 1,
    setupFiles: [`${root}.config/property-seed.ts`],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A failed property prints its counterexample and seed; do not cut it.
    chaiConfig: { truncateThreshold: 0 },
  },
})
