import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-file.ts'

/**
 * One line for every AWS error class that the file uses. The bundles leave these classes out: an error of AWS is
 * recognized by its name (esbuild.plugins.cjs, fewerShapes).
 */
export const awsErrorClasses = ({ path, tree }: SourceFile): string[] =>
  nodesOf(tree)
    .filter(ts.isImportDeclaration)
    .filter(({ moduleSpecifier }) => /^@aws-sdk\/client-/.test((moduleSpecifier as ts.StringLiteral).text))
    .filter(({ importClause }) => importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
    .flatMap((declaration) => nodesOf(declaration).filter(ts.isImportSpecifier))
    .filter(({ isTypeOnly, name }) => !isTypeOnly && !/(?:Client|Command)$|^paginate/.test(name.text))
    .map(({ name }) => `${path} imports ${name.text}`)
