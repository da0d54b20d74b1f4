import type { Check } from '../../../cli/doctor/check.ts'
import type { Evidence } from '../../../cli/doctor/evidence.ts'
import { events } from '../../../cli/doctor/events.ts'
import { retryQueue } from '../../../cli/doctor/retry-queue.ts'
import type { Installation } from '../../../cli/installation.ts'
import { openJsonService } from '../../support/json-service.ts'

const STACK = 'greenlight-prod'
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${STACK}-${name}`
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:111122223333:rule/${name}`
const RULES = [`${STACK}-pipeline-changed`, `${STACK}-minute-passed`]
const MAPPING = '6a1f3c8e-0000-4000-8000-000000000001'
const RESTORE =
  'Restore greenlight-prod in eu-west-1 from its template (docs/install.md, “Restore what was changed by hand”).'

let aws: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  aws = await openJsonService()
})
afterAll(() => aws.close())

/** A stack with two rules, their functions, and the mapping of the retry queue. */
const evidence = (): Evidence => {
  const resources = [
    ...RULES.map((name) => ({ id: name, type: 'AWS::Events::Rule', name })),
    ...[...RULES, `${STACK}-effect-due`].map((name) => ({ id: name, type: 'AWS::Lambda::Function', name })),
    { id: 'Mapping', type: 'AWS::Lambda::EventSourceMapping', name: MAPPING },
  ]
  const stack = { name: STACK, status: 'UPDATE_COMPLETE', outputs: {}, resources }
  return {
    installation: { stackName: STACK, region: 'eu-west-1' } as Installation,
    aws: () => Promise.resolve({ ...aws.connection, requestHandler: {} }),
    stack: () => Promise.resolve(stack),
  } as unknown as Evidence
}

interface World {
  targets?: Record<string, string[]>
  disabled?: string[]
  /** Functions that the rule may not start. */
  closed?: string[]
  mapping?: object | null
}

/** Answers as EventBridge and Lambda do. */
const answerFor = ({ targets = {}, disabled = [], closed = [], mapping = null }: World) =>
  aws.answersBy(({ operation, input }) => {
    const ok = (body: object) => ({ status: 200, body })
    const gone = { status: 404, body: { __type: 'ResourceNotFoundException', Message: 'gone' } }
    const rule = String(input['Name'] ?? input['Rule'])
    if (operation === 'DescribeRule')
      return ok({ Name: rule, Arn: ruleArn(rule), State: disabled.includes(rule) ? 'DISABLED' : 'ENABLED' })
    if (operation === 'ListTargetsByRule') {
      const arns = targets[rule] ?? [`arn:aws:lambda:eu-west-1:111122223333:function:${rule}`]
      return ok({ Targets: arns.map((Arn, index) => ({ Id: String(index), Arn })) })
    }
    const [, name] = /^GET \/2015-03-31\/functions\/(.+)\/policy$/.exec(operation) ?? []
    if (name !== undefined) {
      if (!name.startsWith(STACK)) return { status: 400, body: { __type: 'InvalidParameterValueException' } }
      const Condition = { ArnLike: { 'AWS:SourceArn': ruleArn(name) } }
      const Statement = [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'x', Condition }]
      return closed.includes(name) ? gone : ok({ Policy: JSON.stringify({ Statement }) })
    }
    if (operation === `GET /2015-03-31/event-source-mappings/${MAPPING}`) return mapping ? ok(mapping) : gone
    throw new Error(`not expected: ${operation}`)
  })

const whatOf = async (check: Check, world: World) => {
  answerFor(world)
  return check.run(evidence())
}

describe('the EventBridge rules', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:copies'
  const OTHER = 'arn:aws:lambda:eu-west-1:111122223333:function:somewhere-else'

  test('are right with their functions as targets', async () => {
    expect(await whatOf(events, {})).toEqual([])
  })

  test('may have targets of a company’s own, which are not checked', async () => {
    const targets = { [RULES[0]!]: [QUEUE, functionArn('pipeline-changed'), OTHER] }
    expect(await whatOf(events, { targets })).toEqual([])
  })

  test('are still checked beside such a target: a removed function, a disabled rule, a missing permission', async () => {
    const [changed, minute] = RULES as [string, string]
    const found = await whatOf(events, { targets: { [changed]: [QUEUE, OTHER] }, disabled: [minute], closed: [minute] })
    expect(found).toEqual([
      { what: `The rule ${changed} has no function of ${STACK} as a target.`, fix: RESTORE },
      {
        what: `The rule ${minute} is disabled.`,
        fix: `aws events enable-rule --region eu-west-1 --name ${minute}`,
      },
      { what: `${minute} does not allow the rule ${minute} to start it.`, fix: RESTORE },
    ])
  })

  test('without any target are reported', async () => {
    const [changed] = RULES as [string]
    expect(await whatOf(events, { targets: { [changed]: [] } })).toEqual([
      { what: `The rule ${changed} has no function of ${STACK} as a target.`, fix: RESTORE },
    ])
  })
})

describe('the event source mapping of the retry queue', () => {
  const enabled = { UUID: MAPPING, State: 'Enabled', FunctionArn: functionArn('effect-due') }

  test('is right when it is enabled and starts effect-due', async () => {
    expect(await whatOf(retryQueue, { mapping: enabled })).toEqual([])
  })

  test('was deleted', async () => {
    expect(await whatOf(retryQueue, { mapping: null })).toEqual([
      {
        what: `No event source mapping leads from the retry queue to ${STACK}-effect-due: no retry ever runs.`,
        fix: RESTORE,
      },
    ])
  })

  test('was disabled', async () => {
    const mapping = { ...enabled, State: 'Disabled', StateTransitionReason: 'USER_INITIATED' }
    expect(await whatOf(retryQueue, { mapping })).toEqual([
      {
        what: `The event source mapping ${MAPPING} of the retry queue is Disabled (USER_INITIATED): no retry runs.`,
        fix: `aws lambda update-event-source-mapping --region eu-west-1 --uuid ${MAPPING} --enabled`,
      },
    ])
  })

  test('starts another function', async () => {
    const mapping = { ...enabled, FunctionArn: functionArn('minute-passed') }
    expect(await whatOf(retryQueue, { mapping })).toEqual([
      {
        what: `The event source mapping ${MAPPING} of the retry queue starts ${functionArn('minute-passed')}, not ${STACK}-effect-due.`,
        fix: RESTORE,
      },
    ])
  })
})
