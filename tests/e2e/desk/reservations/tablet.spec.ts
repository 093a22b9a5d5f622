import type { Page } from 'playwright/test'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, logInAt, readAnew, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
const today = day('2026-11-25')
const clock = aClock()
let town: ServedTown

const key = (child: string, slot = 'Matin') => ({
  registrationId: town.registration(child, period),
  day: today,
  slotId: town.slot('CLSH MERCREDI', slot),
})
const marks = async () => {
  const { children } = await town.client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: today })
  return Object.fromEntries(children.map(({ firstName, cells }) => [firstName, cells[0]?.mark ?? null]))
}
const timesOf = async (child: string) => {
  const { children } = await town.client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: today })
  const found = children.find(({ firstName }) => firstName === child)
  return [found?.arrival ?? null, found?.departure?.at ?? null]
}
const inserted = () =>
  town.store.statement(`select count(*) from audit where entity = 'attendance' and operation = 'insert'`).pluck().get()

test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
      .with(aFamily('Duval', { children: { Zoé: {}, Armand: {}, Ysé: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period))
      .with(aRegistration('Marchand', 'Basile', period))
      .with(aRegistration('Duval', 'Zoé', period))
      .with(aRegistration('Duval', 'Armand', period))
      .with(aRegistration('Duval', 'Ysé', period)),
    clock,
  )
  await town.client.reservations.move({
    cells: ['Louison', 'Basile', 'Zoé', 'Armand'].map((child) => key(child)),
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
  })
  await town.client.families.changeHealth({
    childId: town.child('Zoé'),
    allergies: 'Arachide',
    diet: 'sans porc',
    pai: 'Trousse au bureau',
    doctor: '',
  })
})
test.afterAll(() => town.close())

test.use({ viewport: { width: 1024, height: 768 }, hasTouch: true, mayComplain: true })

const tap = (page: Page, child: string, words: string) =>
  page.getByRole('button', { name: `${child} : ${words}`, exact: true }).tap()
const pressed = (page: Page, child: string, words: string) =>
  expect(page.getByRole('button', { name: `${child} : ${words}`, exact: true })).toHaveAttribute('aria-pressed', 'true')

test('marks with a finger through a lost connection: kept, said, sent again, once', async ({ page, context }) => {
  await logInAt(page, town, '/pointage', 'Pointage')
  await page.getByRole('button', { name: 'Ordinateur' }).tap()
  await page.getByRole('rowheader', { name: 'Duval Zoé' }).tap()
  await expect(page.getByRole('complementary', { name: 'Case choisie' })).toContainText('Duval Zoé')
  await page.getByRole('button', { name: 'Tablette' }).tap()
  const tab = page.getByRole('navigation', { name: 'Activités du jour' }).getByRole('button')

  await test.step('every target is as large as a thumb', async () => {
    const buttons = page.locator('.tablet-marks button')
    await expect(buttons.first()).toBeVisible()
    for (const button of await buttons.all()) {
      const box = await button.boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(48)
    }
    expect(await faultsInThemes(page, 'Tablette')).toEqual([])
  })

  await tap(page, 'Marchand Louison', 'Présent')
  await expect.poll(marks).toMatchObject({ Louison: 'present' })

  await test.step('a slot stays the one shown when it is wholly marked elsewhere', async () => {
    await town.client.reservations.move({
      cells: [key('Louison', 'Après-midi')],
      act: 'book',
      reason: { kind: 'listed', code: 'toldInTime' },
    })
    const rest = ['Basile', 'Zoé', 'Armand'].map((child) => key(child))
    await town.client.attendance.mark({ cells: rest, mark: 'present' })
    await pressed(page, 'Marchand Basile', 'Présent')
    await expect(page.getByRole('list', { name: 'Enfants attendus, Matin' })).toBeVisible()
    await town.client.attendance.mark({ cells: rest, mark: null })
    await town.client.reservations.move({
      cells: [key('Louison', 'Après-midi')],
      act: 'free',
      charged: false,
      reason: { kind: 'listed', code: 'toldInTime' },
    })
    await expect(page.getByRole('button', { name: 'À pointer (3)' })).toBeVisible()
    // Wait until the freed afternoon is read too, before cutting the connection.
    await expect(tab).toContainText(/3\spointages à faire/)
    await readAnew(page)
  })

  await test.step('without an answer, marks are kept on this device and it says so', async () => {
    await context.setOffline(true)
    await tap(page, 'Marchand Basile', 'Présent')
    await tap(page, 'Duval Zoé', 'Présent')
    await tap(page, 'Duval Zoé', 'Absent')
    await pressed(page, 'Duval Zoé', 'Absent')
    await expect(page.getByText(/2\s+pointages gardés sur cet appareil/)).toBeVisible()
    expect(await marks()).toMatchObject({ Basile: null, Zoé: null })
    // The activity's tab counts what the sheet under it counts.
    await expect(tab).toContainText(/2\sprésents sur 4, 1\spointage à faire/)
  })

  await test.step('the page is not loaded again without a question: nothing would answer', async () => {
    // A failed call reveals the lost connection sooner than a silent stream.
    await page.getByRole('button', { name: 'Derniers gestes' }).tap()
    await expect(page.getByRole('alert').filter({ hasText: 'Ne rechargez pas cette page' })).toBeVisible()
    await page.keyboard.press('Escape')
    const asked = page.waitForEvent('dialog')
    await page.evaluate(() => setTimeout(() => window.location.reload()))
    const question = await asked
    expect(question.type()).toBe('beforeunload')
    await question.dismiss()
    await pressed(page, 'Duval Zoé', 'Absent')
  })

  await test.step('a colleague marks meanwhile', async () => {
    // The clock of the desk goes on, so that the tablet's mark is the older one.
    clock.set('2026-11-25', '10:43')
    await town.client.attendance.mark({ cells: [key('Zoé')], mark: 'present' })
  })

  await test.step('back, the marks are sent; the older of two loses and its author is told', async () => {
    await context.setOffline(false)
    await expect(page.getByText(/Zoé Duval\. Présent, noté depuis, à 10.h.43/)).toBeVisible()
    await expect(page.getByText(/gardés? sur cet appareil/)).toHaveCount(0)
    expect(await marks()).toMatchObject({ Louison: 'present', Basile: 'present', Zoé: 'present' })
    await pressed(page, 'Duval Zoé', 'Présent')
  })

  await test.step('an answer that is lost on the way back is asked for again, and nothing is doubled', async () => {
    const before = Number(inserted())
    let lost = 0
    await page.route('**/rpc/attendance/mark', async (route) => {
      await route.fetch()
      lost += 1
      if (lost === 1) return route.abort()
      return route.continue()
    })
    await tap(page, 'Duval Armand', 'Absent')
    await expect.poll(() => lost).toBeGreaterThan(1)
    await expect(page.getByText(/gardés? sur cet appareil/)).toHaveCount(0)
    await page.unroute('**/rpc/attendance/mark')
    expect(Number(inserted())).toBe(before + 1)
    expect(await marks()).toMatchObject({ Armand: 'absent' })
  })

  await test.step('when a child left is noted without a connection too, and sent after its mark', async () => {
    const louison = page.getByRole('listitem').filter({ hasText: 'Marchand Louison' })
    await louison.locator('summary').tap()
    await context.setOffline(true)
    await louison.getByLabel('Louison est arrivé à').fill('8h40')
    await louison.getByRole('button', { name: 'Noter l’arrivée' }).tap()
    await louison.getByLabel('Louison est parti à').fill('12h20')
    const note = louison.getByRole('button', { name: 'Noter le départ' })
    expect((await note.boundingBox())?.height).toBeGreaterThanOrEqual(48)
    await note.tap()
    await expect(louison.getByText(/12.h.20, envoi en cours/)).toBeVisible()
    await expect(page.getByText(/2\s+pointages gardés sur cet appareil/)).toBeVisible()
    expect(await timesOf('Louison')).toEqual([null, null])
    await page.reload().catch(() => undefined)
    await context.setOffline(false)
    await page.reload()
    await expect(louison).toBeVisible()
    await expect.poll(() => timesOf('Louison')).toEqual(['08:40', '12:20'])
    await expect(page.getByText(/gardés? sur cet appareil/)).toHaveCount(0)
    await louison.locator('summary').tap()
    await expect(louison.getByText(/12.h.20, 20\sminutes après la fin/)).toBeVisible()
    expect(await faultsInThemes(page, 'Départ sur la tablette')).toEqual([])
    const basile = page.getByRole('listitem').filter({ hasText: 'Marchand Basile' })
    await basile.locator('summary').tap()
    await basile.getByRole('button', { name: 'Parti maintenant' }).tap()
    await expect.poll(async () => (await timesOf('Basile'))[1]).toMatch(/^1\d:\d\d$/)
  })

  await test.step('a page that is closed before it could send sends when it is opened again', async () => {
    await page.route('**/rpc/attendance/mark', (route) => route.abort())
    await page.getByRole('button', { name: 'Duval Ysé : présent sans réservation, Matin' }).tap()
    await expect(page.getByText(/1\s+pointage gardé sur cet appareil/)).toBeVisible()
    await page.unroute('**/rpc/attendance/mark')
    clock.set('2026-11-25', '10:50')
    await page.reload()
    await expect.poll(marks).toMatchObject({ Ysé: 'present' })
    await expect(page.getByText(/gardés? sur cet appareil/)).toHaveCount(0)
  })

  await test.step('a list that was never opened here says what it waits for', async () => {
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Jour suivant' }).click()
    const waits = page.getByRole('main').getByText(/Pas encore ouvert sur cet appareil/)
    await expect(waits).toBeVisible({ timeout: 30_000 })
    await context.setOffline(false)
    await expect(waits).toHaveCount(0, { timeout: 30_000 })
  })
})

test('lists of the day are read, printed and taken to a spreadsheet', async ({ page }) => {
  await town.client.reservations.move({
    cells: [{ ...key('Zoé'), day: day('2026-12-02') }],
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
  })
  await logInAt(page, town, '/pointage', 'Pointage')
  await page.getByRole('button', { name: 'Listes' }).click()
  const list = page.getByRole('table')
  await expect(list.getByRole('row', { name: /Duval Zoé.*Arachide/ })).toBeVisible()
  expect(await faultsInThemes(page, 'Listes')).toEqual([])

  await page.getByRole('button', { name: 'par classe' }).click()
  await expect(list.getByRole('row', { name: /^CP/ })).toBeVisible()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Excel' }).click()
  expect((await saved).suggestedFilename()).toBe('enfants-attendus-2026-11-25.xlsx')

  await page.getByRole('button', { name: 'Cuisine' }).click()
  await expect(page.getByRole('heading', { name: 'Repas à servir' })).toBeVisible()
  await page.getByRole('button', { name: 'Semaine à remplir' }).click()
  await expect(list.getByRole('row', { name: /Marchand Louison.*à cocher/ })).toBeVisible()

  await page.getByRole('button', { name: 'Sortie' }).click()
  await page.getByRole('checkbox', { name: 'Duval Zoé part en sortie' }).click()
  await expect(page.getByText(/1\s+laissé à l’accueil/)).toBeVisible()
  expect(await faultsInThemes(page, 'Sortie')).toEqual([])
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: 'Imprimer' }).click()
  await (await opened).close()

  // Children who stay one day go out the next time.
  for (let days = 0; days < 7; days += 1) await page.keyboard.press('Shift+ArrowRight')
  await expect(list.getByRole('row')).toHaveCount(2)
  await expect(page.getByRole('checkbox', { name: 'Duval Zoé part en sortie' })).toBeChecked()
  await expect(page.getByText('à l’accueil.')).toBeHidden()
})
