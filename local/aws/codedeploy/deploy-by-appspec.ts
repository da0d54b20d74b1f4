import type { ActionRunner } from '../codepipeline/runner.ts'
import { findAppspec } from './find-appspec.ts'
import { isForLambda } from './lambda-appspec.ts'

/**
 * The runner of Deploy/CodeDeploy where some groups deploy to an instance and others to a function: the appspec in the
 * bundle says which. A bundle without one goes to the instance's, which says what is missing.
 */
export const deployByAppspec =
  (runners: { ec2: ActionRunner; lambda: ActionRunner }): ActionRunner =>
  async (run) => {
    const [bundle = ''] = Object.values(run.inputArtifacts)
    const appspec = await findAppspec(bundle)
    return appspec && isForLambda(appspec.content) ? runners.lambda(run) : runners.ec2(run)
  }
