import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

export interface SourceFile {
  /** Relative to the top of the repository, with `/`. */
  path: string
  tree: ts.SourceFile
}

export const parseSource = (path: string, text: string): SourceFile => ({
  path,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
})

/** Every TypeScript file below the folders. */
export const sourceFiles = (root: string, folders: string[]): SourceFile[] =>
  folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))

/** Every node below this one and itself, parents first, without punctuation and comments. */
export const nodesOf = (node: ts.Node): ts.Node[] => {
  const nodes: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    nodes.push(one)
    ts.forEachChild(one, visit)
  }
  visit(node)
  return nodes
}

const specifierOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0]
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  return undefined
}

const known = new WeakMap<SourceFile, string[]>()

/** What the file imports, types included: paths from the top for its own files, names for packages. */
export const importsOf = (file: SourceFile): string[] => {
  const imports = known.get(file) ?? specifiersOf(file)
  known.set(file, imports)
  return imports
}

const specifiersOf = ({ path, tree }: SourceFile): string[] =>
  nodesOf(tree).flatMap((node) => {
    const specifier = specifierOf(node)
    if (!specifier || !ts.isStringLiteralLike(specifier)) return []
    return [specifier.text.startsWith('.') ? posix.join(posix.dirname(path), specifier.text) : specifier.text]
  })
