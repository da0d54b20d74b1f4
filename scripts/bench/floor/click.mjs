/**
 * What a click costs at least: the calls of button-clicked, written by hand with fetch and node:crypto for this one click,
 * without a package. It checks the signature, reads the approval and the freezes, asks Slack who presses and in
 * which workspace the bot is, and opens the form. It judges one rule, keeps nothing and expects no failure.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { dynamoDb } from './dynamo-db.mjs'

const { OBJECTIONS_TABLE, SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, TABLE_NAME } = process.env
const APPROVERS = ['U0DANA', 'U0ELI']

const slack = async (method, parameters) => {
  const answer = await fetch(`${SLACK_API_URL}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  return answer.json()
}

/** What stays while the function is warm. */
const known = new Map()
const once = (key, ask) => {
  if (!known.has(key)) known.set(key, ask())
  return known.get(key)
}

export const handler = async ({ headers, body: encoded, isBase64Encoded }) => {
  const body = Buffer.from(encoded, isBase64Encoded ? 'base64' : 'utf8').toString()
  const at = headers['x-slack-request-timestamp']
  const expected = `v0=${createHmac('sha256', SLACK_SIGNING_SECRET).update(`v0:${at}:${body}`).digest('hex')}`
  const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(headers['x-slack-signature']))
  if (!isGenuine || Math.abs(Date.now() / 1000 - at) > 300) return { statusCode: 401, body: '' }
  const { user, actions, trigger_id } = JSON.parse(new URLSearchParams(body).get('payload'))
  const id = actions[0].value
  const [{ Item }] = await Promise.all([
    dynamoDb('GetItem', { TableName: TABLE_NAME, Key: { pk: { S: `APPROVAL#${id}` }, sk: { S: 'RECORD' } } }),
    dynamoDb('Query', {
      TableName: OBJECTIONS_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'FREEZES' } },
    }),
    once(user.id, () => slack('users.info', { user: user.id })),
    once('team', () => slack('auth.test', {})),
  ])
  const { where, state } = Item.data.M
  if (state.M.name.S !== 'waiting' || !APPROVERS.includes(user.id)) return { statusCode: 200, body: '' }
  const text = (content) => ({ type: 'plain_text', text: content })
  await slack('views.open', {
    trigger_id,
    view: {
      type: 'modal',
      callback_id: 'decide',
      private_metadata: id,
      title: text('Approve deployment'),
      submit: text('Approve'),
      close: text('Cancel'),
      blocks: [
        { type: 'section', text: text(`${where.M.pipeline.S} to ${where.M.stage.S}`) },
        {
          type: 'input',
          block_id: 'comment',
          label: text('Comment'),
          element: { type: 'plain_text_input', action_id: 'text', multiline: true },
        },
      ],
    },
  })
  return { statusCode: 200, body: '' }
}
