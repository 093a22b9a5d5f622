import type { Core } from '../../../main/desk/core.ts'
import { sealedAccount } from '../../../main/desk/debits/account.ts'
import { writeOpeningBalance } from '../../../main/desk/invoicing/invoicing.ts'
import {
  debitSettings as debitSettingsTable,
  family,
  familyAddress,
  mandate,
  openingBalance,
  organisation,
} from '../../../main/store/schema/index.ts'
import { systemActor } from '../../../main/store/store.ts'
import type { DebitSettingsInput, MandateInput } from '../../../shared/contract/desk/money/debits.ts'
import { type Day, day } from '../../../shared/rules/calendar/day.ts'
import { usualDebitSettings } from '../../../shared/rules/money/debit/debit-settings.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aFamily, aTown, described, type Part, type Town } from './town.ts'

/** How the first régie collects by direct debit. */
export const debitSettings = (changes: Partial<DebitSettingsInput> = {}): DebitSettingsInput => ({
  regieId: firstRegieId,
  creditorId: 'FR72ZZZ123456',
  iban: 'FR7630006000011234567890189',
  bic: 'AGRIFRPP882',
  ...usualDebitSettings,
  onPortal: false,
  treasuryName: '',
  treasuryIban: '',
  treasuryBic: '',
  treasuryPost: '',
  treasuryService: '',
  ...changes,
})

export const collecting = described(
  'collecting',
  (changes: Partial<DebitSettingsInput> = {}): Part =>
    async ({ client }) => {
      await client.debits.saveSettings(debitSettings(changes))
    },
)

/** A debt from the previous program that a home has owed since the end of October. */
const owing = described(
  'owing',
  (family: string, amountCents: number): Part =>
    (town) =>
      owe(town, family, amountCents),
)

export const owe = (town: Town, name: string, amountCents: number, on = '2026-10-31'): void =>
  town.store.act(systemActor, 'import.balances', `Solde repris\u00a0: ${name}`, (write) =>
    writeOpeningBalance(town.store, write, {
      familyId: town.family(name),
      regieId: firstRegieId,
      onDay: day(on),
      amountCents,
    }),
  )

/** A valid French IBAN for each number. */
export const ibanNumbered = (number: number): string => {
  const account = `30006000010000${String(number).padStart(7, '0')}00`
  const digits = `${account}152700`
  const key = 98n - (BigInt(digits) % 97n)
  return `FR${String(key).padStart(2, '0')}${account}`
}

/** What staff type for a mandate on paper. */
export const mandateOf = (town: Town, family: string, changes: Partial<MandateInput> = {}): MandateInput => ({
  familyId: town.family(family),
  thirdPartyId: null,
  regieId: firstRegieId,
  reference: '',
  kind: 'recurrent',
  signedOn: day('2026-11-14'),
  debtor: `Camille ${family}`,
  iban: ibanNumbered(town.family(family)),
  bic: '',
  ...changes,
})

export const signing = described(
  'signing',
  (family: string): Part =>
    async (town) => {
      await town.client.debits.saveMandate(mandateOf(town, family))
    },
)

/** Three homes that owe 50,00 €, 94,60 € and 3,60 €, each with a mandate; the régie collects from 5,00 €. */
export const aDebitTown = () =>
  aTown()
    .with(collecting())
    .with(aFamily('Aubry'))
    .with(aFamily('Noël'))
    .with(aFamily('Lemaire'))
    .with(owing('Aubry', 5000))
    .with(owing('Noël', 9460))
    .with(owing('Lemaire', 360))
    .with(signing('Aubry'))
    .with(signing('Noël'))
    .with(signing('Lemaire'))

/** The actions of the person who collects. */
export const collectingIn = ({ client, clock }: Town) => {
  const regieId = firstRegieId
  const preview = (on: Day | null = null) => client.debits.preview({ regieId, on })
  const freeze = async (on: Day | null = null) => {
    const { debits, on: day_ } = await preview(on)
    return client.debits.freeze({
      regieId,
      on: day_,
      mandateIds: debits.map(({ mandateId }) => mandateId),
      seenCents: debits.reduce((sum, { cents }) => sum + cents, 0),
    })
  }
  /** Freezes, writes and collects, on 10 December. */
  const collected = async (on: Day | null = null) => {
    const frozen = await freeze(on)
    await client.debits.writeFile({ id: frozen.id })
    clock.set(frozen.on)
    return client.debits.collect({ id: frozen.id })
  }
  return { preview, freeze, collected }
}

const organisationOfBench = {
  name: 'Espace Jeunesse',
  authority: 'Ville du banc d’essai',
  address: '1 place de la Mairie',
  postcode: '14000',
  town: 'Banc',
  residentTown: 'Banc',
  schoolZone: 'B',
} as const

/**
 * Many homes with debts since October, the first of which have a mandate of the first régie; for kill tests and
 * benches.
 */
export const fillDebitTown = ({ store }: Pick<Core, 'store'>, homes: number, mandates = homes): void =>
  store.act(systemActor, 'families.create', 'Une ville qui prélève', (write) => {
    write.insert(organisation, organisationOfBench)
    write.insert(debitSettingsTable, debitSettings())
    const range = Array.from({ length: homes }, (_, index) => index + 1)
    const ids = write.insertMany(
      family,
      range.map((number) => ({ name: `FAMILLE ${String(number).padStart(5, '0')}` })),
    )
    write.insertMany(
      familyAddress,
      ids.map((familyId) => ({
        familyId,
        fromDay: day('2025-09-01'),
        line1: `${familyId} rue des Saules`,
        line2: '',
        postcode: '14550',
        town: 'Blainville-sur-Orne',
        resident: true,
      })),
    )
    write.insertMany(
      openingBalance,
      ids.map((familyId) => ({
        familyId,
        regieId: firstRegieId,
        onDay: day('2026-10-31'),
        bookedOn: day('2026-10-31'),
        dueOn: day('2026-10-31'),
        amountCents: 1000 + (familyId % 90) * 100,
      })),
    )
    write.insertMany(
      mandate,
      ids.slice(0, mandates).map((familyId) => {
        const reference = `EJ-2025-${String(familyId).padStart(6, '0')}`
        return {
          familyId,
          regieId: firstRegieId,
          reference,
          year: 2025,
          number: familyId,
          kind: 'recurrent' as const,
          source: 'paper' as const,
          signedOn: day('2025-09-10'),
          debtor: `Camille Famille ${familyId}`,
          ...sealedAccount(store, reference, { iban: ibanNumbered(familyId), bic: '' }),
        }
      }),
    )
  })
