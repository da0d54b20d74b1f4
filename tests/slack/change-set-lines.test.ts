import type { ChangeSetEvidence, ResourceChange } from '../../functions/domain/change-set.ts'
import { START, approval } from '../support/records.ts'
import { CHANGES, lines, spoken } from './rendered-approval.ts'

const URL = 'https://console.aws.amazon.com/cloudformation/home?region=eu-west-1#/changeset/detail?changeSetId=x'
const changes = (more: Partial<Extract<ChangeSetEvidence, { kind: 'changes' }>> = {}): ChangeSetEvidence => ({
  stack: 'shop-prod',
  url: URL,
  kind: 'changes',
  counts: { added: 2, changed: 1 },
  atRisk: [],
  atRiskCount: 0,
  ...more,
})
const DATABASE: ResourceChange = { what: 'replaced', id: 'Database', type: 'AWS::RDS::DBInstance' }
const UPLOADS: ResourceChange = { what: 'removed', id: 'Uploads', type: 'AWS::S3::Bucket' }
const JOBS: ResourceChange = { what: 'mayReplace', id: 'Jobs', type: 'AWS::SQS::Queue' }

/** The lines between the changes and the buttons. */
const linesFor = (...changeSets: ChangeSetEvidence[]): string[] => {
  const all = lines(approval({ changeSets }))
  const before = lines(approval()).length
  const from = all.indexOf(CHANGES.at(-1)!) + 1
  return all.slice(from, from + all.length - before)
}

describe('a change set behind the approval', () => {
  test.each<[string, ChangeSetEvidence, string[]]>([
    ['with changes', changes(), ['Stack shop-prod: 1 changed, 2 added · <Change set>']],
    [
      'that removes and replaces what holds data, which is said first',
      changes({
        counts: { added: 1, removed: 1, replaced: 2, mayReplace: 1 },
        atRisk: [DATABASE, UPLOADS, JOBS],
        atRiskCount: 4,
      }),
      [
        '⚠ Stack shop-prod replaces Database (AWS::RDS::DBInstance), removes Uploads (AWS::S3::Bucket), may replace Jobs (AWS::SQS::Queue), and 1 more with data · 1 removed, 2 replaced, 1 perhaps replaced, 1 added · <Change set>',
      ],
    ],
    ['without changes', { stack: 'shop-prod', url: URL, kind: 'empty' }, ['Stack shop-prod: no changes']],
    [
      'of outputs alone',
      changes({ counts: {} }),
      ['Stack shop-prod: no resource changes, only outputs or tags · <Change set>'],
    ],
    [
      'that cannot be read',
      { stack: 'shop-prod', url: null, kind: 'unread', because: 'the role lacks cloudformation:DescribeChangeSet' },
      ['The change set of stack shop-prod cannot be read: the role lacks cloudformation:DescribeChangeSet'],
    ],
  ])('%s', (_, evidence, expected) => {
    expect(linesFor(evidence)).toEqual(expected)
  })

  test('comes before others if it is dangerous or not known, and three at most are shown', () => {
    const named = (stack: string, one: ChangeSetEvidence): ChangeSetEvidence => ({ ...one, stack })
    expect(
      linesFor(
        named('same', { stack: '', url: null, kind: 'empty' }),
        named('new', changes()),
        named('dark', { stack: '', url: null, kind: 'unread', because: 'CloudFormation did not answer' }),
        named('data', changes({ counts: { removed: 1 }, atRisk: [UPLOADS], atRiskCount: 1 })),
      ),
    ).toEqual([
      '⚠ Stack data removes Uploads (AWS::S3::Bucket) · 1 removed · <Change set>',
      'The change set of stack dark cannot be read: CloudFormation did not answer',
      'Stack new: 1 changed, 2 added · <Change set>',
      '1 more stack',
    ])
  })

  test('is told by the text as well, and no longer once it is decided', () => {
    const changeSets = [changes({ counts: { removed: 1 }, atRisk: [UPLOADS], atRiskCount: 1 })]
    expect(spoken(approval({ changeSets: [changes({ stack: 'shop-network' }), ...changeSets] }))).toMatch(
      /Production\? Stack shop-prod removes Uploads \(AWS::S3::Bucket\); 1 removed\. 2 changes: .* Stack shop-network: 1 changed, 2 added\. 0 of 2/,
    )
    const expired = approval({ changeSets, state: { name: 'settled', outcome: { how: 'expired' }, at: START } })
    expect(lines(expired).join('\n')).not.toContain('Stack')
  })
})
