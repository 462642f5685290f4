// Makes a checkout ready to run: installs and builds, each only when what it depends on has changed.
// Needs Node and npm alone; pnpm comes through npx in the version that package.json pins.
// Run as a program it does both; the other scripts of this folder import the steps.
// Everything it says goes to stderr, so that the job's own stdout stays clean.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Stamps, packed packages and reports; goes away with node_modules. */
export const cache = join(root, 'node_modules', '.cache', 'powersim')

/** The bundle of the `powersim` command. */
export const bundleFolder = join(root, 'packages/powersim/bundle')

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// Dead outputs are those that tsc wrote for a source that is gone.
const outputSuffix = /(\.js|\.d\.ts)(\.map)?$/

/** Whether Node was started with the module of this URL, rather than importing it. */
export function isProgram(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url))
}

export function requireNode() {
  const wanted = manifest.engines.node.replace('>=', '').split('.').map(Number)
  const actual = process.versions.node.split('.').map(Number)
  if (actual[0] > wanted[0] || (actual[0] === wanted[0] && actual[1] >= wanted[1])) return
  console.error(`powersim needs Node ${manifest.engines.node}; this is Node ${process.versions.node}. Please install a newer one.`)
  process.exit(2)
}

/** Workspace folders, relative to the root. */
export function workspaces() {
  const isPackage = (folder) => existsSync(join(root, folder, 'package.json'))
  return [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'examples'].filter(isPackage).sort()
}

/** Files below a folder of `top`, relative to `top` and sorted; skips what is installed or generated. */
export function filesBelow(folder, accept = () => true, top = root) {
  if (!existsSync(join(top, folder))) return []
  return readdirSync(join(top, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory())
        return ['node_modules', 'dist', 'bundle', '.git', 'coverage'].includes(entry.name) ? [] : filesBelow(path, accept, top)
      return accept(path) ? [path] : []
    })
    .sort()
}

/** SHA-256 over names and contents. */
export function fingerprint(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(`${file}\0`)
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)))
    hash.update('\0')
  }
  return hash.digest('hex')
}

const stampFile = (name) => join(cache, `${name}.stamp`)
const isStamped = (name, print) => existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === print
function stamp(name, print) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(stampFile(name), print)
}

/** Runs the pinned pnpm; what it says is printed only if it fails. False: it failed. */
export function pnpm(...args) {
  const shell = process.platform === 'win32'
  const options = { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 28 }
  const result = spawnSync('npx', ['--yes', manifest.packageManager, ...args], options)
  if (result.status === 0) return true
  console.error(`pnpm ${args.join(' ')}: ${result.error ?? `exit status ${result.status}`}\n${result.stdout}${result.stderr}`)
  return false
}

const manifests = () => ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...workspaces().map((folder) => `${folder}/package.json`)]

/** Installs what the lockfile says. False: it failed and has said why. */
export function install() {
  const print = fingerprint(manifests())
  if (isStamped('install', print)) return true
  console.error('Installing dependencies ...')
  const ok = pnpm('install', '--frozen-lockfile', '--config.confirm-modules-purge=false')
  if (ok) stamp('install', print)
  return ok
}

// Removes outputs whose source is gone: tsc leaves them, and a package would still ship them.
function removeDeadOutputs(folder) {
  const sources = folder === 'examples' ? folder : `${folder}/src`
  const dist = join(root, folder, 'dist')
  for (const file of readdirSync(dist, { recursive: true })) {
    if (outputSuffix.test(file) && !existsSync(join(root, sources, file.replace(outputSuffix, '.ts')))) rmSync(join(dist, file))
  }
}

// The rule is also that of the command itself (packages/powersim/src/cli.ts), which runs from the bundle only while it holds.
function isBundled() {
  const madeOf = join(bundleFolder, 'made-of.json')
  if (!existsSync(madeOf)) return false
  const made = statSync(join(bundleFolder, 'program.js')).mtimeMs
  return JSON.parse(readFileSync(madeOf, 'utf8')).every((mark) => statSync(join(bundleFolder, mark)).mtimeMs <= made)
}

function bundle() {
  if (isBundled()) return true
  return spawnSync(process.execPath, [join(root, '.config/bundle.mjs')], { cwd: root, stdio: ['ignore', 2, 2] }).status === 0
}

/** Compiles packages and examples and bundles the command. False: there are errors, and they have been printed. */
export function build() {
  return compile() && bundle()
}

function compile() {
  const isInput = (path) => /\.(ts|json)$/.test(path) && !path.includes('/test/')
  const sources = ['packages', 'examples'].flatMap((folder) => filesBelow(folder, isInput))
  const print = fingerprint(['tsconfig.base.json', 'pnpm-lock.yaml', ...sources])
  const isBuilt = (folder) => existsSync(join(root, folder, 'dist', '.tsbuildinfo'))
  if (isStamped('build', print) && workspaces().every(isBuilt)) return true
  console.error('Compiling ...')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const ok = spawnSync(process.execPath, [tsc, '-b', 'packages', 'examples'], { cwd: root, stdio: ['ignore', 2, 2] }).status === 0
  if (!ok) return false
  workspaces().forEach(removeDeadOutputs)
  stamp('build', print)
  return true
}

if (isProgram(import.meta.url)) {
  requireNode()
  if (!install() || !build()) process.exitCode = 1
}
