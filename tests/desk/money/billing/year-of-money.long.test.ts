import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDesk } from '../../../../main/app/desk.ts'
import type { Store } from '../../../../main/store/store.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { aClock, clientOf } from '../../../support/desk.ts'
import { calendarFile, ended, nextYear } from '../../../support/towns/year.ts'
import { liveYear } from '../../../support/towns/year-of-money.ts'
import { copyExampleTown } from '../../example-made.ts'

/** The periods, classes and registrations of 2027/2028. */
const prepareNextYear = async ({ year }: ReturnType<typeof clientOf>, { statement }: Pick<Store, 'statement'>) => {
  await ended(year.importCalendar(calendarFile(nextYear)))
  const copies = (await year.previewCopy({ year: 2027, activityIds: null })).filter(({ obstacle }) => obstacle === null)
  const periods = copies.map(({ periodId, newName, moved }) => ({
    periodId,
    name: newName,
    startDay: moved.from,
    endDay: moved.to,
  }))
  await ended(year.copy({ year: 2027, periods }))
  const { children } = await year.previewPassage({ year: 2027 })
  const childIds = children.filter(({ outcome }) => outcome === 'up').map(({ childId }) => childId)
  await ended(year.passUp({ year: 2027, childIds, ways: [] }))
  for (const { periodId: fromPeriodId, activityId, moved } of copies) {
    const toPeriodId = statement('select id from period where activity_id = ? and start_day = ?')
      .pluck()
      .get(activityId, moved.from) as number
    const rows = await year.previewReenrolment({ fromPeriodId, toPeriodId })
    const registrationIds = rows.filter(({ refusal }) => refusal === null).map(({ registrationId }) => registrationId)
    if (registrationIds.length > 0)
      await ended(year.reenrol({ fromPeriodId, toPeriodId, registrationIds, week: 'none' }))
  }
}

/** What the town leaves to its visitors: a bank statement, the till of November, and a debit to collect. */
const finishYear = async (
  client: ReturnType<typeof clientOf>,
  clock: ReturnType<typeof aClock>,
  { statement }: Pick<Store, 'statement'>,
) => {
  for (const lineId of statement('select id from bank_line').pluck().all() as number[])
    await client.bank.dismiss({ lineId, reason: 'Pour une autre régie' })
  const [frozen] = (await client.debits.collections({ regieId: firstRegieId })).filter(
    ({ state }) => state === 'frozen',
  )
  if (!frozen) throw new Error('the town has frozen a debit')
  await client.debits.writeFile({ id: frozen.id })
  clock.set('2026-11-30')
  const { expectedCents } = await client.payments.till({ day: day('2026-11-30') })
  await client.payments.closeTill({ day: day('2026-11-30'), countedCents: expectedCents, note: '' })
  clock.set(frozen.on)
  await client.debits.collect({ id: frozen.id })
}

it('the example town lives a whole year, and nothing is lost', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'exemple-')), 'ville')
  await copyExampleTown(folder)
  const clock = aClock()
  const desk = await openDesk({ dataDir: `${folder}-service`, exampleDir: folder, demo: true, clock })
  onTestFinished(async () => {
    await desk.close()
    rmSync(dirname(folder), { recursive: true, force: true })
  })
  const client = clientOf(desk)
  await client.staff.session()
  await finishYear(client, clock, desk.core.store)
  await prepareNextYear(client, desk.core.store)
  await liveYear({ client, clock, store: desk.core.store })
  expect((await client.closings.read({})).closed[0]).toMatchObject({ kind: 'year', from: '2027-01-01' })
}, 1_800_000)
