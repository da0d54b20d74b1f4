/** One mark for one state, in every message. The words beside it carry the meaning. */
export const MARK = {
  waiting: '⏸',
  running: '▶',
  succeeded: '✓',
  failed: '✗',
  stopped: '■',
  superseded: '»',
  /** Required, and not there yet. */
  open: '○',
  /** Still to come. */
  ahead: '·',
  /** To be seen before people decide. */
  warning: '⚠',
} as const
