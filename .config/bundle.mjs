// Bundles the `powersim` command: a few files in place of hundreds of modules, of which a call loads those that its subcommand needs.
// Beside them: the build marks of the packages that went in, by which the command knows a stale bundle, and the licences of what others
// have written. `node .config/bundle.mjs`; bootstrap.mjs runs it after compiling.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { bundleFolder, root } from './bootstrap.mjs'

/** The folder of the package that a module belongs to. */
function packageOf(module) {
  let folder = dirname(module)
  while (!existsSync(join(folder, 'package.json')) || !('version' in readManifest(folder))) folder = dirname(folder)
  return folder
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

function licenceOf(folder) {
  const { name, version, license } = readManifest(folder)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8').trim()
  return `${name} ${version}\n\n${text}\n`
}

rmSync(bundleFolder, { recursive: true, force: true })
const build = await rolldown({ input: join(root, 'packages/powersim/dist/program.js'), platform: 'node' })
const { output } = await build.write({ dir: bundleFolder, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
await build.close()

const modules = output.flatMap((chunk) => ('moduleIds' in chunk ? chunk.moduleIds : [])).filter(existsSync)
const folders = [...new Set(modules.map(packageOf))].sort()
const isOwn = (folder) => !relative(root, folder).split(sep).includes('node_modules')
const marks = folders.filter(isOwn).map((folder) => relative(bundleFolder, join(folder, 'dist/.tsbuildinfo')).split(sep).join('/'))
writeFileSync(
  join(bundleFolder, 'LICENSES.txt'),
  folders
    .filter((folder) => !isOwn(folder))
    .map(licenceOf)
    .join(`\n${'-'.repeat(80)}\n\n`),
)
writeFileSync(join(bundleFolder, 'made-of.json'), JSON.stringify(marks))
