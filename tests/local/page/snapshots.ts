import type {
  ActionView,
  ExecutionView,
  MessageView,
  ModalView,
  Snapshot,
  StageView,
  Status,
} from '../../../local/page/contract.ts'

/** Snapshots in the form that the workspace sends, shaped on what the bot posts; times are around `NOW`. */
export const NOW = Date.parse('2026-11-23T10:42:00Z')
const MINUTE = 60_000

export const DANA = {
  id: 'U0DANA',
  name: 'dana',
  realName: 'Dana Novak',
  title: 'Release manager, may approve',
  email: 'dana@shop.example',
  color: '#0f7b4f',
}
export const FINN = {
  id: 'U0FINN',
  name: 'finn',
  realName: 'Finn Larsen',
  title: 'Contractor, not an approver',
  email: 'finn@shop.example',
  color: '#5c6370',
}
const ANA = {
  id: 'U0ANA',
  name: 'ana',
  realName: 'Ana Soares',
  title: 'Engineer',
  email: 'ana@shop.example',
  color: '#0b6e99',
}

const action = (name: string, provider: string, change: Partial<ActionView> = {}): ActionView => ({
  name,
  category: 'Build',
  provider,
  status: 'NotStarted',
  startedAt: null,
  endedAt: null,
  summary: '',
  actionExecutionId: null,
  hasLog: false,
  approval: null,
  ...change,
})

const ended = (status: Status, fromMinutes: number, seconds: number): Partial<ActionView> => ({
  status,
  startedAt: NOW - fromMinutes * MINUTE,
  endedAt: NOW - fromMinutes * MINUTE + seconds * 1000,
})

const stage = (name: string, status: Status, actions: ActionView[], waitingToEnter = false): StageView => ({
  name,
  status,
  waitingToEnter,
  actions,
})

const source = (minutes: number) =>
  stage('Source', 'Succeeded', [action('Checkout', 'CodeStarSourceConnection', ended('Succeeded', minutes, 4))])
const built = (minutes: number) =>
  stage('Build', 'Succeeded', [
    action('Unit-tests', 'CodeBuild', {
      ...ended('Succeeded', minutes, 52),
      hasLog: true,
      actionExecutionId: 'log-test',
    }),
    action('Package', 'CodeBuild', {
      ...ended('Succeeded', minutes, 100),
      hasLog: true,
      actionExecutionId: 'log-build',
    }),
  ])

export const TOKEN = '0b57a4c1-6d3e-4f0e-9c55-2f9f1f0e7a11'

const execution = (change: Partial<ExecutionView> & Pick<ExecutionView, 'id' | 'stages'>): ExecutionView => ({
  status: 'InProgress',
  startedAt: NOW - 12 * MINUTE,
  endedAt: null,
  startedBy: 'Ana Soares',
  revision: {
    id: '4f9c2e1aa06c1d3b5f7e9a0b2c4d6e8f0a1b2c3d',
    title: 'Fix rounding in basket totals',
    author: 'Ana Soares',
    url: 'https://git.example/flask-app/commit/4f9c2e1',
  },
  ...change,
})

const waitingForApproval = execution({
  id: 'e1a2b3c4-0000-4000-8000-000000000001',
  stages: [
    source(12),
    built(11),
    stage('Production', 'InProgress', [
      action('Approve', 'Manual', {
        category: 'Approval',
        status: 'InProgress',
        startedAt: NOW - 9 * MINUTE,
        approval: { token: TOKEN, expiresAt: NOW + 7 * 86_400_000 - 9 * MINUTE },
      }),
      action('Deploy', 'CodeDeploy', { category: 'Deploy' }),
    ]),
  ],
})

const waitingToEnter = execution({
  id: 'e1a2b3c4-0000-4000-8000-000000000002',
  startedAt: NOW - 4 * MINUTE,
  revision: {
    id: '9aa01bc77d',
    title: 'Hotfix: negative totals',
    author: 'Ben Okafor',
    url: 'https://git.example/9aa01bc',
  },
  startedBy: 'Ben Okafor',
  stages: [
    source(4),
    built(3),
    stage('Production', 'NotStarted', [action('Approve', 'Manual', { category: 'Approval' })], true),
  ],
})

const failed = execution({
  id: 'e1a2b3c4-0000-4000-8000-000000000003',
  status: 'Failed',
  startedAt: NOW - 90 * MINUTE,
  endedAt: NOW - 80 * MINUTE,
  revision: { id: '77e0c3d123', title: 'Bump Flask to 3.1', author: 'Ben Okafor', url: 'https://git.example/77e0c3d' },
  stages: [
    source(90),
    built(89),
    stage('Production', 'Failed', [
      action('Approve', 'Manual', { category: 'Approval', ...ended('Succeeded', 87, 240) }),
      action('Deploy', 'CodeDeploy', {
        category: 'Deploy',
        ...ended('Failed', 83, 34),
        summary: 'ValidateService failed after 34 s: validate.sh exited 1. GET /healthz answered 502.',
        hasLog: true,
        actionExecutionId: 'log-deploy',
      }),
    ]),
  ],
})

const succeeded = execution({
  id: 'e1a2b3c4-0000-4000-8000-000000000004',
  status: 'Succeeded',
  startedAt: NOW - 200 * MINUTE,
  endedAt: NOW - 190 * MINUTE,
  revision: { id: '9d1e77c123', title: 'Start the shop', author: 'Ana Soares', url: 'https://git.example/9d1e77c' },
  stages: [source(200), built(199)],
})

export const button = (id: string, text: string, more: object = {}) => ({
  type: 'button',
  action_id: id,
  text: { type: 'plain_text', text },
  ...more,
})

export const message = (
  ts: string,
  text: string,
  blocks: unknown[],
  change: Partial<MessageView> = {},
): MessageView => ({
  ts,
  at: Number(ts) * 1000,
  editedAt: null,
  from: 'Greenlight',
  isApp: true,
  text,
  blocks,
  threadTs: null,
  onlyFor: null,
  ...change,
})

const seconds = NOW / 1000
export const tsAgo = (minutes: number) => `${seconds - minutes * 60}.000100`
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const section = (text: string, more: object = {}) => ({ type: 'section', text: mrkdwn(text), ...more })
const context = (...texts: string[]) => ({ type: 'context', elements: texts.map(mrkdwn) })

export const approvalMessage = message(tsAgo(9), 'Approve flask-app to Production? 3 changes by Ana and Ben.', [
  { type: 'header', text: { type: 'plain_text', text: 'Approve flask-app to Production?' } },
  section(
    '*3 changes by Ana and Ben*, since 3 hours ago · <https://git.example/compare|Compare>\n' +
      '<https://git.example/4f9c2e1|`4f9c2e1`>  Fix rounding in basket totals · Ana Soares\n' +
      '<https://git.example/b01d7aa|`b01d7aa`>  Add gift cards (#412) · Ben Okafor\n' +
      '<https://git.example/77e0c3d|`77e0c3d`>  Bump Flask to 3.1 · Ben Okafor',
  ),
  section(':warning: *A newer change waits:* Hotfix: negative totals · Ben Okafor · `9aa01bc`'),
  {
    type: 'section',
    block_id: 'needs',
    fields: [mrkdwn('*Needs*\n<!subteam^S0RELMGRS> 0 of 1'), mrkdwn('*Account*\nshop-prod, eu-west-1')],
  },
  section('&gt; Check the basket page on staging first.'),
  context(
    `Expires <!date^${seconds + 604_800}^{date_short_pretty} at {time}|2026-11-30 10:42 UTC>`,
    'Started by <@U0ANA>’s push to `main`',
  ),
  {
    type: 'actions',
    block_id: 'approval',
    elements: [
      button('approve', 'Approve…', { style: 'primary' }),
      button('reject', 'Reject…', { style: 'danger' }),
      button('open-console', 'Open in AWS', { url: 'https://console.example/flask-app' }),
    ],
  },
])

const settledMessage = message(tsAgo(87), 'Failed, rolled back: flask-app to Production.', [
  { type: 'header', text: { type: 'plain_text', text: 'Failed, rolled back: flask-app to Production' } },
  section('Approved by <@U0DANA>, 4 minutes after the request\n:x: Failed in ValidateService: `9d1e77c` is live again'),
])

const reply = message(
  tsAgo(80),
  'Deploy failed on i-0ab in ValidateService.',
  [
    section('*Deploy failed on i-0ab* in ValidateService after 34 s: `validate.sh` exited 1'),
    section("```GET /healthz → 502 (10 tries)\ngunicorn: ModuleNotFoundError: No module named 'flask_login'```"),
  ],
  { threadTs: settledMessage.ts },
)

const refusal = message(
  tsAgo(1),
  'You are not an approver of this deployment.',
  [section('You are not an approver of this deployment. Waiting for <!subteam^S0RELMGRS>, asked 9 minutes ago.')],
  { onlyFor: FINN.id },
)

/** An approval that waits, a newer execution behind it, a failed deployment before it. */
export const busySnapshot = (): Snapshot => {
  // A copy, so that a test may change it.
  return structuredClone<Snapshot>({
    run: 'run-1',
    now: NOW,
    clockAheadMs: 0,
    people: [DANA, ANA, FINN],
    userGroups: [{ id: 'S0RELMGRS', handle: 'release-managers', members: [DANA.id] }],
    pipelines: [
      {
        name: 'flask-app',
        accountId: '111122223333',
        region: 'eu-west-1',
        stages: ['Source', 'Build', 'Production'].map((name) => ({ name, transitionEnabled: true, actions: [] })),
        executions: [waitingToEnter, waitingForApproval, failed, succeeded],
      },
    ],
    channels: [
      {
        id: 'C0RELEASES',
        name: 'releases',
        topic: 'Approvals waiting and decided',
        onlyFor: null,
        messages: [settledMessage, reply, approvalMessage, refusal],
      },
      { id: 'C0DEPLOYS', name: 'deployments', topic: 'Every execution of every pipeline', onlyFor: null, messages: [] },
    ],
    modals: [],
    homes: [],
    notRun: [
      { what: 'Unit tests of the app', why: 'Python is not installed here, so the build only packs the files.' },
    ],
    application: { url: 'http://127.0.0.1:4610/', version: '9d1e77c', healthy: true },
  })
}

/** Slack's modal that asks for the reason of a rejection. */
export const rejectModal = (userId: string, errors: ModalView['errors'] = {}): ModalView => {
  const plain = (text: string) => ({ type: 'plain_text', text })
  const option = (value: string, text: string) => ({ value, text: plain(text) })
  return {
    userId,
    viewId: 'V0REJECT',
    errors,
    view: {
      type: 'modal',
      title: plain('Reject deployment'),
      submit: plain('Reject'),
      close: plain('Cancel'),
      blocks: [
        section('`4f9c2e1` Fix rounding in basket totals, for *Production*'),
        {
          type: 'input',
          block_id: 'reason',
          label: plain('Reason'),
          hint: plain('Everyone in the channel sees it, and so does the pipeline.'),
          element: {
            type: 'plain_text_input',
            action_id: 'text',
            multiline: true,
            max_length: 400,
            placeholder: plain('What has to change?'),
          },
        },
        {
          type: 'input',
          block_id: 'next',
          optional: true,
          label: plain('What happens next'),
          element: {
            type: 'radio_buttons',
            action_id: 'choice',
            options: [option('fix', 'The author fixes it'), option('revert', 'It is reverted')],
          },
        },
        {
          type: 'input',
          block_id: 'severity',
          optional: true,
          label: plain('Severity'),
          element: {
            type: 'static_select',
            action_id: 'pick',
            options: [option('low', 'Low'), option('high', 'High')],
          },
        },
        {
          type: 'input',
          block_id: 'tell',
          optional: true,
          label: plain('Tell'),
          element: {
            type: 'checkboxes',
            action_id: 'who',
            options: [option('ana', 'The author'), option('team', 'The team')],
          },
        },
      ],
    },
  }
}
