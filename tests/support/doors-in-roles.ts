import type { Doors } from '../../local/workspace/doors.ts'
import { FUNCTIONS_WITH_ROLES, accessKeyOf } from '../../local/workspace/function-roles.ts'
import { openDoorsWith } from '../../local/workspace/open-doors.ts'
import type { WorkspaceOptions } from '../../local/workspace/workspace.ts'

const DOORS: Record<(typeof FUNCTIONS_WITH_ROLES)[number], keyof Doors> = {
  'approval-requested': 'approvalRequested',
  'button-clicked': 'buttonClicked',
  'effect-due': 'effectDue',
  'pipeline-changed': 'pipelineChanged',
  'minute-passed': 'minutePassed',
}

/** The bot as it is deployed: each function has services of its own, and calls AWS in its own role. */
export const openDoorsInRoles =
  (configuration: URL): WorkspaceOptions['openDoors'] =>
  async (environment, settings) => {
    const open = openDoorsWith(configuration)
    const doors = await open(environment, settings)
    for (const name of FUNCTIONS_WITH_ROLES) {
      const variables = { ...environment, AWS_ACCESS_KEY_ID: accessKeyOf(name), AWS_LAMBDA_FUNCTION_NAME: name }
      Object.assign(doors, { [DOORS[name]]: (await open(variables, settings))[DOORS[name]] })
    }
    return doors
  }
