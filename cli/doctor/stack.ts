import { optionsOf } from '../installation.ts'
import type { Check } from './check.ts'
import { deployAgain } from './stack-resources.ts'

const WHOLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])
const MOVING = /_IN_PROGRESS$/
/** A stack in this state can only be deleted ("Stack status codes", CloudFormation user guide). */
const NEVER_DEPLOYED = new Set(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'])

export const stack: Check = {
  title: 'Stack',
  run: async ({ installation, findStack }) => {
    const { stackName, region } = installation
    const deployed = await findStack()
    if (!deployed)
      return [
        {
          what: `There is no stack ${stackName} in ${region}.`,
          fix: `${deployAgain(installation)}; or name another --installation or --region.`,
        },
      ]
    const { status } = deployed
    if (WHOLE.has(status)) return []
    const what = `The stack ${stackName} is ${status}.`
    if (MOVING.test(status)) return [{ what, fix: 'Wait until the deploy has ended.' }]
    if (NEVER_DEPLOYED.has(status))
      return [
        {
          what,
          fix: `The first deploy failed. Remove what it left, then deploy: npx serverless remove ${optionsOf(installation).serverless}`,
        },
      ]
    return [{ what, fix: deployAgain(installation) }]
  },
}
