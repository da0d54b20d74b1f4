import fc from 'fast-check'
import { barrierFor } from '../../../functions/domain/policy.ts'
import { authorsOf } from '../../../functions/domain/revision.ts'
import { starterFrom } from '../../../functions/domain/starter.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { revisionFrom } from '../../../functions/flows/execution/read-revisions.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { CHANGE, START, WHERE } from '../../support/records.ts'
import { anyMessage, trailerOfBen } from '../../support/trailers.ts'
import { wholeInCi } from '../../support/whole-in-ci.ts'

/*
 * From what CodePipeline tells of a commit to whether a person may approve it: an author who is named in any spelling never
 * may, where authors may not approve their own changes.
 */

const ENGINEERS = [{ name: 'engineers', people: ['U0BEN', 'U0CHEN'], groups: [], count: 1 }]

/** Why Ben may not approve what Ana pushed with this message; null if he may. */
const barrierOfBen = async (message: string) => {
  const { services } = botInMemory({ approvers: ENGINEERS, forbid: ['author'], whenUnidentified: 'refuse' })
  const artifact = { actionName: 'Source', artifactName: 'SourceOutput', revisionId: 'a'.repeat(40), url: null }
  const variables = { AuthorDisplayName: 'Ana', AuthorEmail: 'ana@example.com', CommitMessage: message }
  const source = { provider: 'CodeStarSourceConnection', outputVariables: variables }
  const revision = revisionFrom(services, WHERE.region, { ...artifact, summary: message }, [
    { action: 'Source', outputArtifacts: ['SourceOutput'], ...source } as never,
  ])
  const change = { ...CHANGE, revisions: [revision], since: null, authors: authorsOf([revision]) }
  const asked = { where: WHERE, change, starter: starterFrom({ type: 'WebhookV2', detail: '' }), escalatedAt: null }
  const { policy } = (await resolvePolicy(services, asked, START))!
  return barrierFor(policy, 'U0BEN', 'Approved', START)?.because ?? null
}

test('a person whom no trailer names may approve', async () => {
  expect(await barrierOfBen('Fix rounding')).toBeNull()
})

test('whatever the message, a trailer that names a person in any spelling keeps that person from approving', async () => {
  await fc.assert(
    fc.asyncProperty(anyMessage, trailerOfBen, anyMessage, async (before, trailer, after) => {
      expect(['author', 'unidentified']).toContain(await barrierOfBen(`Title\n${before}\n${trailer}\n${after}`))
    }),
    { numRuns: wholeInCi(500, 100) },
  )
})
