import type { Day, Instant } from '../../shared/rules/calendar/day.ts'
import { counted, instantText, shortDay } from '../../shared/rules/text/french.ts'
import { bannedPerson, checkbox, type DrawnCell, framedAlert } from './icons.ts'
import { bold, heightOf, makePdf, mm, type Paper, type Style, sizes, type Words, wrapped } from './paper.ts'

/** A day's list of expected children for a clipboard: ticked by hand, readable at arm's length. */
export type DaySheetPaper = {
  readonly organisationName: string
  readonly activity: string
  readonly facility: string
  /** « groupe des 6-10 ans » */
  readonly group?: string
  readonly day: Day
  readonly slots: readonly { readonly name: string; readonly isMeal: boolean }[]
  readonly children: readonly DaySheetChild[]
  /** Allergies, PAI and diets are printed only for staff with the right to them. */
  readonly showsHealth: boolean
  readonly printedAt: Instant
}

export type DaySheetChild = {
  readonly lastName: string
  readonly firstName: string
  /** « 6 ans », « 6 ans, née le 14/03/2020 » where another child of the sheet has the same name */
  readonly age: string
  /** For each slot of the sheet, whether the child is expected. */
  readonly expected: readonly boolean[]
  /** « ARACHIDE, PAI – trousse n° 4 » */
  readonly alert?: string
  /** « sans porc » */
  readonly diet?: string
  /** With its prescription. */
  readonly treatment?: string
  /** People to call and people who may fetch the child: « Camille Duval, 06 39 98 41 27 », one per line. */
  readonly pickup: string
  /** « M. D. Ferreira » */
  /** Who must not take the child away, and why; whole sentences. */
  readonly banned: readonly string[]
  /** The whole text of the notes that are alerts on that day, printed below the child's line. */
  readonly alerts: readonly string[]
}

export const daySheetPdf = (
  sheets: readonly DaySheetPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = sheets
  if (!first) return Promise.reject(new RangeError('no day sheet to print'))
  const title = `Feuille de jour – ${first.activity} – ${shortDay(first.day)}`
  return makePdf({ title, author: first.organisationName, createdAt }, (paper) => {
    for (const sheet of sheets) paper.group('Part', () => oneSheet(paper, sheet))
  })
}

const EDGE = 10
const WIDTH = 190
const BOTTOM = 278
const PAD = mm(1)
const ROW = mm(14)

const oneSheet = (paper: Paper, sheet: DaySheetPaper): void => {
  const columns = columnsOf(sheet)
  const rows = sheet.children.map((child) => rowOf(paper, columns, child))
  const legend = mm(8)
  let waiting = rows
  let first = true
  while (first || waiting.length > 0) {
    paper.newPage()
    let y = first ? head(paper, sheet) : continuationHead(paper, sheet)
    first = false
    const room = mm(BOTTOM) - y - mm(9) - legend
    let fits = 0
    for (let height = 0; fits < waiting.length; fits += 1) {
      height += waiting[fits]?.height ?? 0
      if (height > room && fits > 0) break
    }
    const here = waiting.slice(0, fits)
    waiting = waiting.slice(fits)
    if (sheet.children.length === 0) {
      paper.write('P', 'Aucun enfant attendu.', mm(EDGE), y + mm(4), mm(WIDTH), { size: sizes.medium })
      break
    }
    paper.group('Table', () => {
      y = headRow(paper, columns, y)
      for (const row of here) {
        paper.group('TR', () => row.draw(y))
        y += row.height
      }
    })
    legendAt(paper, y + mm(2.5))
  }
  paper.foot(
    [
      bold('Confidentiel.'),
      ` Ne pas laisser à la vue de tous. À rendre à la direction le soir. Imprimée ${instantText(sheet.printedAt)}.`,
    ],
    EDGE,
  )
}

const head = (paper: Paper, sheet: DaySheetPaper): number => {
  const boxes = sheet.slots.length * mm(21)
  const width = mm(WIDTH) - boxes
  let y = paper.write('H1', 'Feuille de jour', mm(EDGE), mm(10), width, {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  const medium = { size: sizes.medium }
  y = paper.write('P', [bold(sheet.activity), ` – ${sheet.facility}`], mm(EDGE), y, width, medium)
  y = paper.write('P', [bold(shortDay(sheet.day)), sheet.group ? ` – ${sheet.group}` : ''], mm(EDGE), y, width, medium)
  for (const [index, slot] of sheet.slots.entries()) {
    const x = mm(EDGE) + width + mm(2) + index * mm(21)
    paper.draw((pen) => pen.lineWidth(1.1).roundedRect(x, mm(10), mm(19), mm(13), mm(2)).stroke('#000000'))
    const count = sheet.children.filter(({ expected }) => expected[index]).length
    const words: Words = [`${slot.name}\n`, { ...bold(String(count)), size: sizes.title }]
    paper.write('P', words, x, mm(11), mm(19), { leading: 1.1 }, 'center')
  }
  y = Math.max(y + mm(2), mm(33))
  paper.rule(mm(EDGE), y, mm(WIDTH), 0.75)
  const bottom = paper.write('P', summary(sheet), mm(EDGE), y + mm(1.5), mm(WIDTH), medium) + mm(1.5)
  paper.rule(mm(EDGE), bottom, mm(WIDTH), 0.75)
  return bottom + mm(2.5)
}

const continuationHead = (paper: Paper, sheet: DaySheetPaper): number =>
  paper.write('P', [bold(sheet.activity), ` – ${shortDay(sheet.day)}, suite`], mm(EDGE), mm(10), mm(WIDTH), {
    size: sizes.medium,
  }) + mm(2)

/** Summary for the kitchen and the door: meals by diet, children to watch, number of forbidden departures. */
const summary = (sheet: DaySheetPaper): Words => {
  const forbidden = sheet.children.filter((child) => child.banned.length > 0).length
  const door: Words = [bold('Départ interdit\u00a0:'), `\u00a0${forbidden}`]
  if (!sheet.showsHealth) return door
  const meal = sheet.slots.findIndex(({ isMeal }) => isMeal)
  const eating = sheet.children.filter(({ expected }) => expected[meal])
  const allergic = eating.filter(({ alert }) => alert !== undefined)
  const onDiet = Map.groupBy(
    eating.filter(({ alert, diet }) => alert === undefined && diet !== undefined),
    ({ diet }) => diet ?? '',
  )
  const normal = eating.filter(({ alert, diet }) => alert === undefined && diet === undefined).length
  const kinds = [
    counted(normal, 'normal', 'normaux'),
    ...[...onDiet].map(([diet, children]) => `${children.length}\u00a0${diet}`),
    ...(allergic.length > 0 ? [counted(allergic.length, 'allergie ou PAI', 'allergies ou PAI')] : []),
  ]
  const watched = sheet.children.filter(({ alert }) => alert !== undefined).length
  return [
    ...(meal >= 0 ? [bold('Repas\u00a0:'), ` ${kinds.join(', ')}${APART}`] : []),
    bold('Allergies et PAI\u00a0:'),
    `\u00a0${counted(watched, 'enfant')}${APART}`,
    ...door,
  ]
}
const APART = '\u00a0\u00a0\u00a0\u00a0 '

type Column = {
  readonly title: string
  readonly x: number
  readonly width: number
  readonly kind: 'child' | 'slot' | 'health' | 'pickup' | 'hand'
}

const columnsOf = (sheet: DaySheetPaper): Column[] => {
  const slot = sheet.slots.length > 5 ? 10 : 13
  const fixed = 40 + sheet.slots.length * slot + 30
  const rest = WIDTH - fixed
  const columns: Omit<Column, 'x'>[] = [
    { title: 'Enfant', width: mm(40), kind: 'child' },
    ...sheet.slots.map(({ name }) => ({ title: name, width: mm(slot), kind: 'slot' as const })),
    ...(sheet.showsHealth ? [{ title: 'Allergie, PAI, régime', width: mm(rest / 2), kind: 'health' as const }] : []),
    { title: 'Qui vient chercher', width: mm(sheet.showsHealth ? rest / 2 : rest), kind: 'pickup' },
    { title: 'Arrivée', width: mm(15), kind: 'hand' },
    { title: 'Départ', width: mm(15), kind: 'hand' },
  ]
  let x = mm(EDGE)
  return columns.map((column) => {
    const placed = { ...column, x }
    x += column.width
    return placed
  })
}

const headRow = (paper: Paper, columns: readonly Column[], y: number): number => {
  const style: Partial<Style> = { size: sizes.small, weight: 'semibold', leading: 1.15 }
  const titles = columns.map(({ title, width, kind }) => wrapped(title, width - (kind === 'slot' ? 0 : 2 * PAD), style))
  const height = Math.max(...titles.map(heightOf)) + 2 * PAD
  paper.group('TR', () => {
    for (const [index, column] of columns.entries()) {
      const lines = titles[index] ?? []
      const inset = column.kind === 'slot' ? 0 : PAD
      paper.put(
        'TH',
        lines,
        column.x + inset,
        y + height - PAD - heightOf(lines),
        column.width - 2 * inset,
        column.kind === 'slot' ? 'center' : 'left',
        { scope: 'Column' },
      )
    }
  })
  paper.rule(mm(EDGE), y + height, mm(WIDTH), 1.1)
  return y + height
}

const rowOf = (
  paper: Paper,
  columns: readonly Column[],
  child: DaySheetChild,
): { height: number; draw: (y: number) => void } => {
  const cells = columns.map((column) => cellOf(paper, column, child, columns))
  const alerts = child.alerts.map((text) => wrapped([bold('Alerte\u00a0:'), ` ${text}`], mm(WIDTH) - 2 * PAD))
  const line = Math.max(ROW, ...cells.map((cell) => cell.height + mm(2)))
  const height = alerts.reduce((sum, words) => sum + heightOf(words), line) + (alerts.length > 0 ? PAD : 0)
  const draw = (y: number) => {
    for (const cell of cells) cell.draw(y + (line - cell.height) / 2)
    let top = y + line
    for (const words of alerts) {
      paper.put('TD', words, mm(EDGE) + PAD, top, mm(WIDTH) - 2 * PAD)
      top += heightOf(words)
    }
    paper.draw((pen) => {
      for (const { x, kind } of columns) if (kind === 'hand') pen.rect(x, y, 0.6, line).fill('#808080')
      pen.rect(mm(EDGE), y + height - 0.3, mm(WIDTH), 0.6).fill('#808080')
    })
  }
  return { height, draw }
}

const cellOf = (paper: Paper, column: Column, child: DaySheetChild, columns: readonly Column[]): DrawnCell => {
  const width = column.width - 2 * PAD
  const text = (words: Words, tag: 'TD' | 'TH' = 'TD'): DrawnCell => {
    const lines = wrapped(words, width, { leading: 1.2 })
    return {
      height: heightOf(lines),
      draw: (y) => paper.put(tag, lines, column.x + PAD, y, width, 'left', tag === 'TH' ? { scope: 'Row' } : {}),
    }
  }
  switch (column.kind) {
    case 'child':
      return text(
        [
          { ...bold(`${child.lastName} ${child.firstName}`), size: sizes.medium },
          { text: `\n${child.age}`, ink: 'soft' },
        ],
        'TH',
      )
    case 'slot': {
      const expected = child.expected[columns.indexOf(column) - 1] === true
      const x = column.x + column.width / 2 - mm(3.5)
      return {
        height: mm(7),
        draw: (y) => {
          paper.draw((pen) => checkbox(pen, x, y, mm(7), expected))
          paper.group('TD', () => {}, { alt: expected ? 'attendu' : 'pas réservé' })
        },
      }
    }
    case 'health': {
      const lines = [child.diet, child.treatment && `Traitement\u00a0: ${child.treatment}`]
        .filter((line) => line)
        .join('\n')
      const diet = lines === '' ? [] : wrapped(lines, width, { leading: 1.2 })
      const alert = child.alert ? framedAlert(paper, child.alert, column.x + PAD, width) : undefined
      return {
        height: (alert?.height ?? 0) + heightOf(diet),
        draw: (y) =>
          paper.group('TD', () => {
            alert?.draw(y)
            if (diet.length > 0) paper.put('P', diet, column.x + PAD, y + (alert?.height ?? 0), width)
          }),
      }
    }
    case 'pickup': {
      const allowed = wrapped(child.pickup, width, { leading: 1.2 })
      const banned = child.banned.map((text) => bannedPerson(paper, text, column.x + PAD, width))
      return {
        height: heightOf(allowed) + banned.reduce((sum, { height }) => sum + height, 0),
        draw: (y) =>
          paper.group('TD', () => {
            paper.put('P', allowed, column.x + PAD, y, width)
            let top = y + heightOf(allowed)
            for (const one of banned) {
              one.draw(top)
              top += one.height
            }
          }),
      }
    }
    case 'hand':
      break
  }
  return { height: 0, draw: () => paper.group('TD', () => {}) }
}

const legendAt = (paper: Paper, y: number): void => {
  const small = { size: sizes.small }
  const side = mm(4)
  paper.draw((pen) => checkbox(pen, mm(EDGE), y, side, true))
  paper.write('P', 'attendu\u00a0: cochez quand l’enfant est là.', mm(EDGE + 5), y, mm(62), small)
  paper.draw((pen) => checkbox(pen, mm(EDGE + 62), y, side, false))
  paper.write('P', 'pas réservé. Absent\u00a0: écrivez ABS.', mm(EDGE + 67), y, mm(80), small)
}
