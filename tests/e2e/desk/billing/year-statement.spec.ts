import { hashOf } from '../../../../main/exchange/published/reach.ts'
import { publish } from '../../../../main/portal/exchange/publications.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { claire, faultsOnPortal, servePortalTown } from '../../portal/portal-town.ts'
import { expect, faults, faultsInThemes, goTo, logIn, serveTown, test } from '../../town.ts'

test('at the desk: a family’s statement and certificate, then every certificate of the year', async ({ page }) => {
  const clock = aClock()
  const town = await serveTown(aBillingTown(), clock)
  const { book, run, issue } = billing(town)
  await book('Basile', ['2026-12-09'], 'Matin', 'Repas')
  await issue((await run()).id)
  await town.client.payments.record({
    familyId: town.family('Marchand'),
    means: 'cesu',
    amountCents: 1000,
    receivedOn: day('2026-11-25'),
    payer: '',
    reference: '',
    chosen: null,
  })
  await logIn(page, town)

  await goTo(page, `/familles/${town.family('Marchand')}?onglet=argent`)
  await page.getByRole('button', { name: 'Relevé de l’année…' }).click()
  const statement = page.getByRole('dialog', { name: 'Relevé de l’année : Marchand' })
  await expect(statement.getByRole('table', { name: 'Relevés par année' })).toContainText('2026 en cours')
  expect(await faultsInThemes(page, 'Relevé de l’année')).toEqual([])
  const opened = page.waitForEvent('popup')
  await statement.getByRole('button', { name: 'Ouvrir le relevé 2026' }).click()
  // The paper opens in our own reading page, where it can be read, enlarged, saved and printed in any browser.
  const reader = await opened
  const first = reader.getByRole('region', { name: 'Page 1' })
  await expect(first.getByText('Marchand').first()).toBeVisible()
  expect(await faults(reader)).toEqual([])
  const width = async () => (await first.boundingBox())?.width ?? 0
  const before = await width()
  await reader.getByRole('button', { name: 'Agrandir' }).click()
  expect(await width()).toBeGreaterThan(before)
  const kept = reader.waitForEvent('download')
  await reader.getByRole('button', { name: 'Enregistrer' }).click()
  expect((await kept).suggestedFilename()).toMatch(/\.pdf$/)
  await reader.close()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Attestation fiscale…' }).click()
  const certificate = page.getByRole('dialog', { name: 'Attestation fiscale : Marchand' })
  await expect(certificate.getByRole('table')).toContainText('Basile Marchand 5,50')
  expect(await faultsInThemes(page, 'Attestation fiscale')).toEqual([])
  await page.keyboard.press('Escape')

  await goTo(page, '/reglements', 'Règlements')
  await page.getByRole('button', { name: 'Plus' }).click()
  await page.getByRole('menuitem', { name: 'Attestations fiscales…' }).click()
  const all = page.getByRole('dialog', { name: 'Attestations fiscales' })
  await expect(all).toContainText('Rien n’a été payé en 2025')
  await all.getByLabel('Année').click()
  await page.getByRole('option', { name: '2026 (en cours)' }).click()
  await expect(all.getByRole('grid', { name: 'Attestations 2026' }).or(all.getByRole('table'))).toContainText(
    'Marchand',
  )
  expect(await faultsInThemes(page, 'Attestations fiscales')).toEqual([])
  const archive = page.waitForEvent('download')
  await all.getByRole('button', { name: 'Un fichier par famille (ZIP)' }).click()
  expect((await archive).suggestedFilename()).toBe('Attestations fiscales 2026.zip')
  const list = page.waitForEvent('download')
  await all.getByRole('button', { name: 'Liste (CSV)' }).click()
  expect((await list).suggestedFilename()).toBe('Attestations fiscales 2026.csv')
  await page.keyboard.press('Escape')

  await test.step('leaving from the page of a family sends no call that the desk refuses', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}`, 'Marchand')
    await page.getByRole('button', { name: 'Sandrine Tostain' }).click()
    await page.getByRole('menuitem', { name: 'Se déconnecter' }).click()
    await expect(page.getByLabel('Identifiant')).toBeVisible()
  })
  // A page that outlives its desk looks for it, and the browser says so.
  await page.close()
  await town.close()
})

test('on the portal: each year with its papers, the one under way said to be provisional', async ({ page }) => {
  const town = await servePortalTown({ isGrown: false })
  const body = Buffer.from('%PDF-1.7').toString('base64')
  const paper = (name: string, paperOf: string) => ({
    id: `paper/1/${name}`,
    kind: 'paper',
    paperOf,
    body,
    hash: hashOf(body),
  })
  await publish(town.portal, {
    documents: [
      paper('statement-2026', '2026-11-09'),
      paper('statement-2025', '2026-01-01'),
      paper('certificate-2025', '2026-01-01'),
    ],
    withdrawn: [],
  })
  await page.setViewportSize({ width: 360, height: 740 })
  await town.letIn(page, claire)
  await page.goto(`${town.address}/mon-compte`)
  const card = page.getByRole('region', { name: 'Relevés de l’année' })
  await expect(card).toContainText('Provisoire, au lun. 9 nov. 2026')
  await expect(card.getByRole('button')).toHaveCount(3)
  expect(await faultsOnPortal(page)).toEqual([])
  const saved = page.waitForEvent('download')
  await card.getByRole('button', { name: 'Attestation fiscale (PDF) : 2025' }).click()
  expect((await saved).suggestedFilename()).toBe('attestation-fiscale-2025.pdf')
  await page.close()
  await town.close()
})
