import { type StepCounts, openGrownBot } from '../../../scripts/bench/growth/grown-bot.ts'

const countsAt = async (pipelines: number, approvals: number): Promise<Record<string, StepCounts>> => {
  const bot = await openGrownBot({ pipelines, approvals })
  try {
    const counts: Record<string, StepCounts> = {}
    for (const step of bot.steps) counts[step] = await bot.count(step)
    return counts
  } finally {
    bot.close()
  }
}

/** Both have executions of each of the last seven days. */
test('a step makes the same calls and reads as much with 10 pipelines and approvals as with 300', async () => {
  const [small, large] = [await countsAt(10, 10), await countsAt(300, 300)]
  const { '/greenlight status shop-1': statusOfFew, 'the Home tab': homeOfFew, ...few } = small
  const { '/greenlight status shop-1': statusOfMany, 'the Home tab': homeOfMany, ...many } = large
  expect(Object.keys(few).length).toBeGreaterThan(4)
  expect(many).toEqual(few)
  // It looks through the keys of the executions of a month for the pipeline: pages, not calls of its own.
  expect([statusOfMany!.calls, statusOfMany!.others]).toEqual([statusOfFew!.calls, statusOfFew!.others])
})

test('the Home tab reads 60 executions, however many there are', async () => {
  const [large, larger] = [await countsAt(300, 10), await countsAt(600, 10)]
  const home = 'the Home tab'
  expect(larger[home]!.items).toBeLessThanOrEqual(large[home]!.items)
  expect(larger[home]!.readUnits).toBeLessThanOrEqual(large[home]!.readUnits)
})
