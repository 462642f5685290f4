// Checks of the repository as a whole: what lies at its top, what no file may mention, that versions are exact,
// that the lockfile names no place to download from, and that package.json and tsconfig.json agree with the import table.
// Prints one line per problem. What code may say is the linter's business.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { filesBelow, isProgram, root } from './bootstrap.mjs'
import { mayImport, packageName } from './lint/import-table.mjs'

const topLevel = [
  'packages', 'examples', 'docs', 'package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'README.md', 'LICENSE', 'pnpm-lock.yaml',
]
const exactVersion = /^(workspace:\*|catalog:|\d+\.\d+\.\d+(-[\w.]+)?)$/
// Hosts of package registries and their proxies: a checkout must install from whatever registry its user has.
const registryHost = /\bregistry\.[a-z0-9-]+\.(org|com|net|io|dev|cn|cloud|internal)\b|https?:\/\/[^\s'"`]*(artifactory|verdaccio|nexus)/i

// Tracked files and those that could be added; without git, all but the installed and the generated.
function files(folder) {
  if (!existsSync(join(folder, '.git'))) return filesBelow('', undefined, folder)
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const git = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (git.status !== 0) return filesBelow('', undefined, folder)
  return git.stdout.split('\0').filter((path) => path !== '' && existsSync(join(folder, path)))
}

function layout(paths) {
  const tops = new Set(paths.map((path) => path.split('/')[0]))
  const strangers = [...tops].filter((name) => !name.startsWith('.') && !topLevel.includes(name))
  return strangers.map((name) => `${name}: does not belong at the top level`)
}

// Absolute paths that only this machine has: two well-known ones, and where this checkout and its user live.
function machinePaths(folder) {
  const here = [folder, homedir()].filter((path) => path.split('/').length > 2)
  const escaped = ['/work', '/root', ...here].map((path) => path.replaceAll(/[^\w/]/g, '\\$&'))
  return new RegExp(`(?<![\\w.*/})\\]-])(${escaped.join('|')})/`)
}

function mentions(folder, paths) {
  const machine = machinePaths(folder)
  return paths.flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8')
    if (text.includes('\0')) return []
    return text.split('\n').flatMap((line, index) => {
      const found = (machine.exec(line) ?? registryHost.exec(line))?.[0]
      return found === undefined ? [] : [`${path}:${index + 1}: mentions '${found}', which only this machine or one registry knows`]
    })
  })
}

function lockfile(folder) {
  const lines = readFileSync(join(folder, 'pnpm-lock.yaml'), 'utf8').split('\n')
  const isUrl = (line) => /\btarball:|https?:/.test(line)
  return lines.flatMap((line, index) => (isUrl(line) ? [`pnpm-lock.yaml:${index + 1}: names a URL: ${line.trim()}`] : []))
}

const readJson = (folder, path) => JSON.parse(readFileSync(join(folder, path), 'utf8'))

function versions(folder, paths) {
  const manifests = paths.filter((path) => /(^|\/)package\.json$/.test(path))
  const inexact = manifests.flatMap((path) => {
    const { dependencies = {}, devDependencies = {}, peerDependencies = {}, optionalDependencies = {} } = readJson(folder, path)
    return Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies })
      .filter(([, version]) => !exactVersion.test(version))
      .map(([name, version]) => `${path}: ${name}: '${version}' is not an exact version, 'catalog:' or 'workspace:*'`)
  })
  const catalog = readFileSync(join(folder, 'pnpm-workspace.yaml'), 'utf8').split(/^catalog:\n/m)[1] ?? ''
  const entries = [...catalog.matchAll(/^ {2}(\S+): (\S+)$/gm)].filter(([, , version]) => !exactVersion.test(version))
  return [...inexact, ...entries.map(([, name, version]) => `pnpm-workspace.yaml: ${name}: '${version}' is not an exact version`)]
}

function packages(folder) {
  const folders = readdirSync(join(folder, 'packages'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const solution = readJson(folder, 'packages/tsconfig.json').references.map(({ path }) => path)
  return folders.flatMap(({ name }) => {
    const at = `packages/${name}`
    const allowed = mayImport[name]
    if (allowed === undefined) return [`${at}: is not in the import table (.config/lint/import-table.mjs)`]
    const manifest = readJson(folder, `${at}/package.json`)
    const inner = Object.keys(manifest.dependencies ?? {}).filter((other) => /^(@powersim\/|powersim$)/.test(other))
    const { references: paths = [] } = readJson(folder, `${at}/tsconfig.json`)
    const references = paths.map(({ path }) => packageName(path.replace('../', '')))
    const mayNot = inner.filter((other) => !allowed.map(packageName).includes(other))
    const missing = inner.filter((other) => !references.includes(other))
    const needless = references.filter((other) => !inner.includes(other))
    return [
      manifest.name === packageName(name) ? '' : `${at}/package.json: the name should be ${packageName(name)}`,
      manifest.license === 'Apache-2.0' ? '' : `${at}/package.json: the license should be Apache-2.0`,
      solution.includes(name) ? '' : `packages/tsconfig.json: does not reference ${name}`,
      ...['README.md', 'src/index.ts'].map((file) => (existsSync(join(folder, at, file)) ? '' : `${at}: has no ${file}`)),
      ...mayNot.map((other) => `${at}/package.json: ${name} may not import ${other}`),
      ...missing.map((other) => `${at}/tsconfig.json: does not reference ${other}`),
      ...needless.map((other) => `${at}/tsconfig.json: references ${other}, which is no dependency`),
    ].filter((problem) => problem !== '')
  })
}

/** All problems of the repository in `folder`, one line each. */
export function repositoryProblems(folder) {
  const top = resolve(folder)
  const paths = files(top)
  return [...layout(paths), ...mentions(top, paths), ...lockfile(top), ...versions(top, paths), ...packages(top)]
}

if (isProgram(import.meta.url)) {
  const problems = repositoryProblems(root)
  for (const problem of problems) console.log(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
