/** The daily checkpoint of the audit record. */
export const CHECKPOINT = {
  signed: '*Checkpoint of the audit record.* Keep this message: a past that is rewritten later contradicts it.',
  refused: '*No checkpoint was signed: the audit record failed verification.* Run greenlight audit.',
  more: '{count} more',
} as const
