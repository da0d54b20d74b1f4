import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { dynamoAbsences } from '../../functions/aws/absences.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Absence } from '../../functions/domain/absence.ts'
import { absenceId, absenceSet } from '../../functions/domain/absence.ts'
import type { Metric } from '../../functions/ports/log.ts'
import type { Command } from '../../functions/domain/command.ts'
import { commandIn } from '../../functions/domain/command.ts'
import { setAbsence } from '../../functions/flows/absence/change-absences.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { DAY, MINUTE, START, actor } from '../support/records.ts'

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws()
})
afterEach(() => aws.close())

const counted: Metric[] = []
const log = { info: () => {}, warn: () => {}, error: () => {}, count: (metric: Metric) => void counted.push(metric) }
const opened = (table = 'greenlight') => dynamoAbsences(aws.client, table, { clock: systemClock, log })

const absence = (until: number, command = 'command-1'): Absence =>
  absenceSet({
    who: actor('U0DANA'),
    at: START,
    id: absenceId(command, until),
    standIn: { userId: 'U0ELI', name: 'Eli' },
    from: START,
    until,
    signed: { key: 'k', value: 'v' },
    retention: 400 * DAY,
  })

test('absences are kept, and listed from an end on, in the order of their ends', async () => {
  const absences = opened()
  const [late, early] = [absence(START + 2 * DAY), absence(START + DAY, 'command-2')]
  expect(await absences.create(late)).toBe(true)
  expect(await absences.create(late)).toBe(false)
  await absences.create(early)
  expect(await absences.endingFrom(START)).toEqual([early, late].map((one) => ({ kind: 'absence', absence: one })))
  expect(await absences.endingFrom(START + DAY + MINUTE)).toEqual([{ kind: 'absence', absence: late }])
  expect(await absences.endingFrom(START + 3 * DAY)).toEqual([])
})

test.each<[string, object]>([
  ['no end', { until: undefined }],
  ['another version', { version: 2 }],
  ['no stand-in', { standIn: null }],
  ['no signature', { signed: undefined }],
  ['an end of a text', { ended: { at: 'now' } }],
])('one with %s cannot be read, which is an answer', async (_, more) => {
  const data = { ...absence(START + DAY), ...more }
  await documentClient(aws.client).send(
    new PutCommand({ TableName: 'greenlight', Item: { pk: 'ABSENCES', sk: data.id, version: 1, data } }),
  )
  expect(await opened().endingFrom(START)).toEqual([
    { kind: 'unreadable', because: `who stands in for people who are away (${data.id}) cannot be read` },
  ])
  expect(counted).toContain('AbsenceUnread')
})

test('a table that does not answer is an answer too', async () => {
  expect(await opened('no-table').endingFrom(START)).toEqual([
    { kind: 'unreadable', because: 'who stands in for people who are away could not be looked up', mayPass: true },
  ])
})

test('of two commands at once that name a stand-in, one is carried out, and twice is once', async () => {
  const absences = opened()
  const bot = botInMemory({ standIns: 'anyone' })
  const services = {
    ...bot.services,
    absences,
    configuration: { ...bot.services.configuration, allowsStandIns: true },
    clock: { ...systemClock, now: () => START },
  }
  const type = (id: string, text: string) =>
    setAbsence(
      services,
      { id, text, who: actor('U0DANA'), at: START, responseUrl: null },
      { who: actor('U0DANA'), zone: 'UTC' },
      commandIn(text) as Extract<Command, { do: 'away' }>,
    )
  const texts = ['away for 1d <@U0ELI|eli>', 'away for 2d <@U0CHEN|chen>', 'away for 3d <@U0BEN|ben>']
  const answers = await Promise.all(texts.map((text, index) => type(`command-${index}`, text)))
  const set = answers.flatMap((answer, index) => (answer.kind === 'absence-set' ? [index] : []))
  expect([answers, set]).toEqual([answers, [expect.any(Number)]])
  expect(await absences.endingFrom(START)).toHaveLength(1)
  const refusals = answers.flatMap((answer) => (answer.kind === 'not-done' ? answer.because : []))
  for (const because of refusals)
    expect(because).toMatch(
      /^(Another command of yours names a stand-in at this moment|You have named a stand-in already)/,
    )
  // The one that was carried out comes again.
  expect(await type(`command-${set[0]}`, texts[set[0]!]!)).toMatchObject({ kind: 'absence-set' })
  expect(await absences.endingFrom(START)).toHaveLength(1)
})
