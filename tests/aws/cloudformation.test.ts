import { allowedAccountsFrom } from '../../functions/aws/allowed-accounts.ts'
import { RoleRefused } from '../../functions/aws/assume-role.ts'
import { cloudFormation } from '../../functions/aws/cloudformation.ts'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { anyRegionConnection } from '../../functions/aws/reader-connection.ts'
import type { ChangeSetRead, ResourceChange } from '../../functions/domain/change-set.ts'
import { listen } from '../../local/http-server.ts'
import { readTemplate } from '../../local/aws/template/template.ts'
import { ACCOUNT, REGION, openAws } from '../support/aws-endpoint.ts'
import { START } from '../support/records.ts'
import { accessKeySecret } from '../support/secret.ts'

const clock = { now: () => START }
const NAMED = { stack: 'shop-prod', name: 'Release', accountId: ACCOUNT, region: REGION }
const ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:changeSet/Release/efafbe87-10be-404d-b138-ea0db21934e3`

interface Told {
  id?: string
  status?: string
  reason?: string
  execution?: string
  changes?: string
  next?: string
}
const described = ({ id = ID, status = 'CREATE_COMPLETE', reason, execution = 'AVAILABLE', changes, next }: Told) =>
  `<DescribeChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeChangeSetResult>
    <ChangeSetId>${id}</ChangeSetId><Status>${status}</Status>
    ${reason === undefined ? '' : `<StatusReason>${reason}</StatusReason>`}
    ${execution === '' ? '' : `<ExecutionStatus>${execution}</ExecutionStatus>`}
    ${changes === undefined ? '<Changes/>' : `<Changes>${changes}</Changes>`}
    ${next === undefined ? '' : `<NextToken>${next}</NextToken>`}
  </DescribeChangeSetResult></DescribeChangeSetResponse>`
const member = (fields: Record<string, string>) =>
  `<member><Type>Resource</Type><ResourceChange>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join(
      '',
    )}<Details><member><Target><Attribute>Properties</Attribute></Target></member></Details></ResourceChange></member>`
const refused = (code: string) => `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`

/** The reader, over a CloudFormation that gives these answers one after the other. */
const reading = async (...answers: { status?: number; body: string }[]) => {
  const asked: Record<string, string>[] = []
  const warned: string[] = []
  const server = await listen(async (request) => {
    asked.push(Object.fromEntries(new URLSearchParams(await request.text())))
    const { status = 200, body } = answers.shift()!
    return new Response(body, { status, headers: { 'content-type': 'text/xml' } })
  }, 0)
  const connection: AwsConnection = {
    region: REGION,
    endpoint: server.url,
    credentials: { accessKeyId: 'x', secretAccessKey: accessKeySecret() },
  }
  const log = { warn: (message: string) => void warned.push(message) }
  const read = await cloudFormation(async () => connection, { clock, log })
    .read(NAMED, ID)
    .finally(() => server.close())
  return { read, asked, warned }
}

describe('a change set', () => {
  test('is described by its names, page by page', async () => {
    const { read, asked } = await reading(
      {
        body: described({ changes: member({ Action: 'Add', LogicalResourceId: 'A', ResourceType: 'T' }), next: 'n2' }),
      },
      {
        body: described({
          changes:
            member({ Action: 'Remove', LogicalResourceId: 'B', ResourceType: 'T' }) +
            member({ Action: 'Modify', Replacement: 'False', LogicalResourceId: 'C', ResourceType: 'T' }),
        }),
      },
    )
    expect(read).toEqual({
      kind: 'changes',
      changes: [
        { what: 'added', id: 'A', type: 'T' },
        { what: 'removed', id: 'B', type: 'T' },
        { what: 'changed', id: 'C', type: 'T' },
      ],
    })
    const first = {
      Action: 'DescribeChangeSet',
      Version: '2010-05-15',
      StackName: 'shop-prod',
      ChangeSetName: 'Release',
    }
    expect(asked).toEqual([first, { ...first, NextToken: 'n2' }])
  })

  test.each<[Record<string, string>, Partial<ResourceChange> | null]>([
    [{ Action: 'Modify', Replacement: 'True' }, { what: 'replaced' }],
    [{ Action: 'Modify', Replacement: 'Conditional' }, { what: 'mayReplace' }],
    [{ Action: 'Modify' }, { what: 'changed' }],
    [
      { Action: 'Modify', PolicyAction: 'ReplaceAndRetain' },
      { what: 'replaced', isKept: true },
    ],
    [{ Action: 'Modify', PolicyAction: 'ReplaceAndSnapshot' }, { what: 'replaced' }],
    [
      { Action: 'Remove', PolicyAction: 'Retain' },
      { what: 'removed', isKept: true },
    ],
    [{ Action: 'Remove', PolicyAction: 'Snapshot' }, { what: 'removed' }],
    [{ Action: 'Import' }, { what: 'added' }],
    [{ Action: 'SyncWithActual' }, null],
    [{ Action: 'Dynamic' }, { what: 'mayReplace' }],
    [{ Action: 'Rename' }, { what: 'mayReplace' }],
    [{ Action: 'Modify', Replacement: 'Perhaps' }, { what: 'mayReplace' }],
    [{}, { what: 'mayReplace' }],
  ])('with %j', async (fields, change) => {
    const { read } = await reading({ body: described({ changes: member(fields) }) })
    expect(read).toEqual({ kind: 'changes', changes: change ? [{ id: '', type: '', ...change }] : [] })
  })

  test('with a change of a kind that is new to the bot may do the worst', async () => {
    const { read } = await reading({ body: described({ changes: '<member><Type>Account</Type></member>' }) })
    expect(read).toEqual({ kind: 'changes', changes: [{ what: 'mayReplace', id: '', type: '' }] })
  })

  test('without changes of resources is not empty: it has outputs or tags', async () => {
    expect((await reading({ body: described({}) })).read).toEqual({ kind: 'changes', changes: [] })
  })

  test.each([
    "The submitted information didn't contain changes. Submit different information to create a change set.",
    'The submitted information didn&apos;t contain changes. Submit different information to create a change set.',
    'No updates are to be performed.',
  ])('that failed because %s is empty', async (reason) => {
    const { read } = await reading({ body: described({ status: 'FAILED', reason, execution: 'UNAVAILABLE' }) })
    expect(read).toEqual({ kind: 'empty' })
  })

  test.each<[string, Told, string]>([
    [
      'another one of the same names',
      { id: ID.replace('efafbe87', '00000000'), status: 'FAILED', reason: 'No updates are to be performed.' },
      'it was made again since',
    ],
    [
      'one that failed otherwise',
      { status: 'FAILED', reason: 'Transform failed' },
      'CloudFormation could not make it (Transform failed)',
    ],
    ['one that failed without a reason', { status: 'FAILED' }, 'CloudFormation could not make it ()'],
    ['one that is being made', { status: 'CREATE_IN_PROGRESS' }, 'its status is CREATE_IN_PROGRESS'],
    ['one of a status that is new to the bot', { status: 'CREATED' }, 'its status is CREATED'],
    ['one of an earlier stack', { execution: 'OBSOLETE' }, 'it cannot be executed (OBSOLETE)'],
    ['one that does not say', { execution: '' }, 'it cannot be executed (no status)'],
  ])('is not read from %s', async (_, told, because) => {
    const isPassing = told.status?.endsWith('_IN_PROGRESS')
    expect((await reading({ body: described(told) })).read).toEqual({
      kind: 'unread',
      because,
      ...(!isPassing && { isFinal: true }),
    })
  })

  test('with more pages than a template can fill is not read', async () => {
    const pages = Array.from({ length: 10 }, () => ({ body: described({ next: 'more' }) }))
    expect((await reading(...pages)).read).toEqual({
      kind: 'unread',
      because: 'it has more changes than Greenlight reads',
      isFinal: true,
    })
  })

  test.each([
    ['AccessDenied', 403, 'the role lacks cloudformation:DescribeChangeSet'],
    ['AccessDeniedException', 400, 'the role lacks cloudformation:DescribeChangeSet'],
    ['ChangeSetNotFound', 404, 'CloudFormation does not have it'],
    ['ValidationError', 400, 'CloudFormation does not have it'],
    ['Throttling', 400, 'CloudFormation did not answer'],
  ])('is not read if CloudFormation answers %s, and says why', async (code, status, because) => {
    const { read, warned } = await reading({ status, body: refused(code) })
    // The next look may find more, unless CloudFormation has no such change set.
    expect(read).toEqual({ kind: 'unread', because, ...(because.endsWith('have it') && { isFinal: true }) })
    expect(warned).toHaveLength(/Denied|Throttling/.test(code) ? 1 : 0)
  })

  test.each(['no XML', '<DescribeChangeSetResponse/>', described({}).replace('<Changes/>', '<Changes>x</Changes>')])(
    'is not read from an answer in another shape: %.30s',
    async (body) => {
      expect((await reading({ body })).read).toEqual({ kind: 'unread', because: 'CloudFormation did not answer' })
    },
  )
})

describe('another account or Region', () => {
  const accounts = allowedAccountsFrom({ ACCOUNT_ID: ACCOUNT, AWS_REGION: REGION })
  const connectionTo = anyRegionConnection({ region: REGION }, accounts, () => Promise.reject(new Error('no role')))

  test('is read with the function’s own role in every Region of its account', async () => {
    expect(await connectionTo({ accountId: ACCOUNT, region: 'us-east-1' })).toEqual({ region: 'us-east-1' })
  })

  test('is said to lack the right where AWS does not let the bot assume the role there', async () => {
    const refusing = () => Promise.reject(new RoleRefused('arn:aws:iam::444455556666:role/reader', 'AccessDenied'))
    expect(await cloudFormation(refusing, { clock, log: { warn: () => {} } }).read(NAMED, ID)).toEqual({
      kind: 'unread',
      because: 'the role lacks sts:AssumeRole',
    })
  })

  test('is said where it is not joined', async () => {
    const warned: string[] = []
    const log = { warn: (message: string) => void warned.push(message) }
    const elsewhere = { ...NAMED, accountId: '999988887777', region: 'us-east-1' }
    expect(await cloudFormation(connectionTo, { clock, log }).read(elsewhere, ID)).toEqual({
      kind: 'unread',
      because: 'account 999988887777 in us-east-1 is not joined to Greenlight',
    })
    expect(warned).toHaveLength(1)
  })
})

describe('the workspace’s CloudFormation', () => {
  let aws: Awaited<ReturnType<typeof openAws>>
  beforeEach(async () => {
    aws = await openAws()
  })
  afterEach(() => aws.close())

  const read = (id: string) =>
    cloudFormation(async () => aws.client, { clock, log: { warn: () => {} } }).read(NAMED, id)
  const template = (resources: string) => readTemplate(`Resources:\n${resources}`)
  const topics = (count: number) =>
    template(Array.from({ length: count }, (_, at) => `  Topic${at}: { Type: AWS::SNS::Topic }`).join('\n'))

  test('answers the bot, page by page', async () => {
    const { changeSets } = aws.cloudFormation
    const first = changeSets.make(NAMED, topics(25))
    expect(await read(first.id)).toMatchObject({ kind: 'changes', changes: { length: 25 } })
    expect(changeSets.execute(NAMED).isEmpty).toBe(false)
    expect(await read(first.id)).toEqual({ kind: 'unread', because: 'CloudFormation does not have it', isFinal: true })

    const second = changeSets.make(NAMED, topics(25))
    expect(second.isEmpty).toBe(true)
    expect(await read(second.id)).toEqual({ kind: 'empty' })
    expect(changeSets.execute(NAMED)).toEqual({ stackId: second.stackId, isEmpty: true })
  })

  test('compares the resources of two templates', async () => {
    const { changeSets } = aws.cloudFormation
    changeSets.make(
      NAMED,
      template(`
  Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: Retain }
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: a, BillingMode: x } }
  Function: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 128 } }
  Topic: { Type: 'AWS::SNS::Topic' }`),
    )
    changeSets.execute(NAMED)
    const { id } = changeSets.make(
      NAMED,
      template(`
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: b, BillingMode: x } }
  Function: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 256 } }
  Topic: { Type: 'AWS::SNS::Topic' }
  Queue: { Type: 'AWS::SQS::Queue' }`),
    )
    const { changes } = (await read(id)) as Extract<ChangeSetRead, { kind: 'changes' }>
    expect(changes.map(({ what, id }) => `${what} ${id}`)).toEqual([
      'replaced Table',
      'changed Function',
      'added Queue',
      'removed Bucket',
    ])
    expect(changes.at(-1)).toHaveProperty('isKept', true)
  })

  test('tells another execution’s change set apart, and one that a later update made obsolete', async () => {
    const { changeSets } = aws.cloudFormation
    const first = changeSets.make(NAMED, topics(1))
    const other = changeSets.make(NAMED, topics(2))
    expect(await read(first.id)).toEqual({ kind: 'unread', because: 'it was made again since', isFinal: true })
    changeSets.make({ ...NAMED, name: 'Hotfix' }, topics(3))
    changeSets.execute({ ...NAMED, name: 'Hotfix' })
    expect(await read(other.id)).toEqual({ kind: 'unread', because: 'it cannot be executed (OBSOLETE)', isFinal: true })
  })

  test('has no change set of a stack that it does not have', async () => {
    expect(await read('arn')).toEqual({ kind: 'unread', because: 'CloudFormation does not have it', isFinal: true })
  })
})
