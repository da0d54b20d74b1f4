import type { ActionRun } from '../action-runner.ts'
import type { Tools } from '../../process/capabilities.ts'
import { cleanEnvironment } from '../../process/clean-environment.ts'

/** AWS CodeDeploy User Guide, "Environment variable availability for hooks", and what the example's scripts read. */
export const hookEnvironment = (options: {
  run: ActionRun
  id: string
  groupId: string
  port: number
  tools: Tools
  appDirectory: string
  home: string
}): Record<string, string> => {
  const { run, tools } = options
  const { ApplicationName = run.pipelineName, DeploymentGroupName = 'local' } = run.configuration
  return cleanEnvironment(options.home, {
    DEPLOYMENT_ID: options.id,
    APPLICATION_NAME: ApplicationName,
    DEPLOYMENT_GROUP_NAME: DeploymentGroupName,
    DEPLOYMENT_GROUP_ID: options.groupId,
    GREENLIGHT_APP_DIR: options.appDirectory,
    GREENLIGHT_PORT: String(options.port),
    GREENLIGHT_SUPERVISOR: 'process',
    ...('missing' in tools.python ? {} : { GREENLIGHT_PYTHON: tools.python.path }),
  })
}
