import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { accents } from '../../../../shared/portal/accent.ts'
import { colourOf, iconFile, iconSizes } from '../installing.ts'

/**
 * Run as `node main/portal/http/icons/draw-icons.ts`: draws the application icons that phones show, mark.svg in the
 * colour of each accent, with the tests' Chromium.
 */
const mark = readFileSync(join(import.meta.dirname, '../mark.svg'), 'utf8')

/**
 * Phones cut a maskable icon to a shape of their own, so its background has no rounded corners. The mark is already
 * centred.
 */
const drawing = (colour: string, size: number, isMaskable: boolean): string =>
  mark
    .replace('viewBox', `width="${size}" height="${size}" viewBox`)
    .replace('#0f5c8c', colour)
    .replace('rx="10"', isMaskable ? '' : 'rx="10"')

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? chromium.executablePath(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage()
  for (const accent of accents) {
    for (const [kind, size] of Object.entries(iconSizes)) {
      const png = await page.evaluate(
        async (svg) => {
          const image = new Image()
          image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
          await image.decode()
          const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
          canvas.getContext('2d')?.drawImage(image, 0, 0)
          return canvas.toDataURL('image/png').split(',')[1] ?? ''
        },
        drawing(colourOf(accent), size, kind === 'masquable'),
      )
      writeFileSync(join(import.meta.dirname, iconFile(accent, kind)), Buffer.from(png, 'base64'))
    }
  }
} finally {
  await browser.close()
}
