import ts from 'typescript'
import type { SourceFile } from './source-file.ts'

/** Names that several files declare, each with the reason why all of them mean the same. */
export const SAME_EVERYWHERE: Readonly<Record<string, string>> = {
  handler: 'Lambda calls it: each handler file exports its own',
  BUDGET_MS: 'the time that a function has for its effects: each function has its own',
}

/** One line for each name that several of the files declare at their top, exported or not. */
export const sharedNames = (files: readonly SourceFile[]): string[] =>
  [...Map.groupBy(files.flatMap(declarations), ({ name }) => name)]
    .map(([name, all]): [string, string[]] => [name, [...new Set(all.map(({ path }) => path))]])
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`)

/** The entries of SAME_EVERYWHERE that none of the files need. */
export const neededNowhere = (files: readonly SourceFile[]): string[] => {
  const shared = sharedNames(files)
  return Object.keys(SAME_EVERYWHERE).filter((name) => !shared.some((line) => line.startsWith(`${name}: `)))
}

const declarations = ({ path, tree }: SourceFile): { name: string; path: string }[] =>
  tree.statements.flatMap(namesOf).map((name) => ({ name, path }))

const namesOf = (statement: ts.Statement): string[] => {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name))
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [statement.name.text]
  if (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement) || ts.isEnumDeclaration(statement))
    return statement.name ? [statement.name.text] : []
  return []
}

const bound = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []))
