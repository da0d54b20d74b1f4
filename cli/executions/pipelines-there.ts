import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import { WHERE_SETTINGS, matchesSetting } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { AccountRegion, Pipeline } from '../../functions/domain/pipeline.ts'
import type { Pipelines } from '../../functions/ports/pipelines.ts'
import type { Installation } from '../installation.ts'
import { readStack } from '../stack.ts'
import { steeringSessionsOf } from '../steering-sessions.ts'

/** The account and Region that these credentials reach, and its CodePipeline. The installation tells whom the bot started for. */
export const pipelinesThere = async ({
  connection,
  stackName,
}: Pick<Installation, 'connection' | 'stackName'>): Promise<{ there: AccountRegion; pipelines: Pipelines }> => {
  const { Account: accountId = '' } = await new STSClient(connection).send(new GetCallerIdentityCommand({}))
  // Credentials of a joined account see no stack of the bot, or may not read it.
  const stack = await readStack(connection, stackName).catch(() => null)
  return {
    there: { accountId, region: connection.region },
    pipelines: codePipeline(ownClients(connection), stack ? steeringSessionsOf(stack) : undefined),
  }
}

/** Those that a route of the configuration may match. */
export const matchedPipelines = async (
  pipelines: Pipelines,
  there: AccountRegion,
  file: Pick<ConfigurationFile, 'routes' | 'globs'>,
): Promise<Pipeline[]> => {
  const all = ((await pipelines.pipelines(there)) ?? []).map(({ pipeline }) => ({ ...there, pipeline }))
  const settings = WHERE_SETTINGS.filter(({ setting }) => setting !== 'stage' && setting !== 'action')
  return all.filter((pipeline) =>
    file.routes.some((route) =>
      settings.every(({ setting, field }) =>
        matchesSetting(file, route, setting, pipeline[field as 'pipeline' | 'accountId' | 'region']),
      ),
    ),
  )
}
