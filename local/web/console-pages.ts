import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ActionView, ExecutionView, PipelineView } from '../page/contract.ts'
import { type Account, logOf } from './account.ts'
import { htmlPage } from './html-page.ts'
import { pipelineViews } from './pipeline-view.ts'

const NOTE = html`<p class="note">
  This stands in for the AWS console: on this machine, links that lead to AWS lead here.
</p>`

/** The pages under `/console`: pipelines, executions and the logs of their actions. */
export const consolePages = (accounts: readonly Account[]): Hono => {
  const found = (name: string, region: string | undefined) =>
    pipelineViews(accounts).find((one) => one.name === name && (region === undefined || one.region === region))
  const app = new Hono()
  app.get('/', (c) => c.html(htmlPage('Pipelines', html`${NOTE}${pipelineViews(accounts).map(pipelineTable)}`)))
  // The console's own links end in /view, and say after # which stage or action they mean.
  app.on('GET', ['/pipelines/:name', '/pipelines/:name/view'], (c) => {
    const pipeline = found(c.req.param('name') ?? '', c.req.query('region'))
    if (!pipeline) return c.notFound()
    return c.html(htmlPage(pipeline.name, html`${NOTE}${pipelineTable(pipeline)}`))
  })
  app.get('/pipelines/:name/executions/:id', (c) => {
    const pipeline = found(c.req.param('name'), c.req.query('region'))
    const execution = pipeline?.executions.find(({ id }) => id === c.req.param('id'))
    if (!pipeline || !execution) return c.notFound()
    return c.html(htmlPage(`${pipeline.name}: ${titleOf(execution)}`, html`${NOTE}${executionTable(execution)}`))
  })
  app.get('/logs/:id', (c) => {
    const log = logOf(accounts, c.req.param('id'))
    return log === undefined
      ? c.notFound()
      : c.html(
          htmlPage(
            'Log',
            html`${NOTE}
              <pre>${log}</pre>`,
          ),
        )
  })
  return app.notFound((c) =>
    c.html(
      htmlPage(
        'Not here',
        html`${NOTE}
          <p>The workspace has nothing at this address.</p>`,
      ),
      404,
    ),
  )
}

const pipelineTable = (pipeline: PipelineView) => {
  const row = (execution: ExecutionView) =>
    html`<tr>
      <td>${wordFor(execution.status)}</td>
      <td>
        <a href="/console/pipelines/${pipeline.name}/executions/${execution.id}?region=${pipeline.region}"
          >${titleOf(execution)}</a
        >
      </td>
      <td>${execution.startedBy}</td>
      <td>${timeOf(execution.startedAt)}</td>
    </tr>`
  return html`<h2>${pipeline.name}</h2>
    <p>Account ${pipeline.accountId}, ${pipeline.region}</p>
    <table>
      <tr>
        <th>Status</th>
        <th>Execution</th>
        <th>Started by</th>
        <th>Started</th>
      </tr>
      ${pipeline.executions.map(row)}
    </table>`
}

const executionTable = (execution: ExecutionView) => {
  const row = (stage: string, action: ActionView) =>
    html`<tr>
      <td>${stage}</td>
      <td>${action.name}</td>
      <td>${wordFor(action.status)}</td>
      <td>${action.summary}</td>
      <td>${action.hasLog ? html`<a href="/console/logs/${action.actionExecutionId}">Log</a>` : ''}</td>
    </tr>`
  return html`<p>
      ${execution.id} · ${wordFor(execution.status)} · started by ${execution.startedBy}, ${timeOf(execution.startedAt)}
    </p>
    <table>
      <tr>
        <th>Stage</th>
        <th>Action</th>
        <th>Status</th>
        <th>Summary</th>
        <th></th>
      </tr>
      ${execution.stages.flatMap((stage) => stage.actions.map((action) => row(stage.name, action)))}
    </table>`
}

const titleOf = (execution: ExecutionView): string => {
  const { revision } = execution
  return revision ? `${revision.id.slice(0, 7)} ${revision.title}` : execution.id.slice(0, 8)
}

const timeOf = (epochMs: number): string => new Date(epochMs).toISOString().replace('T', ' ').slice(0, 19) + ' UTC'

/** The API writes Cancelled, the console's language is US English. */
const wordFor = (status: string): string => (status === 'Cancelled' ? 'Canceled' : status)
