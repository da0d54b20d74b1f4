import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-file.ts'

const MEMBERS = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'process.hrtime'])
const GLOBALS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Temporal'])
const IMPORTED = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'])
const MODULES = new Set(['node:timers', 'node:timers/promises', 'node:perf_hooks'])

const isGlobalThis = (node: ts.Node) => ts.isIdentifier(node) && node.text === 'globalThis'

/** The identifier stands for a variable, and is not just the name of a property or of a parameter. */
const isReference = (node: ts.Identifier) =>
  !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node && !isGlobalThis(node.parent.expression)) &&
  !ts.isPropertyAssignment(node.parent) &&
  !ts.isPropertySignature(node.parent) &&
  !ts.isMethodSignature(node.parent) &&
  !ts.isMethodDeclaration(node.parent)

const asks = (node: ts.Node): boolean => {
  if (ts.isPropertyAccessExpression(node)) return MEMBERS.has(node.getText().replaceAll(/\s|globalThis\./g, ''))
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && !node.arguments?.length
  if (ts.isCallExpression(node)) return node.expression.getText() === 'Date'
  if (ts.isIdentifier(node)) return GLOBALS.has(node.text) && isReference(node)
  if (ts.isImportSpecifier(node)) return IMPORTED.has((node.propertyName ?? node.name).text)
  if (ts.isImportDeclaration(node)) return MODULES.has((node.moduleSpecifier as ts.StringLiteral).text)
  return false
}

/** One line for every place where the file reads time or chance from the machine. */
export const timeAndChance = ({ path, tree }: SourceFile): string[] =>
  nodesOf(tree)
    .filter(asks)
    .map((node) => {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart())
      return `${path}:${line + 1} ${node.getText().slice(0, 60)}`
    })

/** One line for every place where the file waits for anything. */
export const waiting = ({ path, tree }: SourceFile): string[] =>
  nodesOf(tree)
    .filter((node) => ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword)
    .map((node) => `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} waits`)
