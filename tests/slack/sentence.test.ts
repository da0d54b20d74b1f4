import { text, user } from '../../functions/slack/block-kit.ts'
import { plain, say } from '../../functions/slack/sentence.ts'

test('a sentence keeps its words around its placeholders', () => {
  expect(say('Approved by {person} at {at}', { person: user('U0ANA'), at: '09:30' })).toEqual([
    text('Approved by '),
    user('U0ANA'),
    text(' at '),
    text('09:30'),
  ])
  expect(plain('Approved by {person} at {at}', { person: 'Ana', at: '09:30' })).toBe('Approved by Ana at 09:30')
  expect(plain('{one}{one}', { one: 'x' })).toBe('xx')
})

test('several parts, or none, fill one placeholder', () => {
  expect(say('{people}: done', { people: [user('U0ANA'), text(' and '), user('U0BEN')] })).toHaveLength(4)
  expect(say('{nothing}', { nothing: '' })).toEqual([])
})

test('words between stars are bold, and a text without markup leaves the stars out', () => {
  expect(say('*Frozen {name}* now', { name: 'audit' })).toEqual([
    { type: 'text', text: 'Frozen ', style: { bold: true } },
    { type: 'text', text: 'audit', style: { bold: true } },
    text(' now'),
  ])
  expect(plain('*Frozen {name}* now', { name: 'audit' })).toBe('Frozen audit now')
})

test('placeholders inside a filled-in text stay as they are', () => {
  const hostile = '{name} *bold* {at}'
  expect(say('By {name} {at}', { name: hostile, at: '*' }).map((part) => 'text' in part && part.text)).toEqual([
    'By ',
    hostile,
    ' ',
    '*',
  ])
  expect(plain('By {name} {at}', { name: hostile, at: '*' })).toBe(`By ${hostile} *`)
})
