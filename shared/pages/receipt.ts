import type { PortalSession } from '../contract/portal/account.ts'
import type { DemandeShown, Receipt } from '../contract/portal/demandes.ts'
import { weekText } from '../rules/calendar/typical-week.ts'
import { formatEuros } from '../rules/money/money.ts'
import { receiptCountText } from '../rules/requests/demande-texts.ts'
import { briefDay, counted, instantText, shortDay } from '../rules/text/french.ts'
import type { PageHead, PageLink } from './page.ts'
import { portalPages } from './portal-pages.ts'
import { byOutcome, outcomeText } from './requests.ts'

/** The receipt of demandes that were recorded together. */

/** @param isNew the demandes were recorded a moment ago */
export const receiptHead = (number: string | undefined, isNew = false): PageHead => ({
  title: isNew ? 'C’est enregistré' : `Reçu ${number ?? ''}`.trim(),
  parents: [portalPages.requests],
})

export const receiptTexts = { estimate: 'Environ', next: 'Et maintenant\u00a0?' }

/** @param all the demandes of the home, among which those of this receipt */
export const receiptShown = (receipt: Receipt, all: readonly DemandeShown[], login: PortalSession['login']) => {
  const { number, recordedAt, registration, estimateCents, refused, items } = receipt
  const demandes = all.filter((one) => one.receipt === receipt.id)
  const { open } = byOutcome(demandes)
  const isMany = items.length + (registration ? 1 : 0) > 1
  const isCopied = login?.name === receipt.guardianName && login.mails.includes('receipt')
  const booked = demandes.find((one) => one.registration !== null)
  return {
    name: `Reçu ${number}`,
    title: receiptCountText(receipt),
    recorded: `Enregistrée${isMany ? 's' : ''} le ${instantText(recordedAt)}`,
    groups: daysByRegistration(receipt),
    registration: registration && {
      child: registration.child,
      period: registration.period,
      dates: `du ${shortDay(registration.from)} au ${shortDay(registration.to)}`,
      /** Empty without a typical week. */
      week: registration.week.length > 0 ? `Semaine type – ${weekText(registration.week)}` : '',
    },
    estimate: estimateCents === null ? null : formatEuros(estimateCents),
    proof: {
      label: 'Reçu n°\u00a0',
      number,
      advice: `. Gardez-le\u00a0: il prouve l’heure de vos demandes.${isCopied ? ` Une copie est partie à ${login.email}.` : ''}`,
    },
    refused:
      refused.length === 0
        ? null
        : {
            title: `${counted(refused.length, 'case n’est pas enregistrée', 'cases ne sont pas enregistrées')}\u00a0:`,
            rows: refused.map(
              ({ child, day, slot, reason }) => `${child}, ${shortDay(day)}, ${slot.toLowerCase()}. ${reason}`,
            ),
          },
    steps: {
      recordedAt,
      collectedAt: demandes.find((one) => one.collectedAt !== null)?.collectedAt ?? null,
      isDecided: demandes.length > 0 && open.length === 0,
      answerDueOn: receipt.answerDueOn,
      isMany,
      canWithdraw: open.length > 0,
    },
    /** Each demande that has its answer. */
    answers: demandes.flatMap((one) => {
      const outcome = outcomeText(one)
      if (outcome === null) return []
      const title = one.day === null ? '' : `${one.child}, ${briefDay(one.day)}, ${one.slot.toLowerCase()}.`
      return [{ id: one.id, title, outcome }]
    }),
    back: (booked
      ? {
          path: `/mes-reservations/${booked.registration}?mois=${booked.day?.slice(0, 7) ?? ''}`,
          name: 'Retour au calendrier',
        }
      : portalPages.registrations) satisfies PageLink,
  }
}

const daysByRegistration = ({ items, costs }: Receipt) =>
  [...Map.groupBy(items, ({ child, registration }) => `${child}, ${registration}`)].map(([title, of]) => ({
    title,
    child: of[0]?.child ?? '',
    days: [...Map.groupBy(of, ({ day }) => day)].map(([day, lines]) => {
      const cost = costs.find(
        (one) => one.child === of[0]?.child && one.registration === of[0].registration && one.day === day,
      )
      return {
        day: shortDay(day),
        /** Empty for a day that costs nothing. */
        cost: cost && cost.cents !== 0 ? formatEuros(cost.cents) : '',
        slots: slotsText(lines),
      }
    }),
  }))

/** « Matin, repas », « Annulation : matin » */
const slotsText = (lines: Receipt['items']): string =>
  [...Map.groupBy(lines, ({ wish }) => wish)]
    .map(([wish, of]) => {
      const slots = of.map(({ slot }, index) => (index === 0 && wish === 'book' ? slot : slot.toLowerCase())).join(', ')
      if (wish === 'book') return slots
      return wish === 'cancel' ? `Annulation\u00a0: ${slots}` : `Liste d’attente quittée\u00a0: ${slots}`
    })
    .join(' · ')
