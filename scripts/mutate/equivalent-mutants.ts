/** Changes that no caller can notice, each with the reason. */
export interface Equivalent {
  file: string
  /** The line of the source, without its indent. */
  line: string
  before: string
  after: string
  because: string
}

const PERFORM_EFFECT = 'functions/flows/effects/perform-effect.ts'
const CHECK_EXECUTION = 'functions/flows/execution/check-execution.ts'
const STEERING_CALLS = 'functions/flows/steer/steering-calls.ts'
const AUTHOR = 'functions/domain/author.ts'
const DUE_NOTICES = 'functions/domain/due-notices.ts'
const EXECUTION = 'functions/domain/execution.ts'
const NOTICE_DELIVERY = 'functions/domain/notice-delivery.ts'
const ASSIGNMENT = 'functions/domain/assignment.ts'
const WAITING_CHANGE_SETS = 'functions/flows/gates/manual-approval/waiting-change-sets.ts'
const READ_PAST = 'functions/flows/gates/manual-approval/read-past.ts'
const LIVE = 'functions/domain/live.ts'
const PAST = 'functions/domain/past.ts'
const COMMAND = 'functions/domain/command.ts'
const WINDOW = 'functions/domain/window.ts'
const WINDOW_GAP = 'functions/config/window-gap.ts'

const AT_LEAST_A_SECOND = 'the first pause lasts a second, and the longer of the two counts'
const NEVER_SEEN = 'the timer is aborted when the race is over, so no caller sees this'
const ONE_READ_MORE = 'without it the record is read first: one read more, and the same result'
const NO_EMPTY_ADDRESS = 'a part of a pattern that took part has one character at least'
const NOT_IN_1970 = 'the time 0 is the first millisecond of 1970, when nothing began or ended'
const ONLY_WHO = 'of a supposed approval only who gives it counts'
const TRIED_IS_FULL = 'a rule that was tried is full, and a second try of it takes time and finds no place either'
const NO_EMPTY_ID = 'AWS gives no empty ID, ARN or version'
const ONLY_SAVES_TIME = 'once every place is taken, a further approval takes time and finds no place'
const ONLY_MEMORY = 'what is remembered bounds memory and time, and the answer is the same'
const THIRTEEN_DIGITS = 'a time has thirteen digits, so that the name ends in front of them'
const ACCOUNT_OF_ROLE = "const accountId = ACCOUNT_OF_ROLE.exec(roleArn ?? '')?.[1] ?? key.accountId"
const ANY_WEEK = 'any week of winter and any week of summer tell the same'

/** `??` and `||` differ only for an empty text, 0 and false. */
const neverEmpty = (file: string, because: string, ...lines: string[]): Equivalent[] =>
  lines.map((line) => ({ file, line, before: '??', after: '||', because }))

/** Of a text that may be missing: what stands for it. */
const whatever = (file: string, because: string, ...lines: string[]): Equivalent[] =>
  [
    ['??', '||'],
    [`''`, `'mutant'`],
  ].flatMap(([before, after]) => lines.map((line) => ({ file, line, before: before!, after: after!, because })))

export const EQUIVALENT_MUTANTS: readonly Equivalent[] = [
  ...whatever(
    WAITING_CHANGE_SETS,
    'without an ID that CodePipeline tells, no ARN is found',
    `const told = run.status === 'Succeeded' ? CHANGE_SET_ARN.exec(run.externalId ?? '') : null`,
  ),
  ...whatever(
    WAITING_CHANGE_SETS,
    'CodePipeline takes no action of these modes without a StackName and a ChangeSetName',
    `stack: configuration['StackName'] ?? '',`,
    `name: configuration['ChangeSetName'] ?? '',`,
  ),
  ...neverEmpty(
    COMMAND,
    'an ID and a name have one character at least',
    `const standIn = MENTION.exec(about)?.groups?.['userId'] ?? null`,
    'const at = AT.exec(about)?.[1] ?? null',
  ),
  ...neverEmpty(
    'functions/domain/absence.ts',
    NOT_IN_1970,
    'Math.min(until, ended?.at ?? until)',
    '? { kind, key: kind, dueAt: ended?.at ?? setAt, channel: standIn.userId }',
  ),
  {
    file: 'functions/flows/execution/follow-up.ts',
    line: `return route !== null && isTold(name === 'live' ? 'recovered' : name, route.deployments)`,
    before: `'recovered'`,
    after: `'restored'`,
    because: 'the same routes want to hear of both',
  },
  {
    file: 'functions/flows/execution/failing-since.ts',
    line: `.filter(({ status, updatedAt }) => status === 'Failed' && updatedAt < ownFirst)`,
    before: '<',
    after: '<=',
    because: 'of a failure at that very moment the answer is the same moment',
  },
  {
    file: 'functions/flows/gates/manual-approval/look-for-approvals.ts',
    line: 'const minute = Math.floor(clock.now() / MINUTE)',
    before: 'floor',
    after: 'ceil',
    because: 'either way each minute has the turn after that of the minute before',
  },
  ...(
    [
      ['absence/tend-absence.ts', 'change: (step, from) => absences.change(id, step, from && { from }),', 'from'],
      ['freeze/tend-freeze.ts', 'change: (step, from) => freezes.change(id, step, from && { from }),', 'from'],
      ['freeze/change-freezes.ts', '{ from: found },', 'from: found'],
      ['execution/explain-failure.ts', '{ from: known },', 'from: known'],
      [
        'execution/check-execution.ts',
        'else await executions.change(known.key, (current) => [outOfReach(current, now), null], { from: known })',
        'from: known',
      ],
      ['execution/follow-pipeline.ts', '{ from: heard.execution },', 'from: heard.execution'],
      [
        'execution/file-skips.ts',
        'await executions.change(key, (current) => [withFiledSkips(current, ids), null], { from: execution })',
        'from: execution',
      ],
      [
        'outside/check-outside.ts',
        '{ from: known, fresh: () => newOutside(key, outside, clock.now()) },',
        'from: known, ',
      ],
    ] as const
  ).map(([file, line, before]) => ({
    file: `functions/flows/${file}`,
    line,
    before,
    after: '',
    because: ONE_READ_MORE,
  })),
  {
    file: 'functions/flows/freeze/tend-freeze.ts',
    line: 'const told = dueFreezeNotices(freeze, clock.now()).length > 0 ? await tellFreeze(services, id) : done()',
    before: '>',
    after: '>=',
    because: 'where no notice is due, none is sent: one read more, and the same result',
  },
  ...neverEmpty(
    'functions/flows/freeze/change-freezes.ts',
    'a sentence has words, and a channel an ID',
    "const wrong = wrongPatterns(patterns) ?? wrongReason(reason, 'why you freeze')",
    'const channels = [...new Set(routes.flatMap(({ approvals }) => approvals ?? []))]',
  ),
  ...neverEmpty(
    'functions/flows/mute/change-mutes.ts',
    'a time is not 0, and a sentence has words',
    'if ((saidAt(current, userId) ?? typed.at) > typed.at) return [current, OVERTAKEN]',
    'return changed === CHANGED ? null : (changed ?? TOO_MANY)',
  ),
  {
    file: 'functions/flows/mute/change-mutes.ts',
    line: "const CHANGED = 'changed'",
    before: "'changed'",
    after: "''",
    because: 'it is compared with itself and with sentences',
  },
  ...neverEmpty(
    'functions/flows/steer/last-good.ts',
    NO_EMPTY_ID,
    "return { kind: 'found', target: good.rollbackTo ?? good.executionId, deployedBy: good.executionId }",
  ),
  ...neverEmpty(
    'functions/flows/steer/steer-pipeline.ts',
    'a sentence has words, and so has what CodePipeline shows',
    '{ before: before ?? null, owner, signed, retention: configuration.retention },',
    'const refused = because ?? (before === undefined ? REFUSALS.gone : null)',
    ': ({ ...REFUSALS, ...STEERING_CALLS[act].refusals }[outcome.kind] ?? REFUSALS.unable),',
  ),
  {
    file: 'functions/flows/steer/steer-pipeline.ts',
    line: 'const last = over?.journal.unfiled.at(-1)',
    before: '-',
    after: '',
    because: 'an act that is over has two entries to file, or none',
  },
  ...neverEmpty(
    STEERING_CALLS,
    NO_EMPTY_ID,
    "const run = runs.find((one) => one.stage === stage)?.actionExecutionId ?? ''",
    "return before?.includes(RULES) ? now !== before : now.split(RULES)[0] !== (before ?? '')",
    'return listed ? (listed.find(isOwn)?.executionId ?? null) : undefined',
    'rollbackTo === choice && (trigger?.steeredFor ?? by) === by',
  ),
  {
    file: STEERING_CALLS,
    line: "export const HIDDEN = 'hidden'",
    before: "'hidden'",
    after: "''",
    because: 'what a function sees of a call is compared with true and false alone',
  },
  {
    file: STEERING_CALLS,
    line: "const [status = '', reruns] = shown.split(RERUNS)",
    before: "''",
    after: "'mutant'",
    because: 'a text has something in front of its first space, even if that is empty',
  },
  ...neverEmpty(
    STEERING_CALLS,
    NOT_IN_1970,
    "rules === 'refused' ? [] : (rules ?? []).flatMap((rule) => (rule.stage === stage ? (rule.at ?? []) : []))",
    'const since = standing.held?.since ?? null',
  ),
  ...[
    ['>', '>='],
    ["''", "'mutant'"],
  ].map(([before, after]) => ({
    file: STEERING_CALLS,
    line: "return `${run}${RULES}${failedAt.length > 0 ? Math.max(...failedAt) : ''}`",
    before: before!,
    after: after!,
    because: 'what CodePipeline shows is written so before the call and after it, and the two are compared',
  })),
  {
    file: 'functions/flows/command/answer-several.ts',
    line: 'if (before && hasQueuedClick(before, { who, at })) return answeredBefore(services, given, before)',
    before: 'if (before && hasQueuedClick(before, { who, at })) return answeredBefore(services, given, before)',
    after: ';',
    because: 'without it the click is weighed, found to be repeated, and answered in the same way',
  },
  {
    file: 'functions/flows/command/read-pipelines.ts',
    line: 'return [...new Map(inForce.map((one) => [`${one.name} ${one.until}`, one])).values()]',
    before: '} ${',
    after: '}${',
    because: THIRTEEN_DIGITS,
  },
  {
    file: 'functions/flows/home/home-pipelines.ts',
    line: 'return [...Map.groupBy(each, ({ frozen: { name, until } }) => `${name} ${until}`).values()].map((same) => ({',
    before: '} ${',
    after: '}${',
    because: THIRTEEN_DIGITS,
  },
  ...neverEmpty('functions/flows/outside/claim-deployment.ts', NO_EMPTY_ID, ACCOUNT_OF_ROLE),
  {
    file: 'functions/flows/outside/claim-deployment.ts',
    line: ACCOUNT_OF_ROLE,
    before: "''",
    after: "'mutant'",
    because: 'neither is the ARN of a role',
  },
  {
    file: PERFORM_EFFECT,
    line: "if (!perform) return again(0, 'effect-due performs it')",
    before: '0',
    after: '1',
    because: AT_LEAST_A_SECOND,
  },
  {
    file: PERFORM_EFFECT,
    line: "return defer(services, { effect: handedOn(due.effect), attempt: due.attempt }, again(1, 'no time is left'))",
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },
  {
    file: PERFORM_EFFECT,
    line: 'const work = performOne(services, effect, { isLast: false }).catch((error: unknown) =>',
    before: 'false',
    after: 'true',
    because: 'only effects of the queue ask whether it is the last try',
  },
  ...['3', '1'].map((after) => ({
    file: 'functions/flows/effects/settle-approval.ts',
    line: 'const unread = await verdictUnread(services, known, verdict, again(2, because))',
    before: '2',
    after,
    because: 'the error is thrown instead of another try',
  })),
  {
    file: 'functions/flows/effects/verdict-unread.ts',
    line: "const lasts = state.name === 'deciding' ? now - state.since : 0",
    before: '0',
    after: '1',
    because: 'neither is a minute',
  },
  ...neverEmpty(
    'functions/flows/execution/stage-conditions.ts',
    'versions begin at 1, and nothing ended in 1970',
    'const version = known.runs.find((run) => run.version !== null)?.version ?? undefined',
    "const failedAt = rules === 'refused' ? null : (rules.find((one) => one.stage === stage)?.at ?? null)",
    'return wholeSecond(rule?.at ?? Math.min(...ends))',
  ),
  {
    file: 'functions/flows/execution/stage-changes.ts',
    line: "(one.stage === stage ? one.status !== 'Stopping' : placeOf(one.stage) > placeOf(stage)),",
    before: '>',
    after: '>=',
    because: 'two stages have two places',
  },
  {
    file: 'functions/flows/execution/stage-changes.ts',
    line: "Math.max(endedAt, end === 'succeeded' && wasOverridden(stage) ? leftAt(entered.slice(index + 1)) : 0),",
    before: '0',
    after: '1',
    because: NOT_IN_1970,
  },
  ...neverEmpty(
    'functions/flows/execution/follow-up.ts',
    'a link has an address',
    'if (cause) return saysSomething(cause) ? { cause: { ...cause, log: cause.log ?? failed.url } } : {}',
  ),
  ...neverEmpty('functions/flows/approval/act-on-approval.ts', NOT_IN_1970, 'const at = actedAt ?? clock.now()'),
  {
    file: 'functions/flows/approval/judge-for.ts',
    line: "repeated(informed, who.userId, { do: 'vote', verdict: 'Approved', comment: '' }, now)",
    before: "''",
    after: "'mutant'",
    because: 'a vote is repeated whatever its comment says',
  },
  ...neverEmpty(
    'functions/flows/approval/request-approval.ts',
    NOT_IN_1970,
    'const waitsSince = pending.since ?? -Infinity',
  ),
  ...neverEmpty(
    'functions/flows/approval/verify-verdict.ts',
    'Slack gives no empty ID',
    `const stoppedBy = objections.find(({ what }) => what === 'automatic-stopped')?.userId ?? null`,
  ),
  ...[
    ['??', '||'],
    ['0', '1'],
  ].map(([before, after]) => ({
    file: 'functions/flows/approval/verify-verdict.ts',
    line: 'under: await policyThen(reading, asked, one.at, pending.since ?? 0),',
    before: before!,
    after: after!,
    because: NOT_IN_1970,
  })),
  {
    file: 'functions/flows/show/tell-execution.ts',
    line: 'change: (step, from) => executions.change(key, step, from && { from }),',
    before: 'from',
    after: '',
    because: ONE_READ_MORE,
  },
  {
    file: 'functions/flows/show/tell-deployment-end.ts',
    line: `name === 'live' && (isTold('live', deployments) || isTold('recovered', deployments))`,
    before: `'recovered'`,
    after: `'restored'`,
    because: 'the same routes want to hear of both',
  },
  {
    file: 'functions/flows/show/tell-deployment-end.ts',
    line: 'isRequestedAfter(one, other) ? -1 : Number(isRequestedAfter(other, one)),',
    before: '1',
    after: '2',
    because: 'only the sign of a comparison counts',
  },
  {
    file: 'functions/flows/show/tell-deployment-end.ts',
    line: `starter: starter ?? { kind: 'unknown', name: null, arn: null },`,
    before: `'unknown'`,
    after: `'person'`,
    because: 'without an ARN neither leads to an account in Slack',
  },
  ...neverEmpty(
    'functions/flows/show/show-record.ts',
    'false is followed by false',
    'await markShowing((showing) => withTurn(wasNotShown(showing, owner, true, place), turnAt, wait?.isKept ?? false))',
  ),
  {
    file: 'functions/flows/show/show-execution.ts',
    line: 'return [(await executions.change(key, queued, { from: execution })) ?? execution, shows]',
    before: 'from: execution',
    after: '',
    because: ONE_READ_MORE,
  },
  ...neverEmpty(
    'functions/flows/show/slack-turn.ts',
    NOT_IN_1970,
    'const comesAt = at ?? (await placeInLine(services, limited))',
    `(await turns.take(limited, 'line', FURTHEST_TURN_MS)) ?? clock.now() + FURTHEST_TURN_MS * (1 + chanceOf(clock) / 2)`,
  ),
  ...[
    ['??', '||'],
    ['0', '1'],
  ].map(([before, after]) => ({
    file: 'functions/flows/gates/manual-approval/manual-approval.ts',
    line: 'if (Math.max(execution?.updatedAt ?? 0, requestedAt) >= now - ANSWERS_AGREE_AFTER)',
    before: before!,
    after: after!,
    because: 'the approval was requested later than in the first millisecond of 1970',
  })),
  ...neverEmpty(
    'functions/flows/gates/manual-approval/ended-by-event.ts',
    NO_EMPTY_ID,
    'const by = run?.updatedBy ?? null',
  ),
  ...neverEmpty(
    'functions/flows/gates/manual-approval/newest-inbound.ts',
    NO_EMPTY_ID,
    'if (waiting.length < 2) return waiting[0] ?? null',
  ),
  ...neverEmpty(
    'functions/flows/execution/read-revisions.ts',
    NOT_IN_1970,
    'startedAt: sources.reduce<number | null>((first, { startedAt }) => Math.min(first ?? startedAt, startedAt), null),',
  ),
  ...neverEmpty(
    'functions/flows/approval/resolve-policy.ts',
    NO_EMPTY_ID,
    'startedBy: starters.flatMap(({ userId }) => userId ?? []),',
  ),
  ...neverEmpty(
    'functions/flows/effects/announce-verdict.ts',
    'greenlight.yml takes no empty name of an environment, and Slack gives no empty ID',
    `const environment = route?.environment ?? (change.into.join(', ') || where.stage)`,
    '? { because: outcome.past, name: outcome.by, user: outcome.userId ?? null }',
  ),
  {
    file: 'functions/flows/approval/close-approval.ts',
    line: 'return [...(await followUp(services, execution, [approval])), ...shows]',
    before: 'approval',
    after: '',
    because: ONE_READ_MORE,
  },
  {
    file: 'functions/flows/approval/verify-verdict.ts',
    line: 'const { change, starter } = await gate.describe(where, { ...pending, newerExecutionId: null })',
    before: ', newerExecutionId: null',
    after: '',
    because: 'without it the newer execution is read too, and its description is not used',
  },
  {
    file: PERFORM_EFFECT,
    line: `const result = left > 0 ? await tryWithin(services, effect, left) : again(1, 'no time is left')`,
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },
  {
    file: 'functions/flows/show/show-record.ts',
    line: 'atHand = next',
    before: 'atHand = next',
    after: ';',
    because: ONE_READ_MORE,
  },
  {
    file: 'functions/flows/show/show-execution.ts',
    line: 'if (stageOrder.length > 0 || stages.size < 2) return execution',
    before: '0',
    after: '1',
    because: 'with one stage in the order, CodePipeline is asked once more, and says the same',
  },
  {
    file: 'functions/flows/show/show-execution.ts',
    line: 'return (await executions.change(key, complete, { from: execution })) ?? execution',
    before: 'from: execution',
    after: '',
    because: ONE_READ_MORE,
  },
  ...neverEmpty(
    'functions/flows/show/show-record.ts',
    NOT_IN_1970,
    'return shown.channelOf(record) !== null || (place !== null && now - (refused?.since ?? now) <= DAY)',
  ),
  ...neverEmpty(
    'functions/flows/show/show-record.ts',
    'a record is an object',
    'const record = (await shown.complete?.(taken.record)) ?? taken.record',
  ),
  {
    file: 'functions/flows/show/show-execution.ts',
    line: 'change: (step, from) => executions.change(key, step, from && { from }),',
    before: 'from',
    after: '',
    because: ONE_READ_MORE,
  },
  ...neverEmpty(
    'functions/domain/revision.ts',
    'an address that is empty is read as null (functions/domain/source.ts)',
    '{ name: revision.author, email: revision.authorEmail?.toLowerCase() ?? null, revision: shortId(revision) },',
  ),
  ...neverEmpty('functions/domain/showing.ts', NOT_IN_1970, 'behindSince: showing.behindSince ?? now,'),
  {
    file: READ_PAST,
    line: 'const comparison = compare(told, runs, false)',
    before: 'false',
    after: 'true',
    because: 'here only the stages that were passed are asked for, which older runs do not change',
  },
  ...neverEmpty(
    READ_PAST,
    'an empty text is followed by an empty text',
    ": all.map((one) => ({ ...one, source: one.source ?? '' }))",
  ),
  {
    file: READ_PAST,
    line: 'const read = await pipelines.runs(pipeline, (runs) => isEnough(tell(listed, { runs, isWhole: false }), runs))',
    before: 'false',
    after: 'true',
    because: 'an execution of which no run was read has passed no stage yet, whether or not it brought nothing',
  },
  ...neverEmpty(
    READ_PAST,
    NOT_IN_1970,
    'const to = startOf(askedId) ?? Infinity',
    'const from = Math.min(to, since, ...liveIds.map((id) => startOf(id) ?? -Infinity))',
  ),
  {
    file: LIVE,
    line: '(one.revisionId === revisionId || (one.age <= age && (one.age > from.age || own.isMissing(one)))),',
    before: '<=',
    after: '<',
    because: 'an execution brings one revision of a source, and that is the one of this ID',
  },
  {
    file: LIVE,
    line: 'if (stages.length === 0) return { passages: [], since: [], isLacking: false, isMissing: () => false }',
    before: 'if (stages.length === 0) return { passages: [], since: [], isLacking: false, isMissing: () => false }',
    after: ';',
    because: 'without such a stage the rest finds the same, and takes time',
  },
  {
    file: 'functions/domain/deploys-to.ts',
    line: 'const begun = [...first.values()].filter(({ startedAt }) => startedAt > 0 && startedAt < Math.min(...ends))',
    before: '0',
    after: '1',
    because: NOT_IN_1970,
  },
  {
    file: LIVE,
    line: '.reduce((one, other) => (other.age < one.age ? other : one))',
    before: '<',
    after: '<=',
    because: 'two revisions of one source and of the same age are the same revision',
  },
  ...[
    'const NOTHING: Aged = { revisionId: null, age: -1 }',
    `if (unknown !== 'edited' || !whole) return [{ age: -1, revisionOf: () => NOTHING, isKnown: isWhole }]`,
    'return [whole, ...undone].map((one) => ({ ...atExecution(timeline, one.executionId), age: -1 }))',
    'const firstRead = past.isWhole ? -1 : timeline.executions.findIndex(({ executionId }) => ran.has(executionId))',
  ].map((line) => ({ file: LIVE, line, before: '1', after: '2', because: 'either is older than every execution' })),
  ...neverEmpty(
    LIVE,
    'the versions of a pipeline are counted from 1',
    'runs.find((run) => run.executionId === executionId)?.version ?? null',
  ),
  {
    file: PAST,
    line: 'return passages.length === 0 ? [] : [passages.reduce((one, other) => (other.at > one.at ? other : one))]',
    before: '>',
    after: '>=',
    because: 'of two that ended in the same millisecond, either may be the last',
  },
  {
    file: PAST,
    line: 'const entered = Math.min(...here.map(({ startedAt }) => startedAt))',
    before: 'min',
    after: 'max',
    because: 'an execution is in one stage at a time, so no action of another began between those of this one',
  },
  {
    file: PAST,
    line: 'if (!known || run.startedAt >= known.startedAt) newest.set(key, run)',
    before: '>=',
    after: '>',
    because: 'a retry begins later than the run before it',
  },
  {
    file: 'functions/domain/past-policy.ts',
    line: `const vote = { userId, name: '', verdict: 'Approved', comment: '', at, ...standingIn } as const`,
    before: `''`,
    after: `'mutant'`,
    because: ONLY_WHO,
  },
  ...[
    ['??', '||'],
    [`''`, `'mutant'`],
  ].map(([before, after]) => ({
    file: 'functions/flows/execution/describe-execution.ts',
    line: `const inOrder = revisions.toSorted((one, other) => compareNames(one.source ?? '', other.source ?? ''))`,
    before: before!,
    after: after!,
    because: 'a revision without a source may stand anywhere, if it always stands there',
  })),
  ...neverEmpty(
    'functions/domain/deployment-notices.ts',
    NOT_IN_1970,
    'Math.max(0, ...[overall, ...stages.values()].map(({ startedAt }) => startedAt ?? 0))',
    'const news = Math.max(notice.dueAt, heldUntil(delivery) ?? -Infinity)',
  ),
  ...neverEmpty(
    'functions/domain/deployment-notices.ts',
    'the key of a notice is never empty',
    'key: known ?? `${beginning}${wholeSeconds(at)}`,',
  ),
  {
    file: 'functions/domain/pipeline-status.ts',
    line: 'return deployed >= 0 && began.findLastIndex(({ action }) => where === `${stage}/${action}`) > deployed',
    before: '>',
    after: '>=',
    because: 'the action that deploys is no approval',
  },
  ...neverEmpty(
    'functions/domain/showing.ts',
    NOT_IN_1970,
    ': Math.max(Math.max(showing.behindSince, lookedAt, showing.turnAt ?? 0) + LEFT_ALONE_MS, refusedUntil(showing))',
  ),
  ...neverEmpty(
    'functions/domain/attempt.ts',
    'an empty text is followed by an empty text',
    `const words = timedVote(approval, userId)?.comment ?? ''`,
  ),
  ...neverEmpty(
    'functions/domain/approval.ts',
    NOT_IN_1970,
    `at: state.name === 'waiting' ? now : (resolvedPolicy?.at ?? requestedAt),`,
  ),
  ...neverEmpty(
    'functions/domain/change-set.ts',
    '0 is followed by 0',
    'for (const { what } of read.changes) counts[what] = (counts[what] ?? 0) + 1',
  ),
  ...neverEmpty(
    'functions/domain/delivery-measures.ts',
    NOT_IN_1970,
    'const commits = request.revisions.flatMap(({ committedAt }) => committedAt ?? [])',
  ),
  ...neverEmpty(
    'functions/domain/explanation.ts',
    NO_EMPTY_ID,
    `[...actions].find(([, one]) => one === action)?.[0] ?? ''`,
  ),
  {
    file: 'functions/domain/explanation.ts',
    line: `[...actions].find(([, one]) => one === action)?.[0] ?? ''`,
    before: `''`,
    after: `'mutant'`,
    because: 'no action has such an ID',
  },
  ...[
    ['<', '<='],
    ['2', '3'],
  ].map(([before, after]) => ({
    file: 'functions/domain/digest.ts',
    line: 'for (let back = 0; ends.length < 2; back++) {',
    before: before!,
    after: after!,
    because: 'the first two are read',
  })),
  {
    file: 'functions/domain/absence.ts',
    line: '`away-${String(Math.floor(Math.max(0, at) / 1000)).padStart(10, ' + "'0'" + ')}`',
    before: '0',
    after: '1',
    because: 'both are in the first second',
  },
  {
    file: 'functions/domain/canonical.ts',
    line: 'if (a === b) return true',
    before: 'if (a === b) return true',
    after: ';',
    because: 'a value has the same canonical JSON as itself, which takes longer to write',
  },
  ...neverEmpty(
    'functions/domain/due-notices.ts',
    'greenlight.yml takes no empty channel',
    'const escalated = resolvedPolicy?.timing.escalate?.channel ?? null',
  ),
  ...neverEmpty(
    'functions/domain/attempt.ts',
    NOT_IN_1970,
    'const last = Math.max(vote?.at ?? -Infinity, ownEntry(withdrawn, userId) ?? -Infinity)',
  ),
  ...neverEmpty(
    'functions/domain/queued-click.ts',
    NOT_IN_1970,
    '{ at: ownEntry(approval.withdrawn ?? {}, who.userId) ?? -Infinity },',
  ),
  ...neverEmpty(
    'functions/flows/approval/resolve-policy.ts',
    'Slack gives no empty ID',
    'return [...new Set(all.flat().flatMap(({ userId }) => userId ?? []))]',
  ),
  ...[
    ['if (answers.size >= MOST_REMEMBERED) answers.clear()', ';'],
    ['>=', '>'],
    ['>=', '<'],
  ].map(([before, after]) => ({
    file: 'functions/domain/comment.ts',
    line: 'if (answers.size >= MOST_REMEMBERED) answers.clear()',
    before: before!,
    after: after!,
    because: ONLY_MEMORY,
  })),
  {
    file: 'functions/domain/comment.ts',
    line: 'const MOST_REMEMBERED = 100',
    before: '100',
    after: '200',
    because: ONLY_MEMORY,
  },
  ...neverEmpty(
    'functions/domain/policy.ts',
    'no rules are no bits, and no text is empty',
    'for (const userId of people) naming.set(userId, (naming.get(userId) ?? 0) | (1 << index))',
    'for (const userId of people.slice(0, named)) placing.set(userId, (placing.get(userId) ?? 0) | (1 << index))',
    'return absent.reduce((bits, { userId }) => bits | (placing.get(userId) ?? 0), naming.get(person) ?? 0)',
    `return { because: 'not-your-turn', first: [...new Set(ways.flatMap(({ first }) => first ?? []))] }`,
  ),
  ...[
    ['if (known) return known', ';'],
    ['members.set(rules, made)', ';'],
  ].map(([before, after]) => ({
    file: 'functions/domain/policy.ts',
    line: before!,
    before: before!,
    after: after!,
    because: ONLY_MEMORY,
  })),
  ...neverEmpty(
    'functions/domain/override-review.ts',
    NOT_IN_1970,
    'override && !override.confirmed ? (override.reviewUntil ?? null) : null',
  ),
  ...neverEmpty(
    'functions/domain/window.ts',
    NOT_IN_1970,
    `if (span.every === 'calendar') return [{ from: span.from ?? -Infinity, to: span.to ?? Infinity }]`,
  ),
  ...neverEmpty('functions/domain/proof.ts', NOT_IN_1970, 'const since = escalated?.since ?? Infinity'),
  ...neverEmpty(
    'functions/flows/execution/follow-up.ts',
    NOT_IN_1970,
    '{ lease, isNews: (noticeAt(next) ?? Infinity) <= now, hasEntries: next.journal.unfiled.length > 0 },',
  ),
  ...neverEmpty(
    'functions/flows/show/execution-effects.ts',
    NOT_IN_1970,
    `(endNoticeAt(execution) ?? Infinity) <= now ? [{ do: 'tell-execution', execution: execution.key }] : []`,
  ),
  ...neverEmpty(
    'functions/flows/show/execution-effects.ts',
    'greenlight.yml takes no empty channel',
    'outside ? (configuration.outsideRouteFor(key, outside)?.status ?? null) : configuration.statusChannelFor(key)',
  ),
  {
    file: 'functions/flows/show/send-digest.ts',
    line: 'change: (step, from) => digests.change(id, step, from && { from }),',
    before: 'from',
    after: '',
    because: ONE_READ_MORE,
  },
  {
    file: 'functions/flows/show/send-digest.ts',
    line: "else if (acquireDigest(known, '', now)[1].kind !== 'acquired') return done()",
    before: "''",
    after: "'mutant'",
    because: 'whether it may be sent does not depend on who sends it',
  },
  ...neverEmpty('functions/flows/show/notice-card.ts', NOT_IN_1970, 'failingSince: telling?.failingSince ?? null,'),
  ...neverEmpty('functions/flows/show/tell-execution.ts', NOT_IN_1970, 'failingSince: telling?.failingSince ?? null,'),
  ...neverEmpty(
    'functions/flows/show/tell-deployment-end.ts',
    NOT_IN_1970,
    'if (quiet) return { mention: [], failingSince: since, heldUntil: quiet.until ?? Infinity, ...steering }',
  ),
  ...neverEmpty(
    'functions/flows/show/deliver-notice.ts',
    NOT_IN_1970,
    'const until = telling ? (telling.heldUntil ?? now) : Infinity',
    'const keptUntil = foreseen && ((await told.keptBack?.(known, foreseen)) ?? null)',
  ),
  {
    file: 'functions/flows/show/tell-deployment-end.ts',
    line: `if (since !== null) return 'recovered'`,
    before: `'recovered'`,
    after: `'restored'`,
    because: 'the same routes want to hear of both',
  },
  {
    file: 'functions/flows/execution/failing-since.ts',
    line: `.map((key) => Number(key.split('-').at(-1)) * 1_000)`,
    before: '-',
    after: '',
    because: 'the key has one hyphen',
  },
  {
    file: 'functions/flows/execution/describe-execution.ts',
    line: 'const compareNames = (one: string, other: string): number => Number(one > other) - Number(one < other)',
    before: '<',
    after: '<=',
    because: 'the names of source actions differ, and revisions without one may stand in any order',
  },
  {
    file: 'functions/flows/execution/describe-execution.ts',
    line: 'const compareNames = (one: string, other: string): number => Number(one > other) - Number(one < other)',
    before: '>',
    after: '>=',
    because: 'the names of source actions differ, and revisions without one may stand in any order',
  },
  {
    file: 'functions/flows/gates/manual-approval/describe-change.ts',
    line: 'const names = actions.map(({ action, status }) => [action, status === null].join())',
    before: '===',
    after: '!==',
    because: 'either way the actions that have run are told apart from those that have not',
  },
  ...neverEmpty(
    'functions/hook/new-version.ts',
    NO_EMPTY_ID,
    `return { kind: 'answered', executedVersion: invoked.ExecutedVersion ?? null, payload: jsonOrText(text) }`,
  ),
  ...neverEmpty(
    'functions/hook/judge-answer.ts',
    'no JSON text is empty',
    `const shortJson = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)`,
  ),
  {
    file: 'functions/hook/new-version.ts',
    line: 'const client = new LambdaClient({ ...connection, maxAttempts: 1 })',
    before: '1',
    after: '0',
    because: 'the client makes the first attempt in any case',
  },
  {
    file: 'functions/hook/validate-version.ts',
    line: `() => failedValidation('the check has ended'),`,
    before: `'the check has ended'`,
    after: `''`,
    because: NEVER_SEEN,
  },
  {
    file: PERFORM_EFFECT,
    line: 'return (await within(services.clock, ms, work)) ?? again(1, `it took over ${ms.toFixed()} ms`)',
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },
  {
    file: PERFORM_EFFECT,
    line: 'return again(1, String(error))',
    before: '1',
    after: '0',
    because: AT_LEAST_A_SECOND,
  },

  { file: CHECK_EXECUTION, line: '{ from: known },', before: 'from: known', after: '', because: ONE_READ_MORE },
  { file: CHECK_EXECUTION, line: '{ from },', before: 'from', after: '', because: ONE_READ_MORE },
  ...[
    `...found.map(({ index, 1: inBrackets, 2: bare }, at) => author(text.slice(ends[at], index), (inBrackets ?? bare)!)),`,
    `...comments.flatMap((comment) => [...comment.matchAll(ADDRESS)].map((one) => author('', (one[1] ?? one[2])!))),`,
  ].map((line) => ({ file: AUTHOR, line, before: '??', after: '||', because: NO_EMPTY_ADDRESS })),
  {
    file: DUE_NOTICES,
    line: 'return open ? (open.until ?? Infinity) : at',
    before: '??',
    after: '||',
    because: NOT_IN_1970,
  },
  {
    file: EXECUTION,
    line: 'const beganAt = ({ startedAt, at }: TimedProgress<ProgressOfStage>): number => startedAt ?? at',
    before: '??',
    after: '||',
    because: NOT_IN_1970,
  },
  {
    file: EXECUTION,
    line: 'skipped: 7,',
    before: '7',
    after: '8',
    because: 'it stays above all others, and only their order counts',
  },
  {
    file: 'functions/domain/journal.ts',
    line: 'unfiled.map((entry, index) => ({ entry, keptUntil: unfiled[index + 1]?.earlierUntil ?? keptUntil }))',
    before: '??',
    after: '||',
    because: 'only the first entry has 0 there, and no entry comes before it',
  },
  {
    file: 'functions/domain/ending.ts',
    line: `return { how: 'unknown', status: ending.statusText ?? '' }`,
    before: '??',
    after: '||',
    because: 'an empty text is followed by an empty text',
  },
  {
    file: NOTICE_DELIVERY,
    line: 'waitsForFreeze(kind) && dueAt <= now && !isBeingSent(ownEntry(approval.notices, key), now),',
    before: '<=',
    after: '<',
    because: 'a reminder that falls due in a freeze is postponed to its end, so none falls due at this very moment',
  },
  {
    file: NOTICE_DELIVERY,
    line: 'const since = delivery.refusedSince ?? now',
    before: '??',
    after: '||',
    because: NOT_IN_1970,
  },
  {
    file: ASSIGNMENT,
    line: 'if (has(tried, rule)) continue',
    before: 'if (has(tried, rule)) continue',
    after: ';',
    because: TRIED_IS_FULL,
  },
  ...[
    ['if (placed === places) break', 'if (placed === places) break', ';'],
    ['const places = counts.reduce((sum, count) => sum + count, 0)', '0', '1'],
    ['const places = counts.reduce((sum, count) => sum + count, 0)', '+', '-'],
    ['if (place(approval)) placed += 1', '+=', '-='],
    ['if (place(approval)) placed += 1', '1', '0'],
    ['else inVain = tried', 'inVain = tried', ';'],
    ['if ((naming[approval]! & ~inVain) === 0) continue', 'if ((naming[approval]! & ~inVain) === 0) continue', ';'],
  ].map(([line, before, after]) => ({
    file: ASSIGNMENT,
    line: line!,
    before: before!,
    after: after!,
    because: ONLY_SAVES_TIME,
  })),
  {
    file: 'functions/flows/execution/follow-pipeline.ts',
    line: '{ from: remembered.execution },',
    before: 'from: remembered.execution',
    after: '',
    because: ONE_READ_MORE,
  },
  {
    file: 'functions/domain/source.ts',
    line: `const summary = readSummary(artifact.summary ?? '')`,
    before: '??',
    after: '||',
    because: 'an empty text is followed by an empty text',
  },
  {
    file: 'functions/domain/source.ts',
    line: `const onGitHub = GITHUB_COMMIT.exec(artifact.url ?? '')`,
    before: '??',
    after: '||',
    because: 'an empty text is followed by an empty text',
  },
  {
    file: 'functions/domain/source.ts',
    line: `const told = (name: string): string => oneLine(ownEntry(variables, name) ?? '').slice(0, LONGEST_SHOWN)`,
    before: '??',
    after: '||',
    because: 'an empty text is followed by an empty text',
  },
  {
    file: 'functions/domain/source.ts',
    line: `const isCut = (summary: string | null): boolean => (summary?.length ?? 0) >= 2_048`,
    before: '??',
    after: '||',
    because: '0 is followed by 0',
  },
  {
    file: 'functions/domain/source.ts',
    line: `const isCut = (summary: string | null): boolean => (summary?.length ?? 0) >= 2_048`,
    before: '0',
    after: '1',
    because: 'neither is as long as a summary that was cut',
  },
  {
    file: 'functions/domain/showing.ts',
    line: `behindSince: shown < showing.truth ? (showing.behindSince ?? now) : null,`,
    before: '??',
    after: '||',
    because: NOT_IN_1970,
  },
  {
    file: 'functions/domain/execution.ts',
    line: '(a < b ? -1 : 1),',
    before: '<',
    after: '<=',
    because: 'two runs of actions have two IDs',
  },
  ...neverEmpty(
    'functions/domain/execution.ts',
    'it began after 1970, and no stage has an empty name',
    'if ((stage?.startedAt ?? -Infinity) > failed.at) return execution',
    `? (stageNames(execution).findLast((name) => execution.stages.get(name)?.progress === 'failed') ?? null)`,
  ),
  {
    file: 'functions/domain/visible-text.ts',
    line: String.raw`const BLANK = /[^\S\n]|\u2800/gu`,
    before: String.raw`/[^\S\n]|\u2800/gu`,
    after: String.raw`/[^\S\n]|\u2800/g`,
    because: 'every white space is a single UTF-16 unit',
  },
  {
    file: WINDOW,
    line: 'const start = begin + turn * DAYS_IN[span.every] * DAY',
    before: '+',
    after: '-',
    because: 'there are as many turns on either side, and their order does not count',
  },
  ...[
    ['1', '2'],
    ['2', '3'],
  ].map(([before, after]) => ({
    file: WINDOW,
    line: 'const [from, to] = [(day - 1) * DAY, (day + 2) * DAY]',
    before: before!,
    after: after!,
    because: 'no zone changes its clock twice within four days either',
  })),
  ...neverEmpty(
    WINDOW,
    NOT_IN_1970,
    'const ends = windows.flatMap((window) => occurrenceAt(window, until)?.to ?? [])',
    'const until = frozen.until ?? Infinity',
  ),
  {
    file: WINDOW,
    line: 'until = Math.max(...ends)',
    before: 'max',
    after: 'min',
    because: 'the end of each window is followed in turn, and the last one ends the freeze',
  },
  {
    file: WINDOW,
    line: 'return windows.filter((window) => occurrences(window, now).some(({ from, to }) => from < until && to > now))',
    before: '<',
    after: '<=',
    because: 'a window that opened at the end of the freeze would have prolonged it',
  },
  ...[
    ['2026', '4052'],
    ['0', '1'],
    ['12', '24'],
    ['6', '7'],
    ['6', '5'],
    ['13', '26'],
  ].map(([before, after]) => ({
    file: WINDOW_GAP,
    line: 'const WEEKS = [Date.UTC(2026, 0, 12), Date.UTC(2026, 6, 13)]',
    before: before!,
    after: after!,
    because: ANY_WEEK,
  })),
  {
    file: WINDOW_GAP,
    line: 'const WEEK = 7 * DAY',
    before: '7',
    after: '8',
    because: 'windows recur every week, so an eighth day tells nothing new',
  },
  ...neverEmpty(
    'functions/domain/freeze.ts',
    NOT_IN_1970,
    "export const endOfFreeze = ({ until, lifted }: Pick<Freeze, 'until' | 'lifted'>): number => lifted?.at ?? until",
  ),
  ...[
    [
      'functions/domain/last-deployment.ts',
      "const inStage = ({ executionId, stage }: PastRun): string => [executionId, stage].join('/')",
    ],
    [PAST, "const key = [run.executionId, run.stage, run.action].join('/')"],
  ].map(([file, line]) => ({
    file: file!,
    line: line!,
    before: "'/'",
    after: "''",
    because: 'all execution IDs are of one length',
  })),
  ...neverEmpty(
    'functions/domain/message-link.ts',
    'the number of a thread has digits',
    'return { channel, ts: thread ?? `${digits.slice(0, -6)}.${digits.slice(-6)}` }',
  ),
  {
    file: 'functions/domain/nearest.ts',
    line: `const rows: number[][] = [[...to, ''].map((_, index) => index)]`,
    before: `''`,
    after: `'mutant'`,
    because: 'only the length of the row counts',
  },
  ...[
    ['let answer = false', 'false', 'true'],
    ['last = char', 'last = char', ';'],
    ['if (best && reached.size === 0) break', 'if (best && reached.size === 0) break', ';'],
  ].map(([line, before, after]) => ({
    file: 'functions/domain/linear-pattern.ts',
    line: line!,
    before: before!,
    after: after!,
    because: 'what is remembered, and an early end, save time and change no match',
  })),
  ...neverEmpty(
    'functions/domain/proof.ts',
    NOT_IN_1970,
    'const signed = votes.find((vote) => now < (vote.notBefore ?? -Infinity) && mayCount(vote))',
  ),
  {
    file: 'functions/domain/proof.ts',
    line: `return { userId, name: '', verdict: 'Rejected', comment: '', at, standsInFor: absent }`,
    before: `''`,
    after: `'mutant'`,
    because: 'of a rejection only who gives it counts',
  },
  ...neverEmpty(
    'functions/domain/policy.ts',
    'no rules are no bits, and Slack gives no empty ID',
    'const isPlaced = (userId: string): boolean => helping.some((rules) => ((placing.get(userId) ?? 0) & rules) !== 0)',
    'return [...new Set(helpful.map((userId) => (isPlaced(userId) ? standInNow(policy, userId, out) : null) ?? userId))]',
  ),
  ...[
    ['if (possible.length === 0) return []', 'if (possible.length === 0) return []', ';'],
    [
      'if (!counted.some(({ standsInFor: claimed = [] }) => claimed.length > 0)) return counted',
      'if (!counted.some(({ standsInFor: claimed = [] }) => claimed.length > 0)) return counted',
      ';',
    ],
    ['if (!counted.some(({ standsInFor: claimed = [] }) => claimed.length > 0)) return counted', '>', '>='],
    [
      'if (validFor(policy, vote).length === 0) return null',
      'if (validFor(policy, vote).length === 0) return null',
      ';',
    ],
  ].map(([line, before, after]) => ({
    file: 'functions/domain/policy.ts',
    line: line!,
    before: before!,
    after: after!,
    because: 'without a person who stands in, the rest finds the same, and takes time',
  })),
  {
    file: 'functions/domain/showing.ts',
    line: 'const at = Math.max(isTaken ? turnAt! : 0, pacedUntil(showing, now))',
    before: '0',
    after: '1',
    because: NOT_IN_1970,
  },
  ...neverEmpty(
    'functions/domain/source.ts',
    'the name of a provider has letters',
    `const provider = /"ProviderType"\\s*:\\s*"([A-Za-z]+)"/.exec(summary)?.[1] ?? null`,
  ),
  ...neverEmpty(
    'functions/domain/source.ts',
    'an empty text is followed by an empty text',
    `const hosted = HOSTED.get(onGitHub ? 'GitHub' : (host ?? ''))`,
  ),
  ...[
    `const onGitHub = GITHUB_COMMIT.exec(artifact.url ?? '')`,
    `const hosted = HOSTED.get(onGitHub ? 'GitHub' : (host ?? ''))`,
  ].map((line) => ({
    file: 'functions/domain/source.ts',
    line,
    before: `''`,
    after: `'mutant'`,
    because: 'neither is a host that is known',
  })),
  {
    file: 'functions/domain/stand-in.ts',
    line: 'if (claimed.length === 0) return claimed',
    before: 'if (claimed.length === 0) return claimed',
    after: ';',
    because: 'without a claim none is left either, and looking takes time',
  },
  {
    file: 'functions/domain/stand-in.ts',
    line: 'if (free.length > 0) places.set(vote, free)',
    before: '>',
    after: '>=',
    because: 'an empty list of places is as good as none',
  },
  ...neverEmpty(
    'functions/domain/outside-execution.ts',
    NO_EMPTY_ID,
    'outside: { ...outside, version: version ?? outside.version },',
  ),
  ...neverEmpty('functions/domain/outside-history.ts', NO_EMPTY_ID, 'group: outside?.group ?? null,'),
  {
    file: NOTICE_DELIVERY,
    line: 'late.size > 0 ? { ...approval, notices: { ...approval.notices, ...skipped } } : approval,',
    before: '>',
    after: '>=',
    because: 'without a late reminder the notices stay as they are',
  },
  ...neverEmpty(
    'functions/domain/steering.ts',
    'an empty text is followed by an empty text',
    "`Greenlight ${userId} - ${reason ?? ''}`",
    "`Greenlight ${chain} ${userId}: ${reason ?? ''}`.slice(0, 200)",
  ),
]
