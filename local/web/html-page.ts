import { html } from 'hono/html'
import { STYLE } from './html-style.ts'

export type Content = ReturnType<typeof html>

/** A plain page of the workspace; every value in its `html` templates is escaped. */
export const htmlPage = (title: string, content: Content): Content =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Greenlight workspace</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <nav aria-label="Workspace"><a href="/">Back to the workspace</a></nav>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`

/** The page for an unknown address of the workspace. */
export const notHerePage = (path: string): Content =>
  htmlPage('Not here', html`<p>The workspace has nothing at <code>${path}</code>.</p>`)

/** A table with named columns. On a phone each row is a list of its cells, each after its column's name. */
export const htmlTable = (columns: readonly string[], rows: readonly (Content | string)[][]): Content =>
  html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, index) => html`<td data-column="${columns[index]}"><span>${cell}</span></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`

/** Text as it is, in a box that scrolls by keyboard too. */
export const preformatted = (name: string, content: string | Content[]): Content =>
  html`<pre tabindex="0" role="region" aria-label="${name}">${content}</pre>`
