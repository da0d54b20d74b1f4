import type { Locator } from 'playwright-core'

/** The contrast of a text with its background (WCAG 2, "contrast ratio"), and whether the background is dark. */
export const contrastOf = (text: Locator): Promise<{ ratio: number; isDark: boolean }> =>
  text.evaluate((element) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('No canvas to mix colours on')
    /** Paints the colors over each other and returns the luminance of the result. */
    const luminance = (...colours: string[]) => {
      for (const colour of colours) {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
      }
      const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const backgrounds: string[] = []
    for (let behind: Element | null = element; behind; behind = behind.parentElement)
      backgrounds.unshift(getComputedStyle(behind).backgroundColor)
    const paper = luminance('white', ...backgrounds)
    const ink = luminance('white', ...backgrounds, getComputedStyle(element).color)
    const [lighter, darker] = paper > ink ? [paper, ink] : [ink, paper]
    return { ratio: (lighter + 0.05) / (darker + 0.05), isDark: paper < 0.2 }
  })
