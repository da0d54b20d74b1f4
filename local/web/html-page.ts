import { html } from 'hono/html'

type Content = ReturnType<typeof html>

/** A plain page of the workspace; every value in its `html` templates is escaped. */
export const htmlPage = (title: string, content: Content): Content =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Greenlight workspace</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              16px/1.5 system-ui,
              sans-serif;
          }
          body {
            max-width: 60rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          .note {
            border-left: 4px solid #1d7a4c;
            padding-left: 0.75rem;
          }
          pre {
            overflow-x: auto;
            padding: 0.75rem;
            border: 1px solid #8886;
            border-radius: 6px;
            font-size: 0.875rem;
          }
          table {
            border-collapse: collapse;
          }
          td,
          th {
            text-align: left;
            padding: 0.25rem 1rem 0.25rem 0;
            vertical-align: top;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
        <p><a href="/">Back to the workspace</a></p>
      </body>
    </html>`
