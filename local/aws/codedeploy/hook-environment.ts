import type { Tools } from '../../process/capabilities.ts'
import { cleanEnvironment } from '../../process/clean-environment.ts'
import type { GroupNames } from './instance-deployment.ts'

/** AWS CodeDeploy User Guide, "Environment variable availability for hooks", and what the example's scripts read. */
export const hookEnvironment = (options: {
  names: GroupNames
  id: string
  groupId: string
  port: number
  tools: Tools
  appDirectory: string
  home: string
}): Record<string, string> => {
  const { names, tools } = options
  return cleanEnvironment(options.home, {
    DEPLOYMENT_ID: options.id,
    APPLICATION_NAME: names.applicationName,
    DEPLOYMENT_GROUP_NAME: names.deploymentGroupName,
    DEPLOYMENT_GROUP_ID: options.groupId,
    GREENLIGHT_APP_DIR: options.appDirectory,
    GREENLIGHT_PORT: String(options.port),
    GREENLIGHT_SUPERVISOR: 'process',
    ...('missing' in tools.python ? {} : { GREENLIGHT_PYTHON: tools.python.path }),
  })
}
