// Proves the repository check: a small repository without faults has no problem, and each fault put into it is named.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repositoryProblems } from '../repository.mjs'

const bus = {
  name: '@powersim/bus',
  license: 'Apache-2.0',
  dependencies: { '@powersim/kernel': 'workspace:*', zod: 'catalog:' },
}
const sound: Record<string, unknown> = {
  'package.json': { devDependencies: { typescript: '6.0.3' } },
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n\ncatalog:\n  zod: 4.6.7\n',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
  'README.md': '# powersim\n\nConsole users live in /home/hscroot; sources in packages/work/src; the npm registry is enough.\n',
  '.config/anything.json': {},
  'packages/tsconfig.json': { references: [{ path: 'bus' }, { path: 'kernel' }] },
  'packages/kernel/package.json': { name: '@powersim/kernel', license: 'Apache-2.0' },
  'packages/kernel/tsconfig.json': {},
  'packages/kernel/README.md': '# kernel\n',
  'packages/kernel/src/index.ts': 'export {}\n',
  'packages/bus/package.json': bus,
  'packages/bus/tsconfig.json': { references: [{ path: '../kernel' }] },
  'packages/bus/README.md': '# bus\n',
  'packages/bus/src/index.ts': 'export {}\n',
}
// Put together here, so that this file does not mention them itself.
const workFolder = ['', 'work', 'main'].join('/')
const registry = ['https://registry', 'npmjs', 'org/zod'].join('.')

describe('repository check', () => {
  let folder = ''
  function write(path: string, content: unknown): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'powersim-repository-'))
    for (const [path, content] of Object.entries(sound)) write(path, content)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('finds nothing in a sound repository', () => {
    expect(repositoryProblems(folder)).toEqual([])
  })

  it.each([
    ['a stranger at the top', 'notes.txt', 'x\n', 'notes.txt: does not belong at the top level'],
    ['a folder at the top', 'scripts/a.mjs', 'x\n', 'scripts: does not belong at the top level'],
    ['a path of the machine', 'docs/a.md', `line\nsee ${workFolder}/a\n`, "docs/a.md:2: mentions '/"],
    ['a path of the machine in quotes', 'docs/a.ts', `read('${workFolder}/a')\n`, "docs/a.ts:1: mentions '/"],
    ['a registry host', 'docs/a.md', `${registry}\n`, "docs/a.md:1: mentions 'registry."],
    ['a tarball in the lockfile', 'pnpm-lock.yaml', '  tarball: a.tgz\n', 'pnpm-lock.yaml:1: names a URL: tarball: a.tgz'],
    ['a range in package.json', 'package.json', { dependencies: { a: '^1.0.0' } }, "package.json: a: '^1.0.0' is not an exact"],
    ['a range in the catalog', 'pnpm-workspace.yaml', 'catalog:\n  zod: ~4.6.7\n', "pnpm-workspace.yaml: zod: '~4.6.7' is not an exact"],
    ['a package that the table does not know', 'packages/extra/package.json', {}, 'packages/extra: is not in the import table'],
    [
      'a dependency against the table',
      'packages/kernel/package.json',
      { name: '@powersim/kernel', license: 'Apache-2.0', dependencies: { '@powersim/bus': 'workspace:*' } },
      'packages/kernel/package.json: kernel may not import @powersim/bus',
    ],
    ['a missing reference', 'packages/bus/tsconfig.json', {}, 'packages/bus/tsconfig.json: does not reference @powersim/kernel'],
    [
      'a needless reference',
      'packages/kernel/tsconfig.json',
      { references: [{ path: '../bus' }] },
      'packages/kernel/tsconfig.json: references @powersim/bus, which is no dependency',
    ],
    ['a package outside of the solution', 'packages/tsconfig.json', { references: [{ path: 'bus' }] }, 'packages/tsconfig.json: does not'],
    ['another name', 'packages/bus/package.json', { ...bus, name: 'bus' }, 'packages/bus/package.json: the name should be @powersim/bus'],
    ['another license', 'packages/bus/package.json', { ...bus, license: 'MIT' }, 'packages/bus/package.json: the license should be'],
  ])('names %s', (_what, path, content, problem) => {
    write(path, content)
    expect(repositoryProblems(folder).filter((line) => line.startsWith(problem))).toHaveLength(1)
  })

  it('names a package without README.md or index.ts', () => {
    rmSync(join(folder, 'packages/bus/README.md'))
    rmSync(join(folder, 'packages/bus/src/index.ts'))
    expect(repositoryProblems(folder)).toEqual(['packages/bus: has no README.md', 'packages/bus: has no src/index.ts'])
  })
})
