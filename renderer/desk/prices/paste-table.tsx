import { Button, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { formatAmount, formatNumber } from '../../../shared/rules/money/money.ts'
import { type Bracket, bracketText } from '../../../shared/rules/price/bracket.ts'
import { conditionText } from '../../../shared/rules/price/printed/condition-words.ts'
import { rowsOf } from '../../../shared/rules/price/printed/tariff-rows.ts'
import { type PrintedRow, readTable } from '../../../shared/rules/price/printed/tariff-table.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { Note } from '../parts/feedback.tsx'
import { Dialog, useLeaveConfirmation } from '../parts/forms/dialogs.tsx'
import { targetOf, withTable } from './tariff-edit.ts'

/** Pastes a printed price table: shows what was read, asks where each row belongs, then fills the grid. */
export const PasteTable = ({
  definition,
  initial,
  onTaken,
  onClose,
}: {
  definition: Definition
  initial: string
  onTaken: (definition: Definition) => void
  onClose: () => void
}) => {
  const [text, setText] = useState(initial)
  const { leave, question } = useLeaveConfirmation(() => text.trim() !== '', onClose)
  const [chosen, setChosen] = useState<ReadonlyMap<number, string>>(new Map())
  const read = text.trim() === '' ? undefined : readTable(text)
  const table = read && 'table' in read ? read.table : undefined
  const goals = table?.rows.map((row, at) => chosen.get(at) ?? targetOf(definition, row)) ?? []
  const choices = [
    ...rowsOf(definition).map(({ key, title }) => ({ value: key, label: title })),
    { value: 'new', label: 'Nouvelle ligne' },
    { value: 'none', label: 'Ne pas reprendre' },
  ]
  const taken = goals.filter((goal) => goal !== 'none')
  const twice = taken.find((goal, at) => goal !== 'new' && taken.indexOf(goal) !== at)
  return (
    <Dialog opened title="Coller la grille de la ville" width="wide" onClose={leave}>
      {question}
      <div className="dialog-form">
        <Textarea
          label="Grille, copiée d’un tableur ou d’un PDF"
          description="Une ligne de tranches, puis une ligne par formule&nbsp;; ou une ligne par tranche, colonnes «&nbsp;1 enfant, 2 enfants…&nbsp;» comprises."
          data-autofocus
          autosize
          minRows={4}
          maxRows={10}
          classNames={{ input: 'tariff-pasted' }}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setChosen(new Map())
          }}
        />
        {read && 'refusal' in read ? <Refusal {...read} /> : null}
        {table ? (
          <div className="table-scroll">
            <table className="table tariff-read" aria-label="Grille lue, en euros">
              <thead>
                <tr>
                  <th scope="col">Ligne lue</th>
                  {table.brackets.map((bracket) => (
                    <th key={bracket.label} scope="col" className="num">
                      {bracketText(bracket)}
                    </th>
                  ))}
                  <th scope="col">Va dans</th>
                </tr>
              </thead>
              <tbody>
                {table.rows.flatMap((row, at) =>
                  printedLines(row).map(({ title, resident, nonResident }, place) => (
                    <tr key={`${at} ${title}`}>
                      <th scope="row">{title}</th>
                      <Amounts brackets={table.brackets} resident={resident} nonResident={nonResident} />
                      <td>
                        {place > 0 ? null : (
                          <Select
                            aria-label={`${row.label} va dans`}
                            size="xs"
                            data={choices}
                            value={goals[at] ?? 'none'}
                            onChange={(goal) => setChosen(new Map(chosen).set(at, goal ?? 'none'))}
                          />
                        )}
                      </td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </div>
        ) : null}
        {table ? (
          <p className="soft small">
            {counted(table.brackets.length, 'tranche')}, {counted(table.rows.length, 'ligne')}. Ville, puis hors commune
            après la barre. Une nouvelle ligne est comptée par plage&nbsp;: précisez ensuite lesquelles.
          </p>
        ) : null}
        {table?.siblings ? (
          <Note>
            Réduction lue pour la fratrie&nbsp;:{' '}
            {table.siblings.percents.map((percent) => `− ${formatNumber(percent)}\u00a0%`).join(', ')}. Elle remplace
            celle du tarif.
          </Note>
        ) : null}
        {twice ? <Note tone="danger">Deux lignes lues vont dans la même ligne de la grille.</Note> : null}
        <div className="dialog-foot">
          <Button onClick={leave}>Annuler</Button>
          <Button
            variant="filled"
            disabled={!table || taken.length === 0 || twice !== undefined}
            onClick={() => {
              if (table) onTaken(withTable(definition, table, goals))
            }}
          >
            Reprendre dans la grille
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The lines of the table read that a printed row takes: one for each of its cases. */
const printedLines = ({ label, resident, nonResident, cases }: PrintedRow) =>
  cases
    ? cases.map((one) => ({ title: `${label}, ${conditionText(one.when)}`, resident: one.resident, nonResident: null }))
    : [{ title: label, resident, nonResident }]

const Amounts = ({
  brackets,
  resident,
  nonResident,
}: { readonly brackets: readonly Bracket[] } & Pick<PrintedRow, 'resident' | 'nonResident'>) =>
  brackets.map((bracket, place) => (
    <td key={bracket.label} className="num">
      {formatAmount(resident[place] ?? resident[0] ?? 0)}
      {nonResident ? <span className="soft"> / {formatAmount(nonResident[place] ?? nonResident[0] ?? 0)}</span> : null}
    </td>
  ))

/** Why the table cannot be read, under the line that says so. */
const Refusal = ({ refusal, cell }: Extract<ReturnType<typeof readTable>, { refusal: string }>) => {
  const at = cell ? cell.line.indexOf(cell.text) : -1
  return (
    <>
      {cell && at >= 0 ? (
        <p className="tariff-pasted-line">
          {cell.line.slice(0, at)}
          <mark>{cell.text}</mark>
          {cell.line.slice(at + cell.text.length)}
        </p>
      ) : null}
      <Note tone="danger" alert>
        {refusal}
      </Note>
    </>
  )
}
