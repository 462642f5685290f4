// Routing policies: which path a command to the hypervisor takes. What a path is made of belongs to hmc and bus.
// The console asks a policy; it never decides by itself.

// The interface
export type { ChooseFunction, CommandView, PathId, PathView, RoutingPolicy } from './routing-policy.js'
export { asPolicy, decide } from './decide.js'
export { RoutingError } from './errors.js'
export type { RoutingErrorCode } from './errors.js'

// Built-in policies
export { builtInPolicies, policyByName } from './built-in.js'
export { byTarget, fspOnly, netsFirst } from './by-kind.js'
export { random, roundRobin } from './load-blind.js'
export { joinShortestQueue, powerOfTwo } from './fewest-outstanding.js'
export { shortestExpectedDelay } from './shortest-expected-delay.js'
export type { ShortestExpectedDelayOptions } from './shortest-expected-delay.js'
