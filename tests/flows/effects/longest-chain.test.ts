import { effectDue } from '../../../functions/effect-due.ts'
import { queueMessage } from '../../../functions/aws/queue-message.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import type { DueServices, Services } from '../../../functions/ports/services.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

/*
 * effect-due sends what must be tried again to its own queue. Lambda counts such a chain of invocations, and ends one of
 * about 16 unless it is allowed (RecursiveLoop in infra/bot.yml).
 */

const LAMBDA_STOPS_AT = 16
/** More than the simulation of the troubles below could need. */
const ENDLESS = 500

interface Queued {
  body: string
  delaySeconds: number
  /** How many invocations of effect-due led to this message. */
  depth: number
}

/** Approves in a world with these troubles, and performs what is queued, in order, until nothing is. */
const chainIn = async (trouble: (services: Services) => Partial<Services>) => {
  const { codePipeline, services: given, notification } = stillWorld()
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(given, notification())
  const { id: approvalId } = notification()
  const who = { userId: 'U0ANA', teamId: null, name: 'Ana', email: null, from: null }
  await actOnApproval(given, { approvalId, who, act: { do: 'vote', verdict: 'Approved', comment: '' } })

  const queue: Queued[] = []
  let depth = 0
  const services: DueServices = {
    ...given,
    ...trouble(given),
    queue: {
      send: (due, delaySeconds) => Promise.resolve(void queue.push({ body: queueMessage(due), delaySeconds, depth })),
    },
  }
  await services.queue.send({ effect: { do: 'settle-approval', approval: approvalId }, attempt: 1 }, 0)
  const door = effectDue(services)
  let longest = 0
  for (let next = queue.shift(); next; next = queue.shift()) {
    codePipeline.clock.pass(next.delaySeconds * 1_000)
    depth = next.depth + 1
    longest = Math.max(longest, depth)
    if (longest > ENDLESS) break
    await door({ Records: [{ messageId: 'm', body: next.body }] as never })
  }
  return longest
}

/** Fails so many times, then works. */
const failing = (times: number) => {
  let left = times
  return () => left-- > 0
}

test('a verdict that CodePipeline takes late, and a Slack that is busy then, make a longer chain than Lambda allows', async () => {
  const longest = await chainIn(({ pipelines, slack }) => {
    const [verdictFails, slackIsBusy] = [failing(10), failing(30)]
    return {
      pipelines: {
        ...pipelines,
        putApprovalResult: (...verdict) =>
          verdictFails() ? Promise.reject(new Error('no answer')) : pipelines.putApprovalResult(...verdict),
      },
      slack: {
        ...slack,
        post: (...given) =>
          slackIsBusy() ? Promise.resolve({ kind: 'busy', afterSeconds: 30 }) : slack.post(...given),
        update: (...given) =>
          slackIsBusy() ? Promise.resolve({ kind: 'busy', afterSeconds: 30 }) : slack.update(...given),
      },
    }
  })
  expect(longest).toBeGreaterThan(LAMBDA_STOPS_AT)
  expect(longest).toBeLessThan(ENDLESS)
})

test('a chain ends, also if Slack never answers and CodePipeline never takes the verdict', async () => {
  const never = () => Promise.reject(new Error('no answer'))
  const slackDown = await chainIn(({ slack }) => ({ slack: { ...slack, post: never, update: never, find: never } }))
  const codePipelineDown = await chainIn(({ pipelines }) => ({ pipelines: { ...pipelines, putApprovalResult: never } }))
  for (const longest of [slackDown, codePipelineDown]) expect(longest).toBeLessThan(50)
})
