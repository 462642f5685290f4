// `npm test`: set-up, then every check and every test. A check counts as one, a test as one.
// The last line is `N passed, N failed` (and `, N skipped`); the exit status is 0 only if nothing failed.
// Each check is a command of its own in `checks`, so that it can be run by hand the same way.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { build, cache, install, requireNode, root } from './bootstrap.mjs'

const bin = (path) => join(root, 'node_modules', path)
const config = (path) => join(root, '.config', path)

const checks = {
  lint: [bin('oxlint/bin/oxlint'), '-c', config('lint/oxlint.config.mjs'), '--format=unix', '.'],
  'types of the tests': [bin('typescript/bin/tsc'), '-p', config('tsconfig.tests.json')],
  'dead code (knip)': [bin('knip/bin/knip.js'), '--config', config('knip.json'), '--no-progress', '--no-config-hints'],
  'packed packages (publint, attw)': [config('packed-packages.mjs')],
  repository: [config('repository.mjs')],
}

const total = { passed: 0, failed: 0, skipped: 0 }

function count(name, ok, startedAt, output = '') {
  total[ok ? 'passed' : 'failed'] += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (!ok && output !== '') console.log(output.trimEnd().replaceAll(/^/gm, '       '))
}

function runCheck([name, args]) {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = []
    child.stdout.on('data', (data) => output.push(data))
    child.stderr.on('data', (data) => output.push(data))
    child.on('close', (status) => {
      count(name, status === 0, startedAt, Buffer.concat(output).toString())
      resolve()
    })
  })
}

async function runChecks() {
  const waiting = Object.entries(checks)
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runCheck(next)
  }
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker))
}

// Vitest prints for the reader; the counts come from its JSON report.
function runTests() {
  const report = join(cache, 'vitest.json')
  rmSync(report, { force: true })
  const args = [bin('vitest/vitest.mjs'), 'run', '--config', config('vitest.config.ts')]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { status } = spawnSync(process.execPath, [...args, ...reporters], { cwd: root, stdio: 'inherit' })
  const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  // A file that does not load has no tests to count, an error outside of tests no test to blame.
  const brokenFiles = found?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length ?? 0
  const failed = (found?.numFailedTests ?? 0) + brokenFiles
  total.passed += found?.numPassedTests ?? 0
  total.failed += status !== 0 && failed === 0 ? 1 : failed
  total.skipped += (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0)
}

function step(name, action) {
  const startedAt = performance.now()
  const ok = action()
  count(name, ok, startedAt)
  return ok
}

requireNode()
if (step('install', install)) {
  step('build', build)
  await runChecks()
  runTests()
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed > 0 ? 1 : 0
