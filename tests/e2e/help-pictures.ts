import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Locator, type Page } from 'playwright'
import { publish } from '../../main/portal/exchange/publications.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { bookings, money, published, town as small } from '../portal/town.ts'
import { chromiumArguments, chromiumHere } from '../support/machine/chromium.ts'
import { registrationOf } from './portal/dossiers/portal-documents.ts'
import { aReceipt, claire, servePortalTown } from './portal/portal-town.ts'

/**
 * `node tests/e2e/help-pictures.ts` is run by hand after a change of the parents' screens. It takes the pictures of «
 * Comment utiliser le portail ? » (main/portal/help) from the running portal of an invented town, on a small phone.
 */
const folder = join(import.meta.dirname, '../../main/portal/pages/help')
const phone = { width: 360, height: 640 }
/** Sharp enough on a phone, and still small files. */
const density = 1.5
const quality = 0.72

const executablePath = chromiumHere()
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments })
const town = await servePortalTown()
try {
  const context = await browser.newContext({
    viewport: phone,
    deviceScaleFactor: density,
    isMobile: true,
    hasTouch: true,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  const canvas = await context.newPage()

  /** Chromium takes pictures as PNG, which are three times larger. */
  const keep = async (name: string, png: Buffer): Promise<void> => {
    const webp = await canvas.evaluate(
      async ([url, given]) => {
        const image = new Image()
        image.src = url
        await image.decode()
        const drawn = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
        drawn.getContext('2d', { alpha: false })?.drawImage(image, 0, 0)
        return drawn.toDataURL('image/webp', given).split(',')[1] ?? ''
      },
      [`data:image/png;base64,${png.toString('base64')}`, quality] as const,
    )
    const bytes = Buffer.from(webp, 'base64')
    writeFileSync(join(folder, `aide-${name}.webp`), bytes)
    const [width, height] = [png.readUInt32BE(16) / density, png.readUInt32BE(20) / density]
    console.log(`${name} ${width} × ${height}, ${bytes.length} bytes`)
  }
  const open = async (path: string): Promise<Page> => {
    await page.goto(town.address + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    return page
  }
  /** From the top of one part, across the phone, as high as asked. */
  const around = async (part: Locator, height = Number.POSITIVE_INFINITY): Promise<Buffer> => {
    await part.evaluate((element) => element.scrollIntoView({ block: 'start' }))
    // Removes the bar that would cover the part; the pages' policy forbids hiding it by a style.
    await page.evaluate(() => document.querySelector('.dock')?.remove())
    const box = await part.boundingBox()
    if (!box) throw new Error('nothing to take a picture of')
    const top = Math.max(0, box.y - 12)
    return page.screenshot({
      clip: { x: 0, y: top, width: phone.width, height: Math.min(height, box.height + 24, phone.height - top) },
    })
  }

  await town.enter(page)
  await open('/mes-inscriptions')
  await keep('inscriptions', await around(page.getByRole('region', { name: 'Noa' }), 400))

  await open(`/mes-reservations/${registrationOf.wednesdays}?mois=2027-01`)
  const wednesday = page.getByRole('rowgroup', { name: 'mercredi 13 janvier 2027' })
  await wednesday.evaluate((element) => element.scrollIntoView({ block: 'start' }))
  await keep('calendrier', await page.screenshot())

  await open(`/recu/${await aReceipt(await town.callsOf(claire))}`)
  await keep('recu', await around(page.getByRole('main'), 560))

  const offeredUntil = instant('2026-11-27T11:00:00.000Z')
  const cells = bookings(1).cells.map((one) =>
    one.held.kind === 'waitlisted' ? { ...one, held: { ...one.held, rank: 1, offeredUntil } } : one,
  )
  await publish(town.portal, {
    documents: [
      published('bookings/1', { ...bookings(1), cells }),
      published('town', {
        ...small,
        payfip: { client: '012345', mode: 'production', tryEmail: '', address: town.address },
      }),
      published('money/1', money),
    ],
    withdrawn: [],
  })
  await open(`/mes-reservations/${registrationOf.wednesdays}?mois=2026-12`)
  await page.locator('[data-cell="2026-12-09 3"]').tap()
  await keep('place', await around(page.getByRole('region', { name: /9 décembre 2026, Après-midi/ })))

  await open('/mon-compte')
  await page.getByText('Détail financier par facture').first().click()
  await keep('facture', await around(page.getByRole('article').filter({ hasText: 'Payer cette facture' }).first(), 420))
} finally {
  await browser.close()
  await town.close()
}
// The store stays open for another town of the same process, but this one makes no other.
process.exit()
