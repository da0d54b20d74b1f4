/** How the audit record names each answer to a click. */
export const RECORDED_AS = {
  counted: 'voted',
  withdrawn: 'withdrawn',
  'freeze-overridden': 'glass-broken',
  'automatic-stopped': 'automatic-stopped',
  'override-confirmed': 'override-confirmed',
  deferred: 'noted',
  refused: 'refused',
} as const
