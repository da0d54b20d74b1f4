/**
 * How much memory each function takes for which no person waits: `npm run bench -- memory [--json]`.
 *
 * Starts a process for each as it is packaged, and gives it large events one after another, while DynamoDB answers with items
 * of nearly 400 kB, the largest there are, and with full indexes of what is open: 2,000 approvals and 2,000 executions. The
 * peak of the process is beside the function's memory in serverless.yml.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { marshall } from '@aws-sdk/util-dynamodb'
import { parse } from 'yaml'
import { restoredExecution, storedExecution } from '../../functions/aws/stored-execution.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import { listen } from '../../local/http-server.ts'
import { KEY, START, WHERE, actionChange, approval, execution, pipelineChange } from '../../tests/support/records.ts'
import { buildFunctions } from './built-functions.ts'
import { invoke } from './invocations.ts'
import { packagedWith } from './packaged.ts'

const ROUTES = `
defaults: { approvals: C0RELEASES, status: C0DEPLOYS }
routes:
  - match: { pipeline: '*' }
    approvers: [{ name: release managers, people: [U0DANA, U0ELI], count: 2 }]
`
const TIMES = 5
const OPEN = 2_000
const { executionId, ...pipeline } = KEY

const item = (pk: string, data: object): string => {
  const whole: Record<string, string | number | object> = {
    pk,
    sk: 'RECORD',
    version: 1,
    writes: [],
    data,
    expireAt: 2e9,
  }
  return JSON.stringify({ Item: marshall(whole, { removeUndefinedValues: true }) })
}

const changes = Array.from({ length: 950 }, (_, at) => actionChange('Build', `Build-${at}`, 'running', START))
const running = execution([pipelineChange('running', START), ...changes])
const APPROVAL = approvalKey('a1').pk
const ITEMS: Record<string, string> = {
  EXECUTION: item('EXECUTION', storedExecution(restoredExecution(storedExecution(running)))),
  APPROVAL: item(APPROVAL, storedApproval({ ...approval(), problem: 'x'.repeat(380_000) })),
}

const keys = (shard: string) =>
  Array.from({ length: OPEN / 4 }, (_, at) => [
    { pk: `APPROVAL#${shard}${String(at).padStart(40, '0')}`, sk: 'RECORD', dueShard: shard, dueAt: START },
    {
      pk: `EXECUTION#${Object.values(pipeline).join('#')}#${at}-${executionId}`,
      sk: 'RECORD',
      dueShard: shard,
      dueAt: START,
    },
  ])
    .flat()
    .map((key) => marshall(key))

interface Asked {
  Key?: { pk: { S: string } }
  ExpressionAttributeValues?: Record<string, { S?: string }>
  Limit?: number
  MessageBody?: string
}

/** What AWS and Slack answer to a function that finds much. */
const ANSWERS: Record<string, (asked: Asked) => string> = {
  GetItem: ({ Key }) => ITEMS[Key!.pk.S.split('#')[0]!] ?? '{}',
  Query: ({ ExpressionAttributeValues = {}, Limit = Infinity }) => {
    const shard = ExpressionAttributeValues[':shard']?.S
    return JSON.stringify({ Items: shard ? keys(shard).slice(0, Limit) : [] })
  },
  SendMessage: ({ MessageBody = '' }) =>
    JSON.stringify({ MessageId: '1', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') }),
}

const services = await listen(async (request) => {
  const body = await request.text()
  const operation = request.headers.get('x-amz-target')?.split('.')[1] ?? ''
  const answer = ANSWERS[operation]?.(JSON.parse(body) as Asked) ?? '{"ok":true}'
  return new Response(answer, { headers: { 'content-type': 'application/json' } })
}, 0)

const event = (name: string) => readFile(new URL(`../../tests/fixtures/${name}.json`, import.meta.url), 'utf8')
const queued = (effect: object) => JSON.stringify({ effect, attempt: 1, beside: Array(4).fill(effect) })
const EVENTS: Record<string, object> = {
  'approval-requested': {
    Records: [
      {
        Sns: {
          TopicArn: `arn:aws:sns:${WHERE.region}:${WHERE.accountId}:approvals`,
          Message: await event('approval-notification'),
        },
      },
    ],
  },
  'effect-due': {
    Records: Array.from({ length: 5 }, (_, at) => ({
      messageId: String(at),
      body: queued(
        at % 2
          ? { do: 'check-approval', approval: 'a1', unlessLookedAt: true }
          : { do: 'check-execution', execution: KEY, unlessLookedAt: true },
      ),
    })),
  },
  'minute-passed': {},
  'pipeline-changed': JSON.parse(await event('pipeline-started')) as object,
}

const built = await buildFunctions()
try {
  const { functions, provider } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'silent' }) as {
    provider: { memorySize: number }
    functions: Record<string, { memorySize?: number }>
  }
  const figures = []
  for (const [name, given] of Object.entries(EVENTS)) {
    const megabytes = functions[name]!.memorySize ?? provider.memorySize
    const { bundle, configuration } = await packagedWith(built, name, ROUTES)
    const { peak } = await invoke(bundle, given, {
      times: TIMES,
      // Node takes half of a small machine's memory for its heap.
      flags: [`--max-old-space-size=${megabytes / 2}`],
      environment: {
        AWS_REGION: WHERE.region,
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_ENDPOINT_URL: services.url,
        SLACK_API_URL: `${services.url}/slack/api/`,
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_SIGNING_SECRET: 'bench',
        ACCOUNT_ID: WHERE.accountId,
        TABLE_NAME: 'table',
        OBJECTIONS_TABLE: 'objections',
        QUEUE_URL: `${services.url}/${WHERE.accountId}/effects`,
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
        GREENLIGHT_CONFIG: configuration,
      },
    })
    figures.push({ function: name, 'MB at most': Math.round(peak / 2 ** 20), 'MB in serverless.yml': megabytes })
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else console.table(figures)
} finally {
  await built.remove()
  await services.close()
}
