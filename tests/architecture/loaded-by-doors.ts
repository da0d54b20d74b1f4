import ts from 'typescript'
import { importsOf, nodesOf, type SourceFile } from './source-file.ts'

const isFunction = ({ path }: SourceFile): boolean => path.startsWith('functions/')

const exportedNames = ({ tree }: SourceFile): string[] =>
  tree.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return []
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText())
    const { name } = statement as ts.DeclarationStatement
    return name ? [name.getText()] : []
  })

/** A handler file exports what Lambda calls. */
const isDoor = (file: SourceFile): boolean =>
  /^functions\/[^/]+\.ts$/.test(file.path) && exportedNames(file).includes('handler')

/**
 * The files of functions/ that no handler imports, directly or through others. A port is only types, so an import of a
 * type counts too.
 */
export const notLoaded = (files: readonly SourceFile[]): string[] => {
  const inside = new Map(files.filter(isFunction).map((file) => [file.path, file]))
  const loaded = new Set<string>()
  const load = (path: string): void => {
    const file = inside.get(path)
    if (!file || loaded.has(path)) return
    loaded.add(path)
    for (const imported of importsOf(file)) load(imported)
  }
  for (const file of inside.values()) if (isDoor(file)) load(file.path)
  return [...inside.keys()].filter((path) => !loaded.has(path))
}

/** The exports of functions/ that nothing in functions/ uses. */
export const notUsed = (files: readonly SourceFile[]): string[] => {
  const inside = files.filter(isFunction)
  const words = new Map<string, number>()
  for (const { tree } of inside)
    for (const node of nodesOf(tree)) if (ts.isIdentifier(node)) words.set(node.text, (words.get(node.text) ?? 0) + 1)
  return inside.flatMap((file) =>
    exportedNames(file)
      .filter((name) => name !== 'handler' && words.get(name) === 1)
      .map((name) => `${file.path} exports ${name}`),
  )
}
