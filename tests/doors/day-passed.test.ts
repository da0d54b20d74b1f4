import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { readKey } from '../../functions/aws/kms.ts'
import { systemClock } from '../../functions/clock.ts'
import { checkpointServices, dayPassed } from '../../functions/day-passed.ts'
import type { Log } from '../../functions/ports/log.ts'
import { openNote } from '../../functions/record/checkpoint-note.ts'
import { keepCheckpoint } from '../../functions/record/keep-checkpoint.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { checkpointName, entriesName, leavesName, treeName } from '../../functions/record/log-files.ts'
import { createWorkspaceClock } from '../../local/clock.ts'
import { listen } from '../../local/http-server.ts'
import { openSlack } from '../../local/slack/open-slack.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import type { PostedCheckpoint } from '../support/posted-checkpoint.ts'
import { noteIn } from '../support/posted-checkpoint.ts'
import { recordOver } from '../support/record-over.ts'
import { DAY, MINUTE, START } from '../support/records.ts'
import { accessKeySecret, botToken, signingSecret } from '../support/secret.ts'

const [VOTES, CHECKPOINTS] = ['first', 'second'].map((id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`) as [
  string,
  string,
]
const ORIGIN = `greenlight-prod/${ACCOUNT}/${REGION}`
const [A, B] = ['a', 'b'].map((letter) => letter.repeat(32)) as [string, string]

/** A first run asks the index for each day of it. The test of each day has the retention of greenlight.yml. */
const RETENTION = 3 * DAY

/** Everything around the function: AWS, Slack, and what it logged and counted. */
const openDays = async () => {
  const aws = await openAws({ directTable: true })
  const clock = createWorkspaceClock()
  const slack = await openSlack({
    token: botToken(),
    signingSecret: signingSecret(),
    clock,
    url: () => '',
    changed: () => {},
  })
  const posted: PostedCheckpoint[] = []
  const server = await listen(async (request) => {
    posted.push(Object.fromEntries(new URLSearchParams(await request.clone().text())) as never)
    return slack.answerApi(new URL(request.url).pathname.split('/').at(-1)!, request)
  }, 0)
  const counted: string[] = []
  const log: Log = { info: () => {}, warn: () => {}, error: () => {}, count: (metric) => counted.push(metric) }
  let now = START + DAY
  const environment = {
    AWS_ENDPOINT_URL: aws.client.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'BOTKEY',
    AWS_SECRET_ACCESS_KEY: accessKeySecret(),
    SLACK_API_URL: `${server.url}/`,
    SLACK_BOT_TOKEN: botToken(),
    SLACK_SIGNING_SECRET: signingSecret(),
    TABLE_NAME: 'greenlight',
    SIGNING_KEY: VOTES,
    CHECKPOINT_BUCKET: 'log',
    CHECKPOINT_CHANNEL: 'C0RELEASES',
    CHECKPOINT_KEY: CHECKPOINTS,
    CHECKPOINT_ORIGIN: ORIGIN,
  }
  const asDelivered = (more: Record<string, string> = {}) =>
    checkpointServices({ ...environment, ...more }, { ...systemClock, now: () => now }, log)
  const servicesWith = (more?: Record<string, string>) => {
    const services = asDelivered(more)
    return services && { ...services, parts: async () => ({ ...(await services.parts()), retention: RETENTION }) }
  }
  const { key } = await readKey(aws.client, CHECKPOINTS, systemClock)
  return {
    aws,
    posted,
    counted,
    asDelivered,
    servicesWith,
    ...recordOver(aws.client, VOTES),
    run: (more?: Record<string, string>) => dayPassed(servicesWith(more))(),
    later: (ms: number) => void (now += ms),
    kept: () => new Map([...aws.s3.objects('log')].map(([name, text]) => [name.slice(ORIGIN.length + 1), text])),
    /** The size in a checkpoint that the key of the log has signed. */
    sizeIn: (note: string | undefined) => openNote(note ?? '', [key])?.size,
    close: async () => {
      clock.stop()
      await Promise.all([server.close(), slack.close()])
      await aws.close()
    },
  }
}

let days: Awaited<ReturnType<typeof openDays>>
beforeEach(async () => {
  days = await openDays()
})
afterEach(() => days.close())

test('each day the state of the record is signed, kept in the bucket and posted', async () => {
  const first = await days.store(await days.decided(A))
  await dayPassed(days.asDelivered())()
  const size = first.length
  expect([...days.kept().keys()].sort()).toEqual([checkpointName(size), leavesName(0), `told.${size}`, treeName(size)])
  expect(days.sizeIn(days.kept().get(checkpointName(size)))).toBe(size)
  expect(days.posted.map((message) => [message.channel, days.sizeIn(noteIn(message))])).toEqual([['C0RELEASES', size]])
  expect(days.posted[0]!.text).toMatch(/^Checkpoint of the audit record\. /)

  days.later(DAY)
  const second = await days.store(await days.decided(B, START + DAY))
  await dayPassed(days.asDelivered())()
  const both = size + second.length
  expect(days.sizeIn(days.kept().get(checkpointName(both)))).toBe(both)
  expect(days.kept().get(leavesName(size))?.trim().split('\n')).toHaveLength(second.length)
  expect(days.counted).toEqual(['CheckpointSigned', 'CheckpointSigned'])
})

test('a second run of the same day, and a day without an entry, change nothing', async () => {
  await days.run()
  expect(days.kept().size).toBe(0)
  await days.store(await days.decided(A))
  await days.run()
  const kept = days.kept()
  await days.run()
  days.later(DAY)
  await days.run()
  expect(days.kept()).toEqual(kept)
  expect(days.posted).toHaveLength(1)
})

test('without a bucket the function does nothing, and without a channel it posts nothing', async () => {
  await days.store(await days.decided(A))
  await days.run({ CHECKPOINT_BUCKET: '' })
  expect(days.kept().size).toBe(0)
  await days.run({ CHECKPOINT_CHANNEL: '' })
  expect(days.sizeIn(days.kept().get(checkpointName(7)))).toBe(7)
  expect(days.posted).toEqual([])
})

describe('a crash', () => {
  const FILES = ['leaves.', 'tree.', 'checkpoint.', 'told.']

  test.each(FILES)('before %s is kept, or after, leaves a log that the next day continues', async (kind) => {
    for (const isAfter of [false, true]) {
      const crowd = await openDays()
      await crowd.store(await crowd.decided(A))
      const { files, ...services } = crowd.servicesWith()!
      const crashing = {
        ...files,
        create: async (name: string, text: string): Promise<boolean> => {
          if (!name.startsWith(kind)) return files.create(name, text)
          if (isAfter) await files.create(name, text)
          throw new Error('The function is out of memory')
        },
      }
      await expect(keepCheckpoint({ ...services, files: crashing })).rejects.toThrow('out of memory')
      crowd.later(DAY)
      const second = await crowd.store(await crowd.decided(B, START + DAY))
      await crowd.run()
      const size = 7 + second.length
      expect(crowd.sizeIn(crowd.kept().get(checkpointName(size)))).toBe(size)
      expect(crowd.sizeIn(noteIn(crowd.posted.at(-1)!))).toBe(size)
      await crowd.close()
    }
  })

  test('of Slack leaves a checkpoint that the next run posts', async () => {
    await days.store(await days.decided(A))
    await expect(days.run({ SLACK_API_URL: 'http://127.0.0.1:9/' })).rejects.toThrow()
    expect(days.sizeIn(days.kept().get(checkpointName(7)))).toBe(7)
    await days.run()
    expect(days.posted.map((message) => days.sizeIn(noteIn(message)))).toEqual([7])
  })
})

test('two runs at once keep one log', async () => {
  await days.store(await days.decided(A))
  await Promise.all([days.run(), days.run()])
  await days.store(await days.decided(B))
  days.later(60 * MINUTE)
  await days.run()
  expect([...days.kept().keys()].filter((name) => name.startsWith('checkpoint.')).sort()).toEqual([
    checkpointName(7),
    checkpointName(14),
  ])
})

describe('with CHECKPOINT_ENTRIES, the bucket keeps the entries themselves', () => {
  const COPIES = { CHECKPOINT_ENTRIES: 'yes' }
  const copyOf = (start: number) =>
    (days.kept().get(entriesName(start)) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry)
  const leavesOf = (start: number) =>
    days
      .kept()
      .get(leavesName(start))!
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Entry).hash)
  const inOrder = (start: number) => copyOf(start).map(({ hash }) => hash)

  test('each as it was written, in the order of its leaves, once', async () => {
    const entries = await days.store(await days.decided(A))
    await days.run(COPIES)
    expect(copyOf(0).toSorted((a, b) => a.number - b.number)).toEqual(entries)
    expect(inOrder(0)).toEqual(leavesOf(0))
    days.later(DAY)
    await days.store(await days.decided(B, START + DAY))
    const before = days.kept().get(entriesName(0))
    await days.run(COPIES)
    expect(inOrder(7)).toEqual(leavesOf(7))
    expect(days.kept().get(entriesName(0))).toBe(before)
  })

  test('and without it, their hashes alone', async () => {
    await days.store(await days.decided(A))
    await days.run()
    expect([...days.kept().keys()].filter((name) => name.startsWith('entries.'))).toEqual([])
  })

  test('also of the last days, if it is turned on later', async () => {
    await days.store(await days.decided(A))
    await days.run()
    await days.run(COPIES)
    expect(inOrder(0)).toEqual(leavesOf(0))
    expect(days.counted).toEqual(['CheckpointSigned'])
  })

  test.each(['leaves.', 'entries.', 'checkpoint.'])('after a crash at %s the next run keeps them', async (kind) => {
    await days.store(await days.decided(A))
    const { files, ...services } = days.servicesWith(COPIES)!
    const crashing = {
      ...files,
      create: async (name: string, text: string): Promise<boolean> => {
        const isNew = kind === 'leaves.' && (await files.create(name, text))
        if (name.startsWith(kind)) throw new Error('The function is out of memory')
        return isNew || files.create(name, text)
      },
    }
    await expect(keepCheckpoint({ ...services, files: crashing })).rejects.toThrow('out of memory')
    await days.run(COPIES)
    expect(inOrder(0)).toEqual(leavesOf(0))
  })

  test('but for those of an approval that a person has accepted as gone', async () => {
    const entries = await days.store(await days.decided(A))
    await days.store(await days.decided(B))
    await days.run()
    await days.removed(A, entries)
    await days.run(COPIES)
    expect(copyOf(0)).toEqual([])
    await days.servicesWith()!.files.create(`accepted.${A}`, 'Deleted on request of the person concerned.')
    await days.run(COPIES)
    expect(new Set(copyOf(0).map(({ approval }) => approval))).toEqual(new Set([B]))
    expect(copyOf(0)).toHaveLength(7)
  })

  test('of a large record part after part', async () => {
    await days.store(await days.decided(A))
    await days.store(await days.decided(B, START + 120 * MINUTE))
    const services = days.servicesWith(COPIES)!
    await keepCheckpoint({
      ...services,
      parts: async () => ({ ...(await services.parts()), mostLeaves: 7, mostItems: 8 }),
    })
    for (const start of [0, 7]) expect(inOrder(start)).toEqual(leavesOf(start))
  })
})

describe('a record that fails gets no checkpoint, but a sentence and an alarm', () => {
  const refused = async (because: string) => {
    const kept = days.kept()
    days.posted.length = 0
    await days.run()
    expect(days.kept()).toEqual(kept)
    expect(days.counted.at(-1)).toBe('CheckpointRefused')
    expect(days.posted).toHaveLength(1)
    expect(days.posted[0]!.text).toContain('No checkpoint was signed')
    expect(days.posted[0]!.blocks).toContain(because)
  }

  test('an entry that the log has was altered', async () => {
    const [, entry] = await days.store(await days.decided(A))
    await days.run()
    const table = documentClient(days.aws.client)
    const Key = entryKey(A, entry!.number)
    const { Item } = await table.send(new GetCommand({ TableName: 'greenlight', Key }))
    const altered = { ...Item, entry: { ...(Item!['entry'] as object), at: entry!.at + 1 } }
    await table.send(new PutCommand({ TableName: 'greenlight', Item: altered }))
    days.later(DAY)
    await days.store(await days.decided(B, START + DAY))
    await refused(`approval ${A}: entry ${entry!.number} was altered`)
  })

  test('an approval that the log has was removed with all its entries', async () => {
    const entries = await days.store(await days.decided(A))
    await days.run()
    await days.removed(A, entries)
    days.later(DAY)
    await refused(`approval ${A}: the log has it, and the record does not`)
  })

  test('an entry was removed before the log had it', async () => {
    const [, entry] = await days.store(await days.decided(A))
    const Key = entryKey(A, entry!.number)
    await documentClient(days.aws.client).send(new DeleteCommand({ TableName: 'greenlight', Key }))
    await refused(`approval ${A}: entries 2 to 2 are missing`)
  })

  test('the newest checkpoint is one that the key has not signed', async () => {
    await days.store(await days.decided(A))
    await days.run()
    const note = days.kept().get(checkpointName(7))!
    await days.servicesWith()!.files.create(checkpointName(9), note.replace('\n7\n', '\n9\n'))
    await refused(`no known key has signed ${checkpointName(9)}`)
  })

  test('until a person accepts it, with a file that says why', async () => {
    const entries = await days.store(await days.decided(A))
    await days.run()
    await days.removed(A, entries)
    await days.store(await days.decided(B))
    await refused('the log has it')
    await days.servicesWith()!.files.create(`accepted.${A}`, 'Deleted on request of the person concerned.')
    await days.run()
    expect(days.sizeIn(days.kept().get(checkpointName(14)))).toBe(14)
  })
})

test('how much is read does not grow with the log', async () => {
  const C = 'c'.repeat(32)
  await days.store(await days.decided(A))
  await days.run()
  days.later(20 * DAY)
  const second = await days.store(await days.decided(B, START + 20 * DAY))
  await days.run()
  days.later(DAY)
  const third = await days.store(await days.decided(C, START + 21 * DAY))
  const { files, ...services } = days.servicesWith()!
  const read: string[] = []
  const watched: typeof files = {
    ...files,
    read: (name) => {
      read.push(name)
      return files.read(name)
    },
    // A bucket says when it got each object.
    list: async (prefix) =>
      (await files.list(prefix)).map((file) => ({
        ...file,
        writtenAt: START + (file.name === leavesName(0) ? 1 : 21) * DAY,
      })),
  }
  await keepCheckpoint({ ...services, files: watched })
  const size = 7 + second.length + third.length
  expect(days.sizeIn(days.kept().get(checkpointName(size)))).toBe(size)
  expect(read).toContain(leavesName(7))
  expect(read).not.toContain(leavesName(0))
})

test('a first run of a large record signs part after part', async () => {
  await days.store(await days.decided(A))
  await days.store(await days.decided(B, START + 120 * MINUTE))
  const services = days.servicesWith()!
  await keepCheckpoint({
    ...services,
    parts: async () => ({ ...(await services.parts()), mostLeaves: 7, mostItems: 8 }),
  })
  expect([...days.kept().keys()].filter((name) => name.startsWith('checkpoint.')).sort()).toEqual([
    checkpointName(7),
    checkpointName(14),
  ])
  expect(days.posted.map((message) => days.sizeIn(noteIn(message)))).toEqual([14])
})
