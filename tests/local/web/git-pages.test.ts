import { gitPages } from '../../../local/web/git-pages.ts'

const commit = {
  sha: '4f9c2e1'.padEnd(40, '0'),
  author: { name: 'Ana <b>Soares</b>', email: 'ana@shop.example' },
  at: Date.UTC(2026, 10, 23, 9, 30),
  message: 'Fix <script>alert(1)</script>\n\nSecond line',
}
const pages = gitPages(
  {
    commits: () => Promise.resolve([commit]),
    show: (id) => Promise.resolve(commit.sha.startsWith(id) ? { commit, diff: '-<old>\n+<new>' } : null),
    compare: (base, head) =>
      Promise.resolve(base === 'aaaa' && head === 'bbbb' ? { commits: [commit], diff: '+<new>' } : null),
  },
  'flask-app',
)

const get = async (path: string) => {
  const response = await pages.request(path)
  return { status: response.status, text: await response.text() }
}

describe('the pages of the repository', () => {
  test('show a commit with what it changed, everything escaped', async () => {
    const { status, text } = await get(`/flask-app/commit/${commit.sha}`)
    expect(status).toBe(200)
    expect(text).toContain('Fix &lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).toContain('Ana &lt;b&gt;Soares&lt;/b&gt;, 2026-11-23 09:30 UTC')
    expect(text).toContain('<span class="removed">-&lt;old&gt;</span>\n<span class="added">+&lt;new&gt;</span>')
    expect(text).not.toContain('<script>')
  })

  test('show the changes between two commits, and the history', async () => {
    expect((await get('/flask-app/compare/aaaa...bbbb')).text).toContain(`href="/git/flask-app/commit/${commit.sha}"`)
    expect((await get('/flask-app')).text).toContain('4f9c2e1')
  })

  test('say what does not exist', async () => {
    const missing = await get('/flask-app/commit/<img>')
    expect(missing.status).toBe(404)
    expect(missing.text).toContain('There is no commit &lt;img&gt;')
    expect((await get('/flask-app/compare/aaaa')).status).toBe(404)
  })
})
