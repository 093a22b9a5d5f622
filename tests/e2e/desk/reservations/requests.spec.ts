import { day, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { aBillingTown, period } from '../../../support/towns/billing.ts'
import { expect, logInAt, readAnew, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeEach(async () => {
  town = await serveTown(aBillingTown())
  const cells = ['2026-12-09', '2026-12-16', '2027-01-06'].map((on) => ({
    registrationId: town.registration('Louison', period),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }))
  await town.client.reservations.move({ cells, act: 'enterDemand' })
})
test.afterEach(() => town.close())

/** The answer of a colleague to one day of what is asked. */
const acceptElsewhere = async (on: string) => {
  const [item] = await town.client.requests.queue()
  if (item?.key.kind !== 'cells') throw new Error('a demande of days waits')
  await town.client.requests.decide({
    decisions: [
      {
        ...item.key,
        answers: [{ day: day(on), slotIds: [town.slot('CLSH MERCREDI', 'Matin')], act: 'accept' }],
      },
    ],
  })
}

test('a day left out stays so when a colleague decides another one meanwhile', async ({ page }) => {
  await logInAt(page, town, '/demandes', 'Demandes')
  const left = page.getByRole('checkbox', { name: 'Décider le mer. 16 déc. 2026' })
  await left.uncheck()
  await acceptElsewhere('2026-12-09')
  await expect(page.getByRole('checkbox')).toHaveCount(2)
  await expect(left).not.toBeChecked()
  await readAnew(page)
  await page.getByRole('button', { name: /^Accepter A/ }).click()
  await expect(page.getByText('Demande décidée')).toBeVisible()
  await expect.poll(async () => (await town.client.requests.queue()).map(({ days }) => days)).toEqual([1])
  const [waiting] = await town.client.requests.queue()
  const detail = waiting && (await town.client.requests.one(waiting.key))
  expect(detail?.parts.map((part) => part.day)).toEqual(['2026-12-16'])
})

test('a day left out is decided next, once it is alone', async ({ page }) => {
  await logInAt(page, town, '/demandes', 'Demandes')
  await page.getByRole('checkbox', { name: 'Décider le mer. 9 déc. 2026' }).uncheck()
  await page.keyboard.press('a')
  await expect(page.getByText('Demande décidée')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'mer. 9 déc. 2026' })).toBeVisible()
  await page.getByRole('button', { name: /^Accepter A/ }).click()
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
})

test('a demande that a colleague decides stays under the eyes, says so, and no key decides another in its place', async ({
  page,
}) => {
  await town.client.reservations.move({
    cells: [
      {
        registrationId: town.registration('Louison', period),
        day: day('2027-01-13'),
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ],
    act: 'enterDemand',
    recordedAt: instantOf(day('2026-11-25'), timeOfDay('08:00')),
  })
  await logInAt(page, town, '/demandes', 'Demandes')
  await expect(page.getByRole('option')).toHaveCount(2)
  const read = page.getByRole('heading', { name: 'mer. 13 janv. 2027' })
  await expect(read).toBeVisible()
  await acceptElsewhere('2027-01-13')
  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page.getByText(/Déjà décidée par .* à 10.h.42/)).toBeVisible()
  await expect(read).toBeVisible()
  for (const press of ['a', 'l', 'Enter']) await page.keyboard.press(press)
  expect(await town.client.requests.queue()).toHaveLength(1)
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('heading', { name: 'mer. 9 déc. 2026' })).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
})
