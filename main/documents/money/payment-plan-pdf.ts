import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import type { PlanFacts, PlanPart } from '../../../shared/rules/money/recovery/plan.ts'
import { counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { BOTTOM, continuationHeader, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, makePdf, mm, type Paper, sizes } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'

/** « Échéancier »: the amounts and days by which a payer pays its debts. The payer and the régisseur sign it. */
export type PaymentPlanPaper = Omit<PlanFacts, 'organisation'> & {
  readonly organisation: Organisation
  readonly date: Day
  readonly parts: readonly PlanPart[]
}

export const paymentPlansPdf = (
  plans: readonly PaymentPlanPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = plans
  if (!first) return Promise.reject(new RangeError('no plan to print'))
  const { organisation, debtor } = first
  const title = plans.length === 1 ? `Échéancier – ${debtor.name}` : counted(plans.length, 'échéancier')
  return makePdf({ title, author: `${organisation.name}, ${organisation.town}`, createdAt }, (paper) => {
    for (const plan of plans) paper.group('Part', () => onePlan(paper, plan))
  })
}

const heading = { size: sizes.medium, weight: 'semibold' } as const

const onePlan = (paper: Paper, plan: PaymentPlanPaper): void => {
  const { organisation, debtor, date, parts, debts, familyNumber } = plan
  const total = sumOf(parts.map(({ cents }) => cents))
  paper.newPage()
  letterhead(
    paper,
    organisation,
    [
      { name: 'Date', value: shortDay(date) },
      { name: 'Votre dossier', value: familyNumber },
    ].filter(({ value }) => value !== ''),
    debtor,
  )
  paper.write('H1', 'Votre échéancier', mm(MARGIN), mm(91.5), mm(125), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  paper.write('P', [bold(formatEuros(total))], mm(MARGIN), mm(93), mm(WIDTH), { size: sizes.medium }, 'right')
  let y = paper.write(
    'P',
    `Vous payez ce que vous devez en ${counted(parts.length, 'fois', 'fois')}, au plus tard aux jours ci-dessous. Tant que chaque somme arrive à son jour, vous ne recevez aucune relance. Aucun frais n’est ajouté.`,
    mm(MARGIN),
    mm(104),
    mm(WIDTH),
  )
  const title = `Échéancier du ${shortDay(date)}`
  y = amountsTable(
    paper,
    {
      rows: parts.map(({ dueOn, cents }) => ({ label: `Au plus tard le ${shortDay(dueOn)}`, amount: cents })),
      total: { label: 'En tout', amount: total },
      foot: 12,
      organisation,
      title,
    },
    y + mm(4),
  )
  y = onThisPage(paper, plan, y + mm(6), 30)
  y = paper.write('H2', 'Ce qu’il reprend', mm(MARGIN), y, mm(WIDTH), heading) + mm(1)
  y = amountsTable(
    paper,
    {
      rows: debts.map(({ number, period, leftCents }) => ({
        label: [number, period].filter((text) => text !== '').join(', '),
        amount: leftCents,
      })),
      total: { label: 'Reste à payer à ce jour', amount: sumOf(debts.map(({ leftCents }) => leftCents)) },
      foot: 12,
      organisation,
      title,
    },
    y,
  )
  y = onThisPage(paper, plan, y + mm(6), 62)
  signatures(paper, plan, advice(paper, plan, y) + mm(6))
  paper.foot(`${organisation.name}, ${organisation.town} – ${title}`, MARGIN)
}

const sumOf = (amounts: readonly Cents[]): Cents => amounts.reduce((sum, cents) => sum + cents, 0)

/** The y itself, or the top of a new page when `height` millimetres do not fit below it. */
const onThisPage = (paper: Paper, { organisation, date }: PaymentPlanPaper, y: number, height: number): number => {
  if (y + mm(height) <= mm(BOTTOM)) return y
  paper.newPage()
  return continuationHeader(paper, organisation, `Échéancier du ${shortDay(date)}`)
}

const advice = (paper: Paper, { organisation, payment }: PaymentPlanPaper, y: number): number => {
  let top = paper.write('H2', 'Bon à savoir', mm(MARGIN), y, mm(WIDTH), heading) + mm(1)
  const phone = organisation.phone ? ` au ${organisation.phone}` : ''
  const texts = [
    ['Payer\u00a0: ', `${waysOf(payment)}. Vos paiements règlent d’abord la plus ancienne facture`],
    ['Un mois difficile\u00a0: ', `appelez-nous${phone} avant le jour prévu`],
    ['Une somme qui n’arrive pas à son jour\u00a0: ', 'l’échéancier est rompu, et tout le reste est à payer'],
  ] as const
  for (const [about, text] of texts)
    top = paper.write('P', ['– ', bold(about), `${text}.`], mm(MARGIN), top, mm(WIDTH)) + mm(0.6)
  return top
}

const waysOf = ({ payfipNumber, atTheDesk, chequePayableTo }: PaymentPlanPaper['payment']): string =>
  [
    ...(payfipNumber ? ['en ligne, sur le Portail Famille'] : []),
    ...(atTheDesk.length > 0 ? [`à l’accueil (${listed(atTheDesk, 'ou')})`] : []),
    ...(chequePayableTo ? [`par un chèque à l’ordre de «\u00a0${chequePayableTo}\u00a0»`] : []),
  ].join(', ') || 'à l’accueil'

const signatures = (paper: Paper, { cashier, debtor }: PaymentPlanPaper, y: number): void => {
  const half = mm(WIDTH / 2 - 5)
  for (const [column, title, name] of [
    [0, 'Le payeur, le', debtor.name],
    [1, 'Le régisseur', cashier],
  ] as const) {
    const x = mm(MARGIN) + column * (half + mm(10))
    const top = paper.write('P', [bold(title)], x, y, half)
    const below = name === '' ? top : paper.write('P', name, x, top, half, { ink: 'soft' })
    paper.rule(x, below + mm(16), half, 0.5)
  }
}
