import type { Test } from '@jest/test-result'
import TestSequencer from '@jest/test-sequencer'

/** Files that take ten seconds and more, the longest first. */
export const LONGEST = [
  'enumeration/enumeration',
  'e2e/walk',
  'e2e/from-slack',
  'e2e/walk-on-phone',
  'appspec/ec2-systemd',
  'simulation/broken-bots',
  'local/workspace/release',
  'appspec/ec2-requirements',
  'appspec/ec2-settings',
  'local/workspace/without-tools',
  'e2e/policies',
  'appspec/ec2-hooks',
  'doors/readings',
  'e2e/policy',
  'infra/code-cache',
  'e2e/record',
  'e2e/freeze',
  'simulation/simulation',
  'cli/doctor/before',
  'package',
  'local/process/copied-environments',
  'local/page/page',
  'doors/button-clicked',
  'local/workspace/accounts',
  'local/workspace/walk',
  'local/page/accessibility',
  'infra/own-release',
  'doors/approval-requested',
  'infra/release-role',
  'doors/pipeline-changed',
  'doors/fifty',
  'simulation/crowded',
  'doors/slack-troubles',
  'doors/released-from-slack',
  'infra/signing-keys',
  'cli/log/checkpoint',
  'local/source/git-source',
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
