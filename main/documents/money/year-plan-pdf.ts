import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { hiddenIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type Addressee, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, makePdf, mm, type Paper, sizes } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'
import { adviceBlock, inCapitals, mandateBlock } from './debit-paper.ts'

/** « Échéancier annuel »: the days and amounts of the equal parts of a year. It stands for the notice of each of them. */
export type YearPlanPaper = {
  readonly organisation: Organisation
  readonly date: Day
  readonly familyNumber: string
  readonly to: Addressee
  readonly parts: readonly { readonly dueOn: Day; readonly cents: Cents; readonly isTaken: boolean }[]
  readonly balanceOn: Day
  /** Null for a home without an active mandate. */
  readonly mandate: {
    readonly reference: string
    readonly signedOn: Day
    readonly accountStart: string
    readonly lastFour: string
    readonly debtor: string
  } | null
  readonly creditor: { readonly name: string; readonly creditorId: string }
}

export const yearPlansPdf = (
  plans: readonly YearPlanPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = plans
  if (!first) return Promise.reject(new RangeError('no year to print'))
  const { organisation, to } = first
  const title = plans.length === 1 ? `Échéancier annuel – ${to.name}` : counted(plans.length, 'échéancier annuel')
  return makePdf({ title, author: `${organisation.name}, ${organisation.town}`, createdAt }, (paper) => {
    for (const plan of plans) paper.group('Part', () => onePlan(paper, plan))
  })
}

const heading = { size: sizes.medium, weight: 'semibold' } as const

const onePlan = (paper: Paper, plan: YearPlanPaper): void => {
  const { organisation, date, familyNumber, to, parts, balanceOn, mandate } = plan
  const total = parts.reduce((sum, { cents }) => sum + cents, 0)
  paper.newPage()
  letterhead(
    paper,
    organisation,
    [
      { name: 'Date', value: shortDay(date) },
      { name: 'Votre dossier', value: familyNumber },
      ...(mandate
        ? [
            { name: 'Compte débité', value: hiddenIban(mandate.accountStart, mandate.lastFour) },
            { name: 'Titulaire', value: mandate.debtor },
          ]
        : []),
    ],
    inCapitals(to),
  )
  paper.write('H1', 'Votre échéancier annuel', mm(MARGIN), mm(91.5), mm(125), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  paper.write('P', [bold(formatEuros(total))], mm(MARGIN), mm(93), mm(WIDTH), { size: sizes.medium }, 'right')
  let y = paper.write(
    'P',
    `Ces sommes sont prélevées sur votre compte aux jours ci-dessous, et paient vos factures d’avance. Cette feuille vaut avis pour chacune d’elles\u00a0: vous n’en recevez un autre que si un jour ou une somme change.`,
    mm(MARGIN),
    mm(104),
    mm(WIDTH),
  )
  const title = `Échéancier annuel du ${shortDay(date)}`
  y = amountsTable(
    paper,
    {
      rows: parts.map(({ dueOn, cents, isTaken }) => ({
        label: `${shortDay(dueOn)}${isTaken ? ', déjà prélevée' : ''}`,
        amount: cents,
      })),
      total: { label: `En ${counted(parts.length, 'mensualité')}`, amount: total },
      foot: 85,
      organisation,
      title,
    },
    y + mm(4),
  )
  y = paper.write('H2', `Le solde, le ${shortDay(balanceOn)}`, mm(MARGIN), y + mm(6), mm(WIDTH), heading) + mm(1)
  y = paper.write(
    'P',
    'Vos factures de l’année sont comptées, moins ce qui a été prélevé. S’il reste quelque chose à payer, vous recevez un avis avant le prélèvement. Si vous avez trop payé, la somme vous est rendue ou paie la suite.',
    mm(MARGIN),
    y,
    mm(WIDTH),
  )
  if (mandate) y = mandateBlock(paper, { ...mandate, creditor: plan.creditor }, y + mm(6))
  adviceBlock(paper, { organisation, change: 'Changer les sommes, arrêter' }, y + mm(6))
  paper.foot(`${organisation.name}, ${organisation.town} – ${title}`, MARGIN)
}
