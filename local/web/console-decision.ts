import { html } from 'hono/html'
import type { ActionView, PipelineView } from '../page/contract.ts'
import { PEOPLE } from '../slack/people.ts'
import type { Content } from './html-page.ts'

/** Where a decision is posted to. */
export const DECIDE_PATH = '/console/decide'

/** A form for each approval of the pipeline that waits. Nothing is chosen beforehand. */
export const decisionForms = (pipeline: PipelineView): Content[] =>
  pipeline.executions.flatMap(({ stages }) =>
    stages.flatMap((stage) =>
      stage.actions.flatMap((action) => (action.approval ? [decisionForm(pipeline, stage.name, action)] : [])),
    ),
  )

const decisionForm = (pipeline: PipelineView, stageName: string, { name, approval }: ActionView): Content => {
  const given = {
    accountId: pipeline.accountId,
    pipelineName: pipeline.name,
    stageName,
    actionName: name,
    token: approval?.token,
  }
  const about = `${name} of ${stageName}`
  return html`<form method="post" action="${DECIDE_PATH}" aria-label="${about}">
    <h2>${about} waits</h2>
    ${Object.entries(given).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`)}
    <fieldset>
      <legend>Decision</legend>
      ${['Approved', 'Rejected'].map(
        (status) => html`<label><input type="radio" name="status" value="${status}" required /> ${status}</label> `,
      )}
    </fieldset>
    <label class="field"
      >Summary (optional)
      <textarea name="summary" rows="3"></textarea>
    </label>
    <label class="field"
      >You are signed in as
      <select name="userId" required>
        <option value="">Choose a person</option>
        ${PEOPLE.map(({ id, realName }) => html`<option value="${id}">${realName}</option>`)}
      </select>
    </label>
    <button type="submit">Submit</button>
  </form>`
}
