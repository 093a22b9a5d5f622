import type { Core } from '../../../main/desk/core.ts'
import { family, familyGuardian, guardian, invoice } from '../../../main/store/schema/index.ts'
import { systemActor } from '../../../main/store/store.ts'
import { type Day, day } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { accountStatement } from '../../desk/documents/bank-files.ts'
import { ibanNumbered } from './debits.ts'

/** A number written in letters, so that each home has its own name among similar names. */
const lettered = (number: number): string =>
  String(number)
    .split('')
    .map((digit) => 'ABDEFILMNO'[Number(digit)])
    .join('')

const nameOf = (home: number): string => `LE${lettered(home)} DU BOIS`
const centsOf = (home: number): number => 1000 + ((home * 37) % 20_000)
const numberOf = (home: number): string => `2026-${String(home).padStart(6, '0')}`

/** Many homes with one unpaid invoice each, written without the runs that would have issued them: for benches only. */
export const fillBankTown = ({ store }: Pick<Core, 'store'>, homes: number, dueOn: Day = day('2026-12-02')): void =>
  store.act(systemActor, 'families.create', 'Une ville qui doit', (write) => {
    const range = Array.from({ length: homes }, (_, index) => index + 1)
    const ids = write.insertMany(
      family,
      range.map((home) => ({ name: nameOf(home) })),
    )
    const people = write.insertMany(
      guardian,
      range.map((home) => ({ lastName: nameOf(home), firstName: 'Camille', civility: 'Mme' as const })),
    )
    write.insertMany(
      familyGuardian,
      ids.map((familyId, index) => ({ familyId, guardianId: people[index] ?? 0, rank: 1 })),
    )
    write.insertMany(
      invoice,
      ids.map((familyId, index) => ({
        familyId,
        regieId: firstRegieId,
        kind: 'invoice' as const,
        state: 'issued' as const,
        fromDay: day('2026-10-01'),
        toDay: day('2026-10-31'),
        totalCents: centsOf(index + 1),
        verdict: 'ready' as const,
        journal: [],
        series: 'F',
        year: 2026,
        number: index + 1,
        issuedOn: day('2026-11-02'),
        dueOn,
        hash: String(index),
        month: '2026-10' as never,
      })),
    )
  })

/**
 * A statement. Of five lines, three contain the number of their invoice, one has a name and the right amount, and one
 * is unknown.
 */
export const bankFileOf = (lines: number, step = 4): File =>
  new File(
    [
      accountStatement({
        version: '08',
        iban: ibanNumbered(900),
        from: '2026-11-01',
        to: '2026-11-02',
        openingCents: 0,
        entries: Array.from({ length: lines }, (_, index) => {
          const home = 1 + index * step
          const kind = index % 5
          return {
            cents: centsOf(home) + (kind === 4 ? 1 : 0),
            on: '2026-11-02',
            label: kind === 4 ? `VIR INCONNU ${lettered(index)}` : `VIR MME ${nameOf(home)}`,
            reference: kind < 3 ? `FACTURE ${numberOf(home)}` : 'CENTRE DE LOISIRS OCTOBRE',
            payer: kind === 4 ? '' : `MME ${nameOf(home)}`,
            iban: ibanNumbered(home),
            endToEndId: 'NOTPROVIDED',
            bankReference: `B${index}`,
            family: 'RCDT',
          }
        }),
      }),
    ],
    'releve.xml',
  )
