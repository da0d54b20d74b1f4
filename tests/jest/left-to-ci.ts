/**
 * Suites that run with `CI` set, as in .ci/run, and when they are named: `npm test -- tests/doors/fifty.test.ts`. Each takes
 * long, and shows what others show as well, in more detail or under more faults. A person does not wait for them: without
 * them, `npm ci && npm test` takes less than three minutes on two cores that have Node and npm alone.
 */
export const LEFT_TO_CI = [
  'architecture',
  'cli/audit',
  'cli/difference/explain-difference',
  'cli/log/checkpoint',
  'cli/reconcile/reconcile',
  'cli/redrive/redrive',
  'cli/workspace',
  'doors/answer-several',
  'doors/approval-requested',
  'doors/asked-by-events',
  'doors/commands',
  'doors/confirm-override',
  'doors/day-passed',
  'doors/direct-messages',
  'doors/fifty',
  'doors/freeze-from-slack',
  'doors/home-tab',
  'doors/kept-notices',
  'doors/later',
  'doors/mute',
  'doors/outside-names',
  'doors/past-policy',
  'doors/pipeline-changed',
  'doors/released-from-slack',
  'doors/several-approvals',
  'doors/slack-troubles',
  'doors/slow-codepipeline',
  'doors/slow-table',
  'doors/stand-ins',
  'doors/tell-when-live',
  'enumeration/enumeration',
  'infra/compiled-configuration',
  'infra/left-out',
  'local/aws/codedeploy/lambda-group',
  'local/workspace/accounts',
  'local/workspace/passing-time',
  'local/workspace/walk',
  'local/workspace/without-tools',
  'scripts/bench/first-click',
  'simulation/broken-bots',
  'simulation/crowded',
  'simulation/forgery',
  'simulation/left-out',
  'simulation/over-dynamodb',
  'simulation/simulation',
  'simulation/storm/storm',
  'support/needs',
].map((name) => `tests/${name}.test.ts`)

/**
 * Patterns of the paths that jest leaves out.
 *
 * @param given jest's own arguments. One that is no option names suites, and they run.
 */
export const leftOut = (environment: Record<string, string | undefined>, given: readonly string[]): string[] =>
  environment['CI'] || given.some((one) => !one.startsWith('-')) ? [] : onlyThese(LEFT_TO_CI)

/** Patterns for jest of these paths from the project's directory, and of no other. */
export const onlyThese = (paths: readonly string[]): string[] =>
  paths.map((path) => `<rootDir>/${path.replaceAll('.', '\\.')}$`)
