import type { RegieInput } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { aBillingTown, aTariff } from './billing.ts'
import { anActivity, aPeriod, aRegistration, described, type Part, type Town } from './town.ts'

export const camp = 'CAMP'
export const campYear = 'Camp 2026/2027'

/** A régie as the screen sends a new one. */
export const aRegieInput = (changes: Partial<RegieInput> = {}): RegieInput => ({
  name: 'Régie des camps',
  prefix: 'CV',
  decision: '2026-41',
  decidedOn: '2026-06-18' as Day,
  archived: false,
  means: null,
  natures: [{ account: '70632', label: 'Camps', productCode: 'CAMP', activityIds: null, fiscal: null }],
  waysToPay: 'Chèque',
  payfipNumber: '',
  dueDays: 15,
  billsFrom: null,
  zeroInvoices: false,
  tillFloatCents: 2000,
  iban: '',
  bic: '',
  carryBelowCents: 0,
  paysRefunds: false,
  maxCashCents: 30_000,
  tillCeilingCents: 0,
  holdsCheques: false,
  voucherRules: [],
  reminderLevels: null,
  remindFromCents: 500,
  allowsPlans: false,
  suspendAboveCents: null,
  suspendActivityIds: null,
  ...changes,
})

const aSecondRegie = described(
  'aSecondRegie',
  (): Part => async (town) => {
    const { id } = await town.client.regies.save(aRegieInput())
    town.known.set('regie', id)
  },
)

/** The second régie collects for an activity. */
export const collectedBySecond = described(
  'collectedBySecond',
  (activity: string): Part =>
    async ({ client, known }) => {
      const id = known.get(`activity ${activity}`) ?? 0
      const { slots, ...rest } = await client.activities.get({ id })
      await client.activities.save({ ...rest, slots, regieId: known.get('regie') ?? 0 })
    },
)

const secondRegieParts = (): Part[] => [
  aSecondRegie(),
  anActivity(camp),
  aPeriod(campYear, camp),
  aTariff(camp, 'ALSH mercredi, 7-11 ans'),
  collectedBySecond(camp),
  aRegistration('Marchand', 'Louison', campYear),
]

/** The billing town with a second régie, CV, which collects for an activity of its own. */
export const aTownOfTwoRegies = () => secondRegieParts().reduce((town, part) => town.with(part), aBillingTown())

/** Opens the second régie of `aTownOfTwoRegies` in a billing town that is open already. */
export const openSecondRegie = async (town: Town): Promise<void> => {
  for (const part of secondRegieParts()) await part(town)
}

export const secondRegie = (town: Town): number => town.known.get('regie') ?? 0

/** Books the camp of the second régie. */
export const bookCamp = async (town: Town, days: readonly string[], ...slots: readonly string[]): Promise<void> => {
  const cells = days.flatMap((on) =>
    slots.map((slot) => ({
      registrationId: town.registration('Louison', campYear),
      day: on as Day,
      slotId: town.slot(camp, slot),
    })),
  )
  const { refused } = await town.client.reservations.move({ cells, act: 'book' })
  if (refused[0]) throw new Error(refused[0].sentence)
}
