import ts from 'typescript'

/** The replacement of one token. `before` is the text from `start` to `end`. */
export interface Change {
  start: number
  end: number
  after: string
}

/** One kind of change: its replacements for a node; none if it does not apply. */
type Kind = (node: ts.Node, source: ts.SourceFile, checker: ts.TypeChecker) => Change[]

const OPERATORS: Record<string, string[]> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['||'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
}

const METHODS: Record<string, string> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  race: 'all',
}

/** Calls that return much the same as their receiver. */
const DROPPABLE = new Set([
  ...['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice', 'trim', 'toLowerCase', 'toUpperCase'],
  ...['replace', 'replaceAll', 'toWellFormed', 'catch', 'finally'],
])

/** Numbers beyond this are amounts, such as milliseconds: one more would make no difference that matters. */
const SMALL = 10

const replaced = (node: ts.Node, source: ts.SourceFile, after: string): Change => ({
  start: node.getStart(source),
  end: node.getEnd(),
  after,
})

const LOGGING = /(?:^|\.)log(?:\.(?:info|warn|error)|\[.*\])$/s

/**
 * The text of a log line, or of an error: words for people who look for a cause. Whether the line is written still
 * counts.
 */
const isForTheLog = (node: ts.Node): boolean => {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isNewExpression(at) && /Error$/.test(at.expression.getText())) return true
    if (tellsAStep(at)) return true
    if (ts.isCallExpression(at) && at.expression.getText() === 'again' && isText(node)) return true
    if (ts.isCallExpression(at) && LOGGING.test(at.expression.getText())) return at.expression !== node
    if (ts.isStatement(at) || ts.isFunctionLike(at)) return false
  }
  return false
}

/** The reason for another try is only logged. */
const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)

/** A log line of a step is for readers; it raises no alarm. */
const tellsAStep = (node: ts.Node): boolean =>
  ts.isIfStatement(node)
    ? !node.elseStatement && tellsAStep(node.thenStatement)
    : ts.isExpressionStatement(node) && /^(?:\w+\.)*log\.info\(/.test(node.getText())

/** A literal that is a value, and not a type, a module's name or a property's name. */
const isValue = (node: ts.Node): boolean =>
  !ts.isLiteralTypeNode(node.parent) &&
  !ts.isImportDeclaration(node.parent) &&
  !ts.isExportDeclaration(node.parent) &&
  !(ts.isPropertyAssignment(node.parent) && node.parent.name === node) &&
  !ts.isPropertySignature(node.parent) &&
  !ts.isCaseClause(node.parent)

/** The type that the context expects of a string: in a comparison, that of the other side. */
const expectedType = (node: ts.StringLiteralLike, checker: ts.TypeChecker): ts.Type | undefined => {
  const { parent } = node
  if (!ts.isBinaryExpression(parent)) return checker.getContextualType(node)
  if (!/^[!=]==$/.test(parent.operatorToken.getText())) return checker.getContextualType(node)
  return checker.getTypeAtLocation(parent.left === node ? parent.right : parent.left)
}

/** Whether it may be an empty text, 0 or false. */
const mayBeFalsy = (node: ts.Node, checker: ts.TypeChecker): boolean => {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(node))
  const parts = type.isUnion() ? type.types : [type]
  return !parts.every(isNeverFalsy)
}

const isNeverFalsy = (type: ts.Type): boolean => {
  if (type.isLiteral()) return Boolean(type.value)
  if (type.isIntersection()) return type.types.every(isNeverFalsy)
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive)) !== 0
}

/** Another value that the types accept: the next of its union, or an empty text. */
const otherText = (node: ts.StringLiteralLike, checker: ts.TypeChecker): string | null => {
  const expected = expectedType(node, checker)
  const members = expected?.isUnion() ? expected.types : []
  const values = members.flatMap((type) => (type.isStringLiteral() ? [type.value] : []))
  const index = values.indexOf(node.text)
  // With two members, a comparison with the other value equals the other operator.
  if (index >= 0 && ts.isBinaryExpression(node.parent) && values.length === 2) return null
  if (index >= 0 && values.length > 1) return values[(index + 1) % values.length]!
  return node.text === '' ? 'mutant' : ''
}

const withoutPart = (parts: ts.NodeArray<ts.Node>, source: ts.SourceFile): Change[] =>
  parts.map((part, index) => {
    const next = parts[index + 1]
    const before = parts[index - 1]
    if (next) return { start: part.getStart(source), end: next.getStart(source), after: '' }
    return { start: before ? before.getEnd() : part.getStart(source), end: part.getEnd(), after: '' }
  })

const KINDS: Record<string, Kind> = {
  'another operator': (node, source, checker) => {
    if (!ts.isBinaryExpression(node)) return []
    const token = node.operatorToken
    // For an object, `||` does the same as `??`.
    if (token.kind === ts.SyntaxKind.QuestionQuestionToken && !mayBeFalsy(node.left, checker)) return []
    return (OPERATORS[token.getText(source)] ?? []).map((after) => replaced(token, source, after))
  },

  'no negation': (node, source) =>
    ts.isPrefixUnaryExpression(node) && /^[!-]/.test(node.getText(source))
      ? [{ start: node.getStart(source), end: node.operand.getStart(source), after: '' }]
      : [],

  'the other way of counting': (node, source) => {
    if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return []
    const operator = /\+\+|--/.exec(node.getText(source))?.[0]
    if (!operator) return []
    const other = operator === '++' ? '--' : '++'
    return [replaced(node, source, node.getText(source).replace(operator, other))]
  },

  'the other boolean': (node, source) => {
    if (ts.isLiteralTypeNode(node.parent)) return []
    if (node.kind === ts.SyntaxKind.TrueKeyword) return [replaced(node, source, 'false')]
    return node.kind === ts.SyntaxKind.FalseKeyword ? [replaced(node, source, 'true')] : []
  },

  'another number': (node, source) => {
    if (!ts.isNumericLiteral(node) || !isValue(node)) return []
    const value = Number(node.text)
    const others = value > SMALL ? [value * 2] : value === 0 ? [1] : [value + 1, value - 1]
    return others.map((other) => replaced(node, source, String(other)))
  },

  'another text': (node, source, checker) => {
    if (!ts.isStringLiteralLike(node) || !isValue(node)) return []
    const other = otherText(node, checker)
    return other === null ? [] : [replaced(node, source, `'${other}'`)]
  },

  'a template without one of its words': (node, source) => {
    if (!ts.isTemplateHead(node) && !ts.isTemplateMiddle(node) && !ts.isTemplateTail(node)) return []
    if (node.text === '') return []
    const text = node.getText(source)
    const open = text[0]!
    return [replaced(node, source, open + (text.endsWith('${') ? '${' : '`'))]
  },

  'a list without one of its elements': (node, source) =>
    ts.isArrayLiteralExpression(node) ? withoutPart(node.elements, source) : [],

  'an object without one of its properties': (node, source) =>
    ts.isObjectLiteralExpression(node) ? withoutPart(node.properties, source) : [],

  'a step left out': (node, source) =>
    (ts.isExpressionStatement(node) && !tellsAStep(node)) ||
    ts.isThrowStatement(node) ||
    (ts.isIfStatement(node) && !node.elseStatement && !tellsAStep(node)) ||
    (ts.isBreakOrContinueStatement(node) && !ts.isCaseOrDefaultClause(node.parent))
      ? [replaced(node, source, ';')]
      : [],

  'a condition the other way round': (node, source) =>
    ts.isIfStatement(node) && node.elseStatement
      ? [replaced(node.expression, source, `!(${node.expression.getText(source)})`)]
      : [],

  'the arms of a choice swapped': (node, source) => {
    if (!ts.isConditionalExpression(node)) return []
    const [yes, no] = [node.whenTrue.getText(source), node.whenFalse.getText(source)]
    const { start } = replaced(node.whenTrue, source, '')
    return [{ start, end: node.whenFalse.getEnd(), after: `(${no}) : (${yes})` }]
  },

  'nothing waited for': (node, source) =>
    ts.isAwaitExpression(node) ? [replaced(node, source, node.expression.getText(source))] : [],

  'another method': (node, source) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
    const { name, expression } = node.expression
    const other = Object.hasOwn(METHODS, name.text) ? METHODS[name.text] : undefined
    const dropped = DROPPABLE.has(name.text) ? [replaced(node, source, expression.getText(source))] : []
    return [...(other ? [replaced(name, source, other)] : []), ...dropped]
  },

  'the first for the last': (node, source) =>
    ts.isCallExpression(node) && /(?:\?\.|\.)at\(-1\)$/.test(node.getText(source))
      ? [replaced(node.arguments[0]!, source, '0')]
      : [],

  'a pattern that asks for less': (node, source) => {
    if (!ts.isRegularExpressionLiteral(node)) return []
    const text = node.getText(source)
    const end = text.lastIndexOf('/')
    const [body, flags] = [text.slice(1, end), text.slice(end + 1)]
    return [
      ...(body.startsWith('^') ? [`/${body.slice(1)}/${flags}`] : []),
      ...(body.endsWith('$') && !body.endsWith('\\$') ? [`/${body.slice(0, -1)}/${flags}`] : []),
      ...[...flags].map((flag) => `/${body}/${flags.replace(flag, '')}`),
    ].map((after) => replaced(node, source, after))
  },
}

/** Every change that any kind makes of this node; its child nodes are left out. */
export const changesOf = (node: ts.Node, source: ts.SourceFile, checker: ts.TypeChecker): Change[] =>
  isForTheLog(node) ? [] : Object.values(KINDS).flatMap((kind) => kind(node, source, checker))
