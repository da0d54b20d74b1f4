import * as z from 'zod/mini'

const MANY = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
)
const PRINCIPAL = z.union([z.string(), z.record(z.string(), MANY)])
const STATEMENT = z.looseObject({
  Effect: z.string(),
  Principal: z.optional(PRINCIPAL),
  Action: z.optional(MANY),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
})
const POLICY = z.object({
  Statement: z.union([
    z.array(STATEMENT),
    z.pipe(
      STATEMENT,
      z.transform((statement) => [statement]),
    ),
  ]),
})

export type Statement = z.output<typeof STATEMENT>

/** The statements of a resource's policy as AWS returns it; none if it has no policy. */
export const statementsOf = (policy: string | undefined): Statement[] =>
  policy ? POLICY.parse(JSON.parse(policy)).Statement : []

/** The statement allows the service, and only on behalf of this resource. */
export const admits = ({ Effect, Principal, Condition }: Statement, service: string, source: string): boolean =>
  Effect === 'Allow' &&
  typeof Principal === 'object' &&
  Boolean(Principal.Service?.includes(service)) &&
  Object.values(Condition ?? {}).some((operator) =>
    Object.entries(operator).some(([key, value]) => key.toLowerCase() === 'aws:sourcearn' && value === source),
  )
