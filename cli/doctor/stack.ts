import type { Check } from './check.ts'
import { deployAgain } from './stack-resources.ts'

const WHOLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])
const MOVING = /_IN_PROGRESS$/

export const stack: Check = {
  title: 'Deployed stack',
  run: async (installation) => {
    const { stackName, region, stage } = installation
    const deployed = await installation.findStack()
    if (!deployed)
      return [
        {
          what: `There is no stack ${stackName} in ${region}.`,
          fix: `npx serverless deploy --stage ${stage} --region ${region}; or name another --stage or --region.`,
        },
      ]
    if (WHOLE.has(deployed.status)) return []
    return [
      {
        what: `${stackName} is ${deployed.status}.`,
        fix: MOVING.test(deployed.status) ? 'Wait until the deploy is done.' : deployAgain(installation),
      },
    ]
  },
}
