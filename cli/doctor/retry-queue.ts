import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { absent } from '../absent.ts'
import type { Check } from './check.ts'
import { namesOf, restore } from './stack-resources.ts'

/** Lambda reads the queue of what has to be tried again. Without the mapping, no retry ever runs. */
export const retryQueue: Check = {
  title: 'Retry queue',
  run: async ({ aws, installation, stack }) => {
    const { region, stackName } = installation
    const [UUID] = namesOf(await stack(), 'AWS::Lambda::EventSourceMapping')
    const fix = restore(installation)
    const gone = {
      what: `No event source mapping leads from the retry queue to ${stackName}-effect-due: no retry ever runs.`,
      fix,
    }
    const mapping = await new LambdaClient(await aws())
      .send(new GetEventSourceMappingCommand({ UUID }))
      .catch(absent('ResourceNotFoundException'))
    if (!mapping || mapping.State === 'Deleting') return [gone]
    const { State = 'unknown', FunctionArn = '', StateTransitionReason } = mapping
    if (!FunctionArn.includes(`:function:${stackName}-effect-due`))
      return [
        {
          what: `The event source mapping ${UUID} of the retry queue starts ${FunctionArn}, not ${stackName}-effect-due.`,
          fix,
        },
      ]
    if (/^(?:Enabled|Enabling|Creating|Updating)$/.test(State)) return []
    return [
      {
        what: `The event source mapping ${UUID} of the retry queue is ${State} (${StateTransitionReason ?? 'no reason given'}): no retry runs.`,
        fix: `aws lambda update-event-source-mapping --region ${region} --uuid ${UUID} --enabled`,
      },
    ]
  },
}
