import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'

/** Tells which pieces of code have run, as V8 counts them ("Profiler", Chrome DevTools Protocol). */
export interface Reach {
  /** For each file that `fileAt` names: whether the code at an offset has run since the last call. */
  take(fileAt: (url: string) => string | null): Promise<Map<string, (offset: number) => boolean>>
  close(): Promise<void>
}

export const watchReach = async (): Promise<Reach> => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    take: async (fileAt) => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      return new Map(
        result.flatMap(({ url, functions }) => {
          const file = fileAt(url)
          return file === null ? [] : [[file, hasRun(functions)] as const]
        }),
      )
    },
    close: async () => {
      await session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** The smallest range around an offset has its count; code without a range was never compiled. */
const hasRun = (functions: Profiler.FunctionCoverage[]) => {
  const ranges = functions
    .flatMap((one) => one.ranges)
    .sort((one, other) => one.endOffset - one.startOffset - (other.endOffset - other.startOffset))
  return (offset: number): boolean =>
    (ranges.find(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)?.count ?? 0) > 0
}
