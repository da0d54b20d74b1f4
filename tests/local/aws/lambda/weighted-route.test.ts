import fc from 'fast-check'
import { weightedRoute } from '../../../../local/aws/lambda/weighted-route.ts'

test('the share of a version is exact for any number of requests, and evenly spread', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 2000 }), (percent, requests) => {
      const route = weightedRoute()
      route.setShare(percent / 100)
      let taken = 0
      let furthest = 0
      for (let request = 1; request <= requests; request += 1) {
        if (route.takesNext()) taken += 1
        furthest = Math.max(furthest, Math.abs(taken - (request * percent) / 100))
      }
      expect(furthest).toBeLessThan(1)
      expect(taken).toBe(Math.floor((requests * percent) / 100))
    }),
  )
})
