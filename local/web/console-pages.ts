import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ActionView, ExecutionView, PipelineView, Status } from '../page/contract.ts'
import { logOf } from './account.ts'
import { DECIDE_PATH, decisionForms } from './console-decision.ts'
import { type Content, htmlPage, htmlTable, preformatted } from './html-page.ts'
import { PAGE_REQUESTS } from './page-requests.ts'
import type { Parts } from './parts.ts'
import { pipelineViews } from './pipeline-view.ts'
import { refusalOf } from './refusal.ts'

const NOTE = html`<p class="note">
  This stands in for the AWS console: on this machine, links that lead to AWS lead here.
</p>`

/** The pages under `/console`: pipelines with what can be decided, executions, and the logs of their actions. */
export const consolePages = (parts: Parts): Hono => {
  const { accounts } = parts
  const found = (name: string, region: string | undefined) =>
    pipelineViews(accounts).find((one) => one.name === name && (region === undefined || one.region === region))
  const app = new Hono()
  app.get('/', (c) => {
    const pipelines = pipelineViews(accounts).map(
      (one) =>
        html`<h2><a href="${addressOf(one)}">${one.name}</a></h2>
          ${pipelineTable(one)}`,
    )
    return c.html(htmlPage('Pipelines', html`${NOTE}${pipelines}`))
  })
  // The console's own links end in /view, and say after # which stage or action they mean.
  app.on('GET', ['/pipelines/:name', '/pipelines/:name/view'], (c) => {
    const pipeline = found(c.req.param('name') ?? '', c.req.query('region'))
    if (!pipeline) return c.notFound()
    return c.html(htmlPage(pipeline.name, html`${NOTE}${decisionForms(pipeline)}${pipelineTable(pipeline)}`))
  })
  app.get('/pipelines/:name/executions/:id', (c) => {
    const pipeline = found(c.req.param('name'), c.req.query('region'))
    const execution = pipeline?.executions.find(({ id }) => id === c.req.param('id'))
    if (!pipeline || !execution) return c.notFound()
    return c.html(htmlPage(`${pipeline.name}: ${titleOf(execution)}`, html`${NOTE}${executionTable(execution)}`))
  })
  app.post(DECIDE_PATH.replace('/console', ''), async (c) => {
    const decision = Object.fromEntries((await c.req.formData()).entries())
    const pipeline = pipelineViews(accounts).find(
      ({ name, accountId }) => name === decision.pipelineName && accountId === decision.accountId,
    )
    const back = pipeline ? addressOf(pipeline) : '/console'
    const trouble = await decide(parts, decision)
    if (trouble === null) return c.redirect(back, 303)
    const page = html`${NOTE}
      <p>${trouble}</p>
      <p><a href="${back}">Back to the pipeline</a></p>`
    return c.html(htmlPage('Not decided', page), 400)
  })
  app.get('/logs/:id', (c) => {
    const id = c.req.param('id')
    const log = logOf(accounts, id) ?? parts.buildLog(id)
    return log === undefined ? c.notFound() : c.html(htmlPage('Log', html`${NOTE}${preformatted('Log lines', log)}`))
  })
  return app
}

/** Null, or the sentence that says why not. */
const decide = async (parts: Parts, decision: unknown): Promise<string | null> => {
  try {
    return await PAGE_REQUESTS['console/decide'](parts, decision)
  } catch (error) {
    const sentence = refusalOf(error)
    if (sentence === undefined) throw error
    return sentence
  }
}

const addressOf = ({ name, region }: PipelineView): string =>
  `/console/pipelines/${encodeURIComponent(name)}?region=${region}`

const pipelineTable = (pipeline: PipelineView): Content => {
  const row = (execution: ExecutionView) => [
    wordFor(execution.status),
    html`<a href="/console/pipelines/${pipeline.name}/executions/${execution.id}?region=${pipeline.region}"
      >${titleOf(execution)}</a
    >`,
    execution.startedBy,
    timeOf(execution.startedAt),
  ]
  return html`<p>Account ${pipeline.accountId}, ${pipeline.region}</p>
    ${htmlTable(['Status', 'Execution', 'Started by', 'Started'], pipeline.executions.map(row))}`
}

const executionTable = (execution: ExecutionView): Content => {
  const row = (stage: string, action: ActionView) => [
    stage,
    action.name,
    wordFor(action.status),
    action.summary,
    action.hasLog ? html`<a href="/console/logs/${action.actionExecutionId}">Log of ${action.name}</a>` : '',
  ]
  const rows = execution.stages.flatMap((stage) => stage.actions.map((action) => row(stage.name, action)))
  return html`<p>
      ${execution.id} · ${wordFor(execution.status)} · started by ${execution.startedBy}, ${timeOf(execution.startedAt)}
    </p>
    ${htmlTable(['Stage', 'Action', 'Status', 'Summary', 'Log'], rows)}`
}

const titleOf = (execution: ExecutionView): string => {
  const { revision } = execution
  return revision ? `${revision.id.slice(0, 7)} ${revision.title}` : execution.id.slice(0, 8)
}

const timeOf = (epochMs: number): string => new Date(epochMs).toISOString().replace('T', ' ').slice(0, 19) + ' UTC'

/** The API's words as the console writes them, in US English. */
const WORDS: Partial<Record<Status, string>> = {
  NotStarted: 'Not started',
  InProgress: 'In progress',
  Cancelled: 'Canceled',
}
const wordFor = (status: Status): string => WORDS[status] ?? status
