// Lint rules of this repository that oxlint does not have, written against its ESLint-compatible plugin interface.
// Each rule is small and states in `why` what it protects. Formatting is in style.mjs.
// Not here: which files a rule applies to; that is oxlint.config.mjs.

import { posix } from 'node:path'
import { style } from './style.mjs'

// Correctly rounded or integer operations only: these give the same bits in every engine.
const exactMath = new Set([
  'abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc',
  'E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2',
])
const vagueNames = new Set(['types', 'utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared', 'manager', 'service'])

// packages/<name>/src/a/b.ts -> { root: packages/<name>/src, folder: packages/<name>/src/a }; tests may reach the package's src.
function placeOf(filename) {
  const path = filename.replaceAll('\\', '/')
  const match = /^(.*\/packages\/[^/]+)\/(src|test)\//.exec(path)
  if (match === null) return undefined
  return { root: match[2] === 'src' ? `${match[1]}/src` : match[1], folder: posix.dirname(path) }
}

// Calls `check(specifierNode)` for every way to name another module.
function specifiers(check) {
  const source = (node) => node.source && check(node.source)
  return {
    ImportDeclaration: source,
    ExportNamedDeclaration: source,
    ExportAllDeclaration: source,
    ImportExpression: source,
    TSImportType: source,
  }
}

const stayInside = {
  why: 'A relative import that leaves its package goes around the import table.',
  create(context) {
    const place = placeOf(context.filename)
    if (place === undefined) return {}
    return specifiers((specifier) => {
      const name = specifier.value
      if (typeof name !== 'string' || !name.startsWith('.')) return
      const target = posix.normalize(posix.join(place.folder, name))
      if (target === place.root || target.startsWith(`${place.root}/`)) return
      context.report({ node: specifier, message: `'${name}' leaves the package; import the other package by its name.` })
    })
  },
}

const staticImports = {
  why: 'import() is asynchronous, and import types hide an import from the table.',
  create(context) {
    const report = (node) => context.report({ node, message: 'Import at the top of the file.' })
    return { ImportExpression: report, TSImportType: report }
  },
}

const exactMathRule = {
  why: 'Engines may round log, exp, pow and the like differently.',
  create(context) {
    const report = (node, what) =>
      context.report({ node, message: `${what} may differ between engines; the kernel has log, exp and pow of its own.` })
    return {
      Identifier(node) {
        if (node.name !== 'Math') return
        const parent = node.parent
        if (parent.type === 'MemberExpression' && parent.object === node) {
          if (parent.computed || !exactMath.has(parent.property.name)) report(parent, context.sourceCode.getText(parent))
          return
        }
        const isName = (parent.type === 'MemberExpression' && !parent.computed) || (parent.type === 'Property' && parent.key === node)
        if (!isName) report(node, 'Math under another name')
      },
      BinaryExpression(node) {
        // 2 ** 53 is a way to write a number down: a power of two is exact everywhere.
        const isLiteral = node.left.value === 2 && node.right.type === 'Literal' && Number.isInteger(node.right.value)
        if (node.operator === '**' && !isLiteral) report(node, "The operator '**'")
      },
      AssignmentExpression(node) {
        if (node.operator === '**=') report(node, "The operator '**='")
      },
    }
  },
}

const noModuleState = {
  why: 'State of a module is shared by all runs of a process.',
  create(context) {
    const isEmptyContainer = (value) => {
      if (value?.type === 'ArrayExpression') return value.elements.length === 0
      if (value?.type === 'ObjectExpression') return value.properties.length === 0
      return value?.type === 'NewExpression' && /^(Weak)?(Map|Set)$/.test(value.callee.name ?? '') && value.arguments.length === 0
    }
    // An empty container that is declared read-only stays empty.
    const isReadonly = (type) => type?.type === 'TSTypeOperator' || type?.typeName?.name?.startsWith('Readonly') === true
    return {
      Program(program) {
        for (const statement of program.body) {
          const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
          if (declaration?.type !== 'VariableDeclaration' || declaration.declare) continue
          for (const { id, init } of declaration.declarations) {
            if (declaration.kind === 'const' && (!isEmptyContainer(init) || isReadonly(id.typeAnnotation?.typeAnnotation))) continue
            context.report({ node: id, message: 'No mutable state in a module; hang it off the Simulation handle.' })
          }
        }
      },
    }
  },
}

const hotPath = {
  why: 'Hot code allocates nothing it can avoid: one event costs tens of nanoseconds.',
  create(context) {
    const isFunction = (node) => /Function/.test(node.type)
    // Cold are: module level, fields and constructors, and what is built for a throw.
    function isHot(node) {
      for (let at = node.parent; at !== null && at !== undefined; at = at.parent) {
        if (at.type === 'ThrowStatement') return false
        if (at.type === 'MethodDefinition' && at.kind === 'constructor') return false
        if (isFunction(at)) return at.parent?.type !== 'MethodDefinition' || at.parent.kind !== 'constructor'
      }
      return false
    }
    const ban = (what) => (node) => {
      if (isHot(node)) context.report({ node, message: `${what} in hot code; do it in the constructor, or outside of plic/ and hot/.` })
    }
    return {
      ArrowFunctionExpression: ban('A closure'),
      FunctionExpression(node) {
        if (node.parent.type !== 'MethodDefinition') ban('A closure')(node)
      },
      FunctionDeclaration: ban('A closure'),
      SpreadElement: ban('Spread'),
      RestElement(node) {
        if (node.parent.type === 'ObjectPattern' || node.parent.type === 'ArrayPattern') ban('Spread')(node)
      },
      TemplateLiteral(node) {
        if (node.expressions.length > 0) ban('Building a string')(node)
      },
      BinaryExpression(node) {
        const isText = (side) => (side.type === 'Literal' && typeof side.value === 'string') || side.type === 'TemplateLiteral'
        if (node.operator === '+' && (isText(node.left) || isText(node.right))) ban('Building a string')(node)
      },
      CallExpression(node) {
        if (['forEach', 'entries', 'keys', 'values'].includes(node.callee.property?.name)) ban('Iteration through an iterator')(node)
      },
    }
  },
}

const fileHeader = {
  why: 'A reader learns from two to six lines what lives in a file, what does not, and why.',
  create(context) {
    return {
      Program() {
        const lines = context.sourceCode.lines
        const first = lines[0]?.startsWith('#!') ? 1 : 0
        let count = 0
        if (lines[first]?.startsWith('/*')) count = lines.slice(first).findIndex((line) => line.includes('*/')) + 1
        else while (lines[first + count]?.startsWith('//')) count += 1
        if (count >= 2 && count <= 6) return
        const loc = { start: { line: 1, column: 0 }, end: { line: 1, column: Math.min(1, lines[0].length) } }
        context.report({ loc, message: `A file opens with two to six lines of comment; here are ${count}.` })
      },
    }
  },
}

const fileName = {
  why: 'A room is found by its name alone.',
  create(context) {
    return {
      Program(program) {
        const name = posix.basename(context.filename.replaceAll('\\', '/')).replace(/\..*$/, '')
        if (vagueNames.has(name)) context.report({ node: program, message: `'${name}' does not say what lives here; name the idea.` })
      },
    }
  },
}

const noExportStar = {
  why: 'index.ts is a table of contents.',
  create(context) {
    return {
      ExportAllDeclaration: (node) => context.report({ node, message: 'Export names, not *.' }),
    }
  },
}

const indexNonNull = {
  why: "'!' says that the index is in range; elsewhere it hides a missing case.",
  create(context) {
    return {
      TSNonNullExpression(node) {
        const inner = node.expression
        if (inner.type === 'MemberExpression' && inner.computed) return
        context.report({ node, message: "'!' is for an element at a known index; handle the missing case, or trip an invariant." })
      },
    }
  },
}

const reasonedAs = {
  why: "'as' switches the type checker off; the reason stands beside it.",
  create(context) {
    const commentLines = new Set()
    const check = (node) => {
      if (node.typeAnnotation.type === 'TSTypeReference' && node.typeAnnotation.typeName.name === 'const') return
      const { start, end } = node.loc
      if (commentLines.has(start.line) || commentLines.has(end.line) || commentLines.has(start.line - 1)) return
      context.report({ node, message: "'as' needs its reason in a comment on this line or the line above." })
    }
    return {
      Program() {
        for (const { loc } of context.sourceCode.getAllComments()) {
          for (let line = loc.start.line; line <= loc.end.line; line += 1) commentLines.add(line)
        }
      },
      TSAsExpression: check,
      TSTypeAssertion: check,
    }
  },
}

const disableWithReason = {
  why: 'An exception without its rule and its reason is a hole.',
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/^\s*(oxlint|eslint)-disable/.test(comment.value)) continue
          if (/^\s*(oxlint|eslint)-disable(-next-line|-line)?\s+[a-z]\S*(,\s*\S+)*\s+--\s+\S/.test(comment.value)) continue
          context.report({ node: comment, message: "Name the rule and the reason: 'oxlint-disable-next-line rule -- reason'." })
        }
      },
    }
  },
}

export default {
  meta: { name: 'powersim' },
  rules: {
    'stay-inside': stayInside,
    'static-imports': staticImports,
    'exact-math': exactMathRule,
    'no-module-state': noModuleState,
    'hot-path': hotPath,
    'file-header': fileHeader,
    'file-name': fileName,
    'no-export-star': noExportStar,
    'index-non-null': indexNonNull,
    'reasoned-as': reasonedAs,
    'disable-with-reason': disableWithReason,
    style,
  },
}
