import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import { COMMANDS } from '../../../functions/domain/command.ts'
import { helpFor } from '../../../functions/flows/command/help-for.ts'
import type { Directory } from '../../../functions/ports/directory.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { answerProblems } from '../../support/block-kit-limits.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'

const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: shop-*, stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    standIns: approvers
    may: { hold: { people: [U0DANA] }, release: { people: [U0ELI], groups: [S0ENGINEERS] } }
  - match: { pipeline: '*' }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { freeze: { people: [U0DANA] } }
`
const ALWAYS = ['diff', 'freezes', 'help', 'history', 'mute', 'pending', 'status', 'unmute', 'why']

const helpOf = async (userId: string, file = CONFIGURATION, members?: Directory['members']) => {
  const { services } = botInMemory()
  const read = readConfiguration(file)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const directory = { ...services.directory, ...(members && { members }) }
  const answer = await helpFor({ directory, configuration: configurationFrom(read.configuration) }, userId)
  if (answer.kind !== 'help') throw new Error(answer.kind)
  const message = commandAnswer(answer, 'help')
  expect(answerProblems(message)).toEqual([])
  return { offered: [...answer.offered], text: message.text }
}

test.each([
  ['U0DANA', ['away', 'back', 'freeze', 'hold', 'lengthen', 'lift', 'resume']],
  ['U0ELI', ['away', 'back', 'release']],
  ['U0ZOE', ['away', 'back']],
])('%s is offered what a route lets them do, and no more', async (userId, more) => {
  const { offered, text } = await helpOf(userId)
  expect(offered.sort()).toEqual([...ALWAYS, ...more].sort())
  for (const word of COMMANDS) expect(new RegExp(`/greenlight ${word}\\b`).test(text)).toBe(offered.includes(word))
  expect(text).toContain('Greenlight has more commands, for people whom the settings “may” and “standIns”')
})

test('without a route that lets anyone stand in, no one is offered to name a stand-in', async () => {
  expect((await helpOf('U0DANA', CONFIGURATION.replace(/ {4}standIns.*\n/, ''))).offered).not.toContain('away')
})

test('who may do everything is not told of more', async () => {
  const all = CONFIGURATION.replace('[U0ELI]', '[U0DANA]')
  expect((await helpOf('U0DANA', all)).text).not.toContain('more commands')
})

test('if Slack does not list a group, the rest is offered, and the help says that some may be missing', async () => {
  const unread = async () => ({ kind: 'unread', because: 'Slack does not list S0ENGINEERS (timeout)' }) as const
  const { offered, text } = await helpOf('U0BEN', CONFIGURATION, unread)
  expect(offered).not.toContain('release')
  expect(text).toContain('Some may be missing here: Slack does not list S0ENGINEERS (timeout).')
  expect((await helpOf('U0ELI', CONFIGURATION, unread)).text).not.toContain('Some may be missing')
})
