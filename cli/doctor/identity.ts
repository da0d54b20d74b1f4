import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Check } from './check.ts'

/** Credentials come first: without them nothing else of AWS can be seen. */
export const identity: Check = {
  title: 'AWS credentials',
  run: async ({ connection }) => {
    await new STSClient(connection).send(new GetCallerIdentityCommand({}))
    return []
  },
}
