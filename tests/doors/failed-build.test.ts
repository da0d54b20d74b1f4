import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { MessageView } from '../../local/page/contract.ts'
import { createCodeBuild } from '../../local/aws/codebuild/codebuild.ts'
import type { Delivery, DeliverySettings } from '../../local/workspace/delivery.ts'
import { asText } from '../support/as-text.ts'
import { type BotWorkspace, openBotWorkspace } from '../support/bot-workspace.ts'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { messagesIn } from '../support/page-client.ts'
import { stillDelivery } from '../support/still-delivery.ts'
import { secretValue } from '../support/secret.ts'

jest.setTimeout(60_000)

const DEPLOYMENTS = 'C0DEPLOYS'

/** What no message and no line of the bot's log may have. */
const CANARY = secretValue()

const BUILDSPEC = `version: 0.2
phases:
  build:
    commands:
      - echo "DB_PASSWORD=${CANARY}"
      - 'echo "connecting with token: ${CANARY}"'
      - echo "https://shop:${CANARY}@db.example/shop"
      - 'echo "TotalsError: rounding is off by 1 cent"'
      - exit 3
  post_build:
    commands:
      - echo "sending the report"
`

/** The build is CodeBuild's, with real commands. */
const buildingDelivery = async (settings: DeliverySettings): Promise<Delivery> => {
  const delivery = await stillDelivery(settings)
  const { clock, aws, directory } = settings
  const checkout = delivery.runners['Source/CodeStarSourceConnection']!
  return {
    ...delivery,
    runners: {
      ...delivery.runners,
      'Source/CodeStarSourceConnection': async (run) => {
        await writeFile(join(run.outputArtifacts['Source']!, 'buildspec.yml'), BUILDSPEC)
        return checkout(run)
      },
      'Build/CodeBuild': createCodeBuild({
        directory: join(directory, 'builds'),
        tools,
        packageIndex: { prepare: () => Promise.resolve({}) },
        clock,
        commitIn: () => undefined,
        projects: { '': { buildspec: 'buildspec.yml', timeoutMs: 30_000 } },
        publish: aws.builds.publish,
        keepLine: aws.logs.put,
        logPage: () => 'https://log.example/build',
      }),
    },
  }
}

await describeWith(['bash'], 'a build that fails', () => {
  let bot: BotWorkspace
  beforeAll(async () => {
    bot = await openBotWorkspace(undefined, buildingDelivery)
  })
  afterAll(() => bot.close())

  const inDeployments = () => messagesIn(bot.snapshot(), DEPLOYMENTS)
  const wordsIn = (message: MessageView | undefined) => asText({ blocks: (message?.blocks ?? []) as object[] })
  const replies = () => inDeployments().filter(({ threadTs, ts }) => threadTs !== null && threadTs !== ts)

  test('is told with its phase, its last lines and its log, in its card and once in the thread', async () => {
    await bot.until(() => replies().length > 0 && /TotalsError/.test(wordsIn(inDeployments()[0])))
    await bot.settled()
    const card = wordsIn(inDeployments()[0])
    expect(card).toContain('BUILD: exit 3: exit status 3')
    expect(card).toContain('TotalsError: rounding is off by 1 cent')
    expect(card).not.toContain('sending the report')
    expect(JSON.stringify(inDeployments()[0])).toContain('https://log.example/build')

    const [notice, ...more] = replies()
    expect(more).toEqual([])
    expect(notice!.text).toContain('BUILD: exit 3: exit status 3\nTotalsError: rounding is off by 1 cent')
  })

  test('shows no secret of its log anywhere', () => {
    expect(JSON.stringify(bot.snapshot().channels)).toContain('•••')
    expect(JSON.stringify(bot.snapshot().channels)).not.toContain(CANARY)
    expect(bot.reported.join('\n')).not.toContain(CANARY)
    expect(bot.deadLetters).toEqual([])
  })
})
