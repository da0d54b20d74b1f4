import type { Execution } from '../domain/execution.ts'
import { lastFailure, stageNames, stagesFailedByRule, waitsToEnter } from '../domain/execution.ts'
import { approvedBy } from '../domain/approved-by.ts'
import type { Release } from '../domain/pipeline-status.ts'
import type { Revision } from '../domain/revision.ts'
import { compareUrl } from '../domain/revision.ts'
import type { CommandAnswer, PipelineShown, ReleaseShown } from '../ports/cards.ts'
import type { AnswerPart } from './answer-part.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, moment, text } from './block-kit.ts'
import { firstOf } from './detail.ts'
import { approvalWords, versionParts } from './evidence-lines.ts'
import { facts } from './facts.ts'
import { freezeParts } from './freeze-parts.ts'
import { heldParts } from './held-parts.ts'
import { duration, formFor, roughDuration } from './language.ts'
import { say } from './sentence.ts'
import { waitsForApproval } from './stage-lines.ts'
import { code } from './typed-command.ts'
import { DIFFERENCE, HISTORY, WHAT_RUNS } from './words/command-words.ts'

type AnswerTo<K extends CommandAnswer['kind']> = Extract<CommandAnswer, { kind: K }>

export const ownVersion = ({ revisions, key: { executionId } }: Execution): Inline[] =>
  versionParts({ revisions: [...revisions], executionId }, revisions)

/** Each pipeline with what runs, what failed, what is live and what is frozen. No title of a change is told. */
export const statusParts = ({ about, since, pipelines, unseen }: AnswerTo<'status'>, most: number): AnswerPart[] => {
  if (pipelines.length === 0)
    return [{ first: say(WHAT_RUNS.none, { about: code(cut(about, 100)), since: moment(since, WHAT_RUNS.since) }) }]
  const { shown, rest } = firstOf(pipelines, Math.ceil(most / 2))
  const more = unseen + rest
  return [
    ...shown.map((one) => pipelinePart(one, pipelines)),
    ...(more > 0 ? [{ first: say(formFor(WHAT_RUNS.unseen, more), { count: String(more) }) }] : []),
  ]
}

const MOST_RUNNING = 3
const MOST_STAGES_SHOWN = 5
const MOST_FROZEN = 2

const pipelinePart = (one: PipelineShown, all: readonly PipelineShown[]): AnswerPart => {
  const { pipeline, running, failed, live, frozen, held } = one
  const isShared = all.filter((other) => other.pipeline.pipeline === pipeline.pipeline).length > 1
  const name = cut(pipeline.pipeline, 100)
  const { shown, rest } = firstOf(running, MOST_RUNNING)
  const items = [
    ...shown.map((execution) => facts(runningParts(execution), statusLink(execution))),
    ...(rest > 0 ? [say(formFor(WHAT_RUNS.moreRunning, rest), { count: String(rest) })] : []),
    ...(failed ? [facts(failureParts(failed), statusLink(failed))] : []),
    ...live.slice(-MOST_STAGES_SHOWN).map((release) =>
      say(WHAT_RUNS.live, {
        stage: cut(release.stage, 60),
        version: ownVersion(release.execution),
        since: moment(release.at, WHAT_RUNS.since),
      }),
    ),
    ...(held ?? []).slice(0, MOST_STAGES_SHOWN).map((stage) => heldParts(stage)),
    ...(held === null ? [say(WHAT_RUNS.heldUnread)] : []),
    ...frozen.slice(0, MOST_FROZEN).map(freezeParts),
  ]
  return {
    first: isShared
      ? say(WHAT_RUNS.inAccount, { pipeline: name, account: pipeline.accountId, region: pipeline.region })
      : say(WHAT_RUNS.pipeline, { pipeline: name }),
    items: items.length > 0 ? items : [say(WHAT_RUNS.idle)],
  }
}

export const statusLink = ({ showing: { place } }: Execution): Inline[] =>
  place?.link ? [link(WHAT_RUNS.card, place.link)] : []

export const runningParts = (execution: Execution): Inline[] => {
  const next = waitsToEnter(execution)
  if (next !== null) {
    const left = Math.max(...[...execution.stages.values()].map(({ at }) => at))
    const since = moment(left, WHAT_RUNS.since)
    return say(WHAT_RUNS.queued, { version: ownVersion(execution), stage: cut(next, 60), since })
  }
  const stage = stageNames(execution).findLast((name) => execution.stages.get(name)?.progress === 'running')
  const known = stage === undefined ? execution.overall : execution.stages.get(stage)!
  const said = {
    version: ownVersion(execution),
    since: moment(known.startedAt ?? (known.at || execution.firstEventAt), WHAT_RUNS.since),
  }
  if (stage === undefined) return say(WHAT_RUNS.starts, said)
  return say(waitsForApproval(execution) ? WHAT_RUNS.waits : WHAT_RUNS.running, { ...said, stage: cut(stage, 60) })
}

export const failureParts = (execution: Execution): Inline[] => {
  const stage = lastFailure(execution)?.stage ?? stagesFailedByRule(execution)[0]?.stage
  const said = { version: ownVersion(execution), at: moment(execution.overall.at, WHAT_RUNS.at) }
  return stage === undefined ? say(WHAT_RUNS.failedAt, said) : say(WHAT_RUNS.failed, { ...said, stage: cut(stage, 60) })
}

export const historyParts = ({ about, since, pipeline, releases }: AnswerTo<'history'>, most: number): AnswerPart => {
  if (pipeline === null || releases.length === 0)
    return { first: say(HISTORY.none, { about: code(cut(about, 200)), since: moment(since, WHAT_RUNS.since) }) }
  return {
    first: say(HISTORY.some, { pipeline: cut(pipeline, 100) }),
    items: releases.slice(0, most).map(releaseParts),
  }
}

const MOST_APPROVALS = 3

const releaseParts = ({ execution, stage, at, startedAt, approvals }: ReleaseShown): Inline[] =>
  facts(
    say(HISTORY.line, {
      version: ownVersion(execution),
      stage: cut(stage, 60),
      since: moment(at, WHAT_RUNS.since),
    }),
    ...approvals.slice(0, MOST_APPROVALS).map((approval) => [text(approvalWords(approvedBy(approval)))]),
    ...approvals
      .slice(-1)
      .flatMap(({ state, requestedAt }) =>
        state.name === 'settled' ? [say(HISTORY.waited, { duration: roughDuration(state.at - requestedAt) })] : [],
      ),
    startedAt === null ? [] : say(HISTORY.deployed, { duration: duration(at - startedAt) }),
  )

export const differenceParts = ({ about, since, status }: AnswerTo<'diff'>): AnswerPart => {
  if (!status)
    return { first: say(WHAT_RUNS.none, { about: code(cut(about, 100)), since: moment(since, WHAT_RUNS.since) }) }
  const { pipeline, live } = status
  const name = cut(pipeline.pipeline, 100)
  if (live.length < 2) return { first: say(DIFFERENCE.single, { pipeline: name }) }
  return {
    first: say(DIFFERENCE.some, { pipeline: name }),
    items: live
      .slice(-MOST_STAGES_SHOWN)
      .flatMap((later, index, shown) => (index === 0 ? [] : [differenceLine(shown[index - 1]!, later)])),
  }
}

const differenceLine = (earlier: Release, later: Release): Inline[] => {
  const names = { earlier: cut(earlier.stage, 60), later: cut(later.stage, 60) }
  const changed = earlier.execution.revisions.flatMap((newer): { newer: Revision; older: Revision | null }[] => {
    const older = later.execution.revisions.find(({ source }) => source === newer.source) ?? null
    return older?.id === newer.id ? [] : [{ newer, older }]
  })
  const isSame = changed.length === 0 && earlier.execution.revisions.length > 0
  if (isSame || earlier.execution.key.executionId === later.execution.key.executionId)
    return say(DIFFERENCE.same, names)
  const links = changed.flatMap(({ newer, older }) => {
    const url = older && compareUrl(older, newer)
    return url ? [[link(DIFFERENCE.compare, url)]] : []
  })
  return facts(
    say(DIFFERENCE.line, { ...names, newer: ownVersion(earlier.execution), older: ownVersion(later.execution) }),
    ...links.slice(0, MOST_RUNNING),
  )
}
