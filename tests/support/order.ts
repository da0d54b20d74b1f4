import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ActionRun } from '../../local/aws/action-runner.ts'

/** An action to run, as the engine orders it, whose log is kept in `lines`. */
export const order = (given: Partial<ActionRun> = {}): ActionRun & { lines: string[] } => {
  const lines: string[] = []
  return {
    accountId: '111122223333',
    region: 'eu-west-1',
    pipelineName: 'flask-app',
    pipelineExecutionId: 'e0000000-0000-4000-8000-000000000000',
    stageName: 'Stage',
    actionName: 'Action',
    actionExecutionId: 'a0000000-0000-4000-8000-000000000000',
    category: 'Build',
    provider: 'CodeBuild',
    configuration: {},
    inputArtifacts: {},
    outputArtifacts: {},
    log: (line) => lines.push(line),
    progress: () => {},
    signal: new AbortController().signal,
    lines,
    ...given,
  }
}

/** Directories for tests, all below one that `removeDirectories` removes. */
const made: string[] = []

export const directoryWith = async (files: Record<string, string> = {}): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-test-'))
  made.push(directory)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}

export const removeDirectories = async (): Promise<void> => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
