import { type Installation, optionsOf } from '../installation.ts'
import { VERSION } from '../version.ts'
import type { Check, Finding } from './check.ts'
import { deployAgain } from './stack-resources.ts'

const WHOLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])
const MOVING = /_IN_PROGRESS$/
/** A stack in this state can only be deleted ("Stack status codes", CloudFormation user guide). */
const NEVER_DEPLOYED = new Set(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'])

/** Commands of another version may expect other resources than those that are deployed. */
const otherVersion = (installation: Installation, deployed = 'one before 0.1.0'): Finding => ({
  what: `The stack has version ${deployed} of Greenlight, and this command is ${VERSION}.`,
  fix: `Deploy this version: ${deployAgain(installation)}; or run the command of that version.`,
})

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
    const { status, outputs } = deployed
    if (WHOLE.has(status)) return outputs.Version === VERSION ? [] : [otherVersion(installation, outputs.Version)]
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
