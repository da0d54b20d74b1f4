import type { Head } from '../support/deployed-pipeline.ts'
import { commit } from '../support/deployed-pipeline.ts'
import type { Chance } from './chance.ts'
import type { DrawnSource } from './drawn-pipeline.ts'

/** What a source gives, and who wrote it. */
export interface DrawnHead extends Head {
  provider: DrawnSource['provider']
  /** The author's name; where the source names none, the revision's short id. */
  writer: string
}

const AUTHORS = ['Ana', 'Ben', 'Chen', 'Dana', 'Eli', 'Fay']

/** Most sources watch one branch, and some tell none. */
const BRANCHES = ['main', 'main', 'main', 'hotfix/basket', 'hotfix/prices', undefined]

/**
 * The next revision of a source: a commit, a version of an object in S3, or an image in ECR. `branching` draws the branch of
 * a commit.
 */
export const drawnHead = (
  chance: Chance,
  branching: Chance,
  provider: DrawnSource['provider'],
  number: number,
): DrawnHead => {
  const id = number.toString(16).padStart(10, '0').padEnd(40, '0')
  const told = (revisionId: string, revisionSummary: string) => ({
    revisionId,
    revisionSummary,
    revisionUrl: '',
    created: 0,
  })
  if (provider === 'S3') {
    const versionId = `v.${id}`
    return {
      outcome: {
        outputVariables: { VersionId: versionId, ETag: id },
        revision: told(versionId, `Amazon S3 version id: ${versionId}`),
      },
      provider,
      writer: versionId.slice(0, 12),
    }
  }
  if (provider === 'ECR') {
    const digest = `${id}${id.slice(0, 24)}`
    return {
      outcome: {
        outputVariables: { ImageDigest: `sha256:${digest}`, ImageTag: `1.${number}`, RepositoryName: 'shop/web' },
        revision: told(`sha256:${digest}`, ''),
      },
      provider,
      writer: digest.slice(0, 12),
    }
  }
  const writer = chance.pick(AUTHORS)
  const { outcome } = commit(id, writer, `Change ${number}`)
  const branch = branching.pick(BRANCHES)
  const outputVariables = { ...outcome.outputVariables, ...(branch !== undefined && { BranchName: branch }) }
  return { outcome: { ...outcome, outputVariables }, provider, writer }
}
