import { parameterValues } from '../../local/aws/template/template.ts'
import { guides, linesOf } from '../docs/guide-commands.ts'
import { proseOf, read } from '../docs/pages.ts'
import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/* The commands in the guides, compared with the templates. */

/** What only the reader knows. */
const UNKNOWN = /<[^>]*>/

const launches = guides.flatMap((guide) =>
  linesOf(guide).flatMap((line) => {
    const [, template, overrides = ''] =
      /--template-file (?:infra|\.\.\/\S+)\/(\S+)(?:.*--parameter-overrides (.*))?/.exec(line) ?? []
    if (!template) return []
    const values = overrides
      .replaceAll(new RegExp(UNKNOWN, 'g'), '<>')
      .split(/\s+/)
      .filter((one) => one.includes('='))
    const given = Object.fromEntries(values.map((one) => one.split(/=(.*)/s).slice(0, 2))) as Record<string, string>
    return [{ file: guide.replace('docs/', ''), template, given }]
  }),
)

test('each template is deployed by a guide, and each target with a pipeline for it', () => {
  expect([...new Set(launches.map(({ file, template }) => `${file} ${template}`))].sort()).toEqual([
    'accounts.md spoke-stack-set.yml',
    'accounts.md spoke.yml',
    'cost.md budget.yml',
    'install.md custom-domain.yml',
    'install.md installer.yml',
    'own-pipeline.md self.yml',
    'security.md data-key.yml',
    'targets/ec2.md approval-mail.yml',
    'targets/ec2.md data-key.yml',
    'targets/ec2.md pipeline.yml',
    'targets/ec2.md target-account.yml',
    'targets/ec2.md target-ec2.yml',
    'targets/ecs.md pipeline.yml',
    'targets/ecs.md target-ecs.yml',
    'targets/lambda.md pipeline.yml',
    'targets/lambda.md target-lambda.yml',
  ])
})

test.each(launches)('$file launches $template with parameters that it has and values that it takes', (launch) => {
  // An update keeps the values of the first command.
  const first = launches.find(({ file, template }) => file === launch.file && template === launch.template)
  // An ellipsis stands for a value that only the reader knows.
  const given = Object.fromEntries(
    Object.entries({ ...first?.given, ...launch.given }).map(([name, value]) => [name, value.replaceAll('…', '1')]),
  )
  const { problems } = parameterValues(readTemplate(launch.template).Parameters, given)
  expect(problems.filter((problem) => !problem.includes('<>'))).toEqual([])
})

test('each parameter that a guide gives in its text is one of a template', () => {
  const known = new Set(WHOLE_TEMPLATES.flatMap((file) => Object.keys(readTemplate(file).Parameters)))
  const named = guides.flatMap((guide) =>
    [...proseOf(guide).matchAll(/`(?:[^`]* )?([A-Z][A-Z]*[a-z][A-Za-z0-9]*)=[^`]*`/g)].map(
      ([, name = '']) => `${guide}: ${name}`,
    ),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((one) => !known.has(one.split(': ')[1]!))).toEqual([])
})

const targets = guides.filter((guide) => guide.startsWith('docs/targets/'))

test.each(targets)('%s explains parameters that its template has', (guide) => {
  const known = ['pipeline.yml', `target-${guide.replace(/.*\/(.*)\.md/, '$1.yml')}`].flatMap((template) =>
    Object.keys(readTemplate(template).Parameters),
  )
  const rows = [...read(guide).matchAll(/^\| ((?:`[A-Z]\w+`(?:, )?)+) +\|/gm)].flatMap(([, names = '']) =>
    names.split(', '),
  )
  expect(rows.length).toBeGreaterThan(3)
  expect(rows.map((name) => name.replaceAll('`', '').trim()).filter((name) => !known.includes(name))).toEqual([])
})

test.each(targets.filter((guide) => read(guide).includes('```json')))(
  '%s gives parameters in a file that its template has',
  (guide) => {
    const [, json = ''] = /```json\n([^]*?)```/.exec(read(guide)) ?? []
    const { Parameters } = JSON.parse(json) as { Parameters: Record<string, string> }
    const template = readTemplate(`target-${guide.replace(/.*\/(.*)\.md/, '$1.yml')}`)
    expect(parameterValues(template.Parameters, Parameters).problems).toEqual([])
    const launch = launches.find(({ file, template: name }) => `docs/${file}` === guide && name.startsWith('target-'))
    expect(Object.keys(Parameters)).toEqual(Object.keys(launch!.given))
  },
)
