import type { Clock } from '../../functions/clock.ts'
import type { ActionRunner } from '../aws/action-runner.ts'
import type { CloudFormation, StackEvent } from '../aws/cloudformation/cloudformation.ts'

const STACK = 'AWS::CloudFormation::Stack'

/** The resource of infra/target-lambda.yml that CodeDeploy updates. */
const ALIAS = { resource: 'Alias', type: 'AWS::Lambda::Alias' }

/** The same runner, whose update of a stack leaves events as CloudFormation's would. A refused update has none. */
export const withStackEvents =
  (cloudFormation: Pick<CloudFormation, 'addEvent'>, clock: Pick<Clock, 'now'>, update: ActionRunner): ActionRunner =>
  async (run) => {
    const { StackName = '' } = run.configuration
    const add = (event: Omit<StackEvent, 'at'>, at = clock.now()) =>
      cloudFormation.addEvent(run, StackName, { ...event, at })
    const whole = (status: string, reason?: string) => ({
      resource: StackName,
      type: STACK,
      status,
      ...(reason !== undefined && { reason }),
    })
    const startedAt = clock.now()
    const outcome = await update(run)
    if (outcome.errorCode === 'ConfigurationError') return outcome
    add(whole('UPDATE_IN_PROGRESS', 'User Initiated'), startedAt)
    if (outcome.status === 'Succeeded') {
      add({ ...ALIAS, status: 'UPDATE_COMPLETE' })
      add(whole('UPDATE_COMPLETE'))
      return outcome
    }
    const { externalExecutionId = '', summary = '' } = outcome
    add({
      ...ALIAS,
      status: 'UPDATE_FAILED',
      reason: `CodeDeploy deployment ${externalExecutionId} failed: ${summary}`,
    })
    add(whole('UPDATE_ROLLBACK_IN_PROGRESS', `The following resource(s) failed to update: [${ALIAS.resource}].`))
    add(whole('UPDATE_ROLLBACK_COMPLETE'))
    return outcome
  }
