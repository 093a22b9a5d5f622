import type { Day } from '../calendar/day.ts'
import { briefDay, listed } from '../text/french.ts'
import { isBilled } from './day-units.ts'
import type { ChargeableSlot, PriceError, PriceRemark, PriceWarning } from './price-terms.ts'
import type { TariffVersion } from './tariff.ts'

type Doubt = 'quotient' | 'endedQuotient' | 'residence' | 'notPointed'

/** Collects what is to be said of the days of one child in one activity while they are priced, each matter once. */
export const findingsOf = (activity: string) => {
  const remarks: PriceRemark[] = []
  const problems = new Map<string, { kind: PriceError['kind']; slots: string; days: Day[] }>()
  const doubts = new Map<Doubt, Set<Day>>()

  const warning = (kind: PriceWarning['kind'], doubt: Doubt, text: (days: readonly Day[]) => string) => {
    const days = [...(doubts.get(doubt) ?? [])]
    return days.length === 0 ? [] : [{ kind, days, text: `${text(days)}\u00a0: ${activity}` }]
  }
  return {
    /** A day that cannot be priced. */
    fail: (kind: PriceError['kind'], day: Day, slots = '') => {
      const existing = problems.get(kind + slots)
      if (existing?.days.includes(day)) return
      if (existing) existing.days.push(day)
      else problems.set(kind + slots, { kind, slots, days: [day] })
    },
    /** A day that was priced although something about it is unknown. */
    doubt: (kind: Doubt, day: Day) => {
      doubts.set(kind, (doubts.get(kind) ?? new Set()).add(day))
    },
    /** Remarks on the absences and unbooked slots of a day. */
    remark: (day: Day, slots: readonly ChargeableSlot[], version: TariffVersion) => {
      for (const slot of slots) {
        const said = remarkText(slot, isBilled(version, slot))
        if (!said) continue
        const text = `${briefDay(day)}\u00a0: ${said}`
        const known = remarks.at(-1)
        if (known?.text === text) remarks[remarks.length - 1] = { ...known, slots: [...known.slots, slot.slot] }
        else remarks.push({ day, slots: [slot.slot], text })
      }
    },
    all: () => ({
      remarks,
      warnings: [
        ...warning('noFamilyQuotient', 'quotient', () => 'Quotient familial inconnu, tarif le plus haut'),
        ...warning('noFamilyQuotient', 'endedQuotient', () => 'Quotient familial plus valable, tarif le plus haut'),
        ...warning('noResidence', 'residence', () => 'Adresse inconnue, tarif hors commune'),
        ...warning('notPointed', 'notPointed', (days) => `Pointage manquant ${theDays(days)}, facturé comme présent`),
      ],
      errors: [...problems.values()].map(({ kind, slots, days }) => ({
        kind,
        days,
        text:
          kind === 'noTariff'
            ? `Aucun tarif ${theDays(days)}\u00a0: ${activity}`
            : `Aucun prix pour ${slots} ${theDays(days)}\u00a0: ${activity}`,
      })),
    }),
  }
}

export type Findings = ReturnType<typeof findingsOf>

const remarkText = ({ why, attendance }: ChargeableSlot, billed: boolean): string | undefined => {
  if (why === 'chargedCancellation') return 'annulation facturée'
  if (why === 'withoutBooking') return 'venu sans réservation'
  const effect = billed ? 'facturée' : 'non comptée'
  if (attendance === 'justifiedInTime') return `absence justifiée, ${effect}`
  if (attendance === 'justifiedLate') return `absence justifiée trop tard, ${effect}`
  return attendance === 'absent' ? `absence non justifiée, ${effect}` : undefined
}

/** « le mer. 18 nov. », « les mer. 18 nov. et mer. 25 nov. » */
const theDays = (days: readonly Day[]): string => `${days.length === 1 ? 'le' : 'les'} ${listed(days.map(briefDay))}`
