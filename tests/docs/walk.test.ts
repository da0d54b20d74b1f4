import { stepsOn } from '../../local/page/walk/walk-steps.ts'
import { read } from './pages.ts'

test('README has as many steps of the walk as the page', () => {
  const [, walk = ''] = /^## Try it$([^]*?)^## /m.exec(read('README.md')) ?? []
  const told = [...walk.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))
  expect(told).toEqual(stepsOn({ notRun: [] }).map((_, index) => index + 1))
})
