import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { openDesk } from '../../main/app/desk.ts'
import { screensFolder } from '../../main/build.ts'
import type { Core } from '../../main/desk/core.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { serveDesk } from '../../main/host/http.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { password } from './desk.ts'
import { chromiumArguments, chromiumHere } from './machine/chromium.ts'

/** Runs `visit` on a built desk filled by `fill`, for a person with all roles who has just logged in. */
export const atBenchDesk = async <Figures>(
  now: Instant,
  fill: (core: Core) => void,
  visit: (page: Page) => Promise<Figures>,
): Promise<Figures> => {
  const executablePath = chromiumHere()
  if (!executablePath) throw new Error('no Chromium on this machine')
  const folder = mkdtempSync(join(tmpdir(), 'bench-desk-'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  try {
    fill(desk.core)
    await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
    const serving = await serveDesk(desk, { screens: screensFolder, port: 0, log: console.error })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' })
    await page.goto(serving.address)
    await page.getByLabel(/identifiant/i).fill('banc')
    await page.getByLabel('Mot de passe', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Calendrier' }).waitFor()
    const figures = await visit(page)
    await serving.close()
    return figures
  } finally {
    await browser.close()
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
