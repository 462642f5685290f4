// The folder of `--report`: made before anything runs, since only making it shows that it can be; written when all is done.
// What is in the page is the study's business.

import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { reason, UsageError } from './usage-error.js'

const PAGE = 'index.html'

/** Makes the folder if there is none. Refuses one that the page could not be written to. */
export function prepareReportFolder(folder: string | undefined): void {
  if (folder === undefined) return
  const page = join(folder, PAGE)
  try {
    if (folder === '') throw refused(folder, 'expected the name of a folder')
    make(resolve(folder), folder)
    if (existsSync(page) && !statSync(page).isFile()) throw refused(folder, `${page} is no file`)
    accessSync(existsSync(page) ? page : folder, constants.W_OK)
  } catch (cause) {
    throw cause instanceof UsageError ? cause : refused(folder, reason(cause))
  }
}

/** Writes the page into a folder that was prepared; gives its path. */
export function writeReport(folder: string, page: string): string {
  const path = join(folder, PAGE)
  try {
    writeFileSync(path, page)
  } catch (cause) {
    throw refused(folder, reason(cause))
  }
  return path
}

// Not mkdirSync with `recursive`: below /proc it never returns.
function make(place: string, folder: string): void {
  if (!existsSync(place)) {
    make(dirname(place), folder)
    mkdirSync(place)
  } else if (!statSync(place).isDirectory()) {
    throw refused(folder, `${place} is a file, expected a folder`)
  }
}

function refused(folder: string, why: string): UsageError {
  return new UsageError(`--report: cannot write to '${folder}': ${why}`)
}
