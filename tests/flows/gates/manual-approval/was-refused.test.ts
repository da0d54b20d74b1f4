import { wasRefused } from '../../../../functions/flows/gates/manual-approval/was-refused.ts'
import { actionRun, pipelinesThatAnswer } from '../../../support/pipeline-answers.ts'
import { WHERE } from '../../../support/records.ts'

test('people have refused an approval before, if an earlier run of its action failed', async () => {
  const refusedAs = (runs: Parameters<typeof actionRun>[0][] | null) => {
    const actionRuns = async () => runs && runs.map((run) => actionRun({ ...WHERE, category: 'Approval', ...run }))
    return wasRefused({ pipelines: { ...pipelinesThatAnswer(), actionRuns } }, WHERE, 'e1')
  }
  expect(await refusedAs([{ status: 'InProgress' }, { status: 'Failed' }])).toBe(true)
  expect(await refusedAs([{ status: 'InProgress' }, { status: 'Failed', stage: 'Staging' }])).toBe(false)
  expect(await refusedAs([{ status: 'InProgress' }, { status: 'Failed', action: 'Deploy' }])).toBe(false)
  expect(await refusedAs([{ status: 'InProgress' }, { status: 'Abandoned' }])).toBe(false)
  expect(await refusedAs(null)).toBeNull()
})
