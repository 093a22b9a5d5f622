import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { hiddenIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { type Addressee, factList, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, makePdf, mm, type Paper, sizes } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'

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
    to,
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
  if (mandate) y = mandateBlock(paper, plan, mandate, y + mm(6))
  advice(paper, plan, y + mm(6))
  paper.foot(`${organisation.name}, ${organisation.town} – ${title}`, MARGIN)
}

const mandateBlock = (
  paper: Paper,
  { creditor }: YearPlanPaper,
  { reference, signedOn }: NonNullable<YearPlanPaper['mandate']>,
  y: number,
): number => {
  const top = paper.write('H2', 'Votre mandat', mm(MARGIN), y, mm(WIDTH), heading) + mm(1)
  return factList(
    paper,
    [
      { name: 'Référence (RUM)', value: reference },
      { name: 'Signé le', value: shortDay(signedOn) },
      { name: 'Créancier', value: creditor.name },
      { name: 'Identifiant (ICS)', value: creditor.creditorId },
    ],
    mm(MARGIN),
    top,
    mm(34),
    mm(WIDTH),
  )
}

const advice = (paper: Paper, { organisation }: YearPlanPaper, y: number): void => {
  let top = paper.write('H2', 'Ce que vous pouvez faire', mm(MARGIN), y, mm(WIDTH), heading) + mm(1)
  const reach = [organisation.phone, organisation.email].filter((text) => text !== '').join(' ou ')
  const texts = [
    [
      'Changer les sommes, arrêter\u00a0: ',
      reach === '' ? 'dites-le au service' : `appelez ou écrivez\u00a0: ${reach}`,
    ],
    ['Un mois difficile\u00a0: ', 'appelez-nous avant le jour prévu'],
    [
      'Un prélèvement que vous contestez\u00a0: ',
      'votre banque le rembourse dans les 8\u00a0semaines, ou 13\u00a0mois sans accord de vous',
    ],
  ] as const
  for (const [about, text] of texts)
    top = paper.write('P', ['– ', bold(about), withFullStop(text)], mm(MARGIN), top, mm(WIDTH)) + mm(0.6)
}
