import type { BehindApproval, ResourceChange } from '../../functions/domain/change-set.ts'
import { changeSetEvidence, finallyUnread, whyNotEmpty } from '../../functions/domain/change-set.ts'
import { isStateful } from '../../functions/domain/stateful-types.ts'

const change = (what: ResourceChange['what'], type: string, more: Partial<ResourceChange> = {}): ResourceChange => ({
  what,
  type,
  id: `${what}${type.split('::').at(-1)}`,
  ...more,
})

describe('the evidence of a change set', () => {
  test('counts its resources, and names first those whose data would be gone', () => {
    const changes = [
      change('added', 'AWS::S3::Bucket'),
      change('changed', 'AWS::DynamoDB::Table'),
      change('removed', 'AWS::Lambda::Function'),
      change('removed', 'AWS::S3::Bucket'),
      change('replaced', 'AWS::RDS::DBInstance'),
      change('mayReplace', 'AWS::SQS::Queue'),
      change('replaced', 'AWS::EFS::FileSystem'),
    ]
    expect(changeSetEvidence('shop', null, { kind: 'changes', changes })).toEqual({
      stack: 'shop',
      url: null,
      kind: 'changes',
      counts: { added: 1, changed: 1, removed: 2, replaced: 2, mayReplace: 1 },
      atRisk: [changes[3], changes[4], changes[5]],
      atRiskCount: 4,
    })
  })

  test('names no resource that stays outside the stack', () => {
    const kept = change('removed', 'AWS::S3::Bucket', { isKept: true })
    expect(changeSetEvidence('shop', null, { kind: 'changes', changes: [kept] })).toMatchObject({
      counts: { removed: 1 },
      atRisk: [],
      atRiskCount: 0,
    })
  })

  test('is what CloudFormation said where it has no changes or was not read', () => {
    expect(changeSetEvidence('shop', 'https://x', { kind: 'empty' })).toEqual({
      stack: 'shop',
      url: 'https://x',
      kind: 'empty',
    })
    for (const isFinal of [{}, { isFinal: true }] as const)
      expect(changeSetEvidence('shop', null, { kind: 'unread', because: 'timeout', ...isFinal })).toEqual({
        stack: 'shop',
        url: null,
        kind: 'unread',
        because: 'timeout',
      })
  })
})

describe('the change sets behind an approval', () => {
  const empty = { stack: 'a', kind: 'empty' } as const
  const full = { stack: 'b', kind: 'changes', changes: [] } as const
  const slow = { stack: 'c', kind: 'unread', because: 'CloudFormation did not answer' } as const
  const gone = { stack: 'd', ...finallyUnread('it is gone') }
  const because = (text: string) => ({ because: text })

  test.each<[string, BehindApproval, ReturnType<typeof whyNotEmpty>]>([
    ['with empty ones alone', { changeSets: [empty, { ...empty, stack: 'e' }], others: [] }, null],
    ['with none', { changeSets: [], others: [] }, because('no change set waits behind the approval')],
    [
      'with one that is not empty, whatever else there is',
      { changeSets: [empty, gone, full], others: null },
      because('the change set of the stack b is not empty'),
    ],
    [
      'with other actions that are not known',
      { changeSets: [empty], others: null },
      because('CodePipeline does not tell which actions are behind the approval'),
    ],
    [
      'with other actions',
      { changeSets: [empty], others: ['Production/Migrate', 'Production/Warm'] },
      because('the action Production/Migrate behind the approval may do more than the change sets say'),
    ],
    [
      'with one that another look may tell of',
      { changeSets: [empty, slow], others: [] },
      {
        because: 'the change set of the stack c is not known to be empty: CloudFormation did not answer',
        isUnread: true,
      },
    ],
    [
      'with one of which no look will tell, beside one of which it may',
      { changeSets: [slow, gone], others: [] },
      because('the change set of the stack d is not known to be empty: it is gone'),
    ],
  ])('%s', (_, behind, why) => {
    expect(whyNotEmpty(behind)).toEqual(why)
  })
})

test('a database holds data of its own, a function holds none', () => {
  expect(['AWS::RDS::DBInstance', 'AWS::S3::Bucket', 'AWS::Lambda::Function', ''].map(isStateful)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

// Rule I3011 of cfn-lint lists them.
test.each([
  'AWS::Backup::BackupVault',
  'AWS::CloudFormation::Stack',
  'AWS::Cognito::UserPool',
  'AWS::DocDB::DBCluster',
  'AWS::DocDB::DBInstance',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::EFS::FileSystem',
  'AWS::EMR::Cluster',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::Elasticsearch::Domain',
  'AWS::FSx::FileSystem',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::MSK::Cluster',
  'AWS::MemoryDB::Cluster',
  'AWS::Neptune::DBCluster',
  'AWS::Neptune::DBInstance',
  'AWS::OpenSearchServerless::Collection',
  'AWS::OpenSearchService::Domain',
  'AWS::Organizations::Account',
  'AWS::QLDB::Ledger',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
  'AWS::Redshift::Cluster',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SDB::Domain',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::Timestream::Table',
])('data of its own is gone with a resource of the type %s', (type) => {
  expect(isStateful(type)).toBe(true)
})
