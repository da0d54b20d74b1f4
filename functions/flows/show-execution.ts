import type { Execution } from '../domain/execution.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import type { Place } from '../domain/showing.ts'
import { readApproval } from './change-approval.ts'
import type { Performed } from './performed.ts'
import type { Services } from './ports.ts'
import { showRecord } from './show-record.ts'

/** Makes the execution's status card show the execution. */
export const showExecution = (services: Services, key: ExecutionKey): Promise<Performed> => {
  const { configuration, executions } = services
  return showRecord<Execution>(services, {
    effect: { do: 'show-execution', execution: key },
    change: (step) => executions.change(key, step),
    channelOf: ({ key }) => configuration.statusChannelFor(key),
    render: async (execution) => ({
      kind: 'execution',
      execution,
      consoleUrl: configuration.consoleUrl(key),
      accountName: configuration.accountName(key.accountId),
      approvalPlaces: await approvalPlaces(services, execution),
    }),
    beganAt: ({ overall, heardAt }) => overall.startedAt ?? heardAt,
  })
}

const approvalPlaces = async (services: Services, { approvals }: Execution): Promise<Record<string, Place>> => {
  const places = await Promise.all(
    Object.entries(approvals).map(async ([where, id]) => [where, (await readApproval(services, id))?.showing.place]),
  )
  return Object.fromEntries(places.filter(([, place]) => place)) as Record<string, Place>
}
