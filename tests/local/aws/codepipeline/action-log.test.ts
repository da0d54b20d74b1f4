import { createActionLogs } from '../../../../local/aws/codepipeline/action-log.ts'
import { shop, virtualCodePipeline } from '../../../support/virtual-codepipeline.ts'

describe('logs', () => {
  test('are kept for each action execution, and every line is a change', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    await codePipeline.start()
    const [compile] = codePipeline.held.running
    let changes = 0
    const off = codePipeline.engine.onChange(() => changes++)
    compile?.run.log('npm ci')
    compile?.run.log('npm test')
    expect(changes).toBe(2)
    off()
    compile?.run.log('done')
    expect(changes).toBe(2)
    expect(codePipeline.engine.logOf(compile?.run.actionExecutionId ?? '')).toBe('npm ci\nnpm test\ndone\n')
    expect(codePipeline.engine.logOf('unknown')).toBeUndefined()
    const build = codePipeline.engine.overview()[0]?.executions[0]?.stages[1]?.actions[0]
    expect(build).toMatchObject({ name: 'Compile', hasLog: true, status: 'InProgress' })
  })

  test('are cut at a limit, and say how much is missing', () => {
    const logs = createActionLogs()
    for (let line = 1; line <= 10_000; line++) logs.append('a', `line ${line}`)
    logs.append('a', 'x'.repeat(5000))
    const lines = logs.read('a')?.trimEnd().split('\n') ?? []
    expect(lines).toHaveLength(2001)
    expect(lines[0]).toBe('… 8001 earlier lines are not kept')
    expect(lines[1]).toBe('line 8002')
    expect(lines.at(-1)).toHaveLength(2001)
  })
})
