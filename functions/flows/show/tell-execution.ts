import { causeLeftOut, endNoticeOf, endOfExecution } from '../../domain/deployment-notices.ts'
import type { Execution } from '../../domain/execution.ts'
import { acquireExecutionNotice, leftWhenBegun, noticeSaid } from '../../domain/notice-delivery.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { deliverNotice } from './deliver-notice.ts'
import { consolePageOf, statusChannelOf } from './show-execution.ts'
import { tellExecutionEnd } from './tell-deployment-end.ts'

/** Story: an execution has ended, and the thread of its status card says how. */
export const tellExecution = (services: Services, key: ExecutionKey): Promise<Performed> => {
  const { executions } = services
  return deliverNotice<Execution>(services, {
    read: () => executions.read(key),
    change: (step, from) => executions.change(key, step, from && { from }),
    tellEnd: (execution) => tellExecutionEnd(services, execution),
    acquire: acquireExecutionNotice,
    prepare: async (execution, notice) => (endNoticeOf(execution)?.key === notice.key ? execution : null),
    channelOf: ({ showing: { place } }) => place && { channel: place.channel, under: place },
    hasChannel: (execution) => statusChannelOf(services, execution) !== null,
    card: (execution, notice, telling) => ({
      kind: 'execution-notice',
      notice,
      execution,
      consoleUrl: consolePageOf(services, execution),
      mention: telling?.mention ?? [],
      failingSince: telling?.failingSince ?? null,
      ...(telling?.steering && { steering: telling.steering }),
    }),
    beganAt: ({ firstEventAt }) => firstEventAt,
    said: (current, shown, { notice: { key }, at, wasThere }) =>
      noticeSaid(current, key, {
        at,
        ...(wasThere ? leftWhenBegun(shown, key) : causeLeftOut(key, endOfExecution(shown))),
      }),
    next: () => [],
    effect: { do: 'tell-execution', execution: key },
    about: { execution: key.executionId },
  })
}
