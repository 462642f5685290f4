// Properties draw the same scripts in every run, so that a commit is green or red and never now and then. Another seed looks further:
// `POWERSIM_PROPERTY_SEED=7 npm test`. A failed property prints the seed and the path of its counterexample.

import * as fc from 'fast-check'

const text = process.env['POWERSIM_PROPERTY_SEED'] ?? '2013'
const seed = Number(text)
if (!Number.isInteger(seed)) throw new Error(`POWERSIM_PROPERTY_SEED: expected an integer, got '${text}'`)
fc.configureGlobal({ seed })
