import type { Execution } from '../domain/execution.ts'
import type { Inline } from './block-kit.ts'
import { cut, text } from './block-kit.ts'
import { say } from './sentence.ts'
import { OUTSIDE_WORDS } from './words/execution-words.ts'

/** What a card is about: the pipeline, or "Build of" a project. `name`: the pipeline, project or application as shown. */
export const subjectParts = ({ outside }: Pick<Execution, 'outside'>, name: Inline[]): Inline[] => {
  if (!outside) return name
  return outside.service === 'CodeBuild'
    ? say(OUTSIDE_WORDS.CodeBuild, { name })
    : say(OUTSIDE_WORDS.CodeDeploy, { name, group: text(cut(outside.group ?? '', 100)) })
}
