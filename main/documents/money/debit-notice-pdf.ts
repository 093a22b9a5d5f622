import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { hiddenIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type Addressee, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, makePdf, mm, type Paper, sizes } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'
import { adviceBlock, mandateBlock } from './debit-paper.ts'

/** « Avis de prélèvement »: announces a debit to the payer. */
export type DebitNotice = {
  readonly organisation: Organisation
  readonly number: string
  readonly date: Day
  /** Null for a third party. */
  readonly familyNumber: string | null
  readonly to: Addressee
  readonly account: { readonly start: string; readonly lastFour: string; readonly holder: string }
  readonly collectOn: Day
  readonly cents: Cents
  readonly isFirst: boolean
  /** « Facture 2026-001290 », « Solde repris au 31/08/2026 » */
  readonly debts: readonly { readonly label: string; readonly cents: Cents }[]
  readonly mandate: { readonly reference: string; readonly signedOn: Day; readonly source: 'paper' | 'portal' }
  readonly creditor: { readonly name: string; readonly creditorId: string }
}

export const debitNoticePdf = (
  notices: readonly DebitNotice[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = notices
  if (!first) return Promise.reject(new RangeError('no notice to print'))
  const title =
    notices.length === 1
      ? `Avis de prélèvement n°\u00a0${first.number}`
      : counted(notices.length, 'avis de prélèvement', 'avis de prélèvement')
  return makePdf({ title, author: `${first.organisation.name}, ${first.organisation.town}`, createdAt }, (paper) => {
    for (const notice of notices) paper.group('Part', () => oneNotice(paper, notice))
  })
}

const oneNotice = (paper: Paper, notice: DebitNotice): void => {
  const { organisation, account, collectOn, cents } = notice
  paper.newPage()
  letterhead(
    paper,
    organisation,
    [
      { name: 'Avis n°', value: notice.number },
      { name: 'Date', value: shortDay(notice.date) },
      ...(notice.familyNumber === null ? [] : [{ name: 'Votre dossier', value: notice.familyNumber }]),
      { name: 'Compte débité', value: hiddenIban(account.start, account.lastFour) },
      { name: 'Titulaire', value: account.holder },
    ],
    notice.to,
  )
  paper.write('H1', `Votre prélèvement du ${shortDay(collectOn)}`, mm(MARGIN), mm(91.5), mm(125), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  paper.write('P', [bold(formatEuros(cents))], mm(MARGIN), mm(93), mm(WIDTH), { size: sizes.medium }, 'right')
  let y = paper.write(
    'P',
    [
      'Madame, Monsieur, cette somme sera prélevée sur votre compte ce jour-là',
      notice.isFirst ? '. C’est le premier prélèvement de ce mandat' : '',
      '. Vous n’avez rien à faire\u00a0: gardez simplement la somme sur votre compte.',
    ].join(''),
    mm(MARGIN),
    mm(104),
    mm(WIDTH),
  )
  y = debtsTable(paper, notice, y + mm(4))
  const { mandate, creditor } = notice
  const where = mandate.source === 'portal' ? 'sur le portail' : 'sur papier'
  y = mandateBlock(paper, { ...mandate, where, creditor }, y + mm(6))
  adviceBlock(
    paper,
    {
      organisation,
      change: 'Changer de compte, arrêter',
      own: [['Vous payez avant', 'dites-le-nous, la somme sera retirée du prélèvement']],
    },
    y + mm(6),
  )
  paper.foot(
    `${organisation.name}, ${organisation.town} – Avis n°\u00a0${notice.number} du ${shortDay(notice.date)}`,
    MARGIN,
  )
}

const debtsTable = (paper: Paper, { debts, cents, organisation, number }: DebitNotice, y: number): number =>
  amountsTable(
    paper,
    {
      rows: debts.map(({ label, cents: amount }) => ({ label, amount })),
      total: { label: 'Somme prélevée', amount: cents },
      foot: 85,
      organisation,
      title: `Avis n°\u00a0${number}`,
    },
    y,
  )
