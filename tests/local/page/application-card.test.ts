import { h } from 'preact'
import type { ApplicationView } from '../../../local/page/contract.ts'
import { ApplicationCard } from '../../../local/page/pipeline/application-card.tsx'
import { renderAs } from './render.tsx'
import { busySnapshot } from './snapshots.ts'

const shown = (more: Partial<ApplicationView>): string => {
  const snapshot = busySnapshot()
  const application = { url: 'http://127.0.0.1:4610/', version: '9d1e77c', healthy: true, ...more }
  return renderAs(snapshot.people[0]!, snapshot, h(ApplicationCard, { application }))
}

test('an application that does not answer while another version is installed is deploying, and not sick', () => {
  expect(shown({ healthy: false, deploying: true })).toContain('Deploying')
  expect(shown({ healthy: false, deploying: true })).not.toContain('Not healthy')
  expect(shown({ healthy: false })).toContain('Not healthy')
  expect(shown({ healthy: true })).toContain('Healthy')
})
