import type { Execution } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Place } from '../../domain/showing.ts'
import type { Performed } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { showRecord } from './show-record.ts'

/** Makes the execution's status card show the execution. */
export const showExecution = (services: Services, key: ExecutionKey): Promise<Performed> => {
  const { configuration, executions } = services
  return showRecord<Execution>(services, {
    effect: { do: 'show-execution', execution: key },
    change: (step) => executions.change(key, step),
    channelOf: ({ key }) => configuration.statusChannelFor(key),
    render: (execution) => ({
      kind: 'execution',
      execution,
      consoleUrl: configuration.consoleUrl(key),
      accountName: configuration.accountName(key.accountId),
      approvalPlaces: approvalPlaces(execution),
    }),
    beganAt: ({ firstEventAt }) => firstEventAt,
  })
}

const approvalPlaces = ({ approvals }: Execution): Record<string, Place> =>
  Object.fromEntries(Object.entries(approvals).flatMap(([where, { place }]) => (place ? [[where, place]] : [])))
