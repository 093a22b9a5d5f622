import { addDays, type Day, day, daysOfMonth, monthKey, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { slotCode } from '../../../shared/rules/price/tariff.ts'
import { fixed, tariff } from '../../support/published-tariffs/published.ts'
import { last, period as wednesdays } from '../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../support/towns/payers.ts'
import { aRegieInput, collectedBySecond } from '../../support/towns/regies.ts'
import { anActivity, aPeriod, type Part, type Town } from '../../support/towns/town.ts'

/*
 * A school year of two children by the desk's procedures, whose screens have specs of their own: evenings priced by the
 * time that the child stays, a workshop priced by the month that a second régie collects, an aid of a works council,
 * and a child whom the département takes over.
 */

const evening = { activity: 'ACCUEIL DU SOIR', period: 'Soirs 2026/2027' }
const workshop = { activity: 'ATELIER MUSIQUE', period: 'Musique 2026/2027' }
export const culture = aRegieInput({
  name: 'Régie culture',
  prefix: 'CU',
  payfipNumber: '067890',
  natures: [{ account: '7062', label: 'Culture', productCode: '', activityIds: null, fiscal: null }],
})

type Line = Parameters<typeof tariff>[0][number]

const pricedBy =
  (activity: string, name: string, line: Line): Part =>
  async (town) => {
    const { id: tariffId } = await town.client.prices.saveTariff({ name })
    await town.client.prices.saveVersion({ tariffId, from: day('2026-09-01'), definition: tariff([line]) })
    await town.client.prices.attach({ activityId: town.activity(activity), tariffId })
  }

const eveningLine: Line = {
  label: 'Accueil du soir',
  fiscal: 'garde',
  count: {
    per: 'time',
    slots: [slotCode('Soir')],
    minutes: 30,
    grace: 0,
    unit: { one: 'demi-heure', many: 'demi-heures' },
    price: fixed('0,60'),
    measured: 'present',
  },
  withoutBooking: null,
}
const workshopLine: Line = {
  label: 'Atelier au mois',
  fiscal: 'autre',
  count: {
    per: 'forfait',
    span: 'month',
    slots: [slotCode('Atelier')],
    by: 'registration',
    steps: [{ from: 1, unit: { one: 'mois', many: 'mois' }, price: fixed('25,00') }],
    partial: 'whole',
    absence: null,
    billed: 'end',
  },
  withoutBooking: null,
}

export const yearParts: readonly Part[] = [
  pricedBy(evening.activity, 'Soirs au temps passé', eveningLine),
  anActivity(workshop.activity, {
    facility: 'ÉCOLE DE MUSIQUE',
    type: 'LOISIRS',
    slots: { Atelier: ['17:00', '18:00'] },
  }),
  aPeriod(workshop.period, workshop.activity, { weekdays: [4] }),
  pricedBy(workshop.activity, 'Musique au mois', workshopLine),
  async ({ client, known }) => {
    const { id } = await client.regies.save(culture)
    known.set('regie', id)
  },
  collectedBySecond(workshop.activity),
]

/** A Wednesday of each month. Lina has lunch there, and stays the evening before. */
const wednesdaysLived = [
  '2026-10-14',
  '2026-11-04',
  '2026-12-02',
  '2027-01-06',
  '2027-02-03',
  '2027-03-10',
  '2027-04-07',
  '2027-05-12',
  '2027-06-02',
].map(day)
/** The Wednesdays of the child whom the département takes over. */
const takenOver = ['2026-11-18', '2026-12-16'].map(day)
const yearDays = { from: day('2026-10-01'), to: day('2027-06-30') }

const eurosOf = (papers: readonly { readonly totalCents: number }[]): number =>
  papers.reduce((sum, { totalCents }) => sum + totalCents, 0) / 100

type Child = { readonly family: string; readonly child: string }

/** What staff do for a child who has signed up, and for one of the département, from October on. */
export const aSchoolYear = async (town: Town, own: Child, ofDepartment: Child) => {
  const { client, clock, store } = town
  const { familyId, childId } = store
    .statement(
      `select family.id as familyId, child.id as childId from family join family_child on family_id = family.id
      join child on child.id = child_id where family.name = ? and child.first_name = ?`,
    )
    .get(own.family, own.child) as { familyId: number; childId: number }
  const registeredOnWednesdays = store
    .statement('select id from registration where child_id = ?')
    .pluck()
    .get(childId) as number
  const cultureId = town.known.get('regie') ?? 0
  const regieIds = [firstRegieId, cultureId]
  const [departement, worksCouncil] = await Promise.all(
    [
      aThirdPartyInput('Département du Calvados', { kind: 'ase', isPublic: true, siret: '21300000000011' }),
      aThirdPartyInput('CE des Lavandières', { kind: 'worksCouncil' }),
    ].map(async (party) => (await client.payers.saveThirdParty(party)).id),
  )
  if (departement === undefined || worksCouncil === undefined) throw new RangeError('two third parties')

  const register = async (period: string) => {
    const { id } = await client.registrations.ask({
      childId,
      familyId,
      periodId: town.period(period),
      startDay: yearDays.from,
      endDay: yearDays.to,
      typicalWeek: [],
      overrideReason: '',
      accepted: true,
    })
    return id
  }
  const book = async (registrationId: number, activity: string, days: readonly Day[], ...slots: string[]) => {
    const cells = days.flatMap((on) =>
      slots.map((slot) => ({ registrationId, day: on, slotId: town.slot(activity, slot) })),
    )
    const { refused } = await client.reservations.move({ cells, act: 'book' })
    if (refused[0]) throw new Error(refused[0].sentence)
    return cells
  }

  await client.families.setQuotient({
    familyId,
    fromDay: yearDays.from,
    value: 727,
    source: 'CAF',
    updatedOn: yearDays.from,
  })
  await client.payers.promise({
    aid: anAidInput(worksCouncil, {
      activityIds: [town.activity('CLSH MERCREDI')],
      ceilingCents: 2000,
      from: yearDays.from,
    }),
    beneficiaries: [{ familyId, childId }],
  })
  await client.payers.promise({
    aid: anAidInput(departement, { label: 'Prise en charge', percent: 100 }),
    beneficiaries: [{ familyId: town.family(ofDepartment.family), childId: town.child(ofDepartment.child) }],
  })
  await register(workshop.period)
  const registeredInTheEvening = await register(evening.period)
  await book(registeredOnWednesdays, 'CLSH MERCREDI', wednesdaysLived, 'Matin', 'Repas')
  const evenings = wednesdaysLived.map((on) => addDays(on, -1))
  const eveningCells = await book(registeredInTheEvening, evening.activity, evenings, 'Soir')
  await book(town.registration(ofDepartment.child, wednesdays), 'CLSH MERCREDI', takenOver, 'Matin', 'Repas')

  /** The child arrives late and leaves early: 55 minutes, which are two started half hours. */
  const stay = async (on: Day) => {
    clock.set(on, '17:45')
    const cells = eveningCells.filter((cell) => cell.day === on)
    await client.attendance.mark({ cells, mark: 'present', reason: '' })
    await client.attendance.arrival({ registrationId: registeredInTheEvening, day: on, at: timeOfDay('16:45') })
    await client.attendance.departure({ registrationId: registeredInTheEvening, day: on, at: timeOfDay('17:40') })
  }
  const papersOf = () => client.invoicing.ofFamily({ familyId })

  return {
    departement,
    /** The evening of a month, and its bill: each régie's, then those of third parties. */
    async month(number: number) {
      const [on, wednesday] = [evenings[number], wednesdaysLived[number]]
      if (!on || !wednesday) throw new RangeError(`no month ${number}`)
      await stay(on)
      const { from, to } = daysOfMonth(monthKey(wednesday))
      clock.set(addDays(to, 2), '09:00')
      for (const regieId of regieIds) {
        const run = await last(await client.invoicing.run({ from, to, activityIds: null, familyIds: null, regieId }))
        const { drafts } = await client.invoicing.drafts({ runId: run.id })
        await last(await client.invoicing.issue({ runId: run.id, ids: drafts.map(({ id }) => id) }))
      }
      const parties = await client.payers.thirdParties()
      const thirdPartyIds = parties.filter(({ toBillCents }) => toBillCents !== 0).map(({ id }) => id)
      if (thirdPartyIds.length > 0) await client.payers.bill({ thirdPartyIds })
    },
    /** At the counter: what is owed to each régie, and what third parties owe. */
    async pay() {
      const means = {
        means: 'cheque' as const,
        receivedOn: today(clock),
        payer: '',
        reference: '0001234',
        chosen: null,
      }
      for (const regieId of regieIds) {
        const { balanceCents } = await client.payments.owed({ familyId, regieId })
        if (balanceCents > 0) await client.payments.record({ ...means, familyId, regieId, amountCents: balanceCents })
      }
      for (const { id, balanceCents } of await client.payers.thirdParties())
        if (balanceCents > 0)
          await client.payments.record({
            ...means,
            familyId: null,
            thirdPartyId: id,
            regieId: firstRegieId,
            amountCents: balanceCents,
          })
    },
    /** A Wednesday that was billed turns out to be excused: the next run gives it back to the home and the council. */
    async excuse(number: number) {
      const cells = ['Matin', 'Repas'].map((slot) => ({
        registrationId: registeredOnWednesdays,
        day: wednesdaysLived[number] ?? yearDays.from,
        slotId: town.slot('CLSH MERCREDI', slot),
      }))
      await client.attendance.mark({ cells, mark: 'justifiedInTime', reason: 'Certificat médical' })
    },
    /** The evening on the last invoice of the service is given up for good. */
    async giveUpLastEvening() {
      const [invoice] = (await papersOf()).filter(({ kind, number }) => kind === 'invoice' && !number.startsWith('CU'))
      const { lines } = await client.invoicing.leftToCredit({ invoiceId: invoice?.id ?? 0 })
      const chosen = lines.filter(({ label }) => label === eveningLine.label)
      await client.invoicing.creditNote({
        invoiceId: invoice?.id ?? 0,
        lines: chosen.map(({ id }) => ({ lineId: id, days: null })),
        reason: 'Départ retardé par une grève',
        billAgain: false,
      })
    },
    /** Euros that issued papers ask for, less those that they give back: of each régie, then of each third party. */
    async billed() {
      const papers = await papersOf()
      const ofParties = await Promise.all([worksCouncil, departement].map((id) => client.payers.thirdParty({ id })))
      return {
        service: eurosOf(papers.filter(({ number }) => !number.startsWith('CU'))),
        culture: eurosOf(papers.filter(({ number }) => number.startsWith('CU'))),
        worksCouncil: eurosOf(ofParties[0]?.papers ?? []),
        departement: eurosOf(ofParties[1]?.papers ?? []),
      }
    },
    async balances() {
      const owed = await Promise.all(regieIds.map((regieId) => client.payments.owed({ familyId, regieId })))
      return [...owed, ...(await client.payers.thirdParties())].map(({ balanceCents }) => balanceCents)
    },
  }
}
