import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { instantText, longDate, numericDay } from '../../../shared/rules/text/french.ts'
import { framedAlert } from '../icons.ts'
import { BOTTOM, MARGIN, WIDTH } from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, type Paper, type Style, sizes, type Words, wrapped } from '../paper.ts'

/** A child's health record on paper (« fiche sanitaire »), laid out after the arrêté of 20 February 2003. */
export type HealthSheetPaper = {
  readonly organisation: string
  readonly authority: string
  /** PNG or JPEG; absent where the service has none. */
  readonly logo?: Uint8Array
  /** « 2026/2027 » */
  readonly schoolYear: string
  readonly lastName: string
  readonly firstName: string
  readonly birth: Day
  /** « Née le » */
  readonly born: string
  /** « 6 ans » */
  readonly age: string
  /** « masculin »; empty when not recorded. */
  readonly sex: string
  /** School and class: « Jacques-Prévert, CP » */
  readonly school: string
  readonly activities: string
  /** « ALLERGIE – PAI »; empty without any. */
  readonly alert: string
  /** « copie du carnet de santé, vue le 27/08/2026 », or how long the child is admitted without it. */
  readonly proof: string
  /** A record that cannot be read says so here; its rows are then empty. */
  readonly unreadable: string
  readonly vaccines: readonly { readonly name: string; readonly isToVerify: boolean; readonly dates: readonly Day[] }[]
  /**
   * `first`: printed before the text, because it must be seen first, such as the end of a care plan; empty without one.
   */
  readonly health: readonly { readonly name: string; readonly text: string; readonly first: string }[]
  readonly recommendations: string
  readonly contacts: readonly { readonly name: string; readonly bond: string; readonly phones: string }[]
  readonly doctor: string
  readonly insurance: string
  /** The text about emergency care that holders of authority read, and when each of them did. */
  readonly emergency: { readonly text: string; readonly read: readonly string[] }
  readonly printedBy: string
  readonly printedAt: Instant
}

export const healthSheetPdf = (
  sheets: readonly HealthSheetPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = sheets
  if (!first) return Promise.reject(new RangeError('no health sheet to print'))
  const title =
    sheets.length === 1
      ? `Fiche sanitaire – ${first.firstName} ${first.lastName} – ${first.schoolYear}`
      : `${sheets.length}\u00a0fiches sanitaires – ${first.schoolYear}`
  return makePdf({ title, author: first.organisation, createdAt }, (paper) => {
    for (const sheet of sheets) paper.group('Part', () => oneSheet(paper, sheet))
  })
}

const left = mm(MARGIN)
const width = mm(WIDTH)
const small: Partial<Style> = { size: sizes.small, leading: 1.2 }
const soft: Partial<Style> = { ...small, ink: 'soft' }

const oneSheet = (paper: Paper, sheet: HealthSheetPaper): void => {
  paper.newPage()
  const page = { y: head(paper, sheet) }
  const room = (height: number) => {
    if (page.y + height <= mm(BOTTOM)) return
    paper.newPage()
    page.y = paper.write('P', [bold(`${sheet.lastName} ${sheet.firstName}`), ', suite'], left, mm(12), width) + mm(3)
  }
  const title = (text: string, beside = '') => {
    room(mm(18))
    page.y += mm(3.5)
    paper.write('H2', text, left, page.y, width, { size: sizes.medium, weight: 'semibold', leading: 1.2 })
    if (beside !== '') paper.write('P', beside, left + mm(45), page.y, width - mm(45), soft, 'right')
    page.y += mm(5.4)
    paper.rule(left, page.y, width, 1.1)
    page.y += mm(0.8)
  }
  const table = (columns: readonly number[], heads: readonly string[], rows: readonly (readonly Words[])[]) => {
    const draw = (cells: readonly Words[], tag: 'TH' | 'TD', style: Partial<Style>) => {
      const lines = cells.map((words, at) => wrapped(words, mm(columns[at] ?? 0) - mm(1.5), style))
      const height = Math.max(...lines.map(heightOf)) + mm(1.2)
      room(height)
      paper.group('TR', () => {
        let x = left
        for (const [at, cell] of lines.entries()) {
          const span = mm(columns[at] ?? 0)
          paper.put(tag, cell, x, page.y + mm(0.6), span - mm(1.5), 'left', {
            ...(tag === 'TH' && { scope: 'Column' as const }),
          })
          x += span
        }
      })
      page.y += height
      paper.rule(left, page.y, width, 0.4, 'line')
    }
    paper.group('Table', () => {
      if (heads.length > 0) draw(heads, 'TH', { size: sizes.small, weight: 'semibold', leading: 1.2 })
      for (const row of rows) draw(row, 'TD', { leading: 1.25 })
    })
  }
  const paragraph = (words: Words, style: Partial<Style> = {}) => {
    room(heightOf(wrapped(words, width, style)))
    page.y = paper.write('P', words, left, page.y + mm(0.8), width, style) + mm(0.4)
  }

  if (sheet.unreadable !== '') paragraph([bold(sheet.unreadable)])
  title('1. Vaccinations', sheet.proof)
  table(
    [62, 28, 90],
    [`Exigées, naissance le ${numericDay(sheet.birth)}`, 'Faites', 'Dates, si elles sont connues'],
    sheet.vaccines.map(({ name, isToVerify, dates }) => [
      isToVerify ? `${name} (à vérifier)` : name,
      told(dates.length > 0),
      dates.map((on) => numericDay(on)).join(' · '),
    ]),
  )
  title('2. Santé')
  table(
    [62, 28, 90],
    [],
    sheet.health.map(({ name, text, first }) => [
      name,
      told(text !== ''),
      first === '' ? text : [bold(first), `\u00a0\u2013 ${text}`],
    ]),
  )
  title('3. Ce que les parents recommandent')
  paragraph(sheet.recommendations === '' ? 'Rien de particulier.' : sheet.recommendations)
  title('4. À prévenir')
  table(
    [54, 66, 60],
    ['Personne', 'Lien, autorité parentale', 'Téléphones'],
    sheet.contacts.map(({ name, bond, phones }) => [[bold(name)], bond, phones]),
  )
  const beside = [
    ['Médecin traitant', sheet.doctor || 'non dit', 0, 72],
    ['Assurance', sheet.insurance || 'attestation attendue', 76, 104],
  ] as const
  room(mm(12))
  page.y = Math.max(...beside.map((fact) => namedFact(paper, fact, page.y + mm(1.5))))
  title('5. Soins d’urgence')
  room(mm(28))
  const top = page.y + mm(1)
  const box = mm(50)
  let y = paper.write('P', sheet.emergency.text, left, top, width - box - mm(6), { leading: 1.25 }) + mm(1)
  for (const line of sheet.emergency.read) y = paper.write('P', line, left, y, width - box - mm(6), small)
  paper.draw((pen) =>
    pen
      .lineWidth(0.7)
      .roundedRect(left + width - box, top, box, mm(22), mm(1.5))
      .stroke('#808080'),
  )
  paper.write(
    'P',
    'Signature, si la fiche est rendue sur papier',
    left + width - box + mm(2),
    top + mm(1),
    box - mm(4),
    soft,
  )
  page.y = Math.max(y, top + mm(22))
  paper.foot(
    [
      bold('Confidentiel.'),
      ` Pour l’équipe de l’accueil et les secours seulement. D’après l’arrêté du 20 février 2003. Imprimée par ${sheet.printedBy} le ${instantText(sheet.printedAt)}.`,
    ],
    MARGIN,
  )
}

/** An empty field is never printed as « non »: nobody may have asked. */
const told = (isTold: boolean): Words => (isTold ? [bold('oui')] : [{ text: 'rien noté', ink: 'soft' }])

type Fact = readonly [name: string, value: string, at: number, span: number]

/** Draws a value below its name, `at` millimetres from the left. @returns the y below it */
const namedFact = (paper: Paper, [name, value, at, span]: Fact, y: number, style: Partial<Style> = {}): number =>
  paper.write(
    'P',
    [
      { text: `${name}\n`, ink: 'soft', size: sizes.small },
      { ...bold(value), ...style },
    ],
    left + mm(at),
    y,
    mm(span),
    { leading: 1.2 },
  )

const head = (paper: Paper, sheet: HealthSheetPaper): number => {
  const half = width / 2
  const indent = sheet.logo ? mm(17) : 0
  if (sheet.logo) paper.image(sheet.logo, `Logo\u00a0: ${sheet.organisation}`, left, mm(9), mm(14), mm(14))
  paper.write(
    'P',
    [{ ...bold(sheet.organisation), size: sizes.large }, `\n${sheet.authority}`],
    left + indent,
    mm(10),
    half - indent,
    { leading: 1.2 },
  )
  const large: Partial<Style> = { size: sizes.title, weight: 'semibold', leading: 1.1 }
  const below = paper.write('H1', 'Fiche sanitaire', left + half, mm(10), half, large, 'right')
  paper.write('P', `Année scolaire ${sheet.schoolYear}`, left + half, below, half, {}, 'right')
  let y = mm(26)
  paper.rule(left, y, width, 0.75)
  y += mm(2)
  const name: Fact = ['Nom, prénom', `${sheet.lastName.toLocaleUpperCase('fr')} ${sheet.firstName}`, 0, 60]
  const facts: readonly Fact[] = [
    [sheet.born, `${longDate(sheet.birth)}, ${sheet.age}`, 62, 46],
    ['Sexe', sheet.sex || 'non dit', 110, 20],
    ['École, classe', sheet.school || 'non dites', 132, 48],
  ]
  y =
    Math.max(
      namedFact(paper, name, y, { size: sizes.large }),
      // Aligned with the child's name, whose letters are larger.
      ...facts.map((fact) => namedFact(paper, fact, y + mm(1))),
    ) + mm(1.5)
  const span = sheet.alert === '' ? WIDTH : 128
  let bottom = namedFact(paper, ['Accueils', sheet.activities || 'aucune inscription en cours', 0, span], y)
  if (sheet.alert !== '') {
    const alert = framedAlert(paper, sheet.alert, left + mm(132), mm(48))
    alert.draw(y)
    bottom = Math.max(bottom, y + alert.height)
  }
  paper.rule(left, bottom + mm(1.5), width, 0.75)
  return bottom + mm(1.5)
}
