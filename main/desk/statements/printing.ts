import { randomUUID } from 'node:crypto'
import type { CertificateRow } from '../../../shared/contract/desk/money/statements.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import type { PaperFile } from '../../documents/render-paper.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { amountCell, type CsvTable, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { zip } from '../../documents/zip.ts'
import { type Core, Refused } from '../core.ts'
import type { LongWorkTools } from '../progress.ts'
import { certificatePaper, certificatePapers, certificatesOf, statementPaper } from './statements.ts'

export const statementFile = (core: Core, { familyId, year }: { familyId: number; year: number }): Promise<File> =>
  oneFile(core, statementPaper(core.store, familyId, year, today(core.clock)), `Relevé ${year}`)

export const certificateFile = (core: Core, { familyId, year }: { familyId: number; year: number }): Promise<File> =>
  oneFile(core, certificatePaper(core.store, familyId, year, today(core.clock)), `Attestation fiscale ${year}`)

export const oneFile = async ({ clock }: Core, paper: PaperFile, name: string): Promise<File> => {
  const [bytes] = await renderPapers([paper], { createdAt: clock() })
  if (!bytes) throw new RangeError('no paper was printed')
  return new File([new Uint8Array(bytes)], `${name}.pdf`, { type: 'application/pdf' })
}

/** Printed files waiting to be downloaded, for the open data file. Only the last few: each may weigh megabytes. */
const printedFiles = new WeakMap<Core, Map<string, File>>()
const maxPrintedFiles = 2

/** Prints all certificates of a year, in one PDF or in a ZIP with one PDF a family. */
export const printAll = async (
  core: Core,
  { year, how }: { year: number; how: 'together' | 'apart' },
  { signal, onProgress }: LongWorkTools,
): Promise<{ ticket: string; papers: number }> => {
  const found = await certificatePapers(core, year, signal)
  if (found.length === 0)
    throw new Refused(`Rien n’a été payé en ${year} pour la garde d’un enfant de moins de 6\u00a0ans au 1ᵉʳ janvier.`)
  const createdAt = core.clock()
  onProgress(0, found.length)
  const files: PaperFile[] =
    how === 'apart'
      ? found.map(({ papers }) => ({ taxCertificates: papers }))
      : [{ taxCertificates: found.flatMap(({ papers }) => papers) }]
  const printed = await renderPapers(files, { createdAt, signal, onProgress })
  const file =
    how === 'apart'
      ? new File(
          [
            await zip(
              printed.map((content, index) => ({ name: found[index]?.name ?? '', content })),
              createdAt,
            ),
          ],
          `Attestations fiscales ${year}.zip`,
          { type: 'application/zip' },
        )
      : new File([new Uint8Array(printed[0] ?? [])], `Attestations fiscales ${year}.pdf`, { type: 'application/pdf' })
  signal.throwIfAborted()
  const ticket = randomUUID()
  const tickets = printedFiles.get(core) ?? new Map<string, File>()
  printedFiles.set(core, tickets)
  tickets.set(ticket, file)
  for (const old of [...tickets.keys()].slice(0, -maxPrintedFiles)) tickets.delete(old)
  return { ticket, papers: found.reduce((sum, { papers }) => sum + papers.length, 0) }
}

export const printedFile = (core: Core, ticket: string): File => {
  const file = printedFiles.get(core)?.get(ticket)
  if (!file) throw new Refused('Ces attestations ne sont plus en attente\u00a0: imprimez-les de nouveau.')
  printedFiles.get(core)?.delete(ticket)
  return file
}

/** Lists the totals of a year, one line for each child of each payer. */
export const certificateList = async (
  core: Core,
  { year, format }: { year: number; format: 'csv' | 'xlsx' },
): Promise<File> => {
  const title = `Attestations fiscales ${year}`
  const table = tableOf(await certificatesOf(core, year), format)
  const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
  return new File([new Uint8Array(bytes)], `${title}.${format}`, { type: types[format] })
}

const types = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

const tableOf = (rows: readonly CertificateRow[], format: 'csv' | 'xlsx'): CsvTable => {
  const euros = (cents: number) => amountCell(cents, format)
  return {
    columns: [
      'Dossier',
      'Famille',
      'Payeur',
      'Enfant',
      'Garde alternée',
      'Payé pour la garde',
      'Plafond',
      'Dont CESU (payeur)',
      'Dont en ligne (payeur)',
    ],
    rows: rows.flatMap((row) =>
      row.children.map((child, index) => [
        row.familyId,
        row.family,
        row.payer,
        child.name,
        child.isShared ? 'oui' : 'non',
        euros(child.cents),
        euros(child.ceilingCents),
        // Only on the payer's first line, so that the column can be summed.
        index === 0 ? euros(row.cesuCents) : null,
        index === 0 ? euros(row.onlineCents) : null,
      ]),
    ),
  }
}
