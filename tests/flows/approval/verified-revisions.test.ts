import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Metric } from '../../../functions/ports/log.ts'
import type { ExecutionFacts, Pipelines } from '../../../functions/ports/pipelines.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { actor } from '../../support/records.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

/** A CodePipeline that lists no revisions from when the test says so. */
const listless = async () => {
  const { codePipeline, services: given, notification } = stillWorld()
  const counted: Metric[] = []
  let lists = true
  const shown = <T extends ExecutionFacts>(facts: T): T => ({ ...facts, revisions: lists ? facts.revisions : null })
  const execution: Pipelines['execution'] = async (key) => {
    const facts = await given.pipelines.execution(key)
    return facts && shown(facts)
  }
  const executions: Pipelines['executions'] = async (pipeline, asked) =>
    (await given.pipelines.executions(pipeline, asked))?.map(shown) ?? null
  const services: Services = {
    ...given,
    pipelines: { ...given.pipelines, execution, executions },
    log: { ...given.log, count: (metric) => void counted.push(metric) },
  }
  await codePipeline.create(shop())
  await codePipeline.start()
  const { id } = notification()
  return {
    counted,
    list: (does: boolean) => void (lists = does),
    request: () => requestApproval(services, notification()),
    approve: () =>
      actOnApproval(services, {
        approvalId: id,
        who: actor('U0ANA'),
        act: { do: 'vote', verdict: 'Approved', comment: '' },
      }),
    settle: () => settleApproval(services, id),
    read: async () => (await readApproval(services, id))!,
  }
}

const SENT = { state: { name: 'settled', outcome: { how: 'slack', verdict: 'Approved' } }, problem: null }

test('while CodePipeline does not list the revisions that people approved, the verdict waits, and no alarm rings', async () => {
  const { list, request, approve, settle, read, counted } = await listless()
  await request()
  await approve()
  list(false)
  expect(await settle()).toMatchObject({
    kind: 'again',
    afterSeconds: 5,
    because: 'CodePipeline does not list the revisions of the execution',
  })
  expect(await read()).toMatchObject({ state: { name: 'deciding' }, problem: null })
  expect(counted).not.toContain('VerdictNotProven')
  list(true)
  await settle()
  expect(await read()).toMatchObject(SENT)
})

test('an execution that never had revisions to show is sent its verdict all the same', async () => {
  const { list, request, approve, settle, read } = await listless()
  list(false)
  await request()
  await approve()
  expect((await read()).change.revisions).toEqual([])
  await settle()
  expect(await read()).toMatchObject(SENT)
})
