// The built-in policies as a script names them.
// A study makes them anew for every run.

import { byTarget, fspOnly, netsFirst } from '@powersim/routing'

export const policies = { fspOnly, byTarget, netsFirst }
