import ts from 'typescript'
import type { SourceFile } from '../architecture/source-file.ts'

/** A sentence for people in a source file, and the line on which it begins, from 1. */
export interface Prose {
  line: number
  text: string
}

/** The comments, the titles of tests and the log lines of a source file. */
export const sourceProse = ({ tree }: SourceFile): Prose[] => {
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line + 1
  const nodes = nodesAndTokens(tree)
  const betweenTags = new Set(nodes.filter(ts.isJsxText).map(({ pos }) => pos))
  const found = new Map<number, Prose>()
  for (const node of nodes) {
    for (const { pos, end } of betweenTags.has(node.pos) ? [] : commentsAt(node.pos, tree.text))
      found.set(pos, { line: lineOf(pos), text: tree.text.slice(pos, end) })
    for (const text of ts.isCallExpression(node) ? sentencesOf(node) : [])
      found.set(text.getStart(), { line: lineOf(text.getStart()), text: text.getText() })
  }
  return [...found.values()]
}

const commentsAt = (position: number, text: string): ts.CommentRange[] =>
  [ts.getLeadingCommentRanges, ts.getTrailingCommentRanges].flatMap((ranges) => ranges(text, position) ?? [])

/** A comment may stand before a bracket, which `ts.forEachChild` leaves out. */
const nodesAndTokens = (node: ts.Node): ts.Node[] => {
  const found: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    found.push(one)
    one.getChildren().forEach(visit)
  }
  visit(node)
  return found
}

/** The title of a test or suite, with the titles in its table; the text of a log line. */
const sentencesOf = ({ expression, arguments: [first] }: ts.CallExpression): ts.Node[] => {
  const called = expression.getText()
  if (/^(?:test|describe|describeWith|testWith)\b.*\.each$/s.test(called) && first) return tableTitles(first)
  const hasSentence = /^(?:test|describe)\b|With$|\blog\.(?:info|warn|error)$/.test(called)
  if (!hasSentence || !first) return []
  return [first, ...siblings(first)].filter(isText).slice(0, 1)
}

const siblings = (node: ts.Node): ts.Node[] => (ts.isCallExpression(node.parent) ? [...node.parent.arguments] : [])

/** The first cell of each row, if it is a sentence: a single word is a value. */
const tableTitles = (table: ts.Node): ts.Node[] =>
  (ts.isArrayLiteralExpression(table) ? [...table.elements] : [])
    .map((row) => (ts.isArrayLiteralExpression(row) ? row.elements[0] : row))
    .filter((cell) => cell !== undefined && isText(cell) && cell.getText().includes(' '))
    .filter((cell) => cell !== undefined)

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
