import { checkFile } from '../../../../main/store/checking/check.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { picture } from '../../../support/picture.ts'
import { period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { nextYear } from '../../../support/towns/year.ts'
import { expect, faultsInThemes, logInAt, readAnew, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Ana: { level: 'GS' }, Bo: { level: 'CM2' } } }))
      .with(aFamily('Fouquet', { children: { Cy: { level: 'CP' } } }))
      .with(aWednesday({ startDay: '2026-09-01', endDay: '2027-07-02' }))
      .with(aRegistration('Marchand', 'Ana', period))
      .with(aRegistration('Fouquet', 'Cy', period)),
  )
  const { client } = town
  const elementary = await client.settings.saveSchool({ name: 'École des Tilleuls' })
  for (const [name, level] of [
    ['Bo', 'CM2'],
    ['Cy', 'CP'],
  ] as const) {
    const classes = { fromDay: day('2026-09-01'), schoolId: elementary.id, level, className: `${level} A` }
    await client.families.setSchooling({ childId: town.child(name), ...classes })
  }
  await client.reservations.move({
    act: 'book',
    cells: [
      {
        registrationId: town.registration('Ana', period),
        day: '2026-12-09',
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ],
  })
})
test.afterAll(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  expect(findings).toEqual([])
})

test('a new school year is prepared step by step from the last', async ({ page }) => {
  test.setTimeout(180_000)
  await logInAt(page, town, '/reglages/annee?annee=2027', 'Année scolaire')
  await expect(page.getByText('Les vacances ne sont pas encore connues')).toBeVisible()
  expect(await faultsInThemes(page, 'annee')).toEqual([])
  const steps = page.getByRole('navigation', { name: 'Étapes de l’année' })

  await page.getByRole('button', { name: 'Continuer : Calendrier' }).click()
  const file = page.locator('input[type=file]')
  await file.setInputFiles({
    name: 'calendrier.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(nextYear)),
  })
  await expect(page.getByRole('table', { name: 'Ce qui change' })).toContainText('Toussaint')
  expect(await faultsInThemes(page, 'annee-calendrier')).toEqual([])
  await page.getByRole('button', { name: 'Importer ce calendrier' }).click()
  await expect(page.getByText('Calendrier importé : 5')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Vacances de l’année' })).toContainText('sam. 12 févr. 2028')

  await steps.getByRole('button', { name: 'Périodes' }).click()
  const periods = page.getByRole('grid', { name: 'Périodes à copier' })
  await expect(periods).toContainText('01/09/27 → 30/06/28')
  expect(await faultsInThemes(page, 'annee-periodes')).toEqual([])
  await page.getByLabel('Nouveau nom').fill('Mercredis 2027/2028')
  const copy = page.getByRole('button', { name: 'Copier 1 période' })
  await test.step('pressed as a colleague changes what is proposed, it does nothing and says so', async () => {
    await copy.evaluate((button) => {
      const panel = button.closest('aside, section') ?? document.body
      new MutationObserver((_, observer) => {
        observer.disconnect()
        if (button instanceof HTMLElement) button.click()
      }).observe(panel, { subtree: true, childList: true, characterData: true })
    })
    await town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: day('2026-12-16'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
      capacity: 31,
    })
    await expect(page.getByText('1 jour changé à la main')).toBeVisible()
    await expect(page.getByText('Ce qui est à l’écran vient de changer')).toBeVisible()
    await readAnew(page)
    expect(await town.client.activities.periods({})).toHaveLength(1)
  })
  await copy.click()
  await expect(page.getByText('1 période copiée')).toBeVisible()
  await expect(periods).toContainText('existe déjà')

  await steps.getByRole('button', { name: 'Classes' }).click()
  const classes = page.getByRole('table', { name: 'Passage en classe supérieure' })
  await expect(classes).toContainText('quitte l’école')
  await page.getByLabel('Cy Fouquet passe en classe supérieure').uncheck()
  await expect(classes).toContainText('redouble')
  expect(await faultsInThemes(page, 'annee-classes')).toEqual([])
  await page.getByRole('button', { name: 'Faire passer 2 enfants' }).click()
  await expect(page.getByText('2 enfants passent en classe supérieure, dont 1 quitte l’école.')).toBeVisible()

  await steps.getByRole('button', { name: 'Réinscriptions' }).click()
  await expect(page.getByRole('grid', { name: 'Enfants à réinscrire' })).toContainText('Quotient familial inconnu')
  expect(await faultsInThemes(page, 'annee-reinscriptions')).toEqual([])
  await page.getByRole('button', { name: 'Réinscrire 2 enfants' }).click()
  await expect(page.getByText('2 enfants réinscrits.')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Enfants à réinscrire' })).toContainText('refusé')

  await steps.getByRole('button', { name: 'Où en est l’année' }).click()
  await expect(page.getByText('1 sur 1 période a sa suite')).toBeVisible()
})

test('a day closed for all shows first whom it touches; it is opened again', async ({ page }) => {
  await logInAt(page, town, '/reglages/annee?etape=fermetures', 'Année scolaire')
  await page.getByLabel('Du', { exact: true }).fill('09/12/2026')
  await page.getByLabel('Du', { exact: true }).press('Tab')
  // A day that does not exist shows an error, and the former day is not used silently.
  await page.getByLabel('Du', { exact: true }).fill('31/11/2026')
  await page.getByLabel('Du', { exact: true }).press('Tab')
  await expect(page.getByText('31/11/2026 : cette date n’existe pas.')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Familles à prévenir' })).toBeHidden()
  await page.getByLabel('Du', { exact: true }).fill('09/12/2026')
  await page.getByLabel('Du', { exact: true }).press('Tab')
  await expect(page.getByRole('table', { name: 'Familles à prévenir' })).toContainText('Marchand')
  await page.getByLabel('Motif').fill('Neige')
  expect(await faultsInThemes(page, 'annee-fermetures')).toEqual([])
  await page.getByRole('button', { name: 'Fermer ces jours' }).click()
  await expect(page.getByText('1 réservation libérée, 1 famille à prévenir.')).toBeVisible()
  const closings = page.getByRole('table', { name: 'Jours fermés à venir' })
  await expect(closings).toContainText('Neige')
  await closings.getByRole('button', { name: /^Familles à prévenir, mer\. 9 déc\. 2026, Neige/ }).click()
  const told = page.getByRole('dialog', { name: /^Familles à prévenir/ })
  await expect(told.getByRole('table')).toContainText('Marchand')
  await expect(told.getByRole('link', { name: 'Écrire un avis aux familles' })).toBeVisible()
  expect(await faultsInThemes(page, 'annee-a-prevenir')).toEqual([])
  await picture(page, 'a-prevenir')
  await told.getByRole('button', { name: 'Fermer', exact: true }).last().click()
  await closings.getByRole('button', { name: /^Rouvrir/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Rouvrir' }).click()
  await expect(page.getByRole('heading', { name: 'Aucun jour fermé' })).toBeVisible()
})

test.describe('a file that is no calendar', () => {
  // A refusal is an answer of 422, which the browser notes.
  test.use({ mayComplain: true })

  test('is refused with a sentence, and nothing can be imported', async ({ page }) => {
    await logInAt(page, town, '/reglages/annee?etape=calendrier', 'Année scolaire')
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<html>') })
    await expect(page.getByRole('alert')).toContainText('n’est pas un calendrier scolaire')
    await expect(page.getByRole('button', { name: 'Importer ce calendrier' })).toBeHidden()
  })
})
