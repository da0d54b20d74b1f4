import { Hono } from 'hono'
import { html } from 'hono/html'
import { diffOf } from './diff.ts'
import { htmlPage, htmlTable, preformatted } from './html-page.ts'
import { type Commit, titleOf } from '../source/repository.ts'
import type { GitSource } from '../source/git-source.ts'

const NOTE = html`<p class="note">
  This stands in for the repository's own site: on this machine, links to commits lead here.
</p>`

/** The pages under `/git/<name>`: the history, one commit, and the changes between two, at GitHub's paths. */
export const gitPages = (source: Pick<GitSource, 'commits' | 'show' | 'compare'>, name: string): Hono => {
  const app = new Hono().basePath(`/${name}`)
  const commitTable = (commits: Commit[]) => commitsUnder(`/git/${name}`, commits)
  app.get('/', async (c) => c.html(htmlPage(name, html`${NOTE}${commitTable(await source.commits())}`)))
  app.get('/commit/:sha', async (c) => {
    const shown = await source.show(c.req.param('sha'))
    if (!shown) return c.html(unknown('commit', c.req.param('sha')), 404)
    const { commit, diff } = shown
    return c.html(
      htmlPage(
        titleOf(commit),
        html`${NOTE}
          <p>${byline(commit)} · <code>${commit.sha}</code></p>
          ${preformatted('Message', commit.message)} ${diffOf(diff)}`,
      ),
    )
  })
  app.get('/compare/:range', async (c) => {
    const [base = '', head = ''] = c.req.param('range').split('...')
    const comparison = await source.compare(base, head)
    if (!comparison) return c.html(unknown('comparison', c.req.param('range')), 404)
    return c.html(
      htmlPage(
        `${base.slice(0, 7)}...${head.slice(0, 7)}`,
        html`${NOTE}${commitTable(comparison.commits)}${diffOf(comparison.diff)}`,
      ),
    )
  })
  return app
}

const commitsUnder = (path: string, commits: Commit[]) => {
  const row = (commit: Commit) => [
    html`<a href="${path}/commit/${commit.sha}">${commit.sha.slice(0, 7)}</a>`,
    titleOf(commit),
    byline(commit),
  ]
  return htmlTable(['Commit', 'Message', 'Author'], commits.map(row))
}

const byline = ({ author, at }: Commit): string =>
  `${author.name}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const unknown = (what: string, name: string) =>
  htmlPage(
    'Not here',
    html`${NOTE}
      <p>There is no ${what} ${name} in this repository.</p>`,
  )
