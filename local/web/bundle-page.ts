import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ownEntry } from '../../functions/own-entry.ts'

/** The page, ready to be served: `html` at `/`, each asset at its path. */
export interface PageBundle {
  html: string
  assets: Record<string, { type: string; body: string | Uint8Array<ArrayBuffer> }>
}

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
}

/** Bundles the page's script, style and fonts in memory. Rejects with esbuild's messages if a source does not compile. */
export const bundlePage = async (): Promise<PageBundle> => {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../page/', import.meta.url)),
    entryPoints: { page: 'main.tsx', style: 'styles/style.css' },
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const files = outputFiles.map(({ path, text, contents }) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const type = ownEntry(TYPES, name.slice(name.lastIndexOf('.') + 1)) ?? 'text/plain'
    return [`/${name}`, { type, body: type.startsWith('text/') ? text : contents }] as const
  })
  const icon = { type: 'image/svg+xml', body: FAVICON }
  return { html: HTML, assets: { ...Object.fromEntries(files), '/favicon.svg': icon } }
}

// Only files of this origin, and no inline script or style: the text of a message can neither run nor load anything.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Greenlight workspace</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/style.css" />
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>The workspace's page needs JavaScript.</noscript>
  </body>
</html>
`

const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">
  <rect width="36" height="36" rx="8" fill="#12261c"/>
  <circle cx="18" cy="18" r="10.5" fill="#1f6f4a"/>
  <circle cx="18" cy="18" r="7" fill="#3ddc8a"/>
</svg>
`
