import fc from 'fast-check'
import type { Repository } from '../../functions/domain/revision.ts'
import { authorsOf, commitUrl, compareUrl, shortId, shortIdAmong } from '../../functions/domain/revision.ts'
import { describeRevision, webUrl } from '../../functions/domain/source.ts'
import { RELEASED, ROUNDING, revision } from '../support/records.ts'
import { anyCharacter } from '../support/any-character.ts'

const SHA = '4f9c2e1'.padEnd(40, '0')
const CONNECTION_URL =
  'https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections/redirect?connectionArn=arn:aws:x' +
  '&referenceType=COMMIT&FullRepositoryId=shop/web&Commit=4f9c2e1'

const described = (
  { summary = null, url = null, id = SHA }: { summary?: string | null; url?: string | null; id?: string },
  outputVariables: Record<string, string> = {},
  repositoryFor: (name: string) => Repository | null = () => null,
  { provider = 'CodeStarSourceConnection', region = 'eu-west-1' } = {},
) =>
  describeRevision(
    { actionName: 'Checkout', revisionId: id, summary, url },
    { provider, outputVariables },
    region,
    repositoryFor,
  )

const connection = (message: string, provider = 'GitHub') =>
  JSON.stringify({ ProviderType: provider, CommitMessage: message })

describe('a revision from a connection', () => {
  test('is known in full if it has output variables', () => {
    const told = described(
      { summary: connection('Fix rounding\n\nIn baskets.'), url: CONNECTION_URL },
      {
        CommitMessage: 'Fix rounding\n\nIn baskets.',
        AuthorDisplayName: 'Ana',
        AuthorEmail: 'ana@example.com',
        FullRepositoryName: 'shop/web',
      },
    )
    expect(told).toEqual({
      id: SHA,
      source: 'Checkout',
      title: 'Fix rounding',
      author: 'Ana',
      authorEmail: 'ana@example.com',
      coAuthors: [],
      url: `https://github.com/shop/web/commit/${SHA}`,
      repository: { kind: 'github', name: 'shop/web', url: 'https://github.com/shop/web' },
    })
  })

  test('names its branch, without breaks of lines and no longer than a message shows', () => {
    expect(described({}, { BranchName: 'release/1' })).toHaveProperty('branch', 'release/1')
    expect(described({}, { BranchName: 'a\nb' })).toHaveProperty('branch', 'a b')
    expect(described({}, { BranchName: 'b'.repeat(301) }).branch).toHaveLength(300)
    for (const none of [described({}, {}), described({}, { BranchName: '' })]) expect(none).not.toHaveProperty('branch')
  })

  test('names its tag, its pull request and when it was committed, where its variables do', () => {
    const AUTHORED = '2026-11-20T08:00:00Z'
    const COMMITTED = '2026-11-21T08:00:00Z'
    expect(
      described({}, { TagName: 'v1', PullRequestId: '7', AuthorDate: AUTHORED, CommitterDate: COMMITTED }),
    ).toMatchObject({ tag: 'v1', pullRequest: '7', committedAt: Date.parse(COMMITTED) })
    expect(described({}, { AuthorDate: AUTHORED }).committedAt).toBe(Date.parse(AUTHORED))
    expect(described({}, { AuthorDate: '1970-01-01T00:00:00.001Z' }).committedAt).toBe(1)
    const plain = described({}, { AuthorDate: '1970-01-01T00:00:00Z' })
    for (const none of [plain, described({}, { AuthorDate: 'yesterday' }), described({})])
      for (const name of ['tag', 'pullRequest', 'committedAt']) expect(none).not.toHaveProperty(name)
  })

  test('is of the repository that its variables name', () => {
    const named = described({ summary: connection('x') }, { FullRepositoryName: 'shop/api' })
    expect(named.repository).toMatchObject({ kind: 'github', name: 'shop/api' })
    expect(described({ summary: connection('x') }).repository).toBeNull()
  })

  test('of CodeCommit has its repository in the AWS console', () => {
    const { repository, url } = described({}, { RepositoryName: 'shop' }, () => null, {
      provider: 'CodeCommit',
      region: 'eu-west-1',
    })
    const page = 'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop'
    expect(repository).toEqual({ kind: 'codecommit', name: 'shop', url: page })
    expect(url).toBe(`${page}/commit/${SHA}`)
  })

  test.each([
    ['Amazon S3 version id: 1a2b', ''],
    ['See Amazon S3 version id: 1a2b', 'See Amazon S3 version id: 1a2b'],
    ['Amazon S3 version id: 1a2b and more', 'Amazon S3 version id: 1a2b and more'],
    ['First line\nsecond line', 'First line'],
  ])('that says %j has the title “%s”', (summary, title) => {
    expect(described({ summary }).title).toBe(title)
  })

  test('names all its authors, among them a bot that pushed it for them', () => {
    const message = 'Bump Flask\n\nCo-authored-by: Ben <Ben@Example.com>\nCo-Authored-By: Chen Li <chen@example.com>\n'
    const told = described({}, { CommitMessage: message, AuthorDisplayName: 'bump-bot', AuthorEmail: 'Bot@ci.example' })
    expect(authorsOf([told])).toEqual([
      { name: 'bump-bot', email: 'bot@ci.example', revision: '4f9c2e1' },
      { name: 'Ben', email: 'ben@example.com', revision: '4f9c2e1' },
      { name: 'Chen Li', email: 'chen@example.com', revision: '4f9c2e1' },
    ])
    expect(described({ summary: connection(message) }).coAuthors).toHaveLength(2)
  })

  test.each<[string, boolean, number, Record<string, string>]>([
    ['a summary as long as CodePipeline keeps may have lost its trailers', true, 2_048, {}],
    ['a shorter one is whole', false, 2_047, {}],
    ['with the whole message in a variable nothing is lost', false, 2_048, { CommitMessage: 'Fix rounding' }],
  ])(
    'counts an unknown author, who may not approve either, if a trailer may be missing: %s',
    (_, cut, length, more) => {
      const summary = `Fix rounding\n\nCo-authored-by: Ben <ben@example.com>\n${'x'.repeat(2_048)}`.slice(0, length)
      const unknown = { name: null, email: null }
      const ben = { name: 'Ben', email: 'ben@example.com' }
      expect(described({ summary }, more).coAuthors).toEqual([
        ...('CommitMessage' in more ? [] : [ben]),
        ...(cut ? [unknown] : []),
      ])
    },
  )

  test('is read from its summary and link if a waiting execution has nothing more', () => {
    const told = described({ summary: connection('Say "hello"\\n\r\nand more'), url: CONNECTION_URL })
    expect(told).toMatchObject({ title: 'Say "hello"\\n', author: null, repository: { name: 'shop/web' } })
  })

  test.each([
    ['GitHub', `https://github.com/shop/web/commit/${SHA}`],
    ['GitLab', `https://gitlab.com/shop/web/-/commit/${SHA}`],
    ['Bitbucket', `https://bitbucket.org/shop/web/commits/${SHA}`],
  ])('of %s links to its commit', (provider, url) => {
    expect(described({ summary: connection('x', provider), url: CONNECTION_URL }).url).toBe(url)
  })

  test('of a private host links where the configuration says, else through AWS', () => {
    const summary = connection('x', 'GitHubEnterpriseServer')
    const own: Repository = { kind: 'github', name: 'shop/web', url: 'https://git.example.com/shop/web' }
    expect(described({ summary, url: CONNECTION_URL }, {}, () => own).url).toBe(
      `https://git.example.com/shop/web/commit/${SHA}`,
    )
    expect(described({ summary, url: CONNECTION_URL })).toMatchObject({ url: CONNECTION_URL, repository: null })
  })

  test('of a provider named like a property of every object has no pages', () => {
    expect(described({ summary: connection('x', 'constructor'), url: CONNECTION_URL }).repository).toBeNull()
  })

  test('keeps no more of a line than a message can show', () => {
    const variables = { CommitMessage: 'x'.repeat(120_000), AuthorDisplayName: 'y'.repeat(120_000) }
    expect(JSON.stringify(described({}, variables)).length).toBeLessThan(1_000)
  })

  test.each([
    ['in the message', '{"ProviderType":"GitHub","CommitMessage":"Fix rounding in bas', 'Fix rounding in bas'],
    ['in an escape', '{"ProviderType":"GitHub","CommitMessage":"Fix \\"rounding\\', 'Fix "rounding'],
    ['in a character’s number', '{"ProviderType":"GitHub","CommitMessage":"Fix\\nb\\u00', 'Fix'],
    ['in the number of one of several characters', '{"ProviderType":"GitHub","CommitMessage":"Gr\\u00fc\\u00', 'Grü'],
    ['after the first line', '{"ProviderType":"GitHub","CommitMessage":"Fix\\n\\nIn bas', 'Fix'],
    ['before the message', '{"ProviderType":"GitHub","CommitMessage":', '{"ProviderType":"GitHub","CommitMessage":'],
  ])('keeps its title when AWS cut the summary %s', (_, summary, title) => {
    expect(described({ summary }).title).toBe(title)
  })
})

test('a title and an author are one line each, without invisible characters', () => {
  const variables = {
    CommitMessage: '\u2800\u3164Fix\u200b rounding\u2028Approved by Dana',
    AuthorDisplayName: 'Ana\nBen\u202e',
    AuthorEmail: 'ana@example.com\r\n',
  }
  expect(described({}, variables)).toMatchObject({
    title: 'Fix rounding',
    author: 'Ana Ben',
    authorEmail: 'ana@example.com',
  })
  expect(described({}, { CommitMessage: '\u2800' }).title).toBe('')
})

describe('a revision from elsewhere', () => {
  const inCodeCommit = (region: string) =>
    described({ summary: 'Fix rounding\n\nIn baskets.' }, { RepositoryName: 'shop', CommitId: SHA }, undefined, {
      provider: 'CodeCommit',
      region,
    })

  test('CodeCommit gives the bare message, and has its own pages', () => {
    const told = inCodeCommit('eu-west-1')
    expect(told).toMatchObject({
      title: 'Fix rounding',
      url: `https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop/commit/${SHA}`,
    })
  })

  test.each([
    ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
    ['cn-north-1', 'console.amazonaws.cn'],
  ])('CodeCommit in %s has its pages at %s', (region, host) => {
    expect(inCodeCommit(region).url).toBe(`https://${host}/codesuite/codecommit/repositories/shop/commit/${SHA}`)
  })

  test('GitHub’s first action names its repository as CodeCommit does, and links to GitHub', () => {
    const url = `https://github.com/shop/app/commit/${SHA}`
    const told = described(
      { summary: 'Add a basket page', url },
      {
        CommitId: SHA,
        CommitMessage: 'Add a basket page',
        BranchName: 'main',
        RepositoryName: 'app',
        CommitUrl: `https://api.github.com/repos/shop/app/git/commits/${SHA}`,
      },
      undefined,
      { provider: 'GitHub' },
    )
    expect(told).toMatchObject({
      url,
      repository: { kind: 'github', name: 'shop/app', url: 'https://github.com/shop/app' },
    })
  })

  test('a commit message that names a provider does not say where its repository is', () => {
    const summary = 'Read "ProviderType": "GitLab" from summaries'
    expect(described({ summary, url: CONNECTION_URL })).toMatchObject({ title: summary, repository: null })
  })

  test('a commit message may be JSON itself', () => {
    expect(described({ summary: '{"CommitMessage":"x"}' }).title).toBe('{"CommitMessage":"x"}')
  })

  test('S3 may give no summary', () => {
    const told = described({ id: 'Lx9.qq8AbCdEfGhIjKl', summary: null, url: 'https://s3.console.aws.amazon.com/s3/x' })
    expect(told).toMatchObject({ title: '', author: null, url: 'https://s3.console.aws.amazon.com/s3/x' })
    expect(shortId(told)).toBe('Lx9.qq8AbCdE')
  })

  test('ECR gives a digest', () => {
    const told = described({ id: `sha256:${'ab12'.repeat(16)}`, summary: 'shop:latest' })
    expect(told.title).toBe('shop:latest')
    expect(shortId(told)).toBe('ab12ab12ab12')
  })
})

describe('addresses', () => {
  test.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'slack://open',
    '//example.com',
    'example.com',
    'https://',
    '',
  ])('%j is not linked to', (url) => {
    expect(webUrl(url)).toBeNull()
    expect(described({ url }).url).toBeNull()
  })

  test.each(['https://example.com/a?b=c#d', 'http://example.com', 'HTTPS://EXAMPLE.COM/'])('%s is linked to', (url) => {
    expect(webUrl(url)).toBe(url)
  })

  test.each(['shop/web/../../evil space', 'shop', 'shop/web?x=1', 'shop/web#', 'https://evil.example/x', ''])(
    'a repository named %j is not linked to',
    (FullRepositoryName) => {
      expect(described({ summary: connection('x') }, { FullRepositoryName }).repository).toBeNull()
    },
  )

  test('for every source, a link leads to a page or is null', () => {
    const words = fc.constantFrom(
      'javascript:',
      'https://',
      '/',
      'shop/web',
      '..',
      '?',
      ' ',
      '"',
      '\\',
      'CommitMessage',
    )
    const text = fc.oneof(
      fc.constantFrom('\ud83d', 'constructor'),
      fc.string({ unit: anyCharacter }),
      fc.array(words).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(
        fc.record({ id: text, summary: fc.option(text), url: fc.option(text) }),
        fc.dictionary(fc.constantFrom('FullRepositoryName', 'RepositoryName', 'CommitMessage', 'AuthorEmail'), text),
        (artifact, variables) => {
          const told = described(artifact, variables)
          expect(told.title).not.toMatch(/\n/)
          if (told.url !== null) expect(told.url).toMatch(/^https?:\/\/\S+$/i)
        },
      ),
    )
  })
})

describe('a short id', () => {
  test.each([
    ['a'.repeat(40), 'aaaaaaa'],
    ['a'.repeat(64), 'aaaaaaa'],
    [`${'a'.repeat(64)}-dirty`, 'aaaaaaaaaaaa'],
    ['sha256:0123456789abcdef', '0123456789ab'],
    ['not-sha256:0123', 'not-sha256:0'],
  ])('of %j is %j', (id, short) => expect(shortId({ ...RELEASED, id })).toBe(short))
})

test('a commit whose id has half a character has a page all the same', () => {
  expect(commitUrl(RELEASED.repository!, 'a\ud83d')).toBe('https://github.com/shop/web/commit/a%EF%BF%BD')
})

test('an id is as long as it takes to differ from those that begin alike', () => {
  const [one, alike, other] = ['4f9c2e1aa', '4f9c2e1ab', '4f9c2e2'].map((id) => revision(id, 'Fix'))
  expect(shortIdAmong(one!, [one!, other!])).toBe('4f9c2e1')
  expect(shortIdAmong(one!, [one!, alike!])).toBe('4f9c2e1aa000')
  expect(shortIdAmong(alike!, [one!, alike!])).toBe('4f9c2e1ab000')
  const digests = ['sha256:'.padEnd(40, 'a') + 'b', 'sha256:'.padEnd(40, 'a') + 'c'].map((id) => ({ ...one!, id }))
  expect(new Set(digests.map((each) => shortIdAmong(each, digests))).size).toBe(2)
})

describe('a comparison of two revisions', () => {
  test.each([
    ['github', 'https://h/r/compare/A...B'],
    ['gitlab', 'https://h/r/-/compare/A...B'],
    ['bitbucket', 'https://h/r/branches/compare/B%0DA'],
    ['codecommit', 'https://h/r/compare/A/.../B'],
  ] as const)('%s has a page for it', (kind, url) => {
    const repository = { kind, name: 'r', url: 'https://h/r' }
    const [from, to] = ['A', 'B'].map((id) => ({ ...revision('', ''), id, repository }))
    expect(compareUrl(from!, to!)).toBe(url)
  })

  test('is null across repositories, without a repository, or of a revision with itself', () => {
    const elsewhere = { ...RELEASED, repository: { ...RELEASED.repository!, url: 'https://github.com/other/web' } }
    expect(compareUrl(elsewhere, ROUNDING)).toBeNull()
    expect(compareUrl(RELEASED, { ...ROUNDING, repository: null })).toBeNull()
    expect(compareUrl(ROUNDING, ROUNDING)).toBeNull()
  })
})

describe('the title of a revision', () => {
  const IMAGE = { RepositoryName: 'shop/web', ImageDigest: 'sha256:1' }

  test.each([
    ['that of its variables, even if it is empty', described({ summary: 'Old' }, { CommitMessage: '' }).title, ''],
    ['the first line that has a word', described({ summary: '\n \nFix rounding\nIn baskets.' }).title, 'Fix rounding'],
    ['no longer than people read', described({ summary: 'x'.repeat(400) }).title, 'x'.repeat(300)],
    ['of an image without a tag its repository', described({}, IMAGE).title, 'shop/web'],
    ['of an image its repository and tag', described({}, { ...IMAGE, ImageTag: 'v2' }).title, 'shop/web:v2'],
    [
      'of an image no longer either',
      described({}, { ...IMAGE, ImageTag: 'v'.repeat(400) }).title,
      `shop/web:${'v'.repeat(291)}`,
    ],
  ])('is %s', (_, title, expected) => {
    expect(title).toBe(expected)
  })
})

test.each([
  ['HTTPS://shop.example/a', true],
  ['http://shop.example/a', true],
  ['see https://shop.example/a', false],
  ['https://shop.example/a and b', false],
  ['https://[', false],
  ['', false],
])('only an address that a browser opens as a page is a link: %s', (url, isLink) => {
  expect(webUrl(url)).toBe(isLink ? url : null)
  expect(described({ url }).url).toBe(isLink ? url : null)
})

test('only a page of GitHub itself, and the whole name of a repository, name one', () => {
  const page = 'https://github.com/shop/web/commit/a'
  expect(described({ url: page }).repository?.name).toBe('shop/web')
  expect(described({ url: `https://example.com/?${page}` }).repository).toBeNull()
  const inCodeCommit = (RepositoryName: string) =>
    described({}, { RepositoryName }, undefined, { provider: 'CodeCommit' }).repository?.name
  expect([inCodeCommit('shop'), inCodeCommit('shop/web?x')]).toEqual(['shop', undefined])
})

test('a name and an address are no longer than people read', () => {
  const { author, authorEmail } = described({}, { AuthorDisplayName: 'x'.repeat(400), AuthorEmail: 'y'.repeat(400) })
  expect([author, authorEmail]).toEqual(['x'.repeat(300), 'y'.repeat(300)])
})
