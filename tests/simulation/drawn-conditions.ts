import type { Chance } from './chance.ts'

/** A rule of a stage condition: it asks for the author's name, as the source tells it. */
interface Rule {
  name: string
  Variable?: string
  Operator: 'EQ' | 'NE' | 'CONTAINS' | 'MATCHES'
  Value: string
}

const RULES: readonly Rule[] = [
  { name: 'by-ana', Operator: 'EQ', Value: 'Ana' },
  { name: 'not-by-kim', Operator: 'NE', Value: 'Kim' },
  { name: 'with-an-n', Operator: 'CONTAINS', Value: 'n' },
  { name: 'of-one-word', Operator: 'MATCHES', Value: '^[A-Z][a-z]+$' },
  { name: 'of-a-ticket', Variable: '#{SourceVariables.Ticket}', Operator: 'MATCHES', Value: 'CHG' },
]

/** The rules that skip a stage. Their names say so. */
const SKIPPING = 'skipped-unless-'

export const isSkipping = (rule: string): boolean => rule.startsWith(SKIPPING)

const conditionOf = (result: 'FAIL' | 'SKIP', rules: readonly Rule[]): object => ({
  conditions: [
    {
      result,
      rules: rules.map(({ name, Variable = '#{SourceVariables.AuthorDisplayName}', Operator, Value }) => ({
        name: `${result === 'SKIP' ? SKIPPING : 'failed-unless-'}${name}`,
        ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' },
        configuration: { Variable, Operator, Value },
      })),
    },
  ],
})

const someRules = (chance: Chance): Rule[] => [...new Set([chance.pick(RULES), ...(chance.is(0.3) ? RULES : [])])]

/** Conditions of some stages, by the stage's name: on entry, and on success. */
export const someConditions = (chance: Chance, stages: readonly string[]): ReadonlyMap<string, object> =>
  new Map(
    stages.map((stage) => [
      stage,
      {
        ...(chance.is(0.6) && { beforeEntry: conditionOf(chance.pick(['SKIP', 'SKIP', 'FAIL']), someRules(chance)) }),
        ...(chance.is(0.3) && { onSuccess: conditionOf('FAIL', someRules(chance)) }),
      },
    ]),
  )
