import { readFileSync } from 'node:fs'
import { readTemplate } from '../infra/read-template.ts'

/* docs/runbook.md has each alarm once, and says what it means, how to see it and how to mend it. */

const sections = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [title = '', ...rest] = section.split('\n')
    const text = rest.join('\n')
    const [, alarms = ''] = /^Alarms: ([^]*?)\n\n/m.exec(text) ?? []
    return { title, text, alarms: [...alarms.matchAll(/`(\w+)`/g)].map(([, name = '']) => name) }
  })

const FILES = ['bot-alarms.yml', 'checkpoints.yml', 'attestations.yml', 'spoke.yml']

const alarmsOf = (file: string): string[] =>
  Object.entries(readTemplate(file).Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([id]) => id)

test('the runbook has each alarm of the bot and of a joined account, once', () => {
  const alarms = FILES.flatMap(alarmsOf)
  expect(alarms.length).toBeGreaterThan(20)
  expect(sections.flatMap((section) => section.alarms).sort()).toEqual(alarms.sort())
})

test.each(sections)('$title: says what it means, how to see it and how to mend it', ({ text, alarms }) => {
  expect(alarms).not.toEqual([])
  const parts = [...text.matchAll(/^\*\*(.+?)\*\*/gm)].map(([, part]) => part)
  expect(parts).toEqual(['Meaning.', 'See it.', 'Mend it.'])
})

test('the alarm’s own words are short enough for CloudWatch', () => {
  for (const file of FILES)
    for (const { Type, Properties } of Object.values(readTemplate(file).Resources))
      if (Type === 'AWS::CloudWatch::Alarm') expect(String(Properties.AlarmDescription).length).toBeLessThan(1_024)
})
