import { createHash, createHmac } from 'node:crypto'

const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_REGION, AWS_SECRET_ACCESS_KEY } = process.env

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

/** One call of DynamoDB, signed with Signature Version 4. Gives what it answers. */
export const dynamoDb = async (operation, input) => {
  const url = new URL(AWS_ENDPOINT_URL)
  const body = JSON.stringify(input)
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const day = date.slice(0, 8)
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: url.host,
    'x-amz-date': date,
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const hashed = createHash('sha256').update(body).digest('hex')
  const request = `POST\n${url.pathname}\n\n${lines.join('')}\n${names}\n${hashed}`
  const scope = `${day}/${AWS_REGION}/dynamodb/aws4_request`
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${createHash('sha256').update(request).digest('hex')}`
  const key = [day, AWS_REGION, 'dynamodb', 'aws4_request'].reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`)
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, authorization }, body })
  return answer.json()
}
