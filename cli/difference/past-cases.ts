import { configurationFrom } from '../../functions/config/configuration.ts'
import { recordTable } from '../audit/record-table.ts'
import { counted } from '../counted.ts'
import { newestApprovals } from '../executions/newest-approvals.ts'
import { matchedPipelines, pipelinesThere } from '../executions/pipelines-there.ts'
import { Failure } from '../failure.ts'
import { installationFrom } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'
import type { Policies } from './compare-policies.ts'
import type { PastCase } from './past-case.ts'
import { recordedCases } from './recorded-cases.ts'

/** Which approvals of the past are wanted. */
export interface AskedPast {
  /** How many executions. */
  most: number
  pipeline?: string
  stage?: string
  table?: string
}

/** From the audit record; without one, from CodePipeline, which does not tell who clicked. */
export const pastCases = async (
  [old, changed]: Policies,
  { pipeline, stage, most, table }: AskedPast,
  installation: InstallationOptions,
  terminal: Terminal,
): Promise<{ cases: PastCase[]; lines: string[] }> => {
  const isWanted = (where: PastCase['where']): boolean =>
    (pipeline === undefined || where.pipeline === pipeline) && (stage === undefined || where.stage === stage)
  const found = await recordTable({ ...installation, ...(table && { table }) }, terminal).catch((error: unknown) => {
    if (error instanceof Failure && error.exitCode === 1 && !table) return error
    throw error
  })
  if (!(found instanceof Failure)) {
    const { cases, notIntact } = await recordedCases(found, { most, now: terminal.now(), isWanted })
    return {
      cases,
      lines: [
        `The last ${counted(executionsIn(cases), 'execution', 'executions')} of the audit record (${counted(cases.length, 'approval', 'approvals')}):`,
        ...(notIntact.length > 0
          ? [`  not judged, because their record is not intact: ${counted(notIntact.length, 'approval', 'approvals')}`]
          : []),
      ],
    }
  }
  const { there, pipelines } = await pipelinesThere(await installationFrom(installation, terminal))
  const both = { routes: [...old.routes, ...changed.routes], globs: { ...old.globs, ...changed.globs } }
  const named = (await matchedPipelines(pipelines, there, both)).filter(
    (one) => pipeline === undefined || one.pipeline === pipeline,
  )
  const all: PastCase[] = []
  for (const one of named)
    for (const { at, ...known } of await newestApprovals(
      { pipelines, configuration: configurationFrom(changed) },
      one,
      most,
    ))
      if (isWanted(known.where)) all.push({ ...known, ...NOTHING_DONE, requestedAt: at })
  const newest = all.sort((a, b) => b.requestedAt - a.requestedAt)
  const kept = new Set([...new Set(newest.map(({ executionId }) => executionId))].slice(0, most))
  const cases = newest.filter(({ executionId }) => kept.has(executionId))
  return {
    cases,
    lines: [
      found.message,
      `The last ${counted(executionsIn(cases), 'execution', 'executions')} of CodePipeline (${counted(cases.length, 'approval', 'approvals')}), as if no one had approved yet: it does not tell who clicked.`,
    ],
  }
}

const NOTHING_DONE = { approval: null, acts: [], refusedClicks: 0, automatic: null, endedAt: 0, decided: null } as const

const executionsIn = (cases: readonly PastCase[]): number => new Set(cases.map(({ executionId }) => executionId)).size
