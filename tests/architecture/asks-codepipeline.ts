import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-file.ts'

/** Whether the file uses the port to CodePipeline (functions/ports/pipelines.ts). */
export const asksCodePipeline = ({ tree }: SourceFile): boolean =>
  nodesOf(tree).some((node) => ts.isIdentifier(node) && node.text === 'pipelines')
