import { bundlePage } from '../../../local/web/bundle-page.ts'

test('the page is one document, one script, one style, one icon and its fonts, all of its own origin', async () => {
  const { html, assets } = await bundlePage()
  const style = String(assets['/style.css']?.body)
  const fonts = [...style.matchAll(/url\("?\.?([^")]*)"?\)/g)].map(([, path]) => path!)
  expect(fonts).toEqual(['/lato-latin-400-normal.woff2', '/lato-latin-700-normal.woff2'])
  expect(Object.keys(assets).sort()).toEqual(['/favicon.svg', ...fonts, '/page.js', '/style.css'])
  const referenced = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path).concat(fonts)
  expect(referenced.sort()).toEqual(Object.keys(assets).sort())
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/)
  expect(html).toContain("default-src 'none'; script-src 'self'")
  expect(style).not.toMatch(/https?:/)
  // The first four bytes of a WOFF2 file.
  for (const font of fonts) {
    expect(assets[font]?.type).toBe('font/woff2')
    expect(Buffer.from(assets[font]!.body).toString('latin1', 0, 4)).toBe('wOF2')
  }
  expect(assets['/page.js']?.type).toContain('text/javascript')
})
