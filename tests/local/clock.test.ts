import { createWorkspaceClock, type WorkspaceClock } from '../../local/clock.ts'

const start = Date.UTC(2026, 10, 23, 9)

/** A clock on a machine whose time stands still. */
const stillClock = (): WorkspaceClock => createWorkspaceClock(() => start)

describe('the workspace clock', () => {
  test('fires timers in order, each at the time it was due, when it is moved past them', () => {
    const clock = stillClock()
    const fired: [string, number][] = []
    clock.at(start + 7_200_000, () => fired.push(['later', clock.now()]))
    clock.at(start + 3_600_000, () => fired.push(['sooner', clock.now()]))
    clock.at(start + 10_800_001, () => fired.push(['not yet', clock.now()]))
    clock.moveAhead(10_800_000)
    expect(fired).toEqual([
      ['sooner', start + 3_600_000],
      ['later', start + 7_200_000],
    ])
    expect(clock.now()).toBe(start + 10_800_000)
    clock.stop()
  })

  test('fires a timer that another timer sets on the way', () => {
    const clock = stillClock()
    const fired: number[] = []
    clock.at(start + 1000, () => clock.at(start + 2000, () => fired.push(clock.now())))
    clock.moveAhead(5000)
    expect(fired).toEqual([start + 2000])
  })

  test('fires a repeating timer once for a move past many of its turns', () => {
    const clock = stillClock()
    let turns = 0
    clock.every(60_000, () => turns++)
    clock.moveAhead(3_600_000)
    expect(turns).toBe(1)
    clock.moveAhead(59_999)
    expect(turns).toBe(1)
    clock.moveAhead(1)
    expect(turns).toBe(2)
    clock.stop()
  })

  test('does not fire what was cancelled', () => {
    const clock = stillClock()
    let fired = false
    const cancel = clock.at(start + 10, () => (fired = true))
    cancel()
    clock.moveAhead(20)
    expect(fired).toBe(false)
  })

  test('wakes a sleeper when it is moved, and rejects one that is aborted', async () => {
    const clock = stillClock()
    const asleep = clock.sleep(86_400_000)
    clock.moveAhead(86_400_000)
    await asleep
    const controller = new AbortController()
    const aborted = clock.sleep(1000, controller.signal)
    controller.abort(new Error('stopped'))
    await expect(aborted).rejects.toThrow('stopped')
    await expect(clock.sleep(1000, controller.signal)).rejects.toThrow('stopped')
  })

  test('fires by the machine’s own time too', async () => {
    const clock = createWorkspaceClock()
    const keepAlive = setInterval(() => {}, 1000)
    await clock.sleep(5)
    clearInterval(keepAlive)
  })

  test('refuses to go back', () => {
    expect(() => stillClock().moveAhead(-1)).toThrow('only moves forward')
    expect(() => stillClock().moveAhead(Number.NaN)).toThrow('only moves forward')
  })
})
