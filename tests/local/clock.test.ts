import { createWorkspaceClock, type WorkspaceClock } from '../../local/clock.ts'

const start = Date.UTC(2026, 10, 23, 9)

/** A clock on a machine whose time stands still. */
const stillClock = (): WorkspaceClock => createWorkspaceClock(() => start)

describe('the workspace clock', () => {
  test('fires timers in order, each at its own time, when it is moved past them', async () => {
    const clock = stillClock()
    const fired: [string, number][] = []
    clock.at(start + 7_200_000, () => fired.push(['later', clock.now()]))
    clock.at(start + 3_600_000, () => fired.push(['sooner', clock.now()]))
    clock.at(start + 10_800_001, () => fired.push(['not yet', clock.now()]))
    await clock.moveAhead(10_800_000)
    expect(fired).toEqual([
      ['sooner', start + 3_600_000],
      ['later', start + 7_200_000],
    ])
    expect(clock.now()).toBe(start + 10_800_000)
    clock.stop()
  })

  test('tells whole milliseconds, whatever it is asked to wait for', async () => {
    const clock = stillClock()
    const told: number[] = []
    void clock.sleep(10.25).then(() => told.push(clock.now()))
    clock.every(20.5, () => told.push(clock.now()))
    await clock.moveAhead(25.5)
    expect(told).toEqual([start + 11, start + 21])
    expect(clock.now()).toBe(start + 26)
    clock.stop()
  })

  test('fires a timer that another timer sets meanwhile', async () => {
    const clock = stillClock()
    const fired: number[] = []
    clock.at(start + 1000, () => clock.at(start + 2000, () => fired.push(clock.now())))
    await clock.moveAhead(5000)
    expect(fired).toEqual([start + 2000])
  })

  test('fires a repeating timer at each of its times', async () => {
    const clock = stillClock()
    const turns: number[] = []
    clock.every(60_000, () => turns.push(clock.now()))
    await clock.moveAhead(150_000)
    await clock.moveAhead(29_999)
    expect(turns).toEqual([start + 60_000, start + 120_000])
    await clock.moveAhead(1)
    expect(turns).toHaveLength(3)
    clock.stop()
  })

  test('leaves out the times that are not needed, and comes at the end of the move', async () => {
    const clock = stillClock()
    const turns: number[] = []
    clock.every(
      60_000,
      () => turns.push(clock.now()),
      () => Promise.resolve(turns.length === 0 ? start + 600_500 : Infinity),
    )
    await clock.moveAhead(3_600_000)
    expect(turns).toEqual([start + 600_500, start + 3_600_000])
    clock.stop()
  })

  test('asks when a turn is needed only where the turn could be the next stop', async () => {
    const clock = stillClock()
    let asked = 0
    const neededAt = () => {
      asked += 1
      return Promise.resolve(Infinity)
    }
    clock.every(60_000, () => undefined, neededAt)
    for (let step = 0; step < 10; step++) await clock.moveAhead(500)
    clock.at(start + 30_000, () => undefined)
    await clock.moveAhead(40_000)
    expect(asked).toBe(0)
    await clock.moveAhead(15_001)
    expect(asked).toBe(1)
    clock.stop()
  })

  test('stands still while the work that it has started runs', async () => {
    const clock = stillClock()
    const seen: [string, number][] = []
    const work = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      clock.at(start + 2000, () => seen.push(['its own timer', clock.now()]))
      seen.push(['worked', clock.now()])
    }
    clock.at(start + 1000, () => void clock.during(work()))
    clock.at(start + 3000, () => seen.push(['the next', clock.now()]))
    await clock.moveAhead(5000)
    expect(seen).toEqual([
      ['worked', start + 1000],
      ['its own timer', start + 2000],
      ['the next', start + 3000],
    ])
  })

  test('continues if the work that it waits for fails', async () => {
    const clock = stillClock()
    await expect(clock.during(Promise.reject(new Error('no table')))).rejects.toThrow('no table')
    await clock.moveAhead(1000)
    expect(clock.aheadByMs()).toBe(1000)
  })

  test('makes two moves one after the other, and calls its listener at each stop', async () => {
    const clock = stillClock()
    const stops: number[] = []
    clock.onMove(() => stops.push(clock.aheadByMs()))
    clock.at(start + 1000, () => undefined)
    await Promise.all([clock.moveAhead(1500), clock.moveAhead(500)])
    expect(stops).toEqual([1000, 1500, 2000])
  })

  test('ends a move when it is stopped', async () => {
    const clock = stillClock()
    clock.at(start + 1000, () => clock.stop())
    await clock.moveAhead(5000)
    expect(clock.aheadByMs()).toBe(1000)
  })

  test('does not fire a canceled timer', async () => {
    const clock = stillClock()
    let fired = false
    const cancel = clock.at(start + 10, () => (fired = true))
    cancel()
    await clock.moveAhead(20)
    expect(fired).toBe(false)
  })

  test('wakes a sleeper when it is moved, and rejects one that is aborted', async () => {
    const clock = stillClock()
    const asleep = clock.sleep(86_400_000)
    await clock.moveAhead(86_400_000)
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

  test('refuses to go back', async () => {
    await expect(stillClock().moveAhead(-1)).rejects.toThrow('only moves forward')
    await expect(stillClock().moveAhead(Number.NaN)).rejects.toThrow('only moves forward')
  })
})
