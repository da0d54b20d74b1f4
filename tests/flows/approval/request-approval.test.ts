import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

const DAY = 86_400_000
const SECOND = 1_000

/** A deployment waits for an approval that has not been requested in Slack yet. */
const waiting = async (executionMode: 'SUPERSEDED' | 'PARALLEL') => {
  const world = stillWorld()
  const warned: [string, unknown][] = []
  await world.codePipeline.create({ ...shop(), executionMode })
  await world.codePipeline.start()
  const startedAt = Math.floor(world.codePipeline.clock.now() / SECOND) * SECOND
  world.codePipeline.clock.pass(DAY)
  const log = { ...world.services.log, warn: (message: string, about: unknown) => void warned.push([message, about]) }
  const told = async (expiresAt: number) => {
    await requestApproval({ ...world.services, log }, { ...world.notification(), expiresAt })
    return (await readApproval(world.services, world.notification().id))!.expiresAt
  }
  return { told, warned, startedAt, expires: world.notification().expiresAt }
}

describe.each(['SUPERSEDED', 'PARALLEL'] as const)('the time at which an approval expires, in %s mode,', (mode) => {
  test('is the time in its notification', async () => {
    const { told, warned, expires } = await waiting(mode)
    expect(await told(expires)).toBe(expires)
    expect(warned).toEqual([])
  })

  test.each([
    ['years later, it is the latest time that CodePipeline allows', Date.UTC(2099, 0, 1), 60 * DAY],
    ['an earlier time than its start, it has already expired', Date.UTC(1999, 0, 1), 0],
  ])('and its notification says %s', async (_, says, afterStart) => {
    const { told, warned, startedAt } = await waiting(mode)
    expect(await told(says)).toBe(startedAt + afterStart)
    expect(warned).toEqual([['The notification’s expiry is not plausible', expect.objectContaining({ told: says })]])
  })
})
