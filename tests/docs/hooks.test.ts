import { read } from './pages.ts'

test('the guide has every variable of the EC2 hooks, with its default', () => {
  const set = [...read('appspec/ec2/scripts/settings.sh').matchAll(/\$\{(GREENLIGHT_\w+):-([^}]*)\}/g)].map(
    ([, name, preset]) => [name, preset],
  )
  const told = [...read('docs/hooks.md').matchAll(/^\| `(GREENLIGHT_\w+)` +\| `?(.*?)`? +\|/gm)].map(
    ([, name, preset]) => [name, preset === 'what is there' ? '' : preset],
  )
  expect(set.length).toBeGreaterThan(5)
  expect(told).toEqual(set)
})
