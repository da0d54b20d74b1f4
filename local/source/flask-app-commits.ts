import type { Change, Edit, Seed } from './example-commits.ts'

const look = (headline: string, accent: string): Edit[] => [
  { path: 'settings.py', from: /"HEADLINE", ".*"/, to: `"HEADLINE", "${headline}"` },
  { path: 'settings.py', from: /"ACCENT", ".*"/, to: `"ACCENT", "${accent}"` },
]

const change = (message: string, headline: string, accent: string): Change => ({
  message,
  edits: look(headline, accent),
})

/** The application, with CodeDeploy's files beside it, as examples/flask-app/README.md says. */
export const FLASK_APP: Seed = {
  parts: ['examples/flask-app', 'appspec/ec2'],
  beginning: look('Hello.', '#555f66'),
  history: [
    {
      message: 'Start with one page and a health check',
      daysAgo: 23,
      without: /^(\.gitattributes|appspec\.yml|buildspec[\w-]*\.yml|requirements-test|scripts\/|README\.md)/,
    },
    {
      message: 'Build and test every change',
      daysAgo: 22,
      without: /^(\.gitattributes|appspec\.yml|scripts\/|README\.md)/,
    },
    { message: 'Deploy with CodeDeploy', daysAgo: 17, without: /^README\.md/ },
    { message: 'Explain how to run it', daysAgo: 9 },
    { message: 'Show people that we take care', daysAgo: 1 / 12 },
  ],
  good: [
    change('Praise reviews on the front page', 'Good things take a review.', '#b4491f'),
    change('Promise calm releases, in blue', 'Calm releases, any weekday.', '#2457a6'),
    change('Say that two people looked', 'Two people looked at this.', '#7a3e9d'),
    change('Put the headline to the point', 'Nothing ships by accident.', '#a8324a'),
    change('Ask for small changes on the front page', 'Small changes, often.', '#0f766e'),
    change('Turn the front page green', 'Green means go.', '#3f7d20'),
  ],
  // The tests do not load wsgi.py: this one builds well, and fails when gunicorn starts it.
  broken: {
    message: 'Let people sign in',
    edits: [
      {
        path: 'wsgi.py',
        from: 'from app import create_app\n\napp = create_app()\n',
        to: 'from flask_login import LoginManager\n\nfrom app import create_app\n\napp = create_app()\nLoginManager(app)\n',
      },
    ],
  },
  'failing-test': {
    message: 'Shorten the address of the health check',
    edits: [{ path: 'app.py', from: '@app.get("/healthz")', to: '@app.get("/health")' }],
  },
}
