import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Person, Snapshot } from '../../../local/page/contract.ts'
import { WorkspaceContext } from '../../../local/page/workspace.ts'

/** The HTML of components as one person sees them; the workspace's time stands still. */
export const renderAs = (me: Person, snapshot: Snapshot, children: ComponentChildren): string => {
  const workspace = {
    snapshot,
    me,
    away: false,
    now: () => snapshot.now,
    asked: () => undefined,
    done: () => undefined,
  }
  return renderToString(<WorkspaceContext.Provider value={workspace}>{children}</WorkspaceContext.Provider>)
}
