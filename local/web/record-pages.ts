import { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import { type Content, htmlPage, htmlTable, preformatted } from './html-page.ts'
import {
  type Attested,
  type Audited,
  type RecordDesk,
  type RecordedApproval,
  TAMPERINGS,
  type Tampering,
} from './record-desk.ts'

const BUTTONS: Record<Tampering, string> = {
  alter: 'Alter it',
  remove: 'Remove it',
  swap: 'Swap it with the next one',
}

const asked = z.object({ entry: z.coerce.number().int().positive(), tampering: z.enum(TAMPERINGS) })

/** The pages under `/record`: the audit record, which a visitor can alter as a thief would, and what the audit finds. */
export const recordPages = (record: RecordDesk): Hono => {
  const app = new Hono()
  app.get('/', async (c) => {
    const [audited, approvals] = await Promise.all([record.audit(), record.approvals()])
    const rows = approvals.map((one) => [
      html`<a href="/record/${one.id}">${one.pipeline}, ${one.stage}</a>`,
      utc(one.requestedAt),
      String(one.entries.length),
    ])
    return c.html(
      htmlPage(
        'Audit record',
        html`${INTRODUCTION}${finding(audited, record.tampered())}
          <h2>Approvals</h2>
          ${
            rows.length === 0
              ? html`<p>No approval has been requested yet.</p>`
              : htmlTable(['Approval', 'Requested', 'Entries'], rows)
          }`,
      ),
    )
  })
  app.get('/:id', async (c) => {
    const approval = (await record.approvals()).find(({ id }) => id === c.req.param('id'))
    if (!approval) return c.notFound()
    const [audited, attested] = await Promise.all([record.audit(), record.attested(approval.id)])
    return c.html(
      htmlPage(
        `Audit record of ${approval.pipeline}, ${approval.stage}`,
        html`${finding(audited, record.tampered())}${entriesForm(approval)}
          ${attested ? attestation(new URL(c.req.path, c.req.url).href, attested) : ''}
          <p><a href="/record">All approvals</a></p>`,
      ),
    )
  })
  app.get('/:id/:file', async (c) => {
    const content = (await record.attested(c.req.param('id')))?.files.get(c.req.param('file'))
    return content
      ? c.body(Uint8Array.from(content), 200, { 'content-type': 'application/octet-stream' })
      : c.notFound()
  })
  app.post('/put-back', async (c) => {
    await record.putBack()
    return c.redirect('/record', 303)
  })
  app.post('/:id', async (c) => {
    const id = c.req.param('id')
    const form = asked.safeParse(Object.fromEntries((await c.req.formData()).entries()))
    const trouble = form.success
      ? await record.tamper(form.data.tampering, id, form.data.entry)
      : 'Choose an entry first.'
    if (trouble === null) return c.redirect(`/record/${id}`, 303)
    const page = html`<p>${trouble}</p>
      <p><a href="/record/${id}">Back to the entries</a></p>`
    return c.html(htmlPage('Nothing was changed', page), 400)
  })
  return app
}

const INTRODUCTION = html`<p class="note">
  Open an approval, and change one of its entries in the table, as a person with write access to the table could. The
  audit then runs again. What you change stays in this workspace, and can be put back.
</p>`

/** What the audit says, and a way back. */
const finding = ({ isIntact, lines, logged }: Audited, tampered: number): Content =>
  html`<section class="said" aria-labelledby="audit">
      <h2 id="audit">The audit finds ${isIntact ? 'every entry intact' : 'that the record was changed'}</h2>
      ${preformatted('What greenlight audit says', lines.join('\n'))}
      <p>
        ${
          logged === null
            ? 'There is no checkpoint yet: move the clock by a day, and the audit also compares with it.'
            : `It also compared with the newest checkpoint, which covers ${logged} entries.`
        }
      </p>
    </section>
    ${
      tampered === 0
        ? ''
        : html`<form method="post" action="/record/put-back" aria-label="Put back">
            <p class="plain">${tampered === 1 ? 'One item was' : `${tampered} items were`} changed past the bot.</p>
            <button type="submit">Put back</button>
          </form>`
    }`

/** How a person who has only the artifact verifies who approved it. `address` is that of this page. */
const attestation = (address: string, { isGenuine, lines, files, command }: Attested): Content =>
  html`<section class="said" aria-labelledby="attestation">
    <h2 id="attestation">
      ${isGenuine ? 'The attestation beside its artifact is genuine' : 'The attestation beside its artifact does not hold'}
    </h2>
    ${preformatted('What greenlight verify says', lines.join('\n'))}
    <p>
      It says who approved these files, with their digests. Take it from here, and verify it without this workspace:
    </p>
    ${preformatted('How to verify it', `curl -fO '${address}/{${[...files.keys()].join()}}'\n${command}`)}
  </section>`

const entriesForm = ({ id, entries }: RecordedApproval): Content =>
  html`<h2>Entries</h2>
    <form class="wide" method="post" action="/record/${id}" aria-label="Change an entry">
      ${htmlTable(
        ['Entry', 'Time', 'What', 'Who and why', 'Hash'],
        entries.map(({ number, at, what, words, hash }) => [
          html`<label class="choice"
            ><input type="radio" name="entry" value="${number}" required /> Entry ${number}</label
          >`,
          utc(at),
          what,
          words,
          html`<code>${hash}</code>`,
        ]),
      )}
      <div class="buttons">
        ${TAMPERINGS.map((one) => html`<button type="submit" name="tampering" value="${one}">${BUTTONS[one]}</button> `)}
      </div>
    </form>`

const utc = (at: number): string => `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`
