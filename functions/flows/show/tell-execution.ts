import { causeLeftOut, endNoticesOf, endOfExecution } from '../../domain/deployment-notices.ts'
import type { Execution } from '../../domain/execution.ts'
import { acquireExecutionNotice, leftWhenBegun, noticeSaid } from '../../domain/notice-delivery.ts'
import type { ExecutionNoticeKind, Notice } from '../../domain/notice.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { withoutWatcher } from '../../domain/watching.ts'
import { deliverNotice } from './deliver-notice.ts'
import { statusChannelOf } from './execution-effects.ts'
import { consolePageOf } from './show-execution.ts'
import { tellExecutionEnd } from './tell-deployment-end.ts'

/** Story: an execution has ended. The thread of its status card says how, and a direct message to each who asked for that. */
export const tellExecution = (services: Services, key: ExecutionKey): Promise<Performed> => {
  const { executions } = services
  return deliverNotice<Execution, Notice<ExecutionNoticeKind>>(services, {
    read: () => executions.read(key),
    change: (step, from) => executions.change(key, step, from && { from }),
    tellEnd: (execution) => tellExecutionEnd(services, execution),
    acquire: acquireExecutionNotice,
    prepare: async (execution, notice) =>
      endNoticesOf(execution).some(({ key }) => key === notice.key) ? execution : null,
    channelOf: ({ showing: { place } }, { channel }) =>
      channel === null ? place && { channel: place.channel, under: place } : { channel, under: null },
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
    said: (current, shown, { notice: { key, channel }, at, wasThere }) =>
      noticeSaid(channel === null ? current : withoutWatcher(current, channel), key, {
        at,
        ...(wasThere ? leftWhenBegun(shown, key) : causeLeftOut(key, endOfExecution(shown))),
      }),
    next: () => [],
    effect: { do: 'tell-execution', execution: key },
    show: { do: 'show-execution', execution: key },
    about: { execution: key.executionId },
  })
}
