import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import { WHERE_SETTINGS, matchesSetting } from '../../functions/config/configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { AccountRegion, Pipeline } from '../../functions/domain/pipeline.ts'
import type { Pipelines } from '../../functions/ports/pipelines.ts'
import type { ClientConnection } from '../installation.ts'

/** The account and Region that these credentials reach, and its CodePipeline. */
export const pipelinesThere = async (
  connection: ClientConnection,
): Promise<{ there: AccountRegion; pipelines: Pipelines }> => {
  const { Account: accountId = '' } = await new STSClient(connection).send(new GetCallerIdentityCommand({}))
  return { there: { accountId, region: connection.region }, pipelines: codePipeline(ownClients(connection)) }
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
