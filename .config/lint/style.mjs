// The written style, as far as a machine can see it: two spaces, no semicolons, single quotes, trailing commas
// in multi-line lists, lines of at most 140 characters, no trailing blanks, one newline at the end, LF.
// Not a formatter: tables aligned by hand stay as their author laid them out.

const MAX_LINE = 140
const openers = new Set(['(', '[', '{'])
const listNodes = [
  ['ArrayExpression', 'elements'],
  ['ObjectExpression', 'properties'],
  ['ArrayPattern', 'elements'],
  ['ObjectPattern', 'properties'],
  ['CallExpression', 'arguments'],
  ['NewExpression', 'arguments'],
]

export const style = {
  why: 'Every file reads as if one hand had written it.',
  create(context) {
    const { sourceCode } = context
    // `while (step());` has a semicolon for a body.
    const emptyBodies = new Set()

    function report(line, message) {
      const width = Math.min(1, sourceCode.lines[line - 1].length)
      context.report({ loc: { start: { line, column: 0 }, end: { line, column: width } }, message })
    }

    function checkLines() {
      const text = sourceCode.text
      if (text.includes('\r')) report(1, 'Lines end with LF.')
      if (!text.endsWith('\n') || text.endsWith('\n\n')) report(sourceCode.lines.length, 'A file ends with one newline.')
      sourceCode.lines.forEach((line, index) => {
        if (line.length > MAX_LINE) report(index + 1, `A line has at most ${MAX_LINE} characters; this one has ${line.length}.`)
        if (/[ \t]$/.test(line)) report(index + 1, 'No blanks at the end of a line.')
        if (/^ *\t/.test(line)) report(index + 1, 'Indent with two spaces, not tabs.')
      })
    }

    function checkTokens(program) {
      const tokens = sourceCode.getTokens(program)
      tokens.forEach((token, index) => {
        const line = token.loc.start.line
        const previous = tokens[index - 1]
        const next = tokens[index + 1]
        const isFirst = previous === undefined || previous.loc.end.line < line
        if (isFirst && token.loc.start.column % 2 === 1) report(line, 'Indent by two spaces.')
        // A semicolon at the start of a line guards '(' or '['; one inside `for (;;)` or a type on one line has company.
        const endsLine = next === undefined || next.loc.start.line > token.loc.end.line
        const isStray = token.type === 'Punctuator' && token.value === ';' && endsLine && !isFirst
        if (isStray && !emptyBodies.has(token.range[0])) report(line, 'No semicolons.')
        if (token.type === 'String' && token.value.startsWith('"') && !token.value.includes("'")) report(line, 'Single quotes.')
      })
    }

    // [\n a,\n b,\n]: a list whose last item ends above its closing bracket has a comma there.
    function checkTrailingComma(node, items) {
      const last = items.at(-1)
      if (last === null || last === undefined || last.type === 'RestElement') return
      const comma = sourceCode.getTokenAfter(last)
      const close = comma?.value === ',' ? sourceCode.getTokenAfter(comma) : comma
      if (close === null || close === undefined || openers.has(close.value)) return
      if (!['}', ']', ')'].includes(close.value)) return
      if (comma.value !== ',' && close.loc.start.line > last.loc.end.line) report(last.loc.end.line, 'A multi-line list ends with a comma.')
    }

    const visitor = {
      EmptyStatement(node) {
        emptyBodies.add(node.range[0])
      },
      'Program:exit'(program) {
        checkLines()
        checkTokens(program)
      },
    }
    for (const [type, key] of listNodes) visitor[type] = (node) => checkTrailingComma(node, node[key])
    return visitor
  },
}
