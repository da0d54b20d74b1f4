import type { Change, RepositoryKind, Revision } from '../domain/revision.ts'
import { changedBySource } from '../domain/revision.ts'
import type { Members, Route } from '../domain/route.ts'
import type { Starter } from '../domain/starter.ts'
import { frozenAt } from '../domain/window.ts'
import type { RouteSubject } from '../ports/configuration.ts'
import type { GlobSources, LetterCase } from './glob.ts'
import { matchesGlob } from './glob.ts'
import { ownEntry } from '../own-entry.ts'
import { settingsOf } from './route-settings.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'

/** Whether a setting of `match` fits: unknown if AWS does not tell, or only a part of the change fits. */
type Fit = 'yes' | 'no' | 'unknown'

/** The settings of `match` that are about the change, its start or the time. */
export const SUBJECT_SETTINGS = [
  'branch',
  'tag',
  'author',
  'repository',
  'source',
  'trigger',
  'executionMode',
  'time',
] as const
export type SubjectSetting = (typeof SUBJECT_SETTINGS)[number]

interface Patterns {
  globs: string | readonly string[]
  sources: GlobSources
}

/** A part of the change by all its names; null or missing: AWS does not tell that name. */
interface PartNames {
  names: readonly (string | null | undefined)[]
  letterCase?: LetterCase
}

/** A name with brackets, such as `dependabot[bot]`, stands for itself too. */
const fits = ({ globs, sources }: Patterns, name: string, letterCase: LetterCase | undefined): boolean => {
  const sameCase = (one: string): string => (letterCase === 'is-the-same' ? one.toLowerCase() : one)
  return (
    [globs].flat().some((glob) => sameCase(glob) === sameCase(name)) || matchesGlob(sources, globs, name, letterCase)
  )
}

/** A name that is not told may be the one that fits. */
const answerForOne = (globs: Patterns, { names, letterCase }: PartNames): Fit => {
  const known = names.filter((name) => name !== null && name !== undefined)
  if (known.some((name) => fits(globs, name, letterCase))) return 'yes'
  return known.length === names.length ? 'no' : 'unknown'
}

const answerFor = (globs: Patterns, parts: readonly PartNames[]): Fit => {
  const answers = parts.map((names) => answerForOne(globs, names))
  const [first = 'unknown'] = answers
  return answers.every((answer) => answer === first) ? first : 'unknown'
}

const ofRevisions = (globs: Patterns, change: Change, namesOf: (revision: Revision) => PartNames): Fit =>
  answerFor(globs, changedBySource(change).map(namesOf))

/** GitHub, GitLab and Bitbucket have no two repositories that differ only in capital letters; CodeCommit may. */
export const repositoryCase = (kind: RepositoryKind | undefined): LetterCase =>
  kind === 'codecommit' ? 'differs' : 'is-the-same'

/** The words for what started an execution: our own, and CodePipeline's where they mean one of ours. */
export const TRIGGERS: Readonly<Record<string, readonly Starter['kind'][]>> = {
  push: ['push'],
  // By what the filter of the webhook was about: see WEBHOOK_FILTERS.
  'branch-push': ['push'],
  'tag-push': ['push'],
  'pull-request': ['push'],
  manual: ['person'],
  rollback: ['rollback', 'automatic-rollback'],
  schedule: ['schedule-or-rule'],
  StartPipelineExecution: ['person'],
  ManualRollback: ['rollback'],
  AutomatedRollback: ['automatic-rollback'],
  CloudWatchEvent: ['schedule-or-rule'],
  CreatePipeline: ['creation'],
}

/** The words for what a webhook's filter was about, by which CodePipeline started the execution. */
const WEBHOOK_FILTERS = {
  'tag-push': (change) => webhookTold(change, 'tag'),
  'pull-request': (change) => webhookTold(change, 'pullRequest'),
  'branch-push': (change) => {
    const others = [webhookTold(change, 'tag'), webhookTold(change, 'pullRequest')]
    if (others.includes('yes')) return 'no'
    return others.includes('unknown') ? 'unknown' : 'yes'
  },
} as const satisfies Record<string, (change: Change) => Fit>

/**
 * Whether a push came by a tag or a pull request. A source action that tells its branch would tell these too; the others
 * leave it open.
 */
const webhookTold = ({ revisions }: Change, told: 'tag' | 'pullRequest'): Fit => {
  if (revisions.some((revision) => revision[told] !== undefined)) return 'yes'
  const isTold = revisions.length > 0 && revisions.every(({ branch }) => branch !== undefined)
  return isTold ? 'no' : 'unknown'
}

const triggerAnswer = (words: string | readonly string[], { kind }: Starter, change: Change): Fit => {
  if (kind === 'unknown') return 'unknown'
  const answers = [words].flat().map((word): Fit => {
    const filter = kind === 'push' ? ownEntry<(change: Change) => Fit>(WEBHOOK_FILTERS, word) : undefined
    return filter ? filter(change) : ownEntry(TRIGGERS, word)?.includes(kind) ? 'yes' : 'no'
  })
  return answers.find((answer) => answer === 'yes') ?? answers.find((answer) => answer === 'unknown') ?? 'no'
}

/** The tag whose push started the execution. Any other start has none. */
const tagAnswer = (globs: Patterns, { kind }: Starter, change: Change): Fit => {
  if (kind === 'unknown') return 'unknown'
  if (kind !== 'push') return 'no'
  const tags = change.revisions.flatMap(({ tag }) => tag ?? [])
  return tags.length > 0
    ? answerFor(
        globs,
        tags.map((tag) => ({ names: [tag] })),
      )
    : webhookTold(change, 'tag')
}

const modeAnswer = (modes: string | readonly string[], { executionMode }: Starter): Fit => {
  if (executionMode === undefined) return 'unknown'
  return [modes].flat().includes(executionMode) ? 'yes' : 'no'
}

type Given = { [S in SubjectSetting]: NonNullable<RouteEntry['match'][S]> }

/** What a setting is answered with, beside what is given. */
type Answering = Pick<ConfigurationFile, 'zone' | 'globs'>

const FIT_OF: { [S in SubjectSetting]: (given: Given[S], subject: RouteSubject, file: Answering) => Fit } = {
  branch: (globs, { change }, { globs: sources }) =>
    ofRevisions({ globs, sources }, change, ({ branch }) => ({ names: [branch] })),
  tag: (globs, { change, starter }, { globs: sources }) => tagAnswer({ globs, sources }, starter, change),
  repository: (globs, { change }, { globs: sources }) =>
    ofRevisions({ globs, sources }, change, ({ repository }) => ({
      names: [repository?.name],
      letterCase: repositoryCase(repository?.kind),
    })),
  // People write one name and one address in any letter case.
  author: (globs, { change }, { globs: sources }) =>
    answerFor(
      { globs, sources },
      change.authors.map(({ name, email }) => ({ names: [name, email], letterCase: 'is-the-same' })),
    ),
  source: (globs, { change: { since } }, { globs: sources }) =>
    answerFor(
      { globs, sources },
      (since?.changed ?? []).map(({ to }) => ({ names: [to.source] })),
    ),
  trigger: (words, { change, starter }) => triggerAnswer(words, starter, change),
  executionMode: (modes, { starter }) => modeAnswer(modes, starter),
  time: (times, { at }, { zone }) => {
    const windows = [times].flat().map(({ zone: own, span }) => ({ name: '', zone: own ?? zone, span }))
    return frozenAt(windows, at) ? 'yes' : 'no'
  },
}

const answersOf = ({ match }: RouteEntry, subject: RouteSubject | null, file: Answering) =>
  SUBJECT_SETTINGS.flatMap((setting) => {
    const given = match[setting]
    if (given === undefined) return []
    return [{ setting, answer: subject ? FIT_OF[setting](given as never, subject, file) : ('unknown' as const) }]
  })

export interface ChosenRoute {
  route: RouteEntry
  /** Settings of `match` that could not be answered, and so the strictest route was taken; empty if none mattered. */
  untold: SubjectSetting[]
}

/**
 * The route that applies, of those that match the action: the first that matches the subject as well. Where it is not
 * known whether an earlier one does, the strictest of them. Null if none matches for certain.
 */
export const chooseRoute = (
  file: ConfigurationFile,
  among: readonly RouteEntry[],
  subject: RouteSubject | null,
): ChosenRoute | null => {
  const candidates: ChosenRoute[] = []
  for (const route of among) {
    const answers = answersOf(route, subject, file)
    if (answers.some(({ answer }) => answer === 'no')) continue
    const untold = answers.flatMap(({ setting, answer }) => (answer === 'unknown' ? setting : []))
    candidates.push({ route, untold })
    if (untold.length > 0) continue
    const strictest = candidates.reduce((one, other) =>
      isStricter(strictnessOf(file, other.route), strictnessOf(file, one.route)) ? other : one,
    )
    return { route: strictest.route, untold: [...new Set(candidates.flatMap((one) => one.untold))] }
  }
  return null
}

const peopleOf = (rules: readonly { count: number }[]): number => rules.reduce((sum, { count }) => sum + count, 0)

const namedIn = (groups: readonly Members[]): number => {
  const named = groups.flatMap(({ people, groups }) => [...people, ...groups])
  return new Set(named).size
}

/** What makes a route stricter: more of each, the most important first. */
const STRICTER: readonly ((route: Route) => number)[] = [
  ({ consoleOnly }) => Number(consoleOnly !== null),
  ({ automatic }) => Number(automatic === null),
  ({ approvers, anyOf }) => peopleOf(approvers) + (anyOf.length > 0 ? Math.min(...anyOf.map(peopleOf)) : 0),
  ({ forbid }) => forbid.length,
  // Without `forbid`, no one is identified.
  ({ forbid, whenUnidentified }) => Number(forbid.length > 0 && whenUnidentified === 'refuse'),
  ({ comment }) => Number(comment === 'required'),
  ({ commentForm }) => Number(commentForm !== null),
  ({ order }) => Number(order === 'sequence'),
  ({ rejecters, approvers, anyOf }) => namedIn(rejecters.length > 0 ? rejecters : [...approvers, ...anyOf.flat()]),
  ({ freezes, calendars }) => freezes.length + calendars.length,
  ({ escalate }) => Number(escalate === null),
  ({ consoleApprovals }) => Number(consoleApprovals === 'report'),
  ({ breakGlass: { people, groups } }) => Number(people.length + groups.length === 0),
  ({ review }) => Number(review !== null),
  ({ later }) => Number(later === null),
  ({ standIns }) => ['anyone', 'approvers', 'none'].indexOf(standIns),
]

const strictnessOf = (file: ConfigurationFile, entry: RouteEntry): number[] => {
  const route = settingsOf(file, entry)
  return STRICTER.map((measure) => measure(route))
}

const isStricter = (one: readonly number[], other: readonly number[]): boolean => {
  const at = one.findIndex((value, index) => value !== other[index])
  return at >= 0 && one[at]! > other[at]!
}
