import { settled } from '../../../functions/domain/approval.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import type { Outcome } from '../../../functions/domain/outcome.ts'
import { closeApproval } from '../../../functions/flows/approval/close-approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, MINUTE, START, WHERE, approval, deciding, execution, pipelineChange } from '../../support/records.ts'

const { id } = approval()
const lease = expect.objectContaining({ owner: expect.any(String) })
const SHOW = { do: 'show-approval', approval: id, lease }
const GATHERING = expect.objectContaining({ notBefore: START + 600 })
const SHOW_EXECUTION = { do: 'show-execution', execution: KEY, lease: GATHERING }
const OTHERS = [
  { do: 'send-notices', approval: id },
  { do: 'announce-verdict', approval: id },
  { do: 'file-entries', approval: id },
]

/** A bot with this approval, which closes it with an outcome. */
const bot = async (of: Approval) => {
  const made = botInMemory({}, { status: 'C0DEPLOYS' })
  await made.services.approvals.create(of)
  const close = async (outcome: Outcome, from: Approval | null = null) => {
    const { next } = await closeApproval(made.services, id, (one, now) => settled(one, outcome, now), from)
    return next
  }
  return { ...made, close, read: () => readApproval(made.services, id) }
}

describe('an approval that ends', () => {
  test('is shown with its execution, and the end is sent, announced and filed', async () => {
    const { close, counted, logged, read } = await bot(approval())
    expect(await close({ how: 'expired' })).toEqual([SHOW, SHOW_EXECUTION, ...OTHERS])
    expect((await read())?.state).toEqual({ name: 'settled', outcome: { how: 'expired' }, at: START })
    expect(counted).toEqual(['ApprovalSettled'])
    expect(logged).toMatchObject([{ level: 'info', about: { approval: id, how: 'expired' } }])
  })

  test('a second time is shown by the function that has the lease, and counted once', async () => {
    const { close, counted } = await bot(approval())
    await close({ how: 'expired' })
    expect(await close({ how: 'pipeline-edited' })).toEqual([])
    expect(counted).toEqual(['ApprovalSettled'])
  })

  test('with its pipeline, has the execution checked as well: CodePipeline sends no event of a deletion', async () => {
    const { close } = await bot(approval())
    const next = await close({ how: 'pipeline-edited', isDeleted: true })
    expect(next).toContainEqual({ do: 'check-execution', execution: KEY })
    const edited = await bot(approval())
    const others = await edited.close({ how: 'pipeline-edited' })
    expect(others.map((effect) => effect.do)).not.toContain('check-execution')
  })

  test('in the console against the policy is counted as such, for the alarm', async () => {
    const { close, counted } = await bot(approval())
    await close({ how: 'console', verdict: 'Approved', by: 'dana', summary: null, past: 'too-few' })
    expect(counted).toEqual(['ApprovalSettled', 'VerdictPastPolicy'])
  })

  test('is closed from the record at hand, which is not read again', async () => {
    const { services } = await bot(approval())
    const { approvals } = services
    const from: unknown[] = []
    const change: typeof approvals.change = (of, step, how) => {
      from.push(how?.from)
      return approvals.change(of, step, how)
    }
    const known = (await readApproval(services, id))!
    const close = (one: Approval, now: number) => settled(one, { how: 'expired' }, now)
    await closeApproval({ ...services, approvals: { ...approvals, change } }, id, close, known)
    expect(from).toEqual([known])
  })

  test('and does not exist, changes nothing', async () => {
    const { services, counted } = botInMemory()
    const performed = await closeApproval(services, id, (one, now) => settled(one, { how: 'expired' }, now))
    expect(performed).toEqual({ kind: 'done', next: [] })
    expect(counted).toEqual([])
  })
})

test('an execution knows of its approval that the stage may ask more', async () => {
  const { close, services } = await bot(approval({ mayAskMore: true }))
  await close({ how: 'expired' })
  const linked = (await services.executions.read(KEY))!.approvals
  expect([...linked.values()]).toMatchObject([{ id, mayAskMore: true }])
})

test('each approval of an execution is linked to it by stage and action', async () => {
  const { services } = botInMemory()
  for (const [stage, action] of [
    ['QA', 'Sign'],
    ['Q', 'ASign'],
  ] as const) {
    const of = approval({ id: `${stage}-${action}`, where: { ...WHERE, stage, action } })
    await services.approvals.create(of)
    await closeApproval(services, of.id, (one, now) => settled(one, { how: 'expired' }, now))
  }
  const linked = (await services.executions.read(KEY))!.approvals
  expect([...linked.values()].map(({ id }) => id)).toEqual(['QA-Sign', 'Q-ASign'])
})

describe('an approval that was approved', () => {
  const approved: Outcome = { how: 'slack', verdict: 'Approved' }

  test('gets the end of its execution, if that end came before', async () => {
    const { close, services, read } = await bot(deciding())
    await services.executions.create(execution([pipelineChange('succeeded', START + MINUTE)]))
    const next = await close(approved)
    expect(next).toContainEqual({ do: 'check-approval', approval: id })
    expect(next).toContainEqual(SHOW)
    expect((await read())?.deployment).toMatchObject({ name: 'live', at: START + MINUTE, summary: null })
  })
})
