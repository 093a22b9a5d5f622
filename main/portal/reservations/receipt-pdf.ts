import type { Receipt } from '../../../shared/contract/portal/demandes.ts'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { weekText } from '../../../shared/rules/calendar/typical-week.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { instantText, longDay, sentenceWithSubject, shortDay } from '../../../shared/rules/text/french.ts'
import { BOTTOM, MARGIN, WIDTH } from '../../documents/letterhead.ts'
import {
  bold,
  heightOf,
  makePdf,
  mm,
  type Paper,
  type Style,
  sizes,
  type Tag,
  type Words,
  wrapped,
} from '../../documents/paper.ts'
import { wishWords } from './recording.ts'

/**
 * The PDF of a receipt of demandes: what was requested, when, by when the town answers, and the signature that proves
 * it.
 */
export const demandesReceiptPdf = (
  receipt: Receipt,
  town: TownDocument | undefined,
): Promise<Uint8Array<ArrayBuffer>> => {
  const title = `Reçu n°\u00a0${receipt.number}`
  const author = town ? `${town.name}, ${town.town}` : 'Portail Famille'
  return makePdf({ title, author, createdAt: receipt.recordedAt }, (paper) => {
    paper.newPage()
    const pen = createLineWriter(paper)
    pen('P', [bold(author)])
    if (town) pen('P', `${town.address}, ${town.postcode} ${town.town} – ${town.phone}`, { ink: 'soft' }, 8)
    pen('H1', title, { size: sizes.title, weight: 'semibold' }, 2)
    pen('P', ['Enregistré le ', bold(instantText(receipt.recordedAt)), ` par ${receipt.guardianName}.`], {}, 1)
    pen('P', `Foyer\u00a0: ${receipt.familyTitle}`, {}, 6)
    const { registration } = receipt
    if (registration) {
      pen('H2', 'Inscription demandée', { size: sizes.large, weight: 'semibold' }, 1)
      const { child, period, from, to, week } = registration
      pen('P', [bold(child), `, ${period}, du ${shortDay(from)} au ${shortDay(to)}`], {}, week.length > 0 ? 1 : 5)
      if (week.length > 0) pen('P', ['Semaine type – ', bold(weekText(week))], {}, 5)
    }
    if (receipt.items.length > 0) {
      pen('H2', 'Jours demandés', { size: sizes.large, weight: 'semibold' }, 1)
      for (const { child, registration: activity, day, slot, wish } of receipt.items) {
        pen('P', [bold(`${child}, ${shortDay(day)}, ${slot}`), ` – ${activity}\u00a0: ${wishWords[wish]}`], {}, 0.5)
      }
      if (receipt.estimateCents !== null)
        pen('P', ['Coût\u00a0: environ ', bold(formatEuros(receipt.estimateCents))], {}, 5)
    }
    if (receipt.refused.length > 0) {
      pen('H2', 'Non enregistré', { size: sizes.large, weight: 'semibold' }, 1)
      for (const { child, registration: activity, day, slot, reason } of receipt.refused) {
        pen('P', [bold(`${child}, ${shortDay(day)}, ${slot}`), ` – ${sentenceWithSubject(activity, reason)}`], {}, 0.5)
      }
    }
    pen(
      'P',
      ['Ce n’est pas encore une réponse. Réponse au plus tard le ', bold(longDay(receipt.answerDueOn)), '.'],
      {},
      6,
    )
    pen('H2', 'Signature du portail', { size: sizes.medium, weight: 'semibold' }, 1)
    const { epoch, number, hash } = receipt.log
    pen('P', `Journal ${epoch}, n°\u00a0${number}, ${hash}`, { size: sizes.small, ink: 'soft' }, 1)
    pen('P', receipt.signature, { size: sizes.small, ink: 'soft' })
    paper.foot(`${title} – Gardez-le\u00a0: il prouve l’heure de vos demandes.`, mm(MARGIN))
  })
}

/** Writes lines below each other, with new pages when needed. `after` is a space in millimetres. */
const createLineWriter = (paper: Paper) => {
  let y = mm(MARGIN)
  return (tag: Tag, words: Words, style: Partial<Style> = {}, after = 0): void => {
    const lines = wrapped(words, mm(WIDTH), style)
    if (y + heightOf(lines) > mm(BOTTOM)) {
      paper.newPage()
      y = mm(MARGIN)
    }
    paper.put(tag, lines, mm(MARGIN), y, mm(WIDTH))
    y += heightOf(lines) + mm(after)
  }
}
