import { Checkbox, Radio, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LineToCredit, PaperView } from '../../../shared/contract/desk/money/invoicing.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type CreditedPart, creditedCents, creditOf } from '../../../shared/rules/money/credit-note.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'

/** Issues a credit note: the lines and days to cancel, whether they are billed again, and the reason. */
export const CreditNoteDialog = ({ paper, onClose }: { paper: PaperView; onClose: () => void }) => {
  const { data } = useQuery(orpc.invoicing.leftToCredit.queryOptions({ input: { invoiceId: paper.id } }))
  return data ? <CreditNoteForm paper={paper} lines={data.lines} onClose={onClose} /> : null
}

/** The days chosen, by line id. */
type ChosenDays = Readonly<Record<string, readonly Day[]>>

const CreditNoteForm = ({
  paper,
  lines,
  onClose,
}: {
  paper: PaperView
  lines: readonly LineToCredit[]
  onClose: () => void
}) => {
  const priced = lines.filter(({ unitCents, days }) => unitCents > 0 && days.length > 0)
  const form = useForm<{ lines: ChosenDays; billAgain: '' | 'yes' | 'no'; reason: string }>({
    initialValues: { lines: {}, billAgain: '', reason: '' },
    validate: {
      lines: (chosen) => {
        const credit = creditFor(lines, chosen)
        if ('refusal' in credit) return credit.refusal
        return credit.parts.length === 0 ? 'Choisissez au moins une ligne.' : null
      },
      billAgain: (choice) =>
        choice === '' ? 'Choisissez «\u00a0Définitif\u00a0» ou «\u00a0À refacturer\u00a0».' : null,
      reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif de l’avoir.' : null),
    },
  })
  const chosen = form.values.lines
  const setChosen = (next: ChosenDays) => form.setFieldValue('lines', next)
  const credit = creditFor(lines, chosen)
  const parts = 'parts' in credit ? credit.parts : []
  const isWhole =
    priced.length > 0 && priced.every((line) => daysOf(line).every((day) => chosen[line.id]?.includes(day)))
  const wholeCents = lines.reduce((sum, { unitCents, days }) => sum + days.length * unitCents, 0)
  return (
    <FormDialog
      opened
      title={`Avoir sur la facture ${paper.number ?? ''}`}
      form={form}
      submit={parts.length > 0 ? `Émettre l’avoir de ${formatEuros(creditedCents(parts))}` : 'Émettre l’avoir'}
      onClose={onClose}
      onSubmit={async (client, { billAgain, reason }) => {
        const { number } = await client.invoicing.creditNote({
          invoiceId: paper.id,
          lines: chosenLines(chosen),
          reason,
          billAgain: billAgain === 'yes',
        })
        notifications.show({ color: 'green', message: `Avoir ${number} émis.` })
      }}
    >
      <fieldset className="credit-note-lines">
        <legend>À annuler</legend>
        <Checkbox
          label={`Toute la facture\u00a0: ${formatEuros(wholeCents)}`}
          checked={isWhole}
          indeterminate={!isWhole && chosenLines(chosen).length > 0}
          data-path="lines"
          error={form.errors['lines']}
          onChange={() => setChosen(isWhole ? {} : Object.fromEntries(priced.map((line) => [line.id, daysOf(line)])))}
        />
        {[...Map.groupBy(priced, ({ child }) => child)].map(([child, ofChild]) => (
          <ul key={child} aria-label={child}>
            <li aria-hidden className="small soft">
              {child}
            </li>
            {ofChild.map((line) => (
              <li key={line.id}>
                <LineChoice
                  line={line}
                  days={chosen[line.id] ?? []}
                  onChange={(days) => setChosen({ ...chosen, [line.id]: days })}
                />
              </li>
            ))}
          </ul>
        ))}
      </fieldset>
      <div role="status" aria-label="Ce que l’avoir annule">
        {'refusal' in credit ? <Note tone="warn">{credit.refusal}</Note> : <Summary parts={parts} />}
      </div>
      <Radio.Group label="Ensuite" {...form.getInputProps('billAgain')}>
        <div className="stack">
          <Radio
            value="no"
            label="Définitif"
            description="La famille ne doit plus cette somme&nbsp;: aucune facturation ne la reprend."
          />
          <Radio
            value="yes"
            label="À refacturer"
            description="La prochaine facturation propose ce qui reste dû de ces jours, au prix recalculé."
          />
        </div>
      </Radio.Group>
      <Textarea label="Motif, imprimé sur l’avoir" autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}

/** A line, whole, and below it its days one by one when staff ask for them. */
const LineChoice = ({
  line,
  days,
  onChange,
}: {
  line: LineToCredit
  days: readonly Day[]
  onChange: (days: readonly Day[]) => void
}) => {
  const [isOpen, setIsOpen] = useState(false)
  const all = daysOf(line)
  const [first] = all
  const name = `${line.activity} – ${line.label.toLocaleLowerCase('fr')}`
  const quantity = counted(line.days.length, line.unit.one, line.unit.many)
  const isAmount = line.kind !== 'days'
  const isPartly = days.length > 0 && days.length < all.length
  const daysChosen = isPartly ? `${counted(days.length, 'jour')} sur ${all.length}` : 'Jours'
  return (
    <>
      <div className="credit-note-line">
        <Checkbox
          label={`${name}\u00a0: ${quantity}${!isAmount && first && all.length === 1 ? `, ${briefDay(first)}` : ''}`}
          checked={days.length === all.length}
          indeterminate={isPartly}
          onChange={() => onChange(days.length === all.length ? [] : all)}
        />
        {all.length > 1 ? (
          <PlainAction
            label={daysChosen}
            aria={`${daysChosen}\u00a0: ${name}, ${line.child}`}
            isExpanded={isOpen}
            onAction={() => setIsOpen(!isOpen)}
          />
        ) : null}
        <span className="num">{formatEuros(line.days.length * line.unitCents)}</span>
      </div>
      {isOpen ? (
        <fieldset className="credit-note-days" aria-label={`Jours\u00a0: ${name}, ${line.child}`}>
          {all.map((day) => (
            <Checkbox
              key={day}
              size="xs"
              label={dayLabel(line, day)}
              checked={days.includes(day)}
              onChange={({ currentTarget }) =>
                onChange(all.filter((one) => (one === day ? currentTarget.checked : days.includes(one))))
              }
            />
          ))}
        </fieldset>
      ) : null}
    </>
  )
}

/** What the credit note cancels, and the deductions that come along. */
const Summary = ({ parts }: { parts: readonly CreditedPart[] }) => {
  if (parts.length === 0) return <p className="small soft">Rien n’est encore choisi.</p>
  const deductions = parts.filter(({ line: { kind, unitCents } }) => kind === 'days' && unitCents < 0)
  const days = new Set(parts.flatMap((part) => (part.line.kind === 'days' ? part.days : [])))
  return (
    <p className="small">
      Avoir de <b>{formatEuros(creditedCents(parts))}</b>
      {days.size > 0 ? `, ${counted(days.size, 'jour')}` : ''}.
      {deductions.length > 0
        ? ` Déduction rendue avec ces jours\u00a0: ${listed([...new Set(deductions.map(({ line }) => line.label))])}, ${formatEuros(creditedCents(deductions))}.`
        : ''}
    </p>
  )
}

const creditFor = (lines: readonly LineToCredit[], chosen: ChosenDays) => creditOf(lines, chosenLines(chosen), false)

const chosenLines = (chosen: ChosenDays): { lineId: number; days: Day[] }[] =>
  Object.entries(chosen).flatMap(([id, days]) => (days.length > 0 ? [{ lineId: Number(id), days: [...days] }] : []))

const daysOf = ({ days }: LineToCredit): Day[] => [...new Set(days)].toSorted()

/** « mer. 9 déc. », « mer. 9 déc., 2 repas » */
const dayLabel = ({ days, unit }: LineToCredit, day: Day): string => {
  const units = days.filter((one) => one === day).length
  return units === 1 ? briefDay(day) : `${briefDay(day)}, ${counted(units, unit.one, unit.many)}`
}
