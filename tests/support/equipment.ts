import { type Tool, detectTools, notRunWithout } from '../../local/process/capabilities.ts'

/** What this machine has. */
export const tools = await detectTools()

export const missing: Tool = { missing: 'it is not installed' }

/**
 * A suite that needs a program. Where that is missing, this is printed, and the one test left checks that the workspace
 * says so too.
 */
export function describeWith(name: keyof typeof tools, title: string, suite: () => void): void {
  const tool = tools[name]
  if (!('missing' in tool)) return describe(title, suite)
  console.warn(`Not tested: ${title}, because ${tool.missing}`)
  describe(title, () => {
    test('is named as not run', () => {
      expect(notRunWithout(tools).map(({ why }) => why)).toContain(tool.missing)
    })
  })
}
