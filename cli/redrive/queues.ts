/** The dead-letter queues of infra/bot.yml, by their logical IDs. */
export const QUEUES = [
  'ApprovalRequestedDead',
  'EffectDueDead',
  'PipelineChangedDead',
  'MinutePassedDead',
  'DayPassedDead',
  'ApprovalDecidedDead',
] as const

export type QueueId = (typeof QUEUES)[number]

/** The logical ID of the function whose events a queue keeps; effect-due's come from the queue Effects. */
export const FUNCTIONS: Record<Exclude<QueueId, 'EffectDueDead'>, string> = {
  ApprovalRequestedDead: 'ApprovalDashrequestedLambdaFunction',
  PipelineChangedDead: 'PipelineDashchangedLambdaFunction',
  MinutePassedDead: 'MinuteDashpassedLambdaFunction',
  DayPassedDead: 'DayDashpassedLambdaFunction',
  ApprovalDecidedDead: 'ApprovalDashdecidedLambdaFunction',
}
