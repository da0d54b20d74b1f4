import { eventBridgeAnnouncements } from '../../functions/aws/announcements.ts'
import { START } from '../support/records.ts'
import { openJsonService } from '../support/json-service.ts'

let eventBridge: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  eventBridge = await openJsonService()
})
afterAll(() => eventBridge.close())

const EVENT = { detailType: 'Greenlight Approval Decided', detail: { version: '1' }, resources: ['arn'], at: START }
const put = () => eventBridgeAnnouncements(eventBridge.connection, { now: () => START }).put(EVENT)

test('an event is put on the default bus, with the source greenlight', async () => {
  eventBridge.answers({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] })
  await put()
  expect(eventBridge.asked).toEqual([
    {
      operation: 'PutEvents',
      input: {
        Entries: [
          {
            Source: 'greenlight',
            DetailType: 'Greenlight Approval Decided',
            Detail: '{"version":"1"}',
            Resources: ['arn'],
            Time: START / 1_000,
          },
        ],
      },
    },
  ])
})

test('an event that EventBridge refuses is a failure, though the call succeeds', async () => {
  const refusal = { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  eventBridge.answers({ FailedEntryCount: 1, Entries: [refusal] })
  await expect(put()).rejects.toThrow('NotAuthorizedForSourceException: Not authorized for the source.')
})

test('a call that fails throws', async () => {
  eventBridge.refuses('InternalException', 'later')
  await expect(put()).rejects.toThrow('later')
})
