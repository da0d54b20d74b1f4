import type { Repository } from '../../functions/domain/revision.ts'
import { titleParts } from '../../functions/slack/title-parts.ts'
import { CHANGE, ROUNDING, approval } from '../support/records.ts'
import { PLAIN_ROUTE } from '../support/plain-route.ts'
import { lines, message } from './rendered-approval.ts'

const SHOP = { github: 'https://github.com', gitlab: 'https://gitlab.com', bitbucket: 'https://bitbucket.org' }
const repository = (kind: Repository['kind']): Repository => ({
  kind,
  name: 'shop/web',
  url: `${kind === 'codecommit' ? 'https://console.example' : SHOP[kind]}/shop/web`,
})
const TICKETS = { pattern: 'SHOP-\\d+', url: 'https://tickets.example/{ticket}' }

const shown = (title: string, kind: Repository['kind'] | null = 'github', tickets: typeof TICKETS | null = TICKETS) =>
  titleParts({ title, repository: kind && repository(kind) }, tickets ?? undefined)
    .map((part) => (part.type === 'link' ? `<${part.text} ${part.url}>` : part.type === 'text' ? part.text : '?'))
    .join('')

test.each<[string, Repository['kind'] | null, string]>([
  ['Add gift cards (#412)', 'github', 'Add gift cards (<#412 https://github.com/shop/web/pull/412>)'],
  ['Merge pull request #7 from x', 'github', 'Merge pull request <#7 https://github.com/shop/web/pull/7> from x'],
  ['#7', 'github', '<#7 https://github.com/shop/web/pull/7>'],
  [
    'Revert "Add gift cards (#412)" (#415)',
    'github',
    'Revert "Add gift cards (<#412 https://github.com/shop/web/pull/412>)" (<#415 https://github.com/shop/web/pull/415>)',
  ],
  ['Color #a1b2c3, shop/api#7 and other#8', 'github', 'Color #a1b2c3, shop/api#7 and other#8'],
  [
    'Merged in x (pull request #9)',
    'bitbucket',
    'Merged in x (pull request <#9 https://bitbucket.org/shop/web/pull-requests/9>)',
  ],
  ['Fix #9', 'bitbucket', 'Fix #9'],
  [
    'See merge request shop/web!9',
    'gitlab',
    'See merge request shop/web<!9 https://gitlab.com/shop/web/-/merge_requests/9>',
  ],
  ['Fix #9', 'gitlab', 'Fix #9'],
  ['Fix #9', 'codecommit', 'Fix #9'],
  ['Fix #9', null, 'Fix #9'],
  [
    'SHOP-12: add gift cards (#412)',
    'github',
    '<SHOP-12 https://tickets.example/SHOP-12>: add gift cards (<#412 https://github.com/shop/web/pull/412>)',
  ],
])('%s of %s', (title, kind, expected) => {
  expect(shown(title, kind)).toBe(expected)
})

test('without the setting, a ticket is a part of the title', () => {
  expect(shown('SHOP-12: add gift cards', 'github', null)).toBe('SHOP-12: add gift cards')
})

test('a long title is cut, and a ticket that is cut leads nowhere', () => {
  expect(shown(`${'x'.repeat(115)} SHOP-1234`)).toBe(`${'x'.repeat(115)} SHO…`)
})

test('an approval links the tickets of its route, and the pull request that started the execution', () => {
  const change = {
    ...CHANGE,
    since: { ...CHANGE.since!, included: [{ ...ROUNDING, title: 'SHOP-12: round up', pullRequest: '31' }], count: 1 },
  }
  const all = lines(approval({ change }), { route: { ...PLAIN_ROUTE, tickets: TICKETS } })
  expect(all).toContain(
    '1 change since Sat, Nov 21: <SHOP-12>: round up · Ana · <Pull request 31> · <4f9c2e1> · <Compare>',
  )
  const { blocks } = message(approval({ change }), { route: { ...PLAIN_ROUTE, tickets: TICKETS } })
  expect(JSON.stringify(blocks)).toContain('/pull/31')
})

test.each([
  ['Bump the parser to 1.31.0', 'Bump the parser to 1.31.0 · Ana · <Pull request 31> · <4f9c2e1>'],
  ['Round up (#310)', 'Round up (<#310>) · Ana · <Pull request 31> · <4f9c2e1>'],
  ['Round up (#31)', 'Round up (<#31>) · Ana · <4f9c2e1>'],
  ['Revert "Round up (#30)" (#31)', 'Revert "Round up (<#30>)" (<#31>) · Ana · <4f9c2e1>'],
  [`${'x'.repeat(118)} #31`, `${'x'.repeat(118)} … · Ana · <Pull request 31> · <4f9c2e1>`],
])('pull request 31 is linked once, where the title is %s', (title, expected) => {
  const included = [{ ...ROUNDING, title, pullRequest: '31' }]
  const change = { ...CHANGE, since: { ...CHANGE.since!, included, count: 1 } }
  expect(lines(approval({ change }))).toContain(`1 change since Sat, Nov 21: ${expected} · <Compare>`)
})
