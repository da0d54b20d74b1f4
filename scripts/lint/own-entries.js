import ts from 'typescript'

const ANY_TEXT = ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping

/**
 * `table[name]` answers for a name such as `constructor` with what every object has. Where the name is any text, the
 * table is a Map, or is read by `ownEntry` (functions/own-entry.ts).
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const ownEntries = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { any: 'Any name may be one that every object has: use a Map, or ownEntry.' },
  },
  create: (context) => {
    const { esTreeNodeToTSNodeMap: nodes, program } = context.sourceCode.parserServices
    const checker = program.getTypeChecker()
    const typeOf = (node) => checker.getTypeAtLocation(nodes.get(node))
    const isAnyText = (type) => (type.isUnion() ? type.types.some(isAnyText) : (type.flags & ANY_TEXT) !== 0)
    const isKeyedByText = (type) =>
      type.isUnion()
        ? type.types.some(isKeyedByText)
        : checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined
    return {
      'MemberExpression[computed=true]': (node) => {
        if (isAnyText(typeOf(node.property)) && isKeyedByText(typeOf(node.object)))
          context.report({ node, messageId: 'any' })
      },
    }
  },
}
