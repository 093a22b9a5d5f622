import { setImmediate } from 'node:timers/promises'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, sumOf } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { amountCell, spreadsheetTypes, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { balancesAt, payerRanges } from '../../store/closing-rows.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { regieName, regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { payerNames } from './closings-store.ts'

type Asked = { readonly regieId: number; readonly on: Day; readonly format: 'pdf' | 'xlsx' | 'csv' }

/**
 * « Soldes des payeurs »: who owes what to a régie at the end of a day. The total is what the closing of that day says
 * is due.
 */
export const balancesFile = async ({ store, clock }: Core, { regieId, on, format }: Asked): Promise<File> => {
  if (on > today(clock)) throw new Refused('Ce jour n’est pas encore venu.', 'on')
  const regie = regieName(regieOf(store, regieId))
  const rows = await balancesOn(store, { regieId, on })
  const owing = rows.filter(({ cents }) => cents > 0)
  const ahead = rows.filter(({ cents }) => cents < 0)
  const title = `Soldes des payeurs au ${shortDay(on)}`
  const name = `soldes-${on}.${format}`
  if (format !== 'pdf') {
    const amount = (cents: number) => amountCell(cents, format)
    const cellsOf = (payer: string, owedCents: number, aheadCents: number) => [
      payer,
      amount(owedCents),
      amount(aheadCents),
      amount(owedCents - aheadCents),
    ]
    const table = {
      columns: ['Payeur', 'Doit', 'Avance', 'Solde'],
      rows: [
        ...rows.map(({ name: payer, cents }) => cellsOf(payer, Math.max(cents, 0), Math.max(-cents, 0))),
        cellsOf('Total', sumOf(owing), -sumOf(ahead)),
      ],
    }
    const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
    return new File([new Uint8Array(bytes)], name, { type: spreadsheetTypes[format] })
  }
  const list = {
    title,
    about: regie,
    summary: [
      { name: 'Dû', value: `${formatEuros(sumOf(owing))} par ${counted(owing.length, 'payeur')}` },
      ...(ahead.length === 0
        ? []
        : [{ name: 'Avances', value: `${formatEuros(-sumOf(ahead))} de ${counted(ahead.length, 'payeur')}` }]),
      { name: 'Solde', value: formatEuros(sumOf(rows)) },
    ],
    blanks: [],
    columns: [
      { title: 'Payeur', kind: 'text' as const },
      { title: 'Doit', kind: 'number' as const, width: 36 },
      { title: 'Avance', kind: 'number' as const, width: 36 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: rows.map(({ payer, name: text, cents }) => ({
          id: payer,
          registrationId: null,
          cells: [
            { text },
            { text: cents > 0 ? formatEuros(cents) : '' },
            { text: cents < 0 ? formatEuros(-cents) : '' },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Tous les comptes sont soldés.',
    note: 'Les comptes soldés n’y sont pas, ni ce qui est à la Trésorerie.',
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  }
  const [paper = new Uint8Array()] = await renderPapers([{ list }], { createdAt: clock() })
  return new File([new Uint8Array(paper)], name, { type: 'application/pdf' })
}

/** Homes read at once; other calls get a turn after each slice. */
const homesPerSlice = 200

/** The payers with a balance other than zero, by name. */
const balancesOn = async (store: Store, { regieId, on: to }: { readonly regieId: number; readonly on: Day }) => {
  const balances: { readonly payer: string; readonly cents: number }[] = []
  for (const range of payerRanges(store, homesPerSlice)) {
    balances.push(...balancesAt(store, { regieId, to, range }))
    await setImmediate()
  }
  const cents = new Map(balances.map((one) => [one.payer, one.cents]))
  return payerNames(store, [...cents.keys()]).map((one) => ({ ...one, cents: cents.get(one.payer) ?? 0 }))
}
