import type { Approval } from '../../../../functions/domain/approval.ts'
import type { StageState } from '../../../../functions/ports/pipelines.ts'
import {
  approve,
  build,
  commit,
  deploy,
  deployedPipeline,
  pipelineOf,
  sourceOf,
} from '../../../support/deployed-pipeline.ts'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const C = 'c'.repeat(40)
const D = 'd'.repeat(40)
const FORBIDS_AUTHORS = { route: { forbid: ['author' as const], whenUnidentified: 'refuse' as const } }

const only = (approvals: readonly Approval[]): Approval => {
  if (approvals.length !== 1) throw new Error(`${approvals.length} approvals were requested`)
  return approvals[0]!
}
const ids = ({ change }: Approval) => change.since?.included.map(({ id }) => id[0])
const forbidden = ({ resolvedPolicy }: Approval) => resolvedPolicy?.policy.forbidden.map(({ userId }) => userId)
const unidentified = ({ resolvedPolicy }: Approval) => resolvedPolicy?.policy.unidentified
const byPush = (letter: string, author: string, message = `Change ${letter}`) =>
  commit(letter.repeat(40), author, message)

const SHARED = [['Production', [approve(), deploy()]]] as [string, object[]][]

describe('with two sources', () => {
  const twoSources = async () => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('App'), sourceOf('Config')], SHARED))
    shop.heads.set('App', commit(A, 'Ana', 'Add gift cards', 'shop/app'))
    shop.heads.set('Config', commit(C, 'Chen', 'Set up', 'shop/config'))
    await shop.start()
    await shop.decide(only(await shop.request()))
    return shop
  }

  test('a change in the second is the only change', async () => {
    const shop = await twoSources()
    shop.heads.set('Config', commit(D, 'Ben', 'Point production at the new database', 'shop/config'))
    await shop.start()
    const asked = only(await shop.request())
    expect(shop.shown(asked)).toContain('1 change: Point production at the new database · Ben · <ddddddd>')
    expect(shop.shown(asked)).not.toContain('aaaaaaa')
    expect(forbidden(asked)).toEqual(['U0BEN'])
    expect(asked.change.since?.changed).toMatchObject([{ from: { id: C }, to: { id: D } }])
  })

  test('a change in both lists both, whatever their order', async () => {
    const shop = await twoSources()
    shop.heads.set('App', commit(B, 'Dana', 'Fix rounding', 'shop/app'))
    shop.heads.set('Config', commit(D, 'Ben', 'Point production at the new database', 'shop/config'))
    await shop.start()
    const asked = only(await shop.request())
    expect(ids(asked)).toEqual(['b', 'd'])
    expect(shop.shown(asked)).toContain('<Compare shop/app> · <Compare shop/config>')
  })

  test('revisions in another order are compared by their source actions', async () => {
    const shop = await twoSources()
    shop.heads.set('App', commit(B, 'Dana', 'Fix rounding', 'shop/app'))
    const { executions } = shop.services.pipelines
    shop.services.pipelines.executions = async (...given) =>
      (await executions(...given))!.map((one, index) =>
        index === 0 ? { ...one, revisions: one.revisions!.toReversed() } : one,
      )
    await shop.start()
    const asked = only(await shop.request())
    expect(ids(asked)).toEqual(['b'])
    expect(asked.change.since?.changed).toMatchObject([{ from: { id: A }, to: { id: B } }])
  })

  test('a newer change that waits is named by what it changes', async () => {
    const shop = await twoSources()
    shop.heads.set('Config', commit(D, 'Ben', 'Point production at the new database', 'shop/config'))
    await shop.start()
    const asked = only(await shop.request())
    shop.heads.set('Config', commit('e'.repeat(40), 'Eli', 'And back again', 'shop/config'))
    await shop.start()
    const checked = await shop.check(asked)
    expect(shop.shown(checked)).toContain('A newer change waits: And back again · Eli · <eeeeeee>')
  })

  test('an execution of the same revisions is no newer change', async () => {
    const shop = await twoSources()
    shop.heads.set('Config', commit(D, 'Ben', 'Point production at the new database', 'shop/config'))
    await shop.start()
    const asked = only(await shop.request())
    await shop.start()
    expect(shop.shown(await shop.check(asked))).not.toContain('A newer change')
  })

  test('one commit that both bring is listed once', async () => {
    const shop = deployedPipeline()
    shop.create(pipelineOf([sourceOf('App'), sourceOf('Infra')], SHARED))
    for (const letter of ['a', 'b']) {
      for (const source of ['App', 'Infra']) shop.heads.set(source, byPush(letter, 'Ana'))
      await shop.start()
      const asked = only(await shop.request())
      const listed = shop.shown(asked).match(new RegExp(`: .* · .*<${letter.repeat(7)}>`, 'g'))
      expect(listed).toHaveLength(1)
      await shop.decide(asked)
    }
  })
})

describe('after the pipeline was edited', () => {
  test.each([1, 25])('a change is compared with what is live, after %d deployments', async (deployments) => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('Src')], SHARED))
    for (let at = 1; at <= deployments; at++) {
      shop.heads.set('Src', commit(String(at).padStart(40, '0'), 'Dana', `Change ${at}`))
      await shop.start()
      await shop.decide(only(await shop.request()))
    }
    shop.engine.updatePipeline(
      pipelineOf([sourceOf('Src')], [['Production', [approve('Approve', { timeoutInMinutes: 60 }), deploy()]]]),
    )
    shop.heads.set('Src', byPush('a', 'Ana'))
    await shop.start()
    const asked = only(await shop.request())
    expect(shop.shown(asked)).toContain('1 change: Change a · Ana · <aaaaaaa>')
    expect([ids(asked), forbidden(asked), unidentified(asked)]).toEqual([['a'], ['U0ANA'], []])
  })

  test('what is live under another name is not known, and its authors do not count for this change', async () => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('Src')], SHARED))
    for (const [letter, author] of [
      ['1', 'Dana'],
      ['2', 'Eli'],
    ] as const) {
      shop.heads.set('Src', byPush(letter, author))
      await shop.start()
      await shop.decide(only(await shop.request()))
    }
    // Approved, and its deployment failed.
    shop.heads.set('Src', byPush('3', 'Chen'))
    await shop.start()
    shop.failing.add('Production/Deploy')
    await shop.decide(only(await shop.request()))
    shop.failing.clear()
    shop.engine.updatePipeline(pipelineOf([sourceOf('Src')], [['Live', [approve(), deploy()]]]))
    shop.heads.set('Src', byPush('a', 'Ana'))
    await shop.start()
    const asked = only(await shop.request())
    expect(shop.shown(asked)).toContain('What is live in Live is not known since the pipeline was edited')
    expect([forbidden(asked), unidentified(asked)]).toEqual([['U0ANA', 'U0CHEN'], []])
  })
})

describe('an approval in a stage of its own', () => {
  const OWN: [string, object[]][] = [
    ['Manual_Approval', [approve()]],
    ['Deploy', [deploy()]],
  ]

  test('a change whose deployment failed is listed again, and its author cannot approve it', async () => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('Src')], OWN))
    shop.heads.set('Src', byPush('1', 'Ana'))
    await shop.start()
    await shop.decide(only(await shop.request()))
    shop.heads.set('Src', byPush('2', 'Ben'))
    await shop.start()
    shop.failing.add('Deploy/Deploy')
    await shop.decide(only(await shop.request()))
    shop.failing.clear()
    shop.heads.set('Src', byPush('3', 'Chen'))
    await shop.start()
    const asked = only(await shop.request())
    expect(shop.shown(asked)).toContain('2 changes · ')
    expect([ids(asked), forbidden(asked)]).toEqual([
      ['3', '2'],
      ['U0CHEN', 'U0BEN'],
    ])
  })

  test('names what comes after it', async () => {
    const shop = deployedPipeline()
    shop.create(pipelineOf([sourceOf('Src')], OWN))
    shop.heads.set('Src', byPush('1', 'Ana'))
    await shop.start()
    expect(shop.shown(only(await shop.request()))).toContain('Approve shop to Deploy?')
  })

  test.each<[string, (stages: StageState[]) => StageState[]]>([
    ['lack the stages behind it', (stages) => stages.filter(({ stage }) => stage !== 'Deploy')],
    [
      'have another action in its stage',
      (stages) =>
        stages.map((one) =>
          one.stage === 'Deploy' ? one : { ...one, actions: [...one.actions, { ...one.actions[0]!, action: 'Old' }] },
        ),
    ],
  ])('names what comes after it though CodePipeline’s first answers %s', async (_, outdated) => {
    let isOutdated = true
    const shop = deployedPipeline({
      pipelines: (answers) => ({
        ...answers,
        stages: async (pipeline) => {
          const stages = await answers.stages(pipeline)
          return stages && isOutdated ? outdated(stages) : stages
        },
      }),
    })
    shop.create(pipelineOf([sourceOf('Src')], OWN))
    shop.heads.set('Src', byPush('1', 'Ana'))
    await shop.start()
    const asked = only(await shop.request())
    expect(shop.shown(asked)).toContain('Approve shop to Manual_Approval?')
    isOutdated = false
    expect(shop.shown(await shop.check(asked))).toContain('Approve shop to Deploy?')
  })

  test('an approval that waits is updated when another change goes live before it', async () => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('Src')], OWN))
    for (const [letter, author] of [
      ['1', 'Ana'],
      ['2', 'Ben'],
    ] as const) {
      shop.heads.set('Src', byPush(letter, author))
      await shop.start()
      await shop.decide(only(await shop.request()))
    }
    shop.heads.set('Src', byPush('3', 'Chen'))
    await shop.start()
    const before = only(await shop.request())
    // Rolled back: the second change is not live any more, so it goes live with the third.
    const [target] = shop.engine
      .listPipelineExecutions({ pipelineName: 'shop' })
      .pipelineExecutionSummaries.slice(-1)
      .map(({ pipelineExecutionId }) => pipelineExecutionId)
    shop.engine.rollbackStage(
      { pipelineName: 'shop', stageName: 'Deploy', targetPipelineExecutionId: target! },
      'arn:x',
    )
    await shop.rest()
    const after = await shop.check(before)
    expect([ids(before), ids(after)]).toEqual([['3'], ['3', '2']])
    expect(forbidden(after)).toEqual(['U0CHEN', 'U0BEN'])
  })
})

describe('after an edit, an approved change whose deployment failed is not live', () => {
  const OWN: [string, object[]][] = [
    ['Gate', [approve()]],
    ['Deploy', [deploy()]],
  ]
  const editedTo = async (stages: [string, object[]][], before: [string, object[]][]): Promise<Approval[]> => {
    const shop = deployedPipeline(FORBIDS_AUTHORS)
    shop.create(pipelineOf([sourceOf('Src')], before))
    shop.heads.set('Src', byPush('1', 'Dana'))
    await shop.start()
    await shop.decide(only(await shop.request()))
    shop.heads.set('Src', byPush('2', 'Ben'))
    await shop.start()
    for (const stage of ['Deploy', 'Other']) shop.failing.add(`${stage}/Deploy`)
    await shop.decide(only(await shop.request()))
    shop.failing.clear()
    shop.engine.updatePipeline(pipelineOf([sourceOf('Src')], stages))
    shop.heads.set('Src', byPush('3', 'Chen'))
    await shop.start()
    return shop.request()
  }
  const ONE_OF_TWO: [string, object[]][] = [
    ['Gate', [approve()]],
    ['Europe', [deploy()]],
    ['Deploy', [deploy()]],
  ]

  test.each<[edit: string, to: [string, object[]][], from: [string, object[]][]]>([
    [
      'adds a second approval behind the first',
      [
        ['Gate', [approve(), approve('Sign', { runOrder: 2 })]],
        ['Deploy', [deploy()]],
      ],
      OWN,
    ],
    [
      'adds a second approval beside the first',
      [
        ['Gate', [approve(), approve('Sign')]],
        ['Deploy', [deploy()]],
      ],
      OWN,
    ],
    ['adds a deployment behind the approval', [['Gate', [approve(), deploy('Release')]]], OWN],
    [
      'adds a deployment behind the approval, in front of the other',
      [
        ['Gate', [approve(), deploy('Release')]],
        ['Deploy', [deploy()]],
      ],
      OWN,
    ],
    [
      'calls the last of two stages by another name',
      [
        ['Gate', [approve()]],
        ['Europe', [deploy()]],
        ['America', [deploy()]],
      ],
      ONE_OF_TWO,
    ],
    [
      'adds a deployment to a stage behind another one',
      [
        ['Gate', [approve()]],
        ['Europe', [deploy()]],
        ['Other', [build('Check'), deploy()]],
      ],
      [
        ['Gate', [approve()]],
        ['Europe', [deploy()]],
        ['Other', [build('Check')]],
        ['Deploy', [deploy()]],
      ],
    ],
  ])('that %s', async (_, stages, before) => {
    for (const asked of await editedTo(stages, before)) {
      expect(forbidden(asked)).toEqual(['U0CHEN', 'U0BEN'])
      if (asked.change.since) expect(ids(asked)).toEqual(['3', '2'])
    }
  })
})

test('in PARALLEL mode an older change is updated when a newer one has gone live', async () => {
  const shop = deployedPipeline()
  shop.create(pipelineOf([sourceOf('Src')], SHARED, { executionMode: 'PARALLEL' }))
  shop.heads.set('Src', byPush('1', 'Ana'))
  await shop.start()
  await shop.decide(only(await shop.request()))
  shop.heads.set('Src', byPush('2', 'Ben'))
  await shop.start()
  shop.heads.set('Src', byPush('3', 'Chen', 'Fix the basket'))
  await shop.start()
  const [older, newer] = await shop.request()
  expect(shop.shown(older!)).not.toContain('newer change')
  await shop.decide(newer!)
  const checked = await shop.check(older!)
  expect(shop.shown(checked)).toContain(
    'A newer change is live: Fix the basket · Chen · <3333333>. Approving deploys the older one.',
  )
})

test('a rollback says that it restores an older change', async () => {
  const shop = deployedPipeline(FORBIDS_AUTHORS)
  shop.create(pipelineOf([sourceOf('Src')], SHARED))
  const executionIds: string[] = []
  for (const [letter, author] of [
    ['1', 'Ana'],
    ['2', 'Ben'],
  ] as const) {
    shop.heads.set('Src', byPush(letter, author))
    executionIds.push(await shop.start())
    await shop.decide(only(await shop.request()))
  }
  shop.engine.rollbackStage(
    { pipelineName: 'shop', stageName: 'Production', targetPipelineExecutionId: executionIds[0]! },
    'arn:aws:sts::111122223333:assumed-role/Console/dana',
  )
  await shop.rest()
  const asked = only(await shop.request())
  expect(shop.shown(asked)).toContain('A newer change is live: Change 2 · Ben · <2222222>')
  expect([ids(asked), forbidden(asked), unidentified(asked)]).toEqual([['1'], ['U0ANA'], []])
})

test('ten changes are counted', async () => {
  const shop = deployedPipeline()
  shop.create(pipelineOf([sourceOf('Src')], SHARED))
  shop.heads.set('Src', byPush('0', 'Ana'))
  await shop.start()
  await shop.decide(only(await shop.request()))
  for (let at = 1; at <= 10; at++) {
    shop.heads.set('Src', commit(String(at).padStart(40, '0'), 'Ben', `Change ${at}`))
    await shop.start()
    const asked = only(await shop.request())
    if (at < 10) await shop.decide(asked, 'Rejected')
    else {
      expect(shop.shown(asked)).toContain('10 changes · ')
      expect(shop.shown(asked)).toContain('- and 5 more changes')
    }
  }
})

test('an object in S3 and an image in ECR are named as such', async () => {
  const shop = deployedPipeline()
  shop.create(pipelineOf([sourceOf('Bundle', 'S3'), sourceOf('Image', 'ECR')], SHARED))
  const versionId = '3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY'
  const digest = `sha256:${'e'.repeat(64)}`
  const revision = (revisionId: string, revisionSummary: string) => ({
    revisionId,
    revisionSummary,
    revisionUrl: '',
    created: 0,
  })
  shop.heads.set('Bundle', {
    outcome: {
      outputVariables: { ETag: 'abc', VersionId: versionId },
      revision: revision(versionId, `Amazon S3 version id: ${versionId}`),
    },
  })
  shop.heads.set('Image', {
    outcome: {
      outputVariables: {
        ImageDigest: digest,
        ImageTag: '1.4.2',
        RepositoryName: 'shop/web',
        RegistryId: '111122223333',
      },
      revision: revision(digest, ''),
    },
  })
  await shop.start()
  const lines = shop.shown(only(await shop.request())).split('\n')
  expect(lines).toContain('- 3sL4kqtJlcpX')
  expect(lines).toContain('- shop/web:1.4.2 · eeeeeeeeeeee')
})

test.each<[string, object[], string]>([
  ['one of two actions that deploy at once', [deploy('Deploy'), deploy('Beside')], 'Production/Deploy'],
  ['the build that deploys', [build('Apply', { runOrder: 9 })], 'Production/Apply'],
  ['the build behind another one', [build('Plan'), build('Apply', { runOrder: 9 })], 'Production/Apply'],
])('a request says that the last deployment failed, where it was %s', async (_, actions, failing) => {
  const shop = deployedPipeline({ takes: ({ actionName }) => (actionName === 'Beside' ? 2_000 : 1_000) })
  shop.create(pipelineOf([sourceOf('App')], [['Production', [...actions, approve('Approve', { runOrder: 2 })]]]))
  shop.heads.set('App', byPush('a', 'Ana'))
  await shop.start()
  shop.failing.add(failing)
  await shop.decide(only(await shop.request()))
  shop.failing.clear()
  shop.heads.set('App', byPush('b', 'Ben'))
  await shop.start()
  expect(shop.shown(only(await shop.request()))).toContain('⚠ The last deployment to Production failed')
})

test('a request says that the last deployment failed, until one succeeds', async () => {
  const shop = deployedPipeline()
  shop.create(pipelineOf([sourceOf('App')], [['Production', [approve(), deploy()]]]))
  shop.heads.set('App', byPush('a', 'Ana'))
  await shop.start()
  await shop.decide(only(await shop.request()))
  shop.heads.set('App', byPush('b', 'Ben'))
  await shop.start()
  const second = only(await shop.request())
  expect(second.change).not.toHaveProperty('last')
  shop.failing.add('Production/Deploy')
  await shop.decide(second)
  shop.failing.clear()

  shop.heads.set('App', byPush('c', 'Chen'))
  await shop.start()
  const third = only(await shop.request())
  expect(third.change.last).toMatchObject({ how: 'failed', stage: 'Production', revisions: [{ id: B }] })
  expect(shop.shown(third)).toMatch(/⚠ The last deployment to Production failed \(.*\): <bbbbbbb>/)
  await shop.decide(third)
  shop.heads.set('App', byPush('d', 'Dana'))
  await shop.start()
  expect(shop.shown(only(await shop.request()))).not.toContain('The last deployment')
})
