import type { ActionsBlock, HomeView, KnownBlock } from '@slack/types'
import type { Absence } from '../domain/absence.ts'
import type { StoredFreeze } from '../domain/freeze.ts'
import type { Execution } from '../domain/execution.ts'
import { executionId } from '../domain/pipeline.ts'
import type { Release } from '../domain/pipeline-status.ts'
import type { SteeringAim } from '../domain/steering.ts'
import type { HomeCard } from '../ports/home-tabs.ts'
import { absenceSpan, standInLineFor } from './absence-parts.ts'
import { listedButtons } from './approval-buttons.ts'
import type { Inline } from './block-kit.ts'
import { actions, bullets, button, cut, header, moment, paragraph, richText, section, text, user } from './block-kit.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { muteParts } from './mute-parts.ts'
import { freezeParts } from './freeze-parts.ts'
import { heldParts } from './held-parts.ts'
import { COME_BACK, UNMUTE } from './home-clicks.ts'
import { formFor, listed } from './language.ts'
import { nameOf } from './people-parts.ts'
import { forOthersLine, forYouLine } from './pending-answer.ts'
import { failureParts, ownVersion, runningParts, statusLink } from './pipelines-answer.ts'
import { plain, say } from './sentence.ts'
import { setFreezeParts } from './set-freeze-parts.ts'
import { severalButton } from './several-form.ts'
import { steeringButtons } from './steering-buttons.ts'
import { targetOf } from './target.ts'
import { code } from './typed-command.ts'
import { warningLines } from './warning-lines.ts'
import { CONFIRM } from './words/button-words.ts'
import { COMMAND, FREEZES, PENDING, WHAT_RUNS } from './words/command-words.ts'
import { HOME } from './words/home-words.ts'

type ToldHome = Extract<HomeCard, { kind: 'told' }>

/** With two blocks each, far fewer than the 100 blocks of a view ("Home tab views", Slack). */
const MOST_FOR_YOU = 10
const MOST_IN_SECTION = 10
/** Two blocks each, in three sections. */
const MOST_STEERED_ROWS = 8
const MOST_FROZEN_PIPELINES = 6
/** A person has named one; another function may be storing a second. */
const MOST_OWN_ABSENCES = 2

/** The Home tab of one person. */
export const homeView = (card: HomeCard): HomeView => ({
  type: 'home',
  blocks: [
    paragraph(...say(HOME.followed, { at: moment(card.at, HOME.asOf), until: moment(card.followedUntil, HOME.until) })),
    ...homeContent(card),
  ],
})

/** All of it but the time at which it was so. */
export const homeContent = (card: HomeCard): KnownBlock[] => {
  if (card.kind === 'not-told') return [paragraph(...say(HOME.notTold, { because: cut(card.because, 600) }))]
  const aimsAt = aimsByExecution(card)
  const sections = [
    ...listSection(HOME.forOthers, card.pending.forOthers.map(unrendered(forOthersLine)), 'pending'),
    ...steeredSection(
      HOME.running,
      card.running.map((one) => ({ line: () => inPipelineLine(one, runningParts(one)), aims: aimsAt(one) })),
    ),
    ...steeredSection(
      HOME.failed,
      card.failed.map((one) => ({ line: () => inPipelineLine(one, failureParts(one)), aims: aimsAt(one) })),
    ),
    ...steeredSection(HOME.held, card.held.map(heldRow(card))),
    ...listSection(HOME.frozen, freezeLines(card), 'freezes'),
    ...listSection(HOME.releases, card.releases.map(unrendered(releaseLine)), 'status'),
  ]
  const { forYou } = card.pending
  const standIns = [...standInSection(card), ...muteSection(card)]
  if (forYou.length + standIns.length + sections.length === 0) return [paragraph(...say(HOME.empty))]
  return [...forYouSection(card), ...unseenLine(card), ...standIns, ...sections]
}

const unseenLine = ({ pending: { unseen } }: ToldHome): KnownBlock[] =>
  unseen > 0 ? [paragraph(...say(formFor(PENDING.unseen, unseen), { count: String(unseen) }))] : []

const forYouSection = ({ pending: { forYou, several } }: ToldHome): KnownBlock[] => {
  const heading = header(plain(HOME.forYou, { count: String(forYou.length) }))
  if (forYou.length === 0) return [heading, paragraph(...say(HOME.noneForYou))]
  const { shown, rest } = firstOf(forYou, MOST_FOR_YOU)
  return [
    heading,
    ...shown.flatMap((one) => [
      richText(...[forYouLine(one), ...warningLines(one.approval)].map((line) => section(...line))),
      ...listedButtons(one.approval, one.route, targetOf(one.approval, one.route)),
    ]),
    ...(rest > 0 ? [paragraph(...moreLine(rest, 'pending'))] : []),
    ...(several ? severalButton(several) : []),
  ]
}

/** Who stands in for the person, with the button that ends it, and for whom they do. */
const standInSection = ({ standIns }: ToldHome): KnownBlock[] => {
  if (typeof standIns === 'string') return [header(HOME.standIns), paragraph(text(cut(standIns, 600)))]
  const { mine, theirs } = standIns
  if (mine.length + theirs.length === 0) return []
  return [
    header(HOME.standIns),
    ...mine
      .slice(0, MOST_OWN_ABSENCES)
      .flatMap((one) => [
        paragraph(...say(HOME.mine, { standIn: user(one.standIn.userId), from: absenceSpan(one) })),
        ...backButton(one),
      ]),
    ...(theirs.length > 0 ? [homeList(theirs.map(unrendered(standInLineFor)), 'away')] : []),
  ]
}

/** What the person has muted, with the button that ends it. */
const muteSection = ({ mute }: ToldHome): KnownBlock[] => {
  if (!mute) return []
  const { label, spoken } = HOME.unmute
  return [
    header(HOME.muted),
    paragraph(...say(HOME.mutedUntil, muteParts(mute))),
    ...actions('mute', [button({ actionId: UNMUTE, label, describedAs: spoken })]),
  ]
}

const backButton = ({ id, standIn }: Absence): ActionsBlock[] => {
  const named = { standIn: nameOf(standIn) }
  const { label, spoken, title, text: what, confirm } = HOME.back
  return actions(id, [
    button({
      actionId: COME_BACK,
      label,
      describedAs: plain(spoken, named),
      confirm: { title, text: plain(what, named), confirm, cancel: CONFIRM.cancel },
    }),
  ])
}

/** A tab shows some lines of each list: the others are not rendered. */
type UnrenderedLine = () => Inline[]

const unrendered =
  <T>(lineOf: (one: T) => Inline[]) =>
  (one: T): UnrenderedLine =>
  () =>
    lineOf(one)

/** Nothing if there is nothing. `command`: which lists the rest. */
const listSection = (heading: string, lines: readonly UnrenderedLine[], command: string): KnownBlock[] => {
  if (lines.length === 0) return []
  return [header(heading.replace('{count}', String(lines.length))), homeList(lines, command)]
}

/** A line, and what the person may do about it. */
interface SteeredRow {
  line: UnrenderedLine
  aims: readonly SteeringAim[]
}

/** What the person can do something about comes first. */
const steeredSection = (heading: string, rows: readonly SteeredRow[]): KnownBlock[] => {
  if (rows.length === 0) return []
  const steered = rows.filter(({ aims }) => aims.length > 0).slice(0, MOST_STEERED_ROWS)
  const others = rows.filter((row) => !steered.includes(row)).map(({ line }) => line)
  return [
    header(heading.replace('{count}', String(rows.length))),
    ...steered.flatMap(({ line, aims }, index) => [
      paragraph(...line()),
      ...steeringButtons(aims, [], `${heading} ${index}`),
    ]),
    ...(others.length > 0 ? [homeList(others, 'status', MOST_IN_SECTION - steered.length)] : []),
  ]
}

/** A held stage has its own row, with the button that resumes it. */
const aimsByExecution = ({ steering }: ToldHome): ((one: Execution) => readonly SteeringAim[]) => {
  const aims = Map.groupBy(
    steering.filter(({ act }) => act !== 'resume'),
    ({ execution }) => executionId(execution),
  )
  return ({ key }) => aims.get(executionId(key)) ?? []
}

const heldRow =
  ({ steering }: ToldHome) =>
  ({ execution: { key }, stage }: ToldHome['held'][number]): SteeredRow => ({
    line: () => say(HOME.inPipeline, { pipeline: cut(key.pipeline, 100), what: heldParts(stage) }),
    aims: steering.filter(
      (aim) => aim.act === 'resume' && aim.stage === stage.stage && executionId(aim.execution) === executionId(key),
    ),
  })

const homeList = (lines: readonly UnrenderedLine[], command: string, most = MOST_IN_SECTION): KnownBlock => {
  const { shown, rest } = firstOf(lines, most)
  const items = [...shown.map((line) => line()), ...(rest > 0 ? [moreLine(rest, command)] : [])]
  return richText(bullets(...items.map((one) => section(...one))))
}

const moreLine = (rest: number, command: string): Inline[] =>
  say(HOME.more, { count: String(rest), command: code(`${COMMAND.name} ${command}`) })

const inPipelineLine = (execution: Execution, what: Inline[]): Inline[] =>
  facts(say(HOME.inPipeline, { pipeline: cut(execution.key.pipeline, 100), what }), statusLink(execution))

const releaseLine = ({ execution, stage, at }: Release): Inline[] =>
  inPipelineLine(
    execution,
    say(HOME.release, {
      version: ownVersion(execution),
      stage: cut(stage, 60),
      since: moment(at, WHAT_RUNS.since),
    }),
  )

const freezeLines = ({ freezes, configured }: ToldHome): UnrenderedLine[] => [
  ...freezes.map(unrendered(setInSlackLine)),
  ...configured.map(unrendered(configuredLine)),
]

const configuredLine = ({ frozen, pipelines }: ToldHome['configured'][number]): Inline[] => {
  const { shown, rest } = firstOf(pipelines, MOST_FROZEN_PIPELINES)
  const names = [
    ...shown.map((one) => cut(one, 60)),
    ...(rest > 0 ? [plain(HOME.moreNames, { count: String(rest) })] : []),
  ]
  return say(HOME.holdsFor, { freeze: freezeParts(frozen), pipelines: listed(names, 'conjunction') })
}

const setInSlackLine = (one: StoredFreeze): Inline[] =>
  one.kind === 'unreadable'
    ? say(FREEZES.unreadable, { because: cut(one.because, 200) })
    : say(HOME.setInSlack, { ...setFreezeParts(one.freeze), person: user(one.freeze.by.userId) })
