// The import table of the architecture as data: who may import whom inside packages/.
// The lint configuration turns it into bans, the repository check holds package.json and tsconfig.json against it.
// Imports go down only; siblings never import each other.

const words = ['kernel', 'protocol']
const level1 = ['bus', 'routing', 'micropart', 'ams', 'workload', 'experiment']
const level2 = ['fsp', 'nets-lpar', 'phyp', 'vios', 'lpar', 'hmc']
const component = [...words, 'bus']

/** For each package folder, the package folders that its `src` may import. */
export const mayImport = {
  kernel: [],
  protocol: ['kernel'],
  bus: words,
  routing: words,
  micropart: words,
  ams: words,
  workload: words,
  experiment: ['kernel'],
  fsp: component,
  'nets-lpar': component,
  phyp: [...component, 'micropart', 'ams'],
  vios: component,
  lpar: component,
  hmc: [...component, 'routing'],
  'managed-system': [...words, ...level1, ...level2],
  report: [...words, 'experiment'],
  powersim: [...words, ...level1, ...level2, 'managed-system', 'report'],
  testkit: [...words, ...level1],
}

/** Packages whose code runs inside a simulation: no clock, no chance but the streams, no promises, nothing of Node. */
export const runCode = Object.keys(mayImport).filter((name) => name !== 'report' && name !== 'powersim')

/** The name to import a package folder by. */
export function packageName(folder) {
  return folder === 'powersim' ? 'powersim' : `@powersim/${folder}`
}
