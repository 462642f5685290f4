// The built-in policies as a script names them.
// A study makes those that keep something anew for every console of every run.

import {
  byTarget,
  fspOnly,
  joinShortestQueue,
  netsFirst,
  powerOfTwo,
  random,
  roundRobin,
  shortestExpectedDelay,
} from '@powersim/routing'

export const policies = {
  fspOnly,
  byTarget,
  netsFirst,
  random,
  roundRobin,
  joinShortestQueue,
  shortestExpectedDelay,
  powerOfTwo,
}
