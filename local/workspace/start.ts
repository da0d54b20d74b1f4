import { parseArgs } from 'node:util'
import { openFlaskApp } from './open-flask-app.ts'
import { openHelloLambda } from './open-hello-lambda.ts'
import { openDoors, openDoorsWith } from './open-doors.ts'
import { bundlePage } from '../web/bundle-page.ts'
import { inflated } from '../../functions/aws/deflated-record.ts'
import { lookIntoDeflated, sentenceOf, tellOfSecretsLeft } from '../secrets-left.ts'
import { configurationIn, portFrom, secretsFrom } from './settings.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

const HELP = `Runs the whole of Greenlight on this machine: no account, no network.

  npm start
  PORT=4601 npm start

Environment
  PORT                  where to listen on 127.0.0.1; 4600 when not set, 0 for any free port
  GREENLIGHT_CONFIG     a greenlight.yml of your own, or local/policies.yml; local/greenlight.yml when not set
  SLACK_BOT_TOKEN       the token that the workspace's Slack takes; a random one when not set
  SLACK_SIGNING_SECRET  what requests to /slack/events are signed with; a random one when not set

For the AWS CLI, Slack's client and npx greenlight, in another terminal
  AWS_ENDPOINT_URL=http://127.0.0.1:4600/aws
  SLACK_API_URL=http://127.0.0.1:4600/slack/api/
  AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, any; any Region

Everything is kept in memory and in a temporary directory, and is gone when it stops (Ctrl-C). If it is killed, what it
kept in memory is lost; the next start ends the programs that it left and removes its directory.
`

/** The process ends after this time, whatever is still open, so that Ctrl-C is quick. */
const CLOSE_WITHIN_MS = 2800

const start = async (): Promise<void> => {
  const port = portFrom(process.env.PORT)
  const secrets = secretsFrom(process.env)
  const configuration = configurationIn(process.env.GREENLIGHT_CONFIG)
  lookIntoDeflated(inflated)
  tellOfSecretsLeft((left) => void process.stderr.write(`${sentenceOf(left)}\n`))
  say('Greenlight: starting pipelines, Slack and the bot …')
  const workspace = await openWorkspace({
    port,
    ...secrets,
    openDelivery: openFlaskApp,
    openJoinedDelivery: openHelloLambda,
    openDoors: configuration ? openDoorsWith(configuration) : openDoors,
    openPage: bundlePage,
    report: (line) => say(`! ${line}`),
  })
  stopOnSignal(workspace)
  const { pipelines, notRun } = workspace.snapshot()
  for (const { name, accountId, region, stages } of pipelines)
    say(`Pipeline ${name} (${accountId}, ${region}): ${stages.map((stage) => stage.name).join(' → ')}`)
  for (const { what, why } of notRun) say(`Not run on this machine: ${what}, because ${why}`)
  say(`Slack bot token       ${process.env.SLACK_BOT_TOKEN ? 'as in SLACK_BOT_TOKEN' : secrets.botToken}`)
  say(
    `Slack signing secret  ${process.env.SLACK_SIGNING_SECRET ? 'as in SLACK_SIGNING_SECRET' : secrets.signingSecret}`,
  )
  say(`Greenlight workspace ready at ${workspace.url}`)
}

const stopOnSignal = (workspace: Workspace): void => {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(0)
    stopping = true
    say('Greenlight: stopping …')
    setTimeout(() => process.exit(0), CLOSE_WITHIN_MS).unref()
    void workspace.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const fail = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
    if (values.help) say(HELP)
    else await start()
  } catch (error) {
    fail(error)
  }
}
