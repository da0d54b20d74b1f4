import { ACCOUNT, SPOKE } from './account.ts'
import type { CodePipelines } from './codepipelines.ts'
import type { Delivery } from './delivery.ts'
import type { PipelineView, Person, PushRequest, Snapshot } from '../page/contract.ts'
import type { Trouble } from '../slack/interactions.ts'

export interface Push {
  /** The bot's own account when left out. */
  accountId: string | undefined
  kind: PushRequest['kind']
  message: string | undefined
}

const NAMES = new Map<string, string>([ACCOUNT, SPOKE].map(({ accountId, name }) => [accountId, name]))

/** What the workspace's pipelines are made of, by account: one in each, as far as there is one. */
export class Deliveries {
  readonly #of: Map<string, Delivery>

  /** The first is the bot's own account. */
  constructor(of: Record<string, Delivery | undefined>) {
    this.#of = new Map(Object.entries(of).flatMap(([id, delivery]) => (delivery ? [[id, delivery] as const] : [])))
  }

  get all(): Delivery[] {
    return [...this.#of.values()]
  }

  /** What cannot run for real on this machine, each named once. */
  notRun(): Snapshot['notRun'] {
    const named = this.all
      .flatMap(({ notRun }) => notRun)
      .map((found) => [`${found.what}/${found.why}`, found] as const)
    return [...new Map(named).values()]
  }

  /** The pipelines with what people call their accounts, and what the workspace has deployed from them. */
  shownIn(pipelines: PipelineView[]): PipelineView[] {
    return pipelines.map((pipeline) => {
      const accountName = NAMES.get(pipeline.accountId)
      const delivery = this.#of.get(pipeline.accountId)
      return {
        ...pipeline,
        ...(accountName && { accountName }),
        ...(delivery?.pipeline.name === pipeline.name && { delivery: { application: delivery.application() } }),
      }
    })
  }

  /** Makes a commit on a pipeline's branch, and has CodePipeline hear of it. */
  async push(codePipelines: CodePipelines, { accountId, kind, message }: Push, person: Person): Promise<Trouble> {
    const [id, delivery] = [...this.#of].find(([id]) => accountId === undefined || id === accountId) ?? []
    if (!id || !delivery) return `Nothing here is pushed to for account ${accountId}.`
    const trouble = await delivery.push(person, kind, message)
    if (trouble === null)
      codePipelines.of(id)?.sourceChanged(delivery.pipeline.name, {
        triggerType: 'WebhookV2',
        triggerDetail: connectionOf(delivery) ?? 'workspace',
      })
    return trouble
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((delivery) => delivery.close()))
  }
}

/** CodePipeline hears of a push through the connection of the source action. */
const connectionOf = ({ pipeline }: Delivery): string | undefined =>
  pipeline.stages[0]?.actions[0]?.configuration.ConnectionArn
