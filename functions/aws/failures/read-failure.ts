import type { Clock } from '../../clock.ts'
import { ownEntry } from '../../own-entry.ts'
import type { FailedRun, Failures } from '../../ports/failures.ts'
import { AccountNotAllowed } from '../allowed-accounts.ts'
import { RoleRefused } from '../assume-role.ts'
import type { ReaderConnection } from '../reader-connection.ts'
import type { ReadFailure } from './asked.ts'
import { cause } from './asked.ts'
import { failedBuild } from './failed-build.ts'
import { failedDeployment } from './failed-deployment.ts'
import { failedCompute, failedInvocation } from './failed-invocation.ts'
import { failedService } from './failed-service.ts'
import { failedStack } from './failed-stack.ts'

/** By provider. Of an action with a log of its own, CodePipeline names the stream. */
const READ: Record<string, ReadFailure> = {
  CloudFormation: failedStack,
  CodeBuild: failedBuild,
  CodeDeploy: failedDeployment,
  CodeDeployToECS: failedDeployment,
  ECS: failedService,
}

/** Reads from AWS why actions failed, with the role that reads in their account and Region. */
export const awsFailures = (connectionTo: ReaderConnection, clock: Pick<Clock, 'now'>): Failures => ({
  read: async (where, run) => {
    try {
      return await readerOf(run)({ connection: await connectionTo(where), clock }, run)
    } catch (error) {
      if (error instanceof RoleRefused) return cause({ unread: [{ because: 'denied', of: 'sts:AssumeRole' }] })
      if (error instanceof AccountNotAllowed) return cause({ unread: [{ because: 'not-joined', of: where.region }] })
      throw error
    }
  },
})

const readerOf = (run: FailedRun): ReadFailure => {
  if (run.provider === 'Lambda' && run.category === 'Invoke') return failedInvocation
  return ownEntry(READ, run.provider) ?? failedCompute
}
