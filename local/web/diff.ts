import { html } from 'hono/html'
import { type Content, preformatted } from './html-page.ts'

/** How a line of a unified diff begins, and what that makes it. The first that fits counts. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:diff |index |--- |\+\+\+ |new file|deleted file|similarity|rename )/, 'file'],
  [/^@@/, 'part'],
  [/^\+/, 'added'],
  [/^-/, 'removed'],
]

/** A unified diff, with its lines colored. Their signs say the same without color. */
export const diffOf = (diff: string): Content =>
  preformatted(
    'Changes',
    diff.split('\n').map((line) => {
      const kind = KINDS.find(([begins]) => begins.test(line))?.[1]
      return html`${kind === undefined ? line : html`<span class="${kind}">${line}</span>`}${'\n'}`
    }),
  )
