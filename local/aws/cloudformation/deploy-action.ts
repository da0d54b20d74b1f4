import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionOutcome, ActionRun, ActionRunner } from '../action-runner.ts'
import { AwsError } from '../aws-error.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { readTemplate } from '../template/template.ts'
import type { ChangeSets, Named } from './change-sets.ts'

/**
 * CodePipeline's deploy action of CloudFormation, for change sets ("AWS CloudFormation deploy action reference",
 * CodePipeline user guide). It succeeds without changes as well. Its sentences and ids are CodePipeline's own.
 */
export const changeSetAction =
  (changeSets: ChangeSets): ActionRunner =>
  async (run) => {
    const { ActionMode = '', StackName, ChangeSetName } = run.configuration
    const perform = ownEntry(MODES, ActionMode)
    if (!perform)
      return misconfigured(`The workspace runs CHANGE_SET_REPLACE and CHANGE_SET_EXECUTE, not ${ActionMode}`)
    if (!StackName || !ChangeSetName) return misconfigured(`${ActionMode} needs StackName and ChangeSetName`)
    const { accountId, region } = run
    try {
      return await perform(changeSets, { accountId, region, stack: StackName, name: ChangeSetName }, run)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return {
        status: 'Failed',
        errorCode: error instanceof AwsError ? error.code : 'JobFailed',
        summary: error.message,
      }
    }
  }

type Perform = (changeSets: ChangeSets, named: Named, run: ActionRun) => Promise<ActionOutcome>

const MODES: Record<string, Perform> = {
  CHANGE_SET_REPLACE: async (changeSets, named, run) => {
    const { id, stackId, isEmpty } = changeSets.make(named, readTemplate(await templateOf(run)))
    return {
      status: 'Succeeded',
      summary: `Change set ${named.name} was created${isEmpty ? ' with no changes' : ''}.`,
      ...shownAt(named, `changeset/detail?changeSetId=${id}&stackId=${stackId}`),
    }
  },
  CHANGE_SET_EXECUTE: (changeSets, named) => {
    const { stackId, isEmpty } = changeSets.execute(named)
    return Promise.resolve({
      status: 'Succeeded',
      summary: isEmpty ? `Change set ${named.name} was executed with no change.` : `Stack ${named.stack} was updated.`,
      ...shownAt(named, `stack/detail?stackId=${stackId}`),
    })
  },
}

const shownAt = ({ region }: Named, externalExecutionId: string) => ({
  externalExecutionId,
  externalExecutionUrl: `https://console.aws.amazon.com/cloudformation/home?region=${region}#/${externalExecutionId}`,
})

/** `Artifact::path/in/it.yml` */
const templateOf = ({ configuration, inputArtifacts }: ActionRun): Promise<string> => {
  const [artifact = '', path = ''] = (configuration['TemplatePath'] ?? '').split('::')
  const directory = ownEntry(inputArtifacts, artifact)
  if (directory === undefined)
    throw new Error(`TemplatePath names the artifact “${artifact}”, which is no input artifact`)
  return readFile(join(directory, path), 'utf8')
}

const misconfigured = (summary: string): ActionOutcome => ({
  status: 'Failed',
  errorCode: 'ConfigurationError',
  summary,
})
