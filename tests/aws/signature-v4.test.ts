import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { signedHeaders } from '../../functions/aws/signature-v4.ts'

/** What a header may hold: visible ASCII, with single and double spaces. */
const headerText = fc.stringMatching(/^[!-~](?:[ -~]{0,30}[!-~])?$/)
const segment = fc.stringMatching(/^[\w .~!'()*@+$&=;,%-]{0,12}$/)

test('signs as the SDK does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        service: fc.constantFrom('dynamodb', 'kms', 'sts', 'ssm'),
        region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'cn-north-1'),
        accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
        secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{16,40}$/),
        sessionToken: fc.option(headerText),
        path: fc.array(segment, { maxLength: 3 }),
        port: fc.constantFrom('', ':8443'),
        target: headerText,
        body: fc.string(),
        now: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
      }),
      async ({ service, region, sessionToken, path, port, target, body, now, ...keys }) => {
        const url = new URL(`https://${service}.${region}.example${port}`)
        url.pathname = `/${path.join('/')}`
        const credentials = { ...keys, ...(sessionToken !== null && { sessionToken }) }
        const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }
        const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
        const request = { method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname }
        const { headers: expected } = await signer.sign(
          { ...request, headers: { host: url.host, ...headers }, body },
          { signingDate: new Date(now) },
        )
        // The second time with the key that was kept.
        for (let time = 0; time < 2; time++)
          expect(signedHeaders({ service, region, credentials, url, headers, body, now })).toEqual(expected)
      },
    ),
  )
})
