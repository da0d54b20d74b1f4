import { readFileSync, readdirSync } from 'node:fs'
import { parameterValues } from '../../local/aws/template/template.ts'
import { readTemplate } from './read-template.ts'

/* The commands in the guides, compared with the templates. */

const GUIDES = new URL('../../docs/targets/', import.meta.url)

const guides = readdirSync(GUIDES).map((file) => ({ file, content: readFileSync(new URL(file, GUIDES), 'utf8') }))

const launches = guides.flatMap(({ file, content }) =>
  [...content.matchAll(/```sh\n([^]*?)```/g)]
    .map(([, block = '']) => block.replaceAll('\\\n', ' '))
    .flatMap((block) => [...block.matchAll(/--template-file infra\/(\S+) .*--parameter-overrides (.*)/g)])
    .map(([, template = '', overrides = '']) => ({
      file,
      template,
      given: Object.fromEntries(
        overrides
          .trim()
          .split(/\s+/)
          .map((one) => one.split(/=(.*)/s).slice(0, 2)),
      ) as Record<string, string>,
    })),
)

test('each guide launches its target and a pipeline for it', () => {
  expect(launches.map(({ file, template }) => `${file} ${template}`).sort()).toEqual([
    'ec2.md approval-mail.yml',
    'ec2.md data-key.yml',
    'ec2.md pipeline.yml',
    'ec2.md target-account.yml',
    'ec2.md target-ec2.yml',
    'ecs.md pipeline.yml',
    'ecs.md target-ecs.yml',
    'lambda.md pipeline.yml',
    'lambda.md target-lambda.yml',
  ])
})

test.each(launches)('$file launches $template with parameters that it has and values that it takes', (launch) => {
  // An ellipsis stands for a value that only the reader knows.
  const given = Object.fromEntries(
    Object.entries(launch.given).map(([name, value]) => [name, value.replaceAll('…', '1')]),
  )
  expect(parameterValues(readTemplate(launch.template).Parameters, given).problems).toEqual([])
})

test.each(guides)('$file explains parameters that its template has', ({ file, content }) => {
  const known = ['pipeline.yml', `target-${file.replace('.md', '.yml')}`].flatMap((template) =>
    Object.keys(readTemplate(template).Parameters),
  )
  const rows = [...content.matchAll(/^\| ((?:`[A-Z]\w+`(?:, )?)+) +\|/gm)].flatMap(([, names = '']) =>
    names.split(', '),
  )
  expect(rows.length).toBeGreaterThan(3)
  expect(rows.map((name) => name.replaceAll('`', '').trim()).filter((name) => !known.includes(name))).toEqual([])
})
