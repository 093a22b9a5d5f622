import { useMutation } from '@tanstack/react-query'
import type { ImportLeftOut, ImportPreview, ImportTotal } from '../../../shared/contract/desk/imports.ts'
import { totalDifferenceText, totalText } from '../../../shared/rules/takeover/totals.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { savePaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { FirstBilledDay } from './first-billed-day.tsx'

/**
 * The totals of the file beside what is here, the lines left out by name, and what staff should know.
 * @param onSettled a reason for which lines are left out was settled: the file is to be read again
 */
export const TotalsView = ({
  totals,
  left,
  notes,
  reportId,
  onSettled,
}: Pick<ImportPreview, 'totals' | 'left' | 'notes' | 'reportId'> & { onSettled?: () => void }) => {
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') =>
      savePaper(await clientOutsideForms.imports.reportFile({ reportId, format })),
    onError: notifyRefusal,
  })
  const reasons = [...Map.groupBy(left, ({ why }) => why)].map(([why, lines]) => ({
    why,
    regieId: lines[0]?.regieId,
    lines,
  }))
  const shared = reasons
    .filter(({ regieId, lines }) => lines.length > 1 || regieId !== undefined)
    .toSorted((one, other) => other.lines.length - one.lines.length)
  const alone = reasons.filter((one) => !shared.includes(one)).flatMap(({ lines }) => lines)
  const different = totals.filter(({ isEqual }) => !isEqual)
  return (
    <>
      {notes.map((note) => (
        <Note key={note} tone="warn">
          {note}
        </Note>
      ))}
      {totals.length === 0 ? null : (
        <Section
          title="Totaux du fichier"
          subtitle={
            different.length === 0 ? 'tous égaux' : counted(different.length, 'total différent', 'totaux différents')
          }
          action={
            <span className="row">
              <PlainAction label="Classeur (XLSX)" onAction={() => saved.mutate('xlsx')} />
              <PlainAction label="PDF" onAction={() => saved.mutate('pdf')} />
            </span>
          }
        >
          <Table
            label="Totaux du fichier"
            items={totals}
            idOf={({ what, of, unit }) => `${what} ${of} ${unit}`}
            columns={totalColumns}
          />
        </Section>
      )}
      {left.length === 0 ? null : (
        <Section title="Lignes laissées de côté" subtitle={counted(left.length, 'ligne')}>
          <div className="stack stack-wide">
            {shared.map(({ why, regieId, lines }) => (
              <div key={why} className="stack">
                <p className="small">
                  <strong>{counted(lines.length, 'ligne')}</strong>&nbsp;: {why}{' '}
                  {onSettled && regieId !== undefined ? <FirstBilledDay regieId={regieId} onDone={onSettled} /> : null}
                </p>
                <Table
                  label={`Lignes laissées de côté\u00a0: ${why}`}
                  items={lines}
                  idOf={({ line }) => line}
                  columns={leftColumns}
                  keepsWidths
                />
              </div>
            ))}
            {alone.length === 0 ? null : (
              <Table
                label="Lignes laissées de côté"
                items={alone}
                idOf={({ line }) => line}
                columns={[...leftColumns, whyColumn]}
                rowHeight={46}
                keepsWidths
              />
            )}
          </div>
        </Section>
      )}
    </>
  )
}

const totalColumns: readonly TableColumn<ImportTotal>[] = [
  { id: 'what', title: 'Total', show: ({ what, of }) => [what, of].filter((part) => part !== '').join(', ') },
  {
    id: 'source',
    title: 'Dans le fichier',
    number: true,
    width: 140,
    show: ({ source, unit }) => totalText(source, unit),
  },
  { id: 'here', title: 'Ici', number: true, width: 140, show: ({ here, unit }) => totalText(here, unit) },
  {
    id: 'difference',
    title: 'Différence',
    number: true,
    width: 140,
    show: (one) => (one.isEqual ? <span className="soft">égal</span> : <strong>{totalDifferenceText(one)}</strong>),
  },
]

const leftColumns: readonly TableColumn<ImportLeftOut>[] = [
  { id: 'line', title: 'Ligne', number: true, width: 70, show: ({ line }) => line },
  { id: 'named', title: 'Qui', show: ({ named }) => <span title={named}>{named}</span> },
]
const whyColumn: TableColumn<ImportLeftOut> = {
  id: 'why',
  title: 'Pourquoi',
  width: '60%',
  show: ({ why }) => (
    <span className="import-why" title={why}>
      {why}
    </span>
  ),
}
