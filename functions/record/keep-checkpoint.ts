import type { Clock } from '../clock.ts'
import type { Log } from '../ports/log.ts'
import type { LogFiles } from './log-files.ts'
import { makeCheckpoint, type CheckpointParts } from './make-checkpoint.ts'

/** What keeps the checkpoints of an installation. */
export interface CheckpointServices {
  clock: Clock
  log: Log
  files: LogFiles
  /** Reads the keys, which KMS may refuse. */
  parts(): Promise<Omit<CheckpointParts, 'files' | 'now'>>
  /** Tells the channel, if there is one. */
  tell: {
    signed(note: string): Promise<void>
    refused(because: readonly string[]): Promise<void>
  }
}

/**
 * Signs the state of the audit record and tells the channel. Safe to repeat: a checkpoint is kept once, and a file beside it
 * says that the channel has it.
 */
export const keepCheckpoint = async ({ clock, log, files, parts, tell }: CheckpointServices): Promise<void> => {
  const given = await parts()
  for (;;) {
    const made = await makeCheckpoint({ ...given, files, now: clock.now() })
    if (made.kind === 'refused') {
      log.error('No checkpoint was signed: the audit record failed verification', { because: made.because })
      log.count('CheckpointRefused')
      return tell.refused(made.because)
    }
    const { state } = made
    if (!state) return log.info('The audit record has no entry yet')
    const { size } = state.checkpoint
    if (made.kind === 'signed') {
      log.info('A checkpoint was signed', { size, added: made.added })
      log.count('CheckpointSigned')
      if (!made.isWhole) continue
    }
    const told = `told.${String(size)}`
    if ((await files.read(told)) !== null) return
    await tell.signed(state.note)
    await files.create(told, state.note)
    return
  }
}
