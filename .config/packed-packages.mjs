// Checks every package as its users will get it: packed, then read by publint and are-the-types-wrong (ESM only).
// A package whose shipped content passed before is not packed again; the stamps are keyed by a hash of that content.
// Packing is pnpm's, because only it writes real versions for `workspace:` and `catalog:`.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { cache, filesBelow, fingerprint, pnpm, root, workspaces } from './bootstrap.mjs'

const packed = join(cache, 'packed')
const attw = fileURLToPath(new URL('dist/index.js', import.meta.resolve('@arethetypeswrong/cli/package.json')))

function readPackage(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const own = filesBelow(folder, (path) => !path.startsWith(`${folder}/src/`) && !path.startsWith(`${folder}/test/`))
  const built = ['dist', 'bundle'].flatMap((name) => filesBelow(`${folder}/${name}`))
  const print = fingerprint(['pnpm-lock.yaml', '.config/packed-packages.mjs', ...own, ...built])
  const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}`
  return { manifest, tarball: join(packed, `${file}.tgz`), stamp: join(packed, `${file}.${print}.passed`) }
}

async function publintProblems({ manifest, tarball }) {
  const content = readFileSync(tarball)
  const bytes = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength)
  const { messages } = await publint({ pack: { tarball: bytes }, strict: true })
  const real = messages.filter(({ type }) => type !== 'suggestion')
  return real.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`)
}

function attwProblems({ tarball }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'ascii'])
    const output = []
    child.stdout.on('data', (data) => output.push(data))
    child.stderr.on('data', (data) => output.push(data))
    child.on('close', (status) => resolve(status === 0 ? [] : [`attw: ${Buffer.concat(output).toString().trim()}`]))
  })
}

async function check(entry) {
  if (!existsSync(entry.tarball)) return ['it was not packed']
  const problems = [...(await publintProblems(entry)), ...(await attwProblems(entry))]
  if (problems.length === 0) writeFileSync(entry.stamp, '')
  return problems
}

const all = workspaces().filter((folder) => folder.startsWith('packages/')).map(readPackage)
const changed = all.filter((entry) => !existsSync(entry.stamp))
if (changed.length > 0) {
  mkdirSync(packed, { recursive: true })
  for (const { tarball } of changed) rmSync(tarball, { force: true })
  const filters = changed.flatMap(({ manifest }) => ['--filter', manifest.name])
  pnpm('--recursive', ...filters, '--loglevel=error', '--workspace-concurrency=4', 'pack', '--json', '--pack-destination', packed)
}
const waiting = [...changed]
const worker = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const problems = await check(next)
    if (problems.length === 0) continue
    process.exitCode = 1
    console.log(`${next.manifest.name}\n${problems.join('\n')}\n`)
  }
}
await Promise.all(Array.from({ length: os.availableParallelism() }, worker))
console.log(`${all.length} packages, ${changed.length} of them changed since they last passed`)
