import type { ClosingEffects } from '../../../shared/contract/desk/year.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import type { Core } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { type ClosingKey, familiesToNotify, openingsOfClosing, registrationsFreedOn } from './year-store.ts'

/** Families that lost a booking, a rank or a demande to a closing still in effect. */
export const freedFamilies = ({ store }: Core, closing: ClosingKey): ClosingEffects['families'] =>
  familiesToNotify(
    store,
    registrationsFreedOn(
      store,
      openingsOfClosing(store, closing).map(({ id }) => id),
    ),
  )

/** The families to notify, on paper, or as a spreadsheet for a mail merge. */
export const freedFamiliesFile = async (
  core: Core,
  { format, ...closed }: ClosingKey & { readonly format: 'pdf' | 'xlsx' },
): Promise<File> => {
  const families = freedFamilies(core, closed)
  const { from, to, reason } = closed
  const title = 'Familles à prévenir'
  const name = `familles-a-prevenir-${from}.${format}`
  const rows = families.map(({ name: family, children, phone, mail }) => [
    family,
    children.replaceAll(',', ', '),
    phoneText(phone),
    mail,
  ])
  if (format === 'xlsx') {
    const columns = ['Famille', 'Enfants', 'Téléphone', 'E-mail']
    const bytes = new Uint8Array(await writeXlsx(title, { columns, rows }))
    return new File([bytes], name, { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
  }
  const paper = await listPdf({
    title,
    about: `${from === to ? shortDay(from) : `${shortDay(from)} → ${shortDay(to)}`}\u00a0: ${reason}`,
    summary: [{ name: 'À prévenir', value: counted(families.length, 'famille') }],
    blanks: [],
    columns: [
      { title: 'Famille', kind: 'text' },
      { title: 'Enfants', kind: 'text' },
      { title: 'Téléphone', kind: 'text', width: 32 },
      { title: 'E-mail', kind: 'text', width: 60 },
      { title: 'Prévenue', kind: 'box', width: 18 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: rows.map((texts, at) => ({
          id: String(families[at]?.familyId ?? at),
          registrationId: null,
          cells: [
            ...texts.map((text, column) => ({ text, strong: column === 0 })),
            { text: '', box: 'expected' as const },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Rien n’était réservé ni demandé ces jours-là.',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(core.store).name,
    printedAt: core.clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}
