import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Check } from '../check.ts'

/** A Region of the partition that every account has. */
const alwaysOn = (region: string): string => {
  if (region.startsWith('cn-')) return 'cn-north-1'
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1'
}

/** AWS accepts the credentials in the Region. If it does so only elsewhere, the Region is not enabled, or does not exist. */
export const region: Check = {
  title: 'Region',
  run: async ({ aws, installation }) => {
    try {
      await aws()
      return []
    } catch (error) {
      const elsewhere = { ...installation.connection, region: alwaysOn(installation.region) }
      const accepted = await new STSClient(elsewhere).send(new GetCallerIdentityCommand({})).then(
        () => true,
        () => false,
      )
      // The same problem everywhere is not about the Region.
      if (!accepted) throw error
      return [
        {
          what: `AWS accepts these credentials in ${elsewhere.region}, and not in ${installation.region}: the account has not enabled that Region, or there is none of that name.`,
          fix: 'Enable it in the AWS console (Account, AWS Regions), which takes some minutes, or choose another --region.',
        },
      ]
    }
  },
}
