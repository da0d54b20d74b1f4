import { parsePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import { createCodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ApprovalNotice } from '../../local/aws/codepipeline/codepipeline.ts'
import type { CodePipelineEvent } from '../../local/aws/codepipeline/codepipeline.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../../local/aws/action-runner.ts'

export const DANA = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
export const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:approvals'
/** 2026-11-23T09:30:15Z: not on a full minute, so that cutting to the minute shows. */
export const START = Date.UTC(2026, 10, 23, 9, 30, 15)

/** Time that moves only when a test moves it, and ids that count up. */
export class VirtualClock {
  #now = START
  #ids = 0
  #timers: { due: number; fire: () => void }[] = []

  now = () => this.#now
  newId = () => `00000000-0000-4000-8000-${(++this.#ids).toString(16).padStart(12, '0')}`
  at = (due: number, fire: () => void) => {
    const timer = { due, fire }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }
  pass(ms: number) {
    this.#now += ms
    const due = this.#timers.filter((timer) => timer.due <= this.#now)
    this.#timers = this.#timers.filter((timer) => timer.due > this.#now)
    for (const timer of due) timer.fire()
  }
  /** When the next timer is due; Infinity when none is set. */
  get next() {
    return Math.min(...this.#timers.map(({ due }) => due))
  }
  get open() {
    return this.#timers.length
  }
}

/** A runner whose actions end when the test says so, by `stage/action`, oldest first. */
export class HeldRunner {
  readonly running: { run: ActionRun; end: (outcome: ActionOutcome) => void }[] = []

  run: ActionRunner = (run) => new Promise((resolve) => this.running.push({ run, end: resolve }))

  async end(name: string, outcome: ActionOutcome = { status: 'Succeeded' }) {
    const at = this.running.findIndex(({ run }) => `${run.stageName}/${run.actionName}` === name)
    const [found] = at < 0 ? [] : this.running.splice(at, 1)
    if (!found) throw new Error(`${name} is not running`)
    found.end(outcome)
    await settled()
  }
}

export const source: ActionRunner = (run) => {
  const revisionId = run.sourceRevision ?? `${run.pipelineExecutionId.slice(-2)}c0ffee`
  const message = 'Fix rounding\n\nIn baskets.'
  return Promise.resolve({
    status: 'Succeeded',
    outputVariables: { CommitId: revisionId, CommitMessage: message, AuthorDisplayName: 'Ana' },
    revision: {
      revisionId,
      revisionSummary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message }),
      revisionUrl: `https://github.com/shop/web/commit/${revisionId}`,
      created: START - 60_000,
    },
  })
}

export const succeed: ActionRunner = () =>
  Promise.resolve({ status: 'Succeeded', externalExecutionId: 'run-1', summary: 'Done' })

/** Runs every promise that is ready. */
export const settled = () => new Promise((resolve) => setImmediate(resolve))

type Fields = Record<string, unknown>

const type = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' })

export const sourceStage = {
  name: 'Source',
  actions: [
    {
      name: 'Checkout',
      actionTypeId: type('Source', 'CodeStarSourceConnection'),
      configuration: { BranchName: 'main' },
      outputArtifacts: [{ name: 'SourceArtifact' }],
      namespace: 'SourceVariables',
    },
  ],
}
export const build = (name: string, more: Fields = {}) => ({
  name,
  actionTypeId: type('Build', 'CodeBuild'),
  configuration: { ProjectName: name },
  inputArtifacts: [{ name: 'SourceArtifact' }],
  ...more,
})
export const deploy = (name: string, more: Fields = {}) => ({
  name,
  actionTypeId: type('Deploy', 'CodeDeploy'),
  inputArtifacts: [{ name: 'SourceArtifact' }],
  ...more,
})
export const approve = (name: string, more: Fields = {}) => ({
  name,
  actionTypeId: type('Approval', 'Manual'),
  configuration: { NotificationArn: TOPIC },
  ...more,
})

/** Source → Build → Production (an approval, then a deployment), unless the test says otherwise. */
export const shop = (more: Fields = {}): PipelineDeclaration =>
  parsePipeline({
    name: 'shop-web',
    roleArn: 'arn:aws:iam::111122223333:role/pipeline',
    artifactStore: { type: 'S3', location: 'shop-artifacts' },
    pipelineType: 'V2',
    stages: [
      sourceStage,
      { name: 'Build', actions: [build('Compile')] },
      { name: 'Production', actions: [approve('Approve'), deploy('Deploy', { runOrder: 2 })] },
    ],
    ...more,
  })

/** The real engine on virtual time. Sources end at once; builds and deployments wait for the test unless `instant`. */
export const virtualCodePipeline = ({
  instant = false,
  runners,
}: { instant?: boolean; runners?: Record<string, ActionRunner> } = {}) => {
  const clock = new VirtualClock()
  const held = new HeldRunner()
  const events: CodePipelineEvent[] = []
  const notices: { topicArn: string; message: ApprovalNotice }[] = []
  const work = instant ? succeed : held.run
  const engine = createCodePipeline({
    accountId: '111122223333',
    region: 'eu-west-1',
    clock,
    timers: clock,
    runners: {
      'Source/CodeStarSourceConnection': source,
      'Build/CodeBuild': work,
      'Test/CodeBuild': work,
      'Deploy/CodeDeploy': work,
      ...runners,
    },
    publishNotice: (topicArn, message) => notices.push({ topicArn, message }),
    putEvent: (event) => events.push(event),
  })
  return {
    clock,
    held,
    events,
    notices,
    engine,
    /** Each event as `Level[/stage[/action]] STATE`. */
    told: () => events.map(tell),
    tokenOf: (action = 'Approve') => {
      const token = notices.findLast(({ message }) => message.approval.actionName === action)?.message.approval.token
      if (token === undefined) throw new Error(`${action} has not requested approval`)
      return token
    },
    async create(declaration: PipelineDeclaration) {
      engine.createPipeline(declaration, DANA, { start: false })
      await settled()
    },
    async start(name = 'shop-web') {
      const { pipelineExecutionId } = engine.startPipelineExecution({ name }, DANA)
      await settled()
      return pipelineExecutionId
    },
    statusOf: (pipelineExecutionId: string, pipelineName = 'shop-web') =>
      engine.getPipelineExecution({ pipelineName, pipelineExecutionId }).pipelineExecution.status,
  }
}

export const tell = ({ detail, 'detail-type': detailType }: CodePipelineEvent): string => {
  const level = detailType.split(' ')[1] ?? ''
  return [[level, detail.stage, detail.action].filter(Boolean).join('/'), String(detail.state)].join(' ')
}

export const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
  return 'nothing was refused'
}
