import type { Test } from '@jest/test-result'
import TestSequencer from '@jest/test-sequencer'

/** Files that take ten seconds and more, the longest first. */
export const LONGEST = [
  'e2e/from-slack',
  'e2e/walk',
  'e2e/walk-on-phone',
  'local/workspace/release',
  'e2e/policy',
  'appspec/ec2-hooks',
  'local/page/page',
  'doors/pipeline-changed',
  'appspec/ec2-systemd',
  'doors/approval-requested',
  'local/workspace/walk',
  'simulation/simulation',
  'local/aws/codedeploy/lambda-group',
  'local/workspace/open-hello-lambda',
  'doors/button-clicked',
  'package',
  'infra/own-release',
  'infra/release-role',
  'simulation/broken-bots',
  'doors/outside-names',
  'doors/several-approvals',
  'simulation/left-out',
  'simulation/forgery',
  'cli/audit',
  'cli/redrive/redrive',
  'doors/day-passed',
  'simulation/storm/storm',
  'simulation/crowded',
  'doors/fifty',
  'doors/slack-troubles',
  'simulation/over-dynamodb',
  'local/workspace/without-tools',
  'local/workspace/accounts',
].map((name) => `/tests/${name}.test.ts`)

/**
 * Begins with the long ones even before jest has measured them, so that no worker runs one when the others have
 * finished. The rest keeps jest's order.
 */
export default class LongestFirst extends TestSequencer.default {
  override async sort(tests: Test[]): Promise<Test[]> {
    const sorted = await super.sort(tests)
    return sorted.sort((one, other) => place(one) - place(other))
  }
}

const place = ({ path }: Test): number => {
  const found = LONGEST.findIndex((name) => path.endsWith(name))
  return found === -1 ? LONGEST.length : found
}
