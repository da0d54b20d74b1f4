import { bundlePage } from '../../../local/web/bundle-page.ts'

test('the page is one document, one script, one style and one icon, all of its own origin', async () => {
  const { html, assets } = await bundlePage()
  expect(Object.keys(assets).sort()).toEqual(['/favicon.svg', '/page.js', '/style.css'])
  const referenced = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
  expect(referenced.sort()).toEqual(Object.keys(assets).sort())
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/)
  expect(html).toContain("default-src 'none'; script-src 'self'")
  expect(assets['/style.css']?.body).not.toMatch(/url\(|https?:/)
  expect(assets['/page.js']?.type).toContain('text/javascript')
})
