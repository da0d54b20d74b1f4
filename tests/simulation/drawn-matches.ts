import type { RouteEntry } from '../../functions/config/schema.ts'
import type { Asked, ToldAuthor, ToldChange } from './ledger.ts'

/** Whether a route matches an approval: unknown where CodePipeline does not tell, or only a part of the change matches. */
type Truth = 'yes' | 'no' | 'unknown'

export interface DrawnMatch {
  match: RouteEntry['match']
  /** Of an approval, while CodePipeline tells this of its change, at a time. Computed without the code under test. */
  truth: (asked: Asked, told: ToldChange, at: number) => Truth
}

const known = (isSo: boolean): Truth => (isSo ? 'yes' : 'no')

const both = (...truths: Truth[]): Truth =>
  truths.includes('no') ? 'no' : truths.includes('unknown') ? 'unknown' : 'yes'

const OTHERWISE = { yes: 'no', no: 'yes', unknown: 'unknown' } as const satisfies Record<Truth, Truth>

const isPush = ({ trigger }: Asked): boolean => trigger === 'WebhookV2'

/** A person in Slack, or in the console, had the stage rolled back. */
const isRollback = ({ trigger }: Asked): boolean => trigger === 'ManualRollback'

/** By the branch or the repository that the source tells. */
const ofSource = (told: string | undefined, isSo: (told: string) => boolean): Truth =>
  told === undefined ? 'unknown' : known(isSo(told))

/** Only the push of a tag has one. A source that tells its branch alone has none. */
const tagged = (asked: Asked, isSo: (tag: string) => boolean): Truth => {
  if (!isPush(asked)) return 'no'
  const { tag, branch } = asked.commit
  return tag === undefined ? (branch === undefined ? 'unknown' : 'no') : known(isSo(tag))
}

/** Every author, by a name or an address. One that is not told may be the one that matches. */
const written = (authors: readonly ToldAuthor[], isSo: (named: string) => boolean): Truth => {
  const answers = authors.map(({ name, email }): Truth => {
    const named = email === null ? [name] : [name, email]
    return named.some((one) => isSo(one.toLowerCase())) ? 'yes' : email === null ? 'unknown' : 'no'
  })
  return answers.every((answer) => answer === answers[0]) ? (answers[0] ?? 'unknown') : 'unknown'
}

/** Between two times of the day on which every history happens. */
const between = (at: number, from: string, to: string): boolean =>
  Date.parse(`2026-11-23T${from}Z`) <= at && at < Date.parse(`2026-11-23T${to}Z`)

const minutes = (hours: number, more: number): number => hours * 60 + more

/** What a second route above the first may match. */
export const MATCHES: readonly DrawnMatch[] = [
  { match: { stage: 'Prod*' }, truth: ({ where }) => known(where.stage.startsWith('Prod')) },
  { match: { action: ['Sign', 'Check'] }, truth: ({ where }) => known(['Sign', 'Check'].includes(where.action)) },
  { match: { pipeline: '!(shop-*)' }, truth: () => 'no' },
  { match: { account: '1111*', region: 'us-*' }, truth: () => 'no' },
  { match: { account: '111122223333', region: ['us-*', 'eu-*'] }, truth: () => 'yes' },
  { match: { trigger: 'manual' }, truth: ({ trigger }) => known(trigger === 'StartPipelineExecution') },
  { match: { trigger: ['push', 'rollback'] }, truth: (asked) => known(isPush(asked) || isRollback(asked)) },
  { match: { trigger: 'tag-push' }, truth: (asked) => tagged(asked, () => true) },
  {
    match: { trigger: ['branch-push', 'ManualRollback'] },
    truth: (asked) => (isPush(asked) ? OTHERWISE[tagged(asked, () => true)] : known(isRollback(asked))),
  },
  { match: { executionMode: 'QUEUED' }, truth: ({ mode }) => known(mode === 'QUEUED') },
  { match: { executionMode: ['SUPERSEDED', 'PARALLEL'] }, truth: ({ mode }) => known(mode !== 'QUEUED') },
  { match: { branch: 'main' }, truth: ({ commit }) => ofSource(commit.branch, (branch) => branch === 'main') },
  {
    match: { stage: 'Prod*', tag: 'v*' },
    truth: (asked) =>
      both(
        known(asked.where.stage.startsWith('Prod')),
        tagged(asked, (tag) => tag.startsWith('v')),
      ),
  },
  {
    match: { author: '*@EXAMPLE.com' },
    truth: (_, { authors }) => written(authors, (one) => one.endsWith('@example.com')),
  },
  {
    match: { author: ['Release Bot', 'ana', '{ben,dana,chen}'] },
    truth: (_, { authors }) => written(authors, (one) => ['release bot', 'ana', 'ben', 'dana', 'chen'].includes(one)),
  },
  {
    match: { repository: 'SHOP/api' },
    truth: ({ commit }) => ofSource(commit.repository, (one) => one.toLowerCase() === 'shop/api'),
  },
  {
    match: { repository: 'shop/*', executionMode: 'SUPERSEDED' },
    truth: ({ commit, mode }) =>
      both(
        known(mode === 'SUPERSEDED'),
        ofSource(commit.repository, () => true),
      ),
  },
  { match: { source: 'Check*' }, truth: (_, { isCompared }) => (isCompared ? 'yes' : 'unknown') },
  { match: { source: ['Config', 'checkout'] }, truth: (_, { isCompared }) => (isCompared ? 'no' : 'unknown') },
  {
    match: { time: { span: { every: 'day', from: minutes(9, 36), to: minutes(9, 48) } } },
    truth: (_, told, at) => known(between(at, '09:36', '09:48')),
  },
  {
    // Half past five hours ahead of UTC.
    match: {
      time: [
        { zone: 'Asia/Kolkata', span: { every: 'week', from: minutes(15, 8), to: minutes(15, 15) } },
        { span: { every: 'day', from: minutes(9, 55), to: minutes(9, 34) } },
      ],
    },
    truth: (_, told, at) => known(!between(at, '09:34', '09:38') && !between(at, '09:45', '09:55')),
  },
  {
    match: { time: { span: { every: 'day', from: minutes(9, 40), to: minutes(10, 10) } }, author: '*@example.com' },
    truth: (_, { authors }, at) =>
      both(
        known(between(at, '09:40', '10:10')),
        written(authors, (one) => one.endsWith('@example.com')),
      ),
  },
]
