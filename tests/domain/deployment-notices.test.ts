import type { DeploymentNotices, ToldEnd } from '../../functions/domain/deployment-notices.ts'
import { isTold } from '../../functions/domain/deployment-notices.ts'

const ENDS: ToldEnd[] = ['failed', 'stopped', 'recovered', 'restored', 'live', 'superseded']

/** As docs/policy.md says of `deployments`. */
test.each<[DeploymentNotices, ToldEnd[]]>([
  ['all', ENDS],
  ['changes', ['failed', 'stopped', 'recovered', 'restored']],
  ['failures', ['failed']],
  ['none', []],
])('a route that wants to hear of %s is told of %j', (wanted, told) => {
  expect(ENDS.filter((end) => isTold(end, wanted))).toEqual(told)
})
