import type { Digest } from '../../../functions/domain/digest.ts'
import { digestId, lastRange } from '../../../functions/domain/digest.ts'
import type { RecordedDelivery } from '../../../functions/domain/delivery-measures.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { performDue, performNow } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { dueDigests, sendDigest } from '../../../functions/flows/show/send-digest.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { messageOf } from '../../support/memory/slack.ts'
import { DAY, MINUTE, SECOND, START } from '../../support/records.ts'

/** START is 09:30 in UTC, half an hour after its end. */
const digestsOf = (...matches: object[]): readonly Digest[] => {
  const digests = matches.map((match) => ({ channel: 'C0DEPLOYS', every: 'daily', at: '09:15', match }))
  const accounts = { '111122223333': 'shop-prod' }
  return configurationFrom(CONFIGURATION.parse({ accounts, digests, routes: [] })).digests
}
const [DIGEST] = digestsOf({}) as [Digest]
const TO = START - 15 * MINUTE

const deployment = (pipeline: string, minute: number, end: 'live' | 'failed') => ({
  pipeline: `111122223333/eu-west-1/${pipeline}`,
  executionId: String(minute),
  end,
  at: TO - minute * MINUTE,
  committedAt: TO - minute * MINUTE - DAY,
})

const RECORDED: RecordedDelivery = {
  deployments: [
    deployment('shop-web', 1_500, 'live'),
    deployment('shop-web', 300, 'failed'),
    deployment('shop-web', 180, 'live'),
    deployment('shop-web', 60, 'live'),
    deployment('shop-api', 30, 'live'),
  ],
  answered: [
    { pipeline: '111122223333/eu-west-1/shop-web', requestedAt: TO - 90 * MINUTE, answeredAt: TO - 70 * MINUTE },
  ],
}

const bot = (recorded: RecordedDelivery = RECORDED, digests: readonly Digest[] = [DIGEST]) => {
  const memory = botInMemory()
  const services: DueServices = {
    ...memory.services,
    configuration: {
      ...memory.services.configuration,
      digests,
      accountName: (id) => (id === '111122223333' ? 'shop-prod' : id),
    },
    delivery: { read: async () => recorded },
  }
  return { ...memory, services, said: () => memory.slack.messages.filter(({ card }) => card.kind === 'digest') }
}

/** Performs what the function that looks each minute has queued, as `effect-due` does. */
const sendDue = async (services: DueServices) => {
  for (const effect of dueDigests(services)) await performDue(services, { effect, attempt: 1 }, queuedEffects(services))
}

const ID = digestId(DIGEST, lastRange(DIGEST, START))

test('a digest is sent when its time has come, once, however often the effect is performed', async () => {
  const { services, said, pass } = bot()
  expect(dueDigests(services)).toEqual([{ do: 'send-digest', digest: ID }])
  await sendDue(services)
  await Promise.all([sendDigest(services, ID), sendDigest(services, ID)])
  pass(MINUTE)
  await sendDigest(services, ID)
  expect(said().map(({ place }) => place.channel)).toEqual(['C0DEPLOYS'])
})

test('a digest is stored before it is sent, and no numbers are read of one that was sent', async () => {
  const { services, said } = bot()
  services.digests = { ...services.digests, create: slowly(services.digests.create) }
  let reads = 0
  services.delivery = { read: async () => (reads++, RECORDED) }
  for (let times = 0; times < 2; times++) await sendDigest(services, ID)
  expect([said().length, reads]).toEqual([1, 1])
})

test('a digest has the numbers of its time, beside those before, and a row or a bar for each pipeline', async () => {
  const { services, said } = bot()
  await sendDigest(services, ID)
  const { text, blocks, plainer } = messageOf(said()[0]!.card)
  const words = asText({ blocks })
  expect(text).toMatch(/^Daily digest: 3 deployments\n1 failed \(25 %\) · 1 deployment before\n/)
  expect(words).toContain('1 failed (25 %) · 1 deployment before')
  expect(words.replaceAll(/\s/g, ' ')).toContain('Lead time: 1 day from the commit until it was live')
  expect(words.replaceAll(/\s/g, ' ')).toContain('Waited for approval: 20 min')
  expect(words.replaceAll(/\s/g, ' ')).toContain('Time to restore: 2 hr from a failure to the next deployment')
  expect(words).toContain(
    [
      'Pipeline | Deployments | Failed | Lead time | Waited for approval | Time to restore',
      `shop-web | ${'█'.repeat(8)} 2 | 1 | 1 day | 20 min | 2 hr`,
      `shop-api | ${'█'.repeat(4)} 1 | 0 | 1 day | – | –`,
    ].join('\n'),
  )
  expect(asText({ blocks: plainer! })).toBe(
    `${words.split('\nPipeline |')[0]}\n\`\`\`shop-web ${'█'.repeat(20)} 2 ✗ 1\nshop-api ${'█'.repeat(10)} 1\`\`\``,
  )
})

const firstLine = (message: { text: string }): string => message.text.split('\n')[0]!

test('a digest of some pipelines has their numbers alone, and names them', async () => {
  const { services, said } = bot(RECORDED, digestsOf({ pipeline: ['*-api', 'shop-jobs'] }))
  await sendDue(services)
  const { text, blocks } = messageOf(said()[0]!.card)
  expect(text).toMatch(
    /^Daily digest: 1 deployment · \*-api, shop-jobs\n0 failed \(0 %\) · no deployment before\nLead time: /,
  )
  expect(asText({ blocks })).not.toContain('shop-web')
})

test('pipelines of one name are told apart by account and Region', async () => {
  const deployments = ['111122223333/eu-west-1/shop', '444455556666/us-east-1/shop', '444455556666/us-east-1/api'].map(
    (pipeline, index) => ({ ...deployment('', index + 1, 'live'), pipeline }),
  )
  const { services, said } = bot({ deployments, answered: [] })
  await sendDigest(services, ID)
  const { blocks } = messageOf(said()[0]!.card)
  expect(
    asText({ blocks })
      .split('\n')
      .slice(-3)
      .map((line) => line.split(' | ')[0]),
  ).toEqual(['shop (shop-prod, eu-west-1)', 'api', 'shop (444455556666, us-east-1)'])
})

test('a channel gets each of its digests at one time', async () => {
  const { services, said, pass } = bot(
    RECORDED,
    digestsOf(
      {},
      { pipeline: 'shop-api' },
      { account: '1111*', region: ['eu-*', 'us-*'] },
      { account: '111122223333' },
      { region: 'us-*' },
    ),
  )
  // A channel takes one message in a second.
  for (let second = 0; second < 10; second++, pass(SECOND)) await sendDue(services)
  expect(said().map(({ card }) => firstLine(messageOf(card)))).toEqual([
    'Daily digest: 3 deployments',
    'Daily digest: 1 deployment · shop-api',
    'Daily digest: 3 deployments · account 1111* · Regions eu-*, us-*',
    'Daily digest: 3 deployments · account shop-prod',
    'Daily digest: no deployment · Region us-*',
  ])
})

test('a time without a deployment says so', async () => {
  const { services, said } = bot({ deployments: [], answered: [] })
  await sendDigest(services, ID)
  expect(messageOf(said()[0]!.card).text).toBe('Daily digest: no deployment\nno deployment before')
})

test('a digest that greenlight.yml no longer has is not sent, and is left to the queue by another function', async () => {
  const { services, said, queued } = bot(RECORDED, [])
  expect(await sendDigest(services, ID)).toEqual({ kind: 'done', next: [] })
  const now = { ...bot().services, queue: services.queue }
  await performNow(now, [{ do: 'send-digest', digest: ID }], 1_000)
  expect(queued.map(({ due }) => due.effect.do)).toEqual(['send-digest'])
  expect(said()).toEqual([])
})

test('a digest that Slack refuses is sent again later', async () => {
  const { services, said, slack, pass, logged } = bot()
  const post = services.slack.post
  const refusing: DueServices = {
    ...services,
    slack: { ...services.slack, post: async () => ({ kind: 'refused', because: 'not_in_channel', isFinal: false }) },
  }
  await sendDigest(refusing, ID)
  expect(slack.messages).toEqual([])
  expect(logged).toMatchObject([{ level: 'warn', about: { digest: ID, because: 'not_in_channel' } }])
  pass(2 * MINUTE)
  await sendDigest({ ...services, slack: { ...services.slack, post } }, ID)
  expect(said()).toHaveLength(1)
})

test('the function that looks each minute queues it', async () => {
  const { services, queued } = bot()
  await sweep(services, [])
  expect(queued.map(({ due }) => due.effect)).toEqual([{ do: 'send-digest', digest: ID }])
})
