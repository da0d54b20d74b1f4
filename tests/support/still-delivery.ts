import { ACCOUNT } from '../../local/workspace/account.ts'
import { parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ActionOutcome, ActionRunner } from '../../local/aws/action-runner.ts'
import type { Delivery, DeliverySettings } from '../../local/workspace/delivery.ts'

export const actionType = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' })

/** What the pipelines of tests have in common. */
export const FLASK_APP = {
  name: 'flask-app',
  roleArn: 'arn:aws:iam::111122223333:role/pipeline',
  artifactStore: { type: 'S3', location: ACCOUNT.artifactBucket },
  pipelineType: 'V2',
} as const

export const SOURCE_STAGE = {
  name: 'Source',
  actions: [
    {
      name: 'Checkout',
      actionTypeId: actionType('Source', 'CodeStarSourceConnection'),
      namespace: 'SourceVariables',
      configuration: { FullRepositoryId: 'greenlight/flask-app', BranchName: 'main' },
      outputArtifacts: [{ name: 'Source' }],
    },
  ],
}

/** Source, Build, then Production with an approval and a deployment, shaped as `infra/` shapes it. */
const pipeline = parsePipeline({
  ...FLASK_APP,
  stages: [
    SOURCE_STAGE,
    {
      name: 'Build',
      actions: [
        {
          name: 'Build',
          actionTypeId: actionType('Build', 'CodeBuild'),
          inputArtifacts: [{ name: 'Source' }],
          outputArtifacts: [{ name: 'Built' }],
        },
      ],
    },
    {
      name: 'Production',
      actions: [
        {
          name: 'Approve',
          actionTypeId: actionType('Approval', 'Manual'),
          configuration: {
            NotificationArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
            CustomData: 'Check the basket page first.',
          },
        },
        {
          name: 'Deploy',
          runOrder: 2,
          actionTypeId: actionType('Deploy', 'CodeDeploy'),
          inputArtifacts: [{ name: 'Built' }],
        },
      ],
    },
  ],
})

/**
 * A delivery whose actions end at once and do not use the machine, for tests of everything else. Each push makes a
 * commit; if the commit message says so, the build fails, or the first deployment crashes.
 */
export const stillDelivery = (settings: Pick<DeliverySettings, 'clock'>): Promise<Delivery> => {
  const commits: { sha: string; message: string; author: string }[] = [
    { sha: '1'.repeat(40), message: 'Start the shop', author: 'Ana Soares' },
  ]
  const crashed = new Set<string>()
  const ended = (status: ActionOutcome['status'], summary: string): ActionOutcome => ({ status, summary })
  const checkout: ActionRunner = () => {
    const { sha, message, author } = commits.at(-1) as (typeof commits)[0]
    return Promise.resolve({
      ...ended('Succeeded', message),
      outputVariables: {
        CommitId: sha,
        CommitMessage: message,
        BranchName: 'main',
        FullRepositoryName: 'greenlight/flask-app',
        AuthorDisplayName: author,
      },
      revision: {
        revisionId: sha,
        revisionSummary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message }),
        revisionUrl: `https://git.example/${sha}`,
        created: settings.clock.now(),
      },
    })
  }
  return Promise.resolve({
    pipeline,
    runners: {
      'Source/CodeStarSourceConnection': checkout,
      'Build/CodeBuild': (run) => {
        run.log('building')
        const broken = commits.at(-1)?.message.includes('fail')
        return Promise.resolve(broken ? ended('Failed', 'pytest exited 1') : ended('Succeeded', 'Built'))
      },
      'Deploy/CodeDeploy': () => {
        const { sha, message } = commits.at(-1)!
        const crashes = message.includes('crash') && !crashed.has(sha)
        crashed.add(sha)
        return Promise.resolve(crashes ? ended('Failed', 'It did not start') : ended('Succeeded', 'Deployed'))
      },
    },
    notRun: [{ what: 'the build', why: 'this is a test' }],
    push: (person, kind, message) => {
      if (kind === 'broken') return Promise.resolve('This delivery cannot be broken.')
      const sha = String(commits.length + 1).repeat(40)
      commits.push({ sha, message: message ?? `A ${kind} change`, author: person.realName })
      return Promise.resolve(null)
    },
    application: () => null,
    source: {
      commits: () => Promise.resolve([]),
      show: (id) => {
        const found = commits.find(({ sha }) => sha.startsWith(id))
        const commit = found && { ...found, author: { name: found.author, email: '' }, at: 0 }
        return Promise.resolve(commit ? { commit, diff: '' } : null)
      },
      compare: () => Promise.resolve(null),
    },
    close: () => Promise.resolve(),
  })
}
