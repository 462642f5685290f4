// The version of powersim, as its package says.
// Read from the file, since importing JSON makes Node 20 warn.

import { readFileSync } from 'node:fs'

// package.json always has one.
const { version: own } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

export const version: string = own
