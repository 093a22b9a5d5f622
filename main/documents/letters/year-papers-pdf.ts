import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { bornWord } from '../../../shared/rules/people/names.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { longDate, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import {
  type Addressee,
  BOTTOM,
  continuationHeader,
  letterhead,
  MARGIN,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'
import { type Columns, type TableRow, table } from './letter-table.ts'

type YearPaper = {
  readonly organisation: Organisation
  readonly year: number
  /** « F-00418 » */
  readonly familyNumber: string
  readonly madeOn: Day
  /** The last day that the paper covers: 31 December, or an earlier day while the year is not over. */
  readonly until: Day
}

/** Tax certificate: what a payer may declare for children under 6 (CGI, article 200 quater B). */
export type TaxCertificatePaper = YearPaper & {
  readonly payer: Addressee
  /** True when the payments name no payer: the certificate then names the home's first guardian. */
  readonly isHome: boolean
  readonly children: readonly {
    readonly name: string
    readonly birth: Day
    readonly sex: Sex
    readonly isShared: boolean
    readonly ceiling: Cents
    readonly amount: Cents
    readonly activities: readonly { readonly label: string; readonly amount: Cents }[]
  }[]
  readonly amount: Cents
  /** Parts of the amount paid by means that an employer or a tax office may ask about: « CESU ». */
  readonly byMeans: readonly { readonly label: string; readonly amount: Cents }[]
  /** Received, but not yet allocated to any invoice. */
  readonly unspent: Cents
  /** « Mme Claire Lemoine, régisseuse »; empty when settings name nobody. */
  readonly signatory: string
}

/** Statement of all changes of a family's account in a year. */
export type YearStatementPaper = YearPaper & {
  readonly debtor: Addressee
  readonly opening: Cents
  readonly lines: readonly {
    readonly on: Day
    readonly piece: string
    readonly detail: string
    readonly charged: Cents
    readonly settled: Cents
  }[]
  readonly closing: Cents
}

export const taxCertificatePdf = (
  certificates: readonly TaxCertificatePaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = certificates
  if (!first) return Promise.reject(new RangeError('no certificate to print'))
  const one = `Attestation fiscale ${first.year}`
  const title = certificates.length === 1 ? one : `${certificates.length}\u00a0attestations fiscales ${first.year}`
  return makePdf({ title, author: authorOf(first), createdAt }, (paper) => {
    for (const certificate of certificates) paper.group('Part', () => oneCertificate(paper, certificate))
  })
}

export const yearStatementPdf = (
  statements: readonly YearStatementPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = statements
  if (!first) return Promise.reject(new RangeError('no statement to print'))
  return makePdf({ title: statementTitle(first), author: authorOf(first), createdAt }, (paper) => {
    for (const statement of statements) paper.group('Part', () => oneStatement(paper, statement))
  })
}

const authorOf = ({ organisation }: YearPaper): string => `${organisation.name}, ${organisation.town}`

/** Whether the paper was made before the end of its year. */
const isProvisional = ({ until }: YearPaper): boolean => !until.endsWith('-12-31')

// ---- Attestation fiscale

const oneCertificate = (paper: Paper, certificate: TaxCertificatePaper): void => {
  const { organisation, year, payer, children, amount } = certificate
  const title = `Attestation fiscale ${year}`
  openPaper(paper, certificate, title, payer, ['Payé pour la garde\u00a0: ', bold(formatEuros(amount))])
  const introduction: Words = [
    `${organisation.name}, ${organisation.town}, atteste avoir reçu de `,
    bold(payer.name),
    ', ',
    bold(`du 1ᵉʳ janvier ${year} au ${longDate(certificate.until)}`),
    `, les sommes suivantes pour la garde d’enfants de moins de 6\u00a0ans au 1ᵉʳ janvier ${year}.`,
  ]
  const y = paper.write('P', introduction, mm(MARGIN), mm(103), mm(WIDTH)) + mm(4)
  const rows: TableRow[] = children.flatMap((child) => {
    const shared = child.isShared ? ', garde alternée' : ''
    return [
      {
        kind: 'section',
        cells: [
          [child.name, { ...small, text: `  ${bornWord[child.sex]} le ${numericDay(child.birth)}${shared}` }],
          formatEuros(child.amount),
        ],
      },
      ...child.activities.map((one): TableRow => ({ kind: 'line', cells: [one.label, formatEuros(one.amount)] })),
    ]
  })
  const totals: TableRow[] = [
    { kind: 'total', cells: ['Total payé pour la garde', formatEuros(amount)] },
    ...certificate.byMeans.map(
      (one): TableRow => ({ kind: 'line', cells: [`dont ${one.label}`, formatEuros(one.amount)] }),
    ),
  ]
  const after = table(paper, organisation, title, certificateColumns(year), [...rows, ...totals], y)
  const notes = wrapped(certificateNotes(certificate), mm(WIDTH - 6))
  const signed = wrapped(signature(certificate), mm(70))
  const height = heightOf(notes) + mm(5) + mm(7) + heightOf(signed)
  let top = after + mm(5)
  if (top + height > mm(BOTTOM)) {
    paper.newPage()
    top = continuationHeader(paper, organisation, title)
  }
  paper.draw((pen) =>
    pen
      .lineWidth(0.6)
      .roundedRect(mm(MARGIN), top, mm(WIDTH), heightOf(notes) + mm(5), mm(2))
      .stroke('#808080'),
  )
  paper.put('P', notes, mm(MARGIN + 3), top + mm(2.5), mm(WIDTH - 6))
  paper.put('P', signed, mm(MARGIN + WIDTH - 70), top + heightOf(notes) + mm(12), mm(70))
  writeFoot(paper, certificate, title)
}

const certificateColumns = (year: number): Columns => [
  { title: 'Enfant et activité', width: mm(WIDTH - 45) },
  { title: `Payé en ${year}`, width: mm(45), align: 'right' },
]

const small = { size: sizes.small, weight: 'regular', ink: 'soft' } as const

const certificateNotes = (certificate: TaxCertificatePaper): Words => {
  const { year, isHome, children, byMeans, unspent } = certificate
  const ceilings = new Map(children.map(({ isShared, ceiling }) => [isShared, ceiling]))
  const [alone, shared] = [ceilings.get(false), ceilings.get(true)]
  const ceiling = [
    ...(alone === undefined ? [] : [`${formatEuros(alone)} par enfant`]),
    ...(shared === undefined ? [] : [`${formatEuros(shared)} par enfant en garde alternée`]),
  ].join(', ')
  const lines = [
    'Sommes réellement payées dans l’année, quelle que soit la date de la facture. Les aides déjà déduites des factures n’y sont pas.',
    'Les repas, les majorations, les sorties et les autres suppléments ne sont pas comptés.',
    `L’impôt retient les dépenses jusqu’à ${ceiling} (article 200\u00a0quater\u00a0B du code général des impôts)\u00a0: cette attestation dit tout ce qui a été payé.`,
    ...(byMeans.some(({ label }) => label.includes('CESU'))
      ? ['CESU\u00a0: la part que votre employeur a payée n’ouvre pas droit au crédit d’impôt.']
      : []),
    ...(isHome ? ['Les règlements sans nom de payeur sont attestés au nom du responsable du foyer.'] : []),
    ...(unspent > 0
      ? [
          `${formatEuros(unspent)} reçus en ${year} ne paient encore aucune facture\u00a0: ils ne sont pas comptés. Demandez une nouvelle attestation quand ils auront servi.`,
        ]
      : []),
    ...(isProvisional(certificate)
      ? [`L’année ${year} n’est pas finie\u00a0: une attestation complète la remplacera en janvier ${year + 1}.`]
      : []),
  ]
  return [bold('Pour votre déclaration de revenus'), ...lines.map((text) => `\n${text}`)]
}

const signature = ({ organisation, madeOn, signatory }: TaxCertificatePaper): Words => [
  `Fait le ${longDate(madeOn)}`,
  `\n${signatory === '' ? `Pour ${organisation.name}` : `Pour la régie (${organisation.cashDesk})`}`,
  ...(signatory === ''
    ? ['\nNom, qualité et signature\u00a0:\n\n']
    : [{ ...bold(`\n${signatory}`) }, '\nSignature\u00a0:\n\n']),
]

// ---- Relevé de l'année

const statementTitle = (statement: YearStatementPaper): string =>
  `Relevé de l’année ${statement.year}${isProvisional(statement) ? ' (provisoire)' : ''}`

const oneStatement = (paper: Paper, statement: YearStatementPaper): void => {
  const { year, opening, closing, lines, until } = statement
  const title = statementTitle(statement)
  openPaper(paper, statement, title, statement.debtor, balanceWords(until, closing))
  const sum = (side: 'charged' | 'settled') => lines.reduce((total, line) => total + line[side], 0)
  let balance = opening
  const rows: TableRow[] = [
    { kind: 'section', cells: ['', `Solde au 1ᵉʳ janvier ${year}`, '', '', formatEuros(opening)] },
    ...lines.map((line): TableRow => {
      balance += line.charged - line.settled
      return {
        kind: 'line',
        cells: [
          numericDay(line.on),
          [line.piece, { ...small, text: line.piece === '' ? line.detail : `  ${line.detail}` }],
          line.charged === 0 ? '' : formatEuros(line.charged),
          line.settled === 0 ? '' : formatEuros(line.settled),
          formatEuros(balance),
        ],
      }
    }),
    {
      kind: 'total',
      cells: [
        '',
        `Solde au ${longDate(until)}`,
        formatEuros(sum('charged')),
        formatEuros(sum('settled')),
        formatEuros(closing),
      ],
    },
  ]
  const y = table(paper, statement.organisation, title, statementColumns, rows, mm(102))
  const words = isProvisional(statement)
    ? `Relevé provisoire, fait le ${longDate(statement.madeOn)}\u00a0: l’année n’est pas finie. Un solde au-dessus de zéro reste à payer, un solde au-dessous est en votre faveur.`
    : 'Un solde au-dessus de zéro reste à payer, un solde au-dessous est en votre faveur. Ce relevé n’est pas une attestation fiscale.'
  const note = wrapped(words, mm(WIDTH), { ink: 'soft' })
  let top = y + mm(4)
  if (top + heightOf(note) > mm(BOTTOM)) {
    paper.newPage()
    top = continuationHeader(paper, statement.organisation, title)
  }
  paper.put('P', note, mm(MARGIN), top, mm(WIDTH))
  writeFoot(paper, statement, title)
}

const statementColumns: Columns = [
  { title: 'Date', width: mm(22) },
  { title: 'Pièce', width: mm(WIDTH - 22 - 3 * 27) },
  { title: 'Facturé', width: mm(27), align: 'right' },
  { title: 'Réglé', width: mm(27), align: 'right' },
  { title: 'Solde', width: mm(27), align: 'right' },
]

const balanceWords = (until: Day, closing: Cents): Words => {
  const on = `au ${numericDay(until)}`
  if (closing === 0) return [bold(`Tout est payé ${on}`)]
  return [`${closing > 0 ? 'Reste à payer' : 'En votre faveur'} ${on}\u00a0: `, bold(formatEuros(Math.abs(closing)))]
}

// ---- Both

const openPaper = (paper: Paper, of: YearPaper, title: string, to: Addressee, right: Words): void => {
  paper.newPage()
  const facts = [
    { name: 'Année', value: String(of.year) },
    { name: 'Date', value: shortDay(of.madeOn) },
    { name: 'Votre dossier', value: of.familyNumber },
  ]
  letterhead(paper, of.organisation, facts, to)
  const hand = { size: sizes.title, weight: 'semibold', leading: 1.1 } as const
  paper.write('H1', title, mm(MARGIN), mm(91.5), mm(112), hand)
  paper.write('P', right, mm(MARGIN + 92), mm(93), mm(WIDTH - 92), { size: sizes.medium }, 'right')
}

const writeFoot = (paper: Paper, of: YearPaper, title: string): void => {
  const { organisation, familyNumber } = of
  paper.foot(`${organisation.name}, ${organisation.town} – ${title}, dossier ${familyNumber}`, MARGIN)
}
