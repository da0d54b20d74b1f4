import type { Approval } from '../../functions/domain/approval.ts'
import { problemsAtRest } from './at-rest.ts'
import type { Checks } from './explore.ts'
import type { Scenario } from './scenario.ts'
import { REQUIRED } from './scenario.ts'

/**
 * In each state: at most one verdict was sent, and none that the record of the votes does not have. At rest, once with
 * CodePipeline's events and once without: what the simulation demands.
 */
export const checksOf = (scenario: Scenario): Checks => ({
  everywhere: [
    {
      parts: ['codePipeline'],
      problems: ({ codePipeline: { sent } }) => {
        const verdicts = new Set(sent.map(({ verdict, summary }) => `${verdict} "${summary}"`))
        return verdicts.size > 1 ? [`I2: ${verdicts.size} verdicts were sent: ${[...verdicts].join(' and ')}`] : []
      },
    },
    {
      parts: ['codePipeline', 'approvals'],
      problems: ({ codePipeline: { sent }, approvals }) => {
        const [approval] = approvals.all() as Approval[]
        return sent.flatMap(({ verdict }) => {
          const votes = approval?.votes.filter((vote) => vote.verdict === verdict) ?? []
          const needed = verdict === 'Approved' ? REQUIRED : 1
          const people = new Set(votes.map(({ userId }) => userId)).size
          return people >= needed
            ? []
            : [`I1: ${verdict} was sent, and ${people} of ${needed} people are on record with that vote`]
        })
      },
    },
  ],
  atRest: async (outcomes, load) => {
    const found: string[] = []
    for (const hasEvents of [true, false]) {
      load()
      found.push(...(await problemsAtRest(scenario, outcomes, hasEvents)))
    }
    return found
  },
})
