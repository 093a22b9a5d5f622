import { Button, Checkbox } from '@mantine/core'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Draft, Run } from '../../../shared/contract/desk/money/invoicing.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { daysOfMonth } from '../../../shared/rules/calendar/day.ts'
import { amountDue, familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { briefMonth, counted, monthText, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { orpcOutsideForms } from '../../connection/client.ts'
import { type TableColumn } from '../parts/table.tsx'
import { useRoles } from '../staff/may.ts'
import { type DraftRow, groupNames, groupOf, shownAmountOf, showsMonths } from './draft-rows.ts'
import { isTicked } from './issue-warnings.ts'
import { remedies, roleToCorrect } from './remedies.ts'

type RegieNames = ReadonlyMap<number, string>

const familyColumn = (regieNames: RegieNames): TableColumn<DraftRow> => ({
  id: 'family',
  title: 'Famille',
  show: (draft) => {
    const notes = draft.journal.flatMap(({ level, sentence }) => (level === 'note' ? [sentence] : []))
    const first = draft.journal.find(({ level }) => level !== 'note')
    const Sign = draft.verdict === 'warning' ? IconAlertTriangle : IconAlertCircle
    return (
      <span className="invoicing-family">
        <span>{draft.family}</span>
        {first && draft.verdict !== 'ready' ? (
          <>
            <Sign
              size={16}
              className={draft.verdict === 'warning' ? 'warn' : 'danger'}
              aria-label={groupNames[groupOf(draft.verdict)]}
            />
            <span className="small invoicing-why" title={draft.journal.map(({ sentence }) => sentence).join('\n')}>
              {draft.verdict === 'stale' ? sentenceWithSubject('À recalculer', first.sentence) : first.sentence}
            </span>
          </>
        ) : (
          <>
            {notes.length > 0 ? (
              <IconInfoCircle size={16} className="soft" title={notes.join(' ')} aria-label={notes.join(' ')} />
            ) : null}
            <span className="soft small">
              {draft.kind === 'creditNote' ? (draft.creditNotes.length > 0 ? 'avoirs, ' : 'avoir, ') : ''}
              {[
                ...(regieNames.has(draft.regieId) ? [regieNames.get(draft.regieId)] : []),
                familyNumberText(draft.familyId),
                counted(draft.children, 'enfant'),
                ...(draft.creditedCents > 0 ? [`avoir de ${formatEuros(draft.creditedCents)}`] : []),
              ].join(', ')}
            </span>
          </>
        )}
      </span>
    )
  },
})

const monthColumn: TableColumn<DraftRow> = {
  id: 'month',
  title: 'Mois',
  width: 82,
  show: ({ month }) => (month === null ? <span className="soft">–</span> : briefMonth(daysOfMonth(month).from)),
}

const quotientColumn: TableColumn<DraftRow> = {
  id: 'quotient',
  title: 'QF',
  number: true,
  width: 60,
  show: ({ familyQuotient }) => (
    <span className="soft">{familyQuotient === null ? '–' : formatNumber(familyQuotient)}</span>
  ),
}

const beforeColumn: TableColumn<DraftRow> = {
  id: 'before',
  title: 'Antérieur',
  number: true,
  width: 92,
  show: ({ previousCents, kind }) =>
    previousCents === 0 || kind === 'creditNote' ? (
      <span className="soft">–</span>
    ) : (
      <span className={previousCents < 0 ? 'good' : undefined}>{formatEuros(previousCents)}</span>
    ),
}

const totalColumn = (title: string): TableColumn<DraftRow> => ({
  id: 'total',
  title,
  number: true,
  width: 92,
  show: (row) => formatEuros(shownAmountOf(row)),
})

const regularisedColumn: TableColumn<DraftRow> = {
  id: 'regularised',
  title: 'Régularisation',
  number: true,
  width: 104,
  show: ({ regularisedCents }) =>
    regularisedCents === 0 ? (
      <span className="soft">–</span>
    ) : (
      <span className="good">{formatEuros(regularisedCents)}</span>
    ),
}

const due: TableColumn<DraftRow> = {
  id: 'due',
  title: 'À régler',
  number: true,
  width: 118,
  show: (draft) =>
    draft.kind === 'creditNote' ? <span className="soft">–</span> : <b>{formatEuros(amountDue(draft))}</b>,
}

/** The columns of the drafts of a run. */
export const draftColumns = (
  rows: readonly DraftRow[],
  run: Run,
  regieNames: RegieNames,
  toggle: (row: DraftRow) => void,
  mayInvoice: boolean,
): readonly TableColumn<DraftRow>[] => {
  const hasMonths = showsMonths(rows, run)
  const hasRegularised = rows.some(({ regularisedCents }) => regularisedCents !== 0)
  const amountWidth = hasRegularised ? 82 : 92
  return [
    {
      id: 'ticked',
      title: <span className="unseen">À émettre</span>,
      width: 34,
      show: (draft) => (
        <Checkbox
          size="xs"
          tabIndex={-1}
          aria-label={`Émettre ${[draft.family, regieNames.get(draft.regieId) ?? ''].filter((text) => text !== '').join(', ')}${hasMonths && draft.month ? `, ${monthText(daysOfMonth(draft.month).from)}` : ''}`}
          checked={isTicked(draft)}
          disabled={!mayInvoice || draft.verdict === 'error'}
          onClick={(event) => event.stopPropagation()}
          onChange={() => toggle(draft)}
        />
      ),
    },
    ...(hasMonths ? [monthColumn] : []),
    // A draft to correct shows the reason across the columns of the quotient and of the previous balance.
    { ...familyColumn(regieNames), span: ({ verdict }) => (verdict === 'ready' ? 1 : hasRegularised ? 2 : 3) },
    // When rows have credit notes, their column replaces that of the quotient, which the preview shows too.
    ...(hasRegularised ? [] : [quotientColumn]),
    { ...beforeColumn, width: amountWidth },
    { ...totalColumn('Montant'), width: amountWidth },
    ...(hasRegularised ? [regularisedColumn] : []),
    { ...due, show: (draft) => (draft.verdict === 'ready' ? due.show(draft) : <Remedy draft={draft} />) },
  ]
}

/** The columns of the issued papers of a run. */
export const issuedColumns = (
  rows: readonly DraftRow[],
  run: Run,
  regieNames: RegieNames,
): readonly TableColumn<DraftRow>[] => [
  { id: 'number', title: 'Numéro', width: 116, show: ({ number }) => number },
  ...(showsMonths(rows, run) ? [monthColumn] : []),
  familyColumn(regieNames),
  beforeColumn,
  totalColumn('Facturé'),
  {
    ...due,
    id: 'left',
    title: 'Reste à payer',
    show: ({ kind, leftCents }) =>
      kind === 'creditNote' ? (
        <span className="soft">–</span>
      ) : leftCents === 0 ? (
        // It may be paid, given back, given up or at the Treasury; the family's account says which.
        <span className="soft">{formatEuros(0)}</span>
      ) : (
        <b>{formatEuros(leftCents)}</b>
      ),
  },
]

/** A link to the screen that corrects the draft's first fault. */
const Remedy = ({ draft }: { draft: Draft }) => {
  const entry = draft.journal.find(({ cause: known }) => known !== undefined)
  const cause = entry?.cause
  const roles = useRoles()
  if (cause === undefined) return may(roles, 'invoicing') ? <RecalculateButton draft={draft} /> : null
  const who = roleToCorrect(roles, cause)
  const { label, lackText } = remedies[cause]
  if (who !== null)
    return (
      <span className="soft small" title={who}>
        {lackText}
      </span>
    )
  const family = { to: '/familles/$familyId' as const, params: { familyId: String(draft.familyId) } }
  if (cause === 'noFamilyQuotient')
    return (
      <Link {...family} search={{ saisir: 'qf' }}>
        {label}
      </Link>
    )
  if (cause === 'noAddress' || cause === 'noResidence')
    return (
      <Link {...family} search={{ saisir: 'adresse' }}>
        {label}
      </Link>
    )
  if (cause === 'notPointed') {
    return (
      <Link
        to="/pointage"
        search={{ ...(entry?.day && { jour: entry.day }), ...(entry?.activityId && { activite: entry.activityId }) }}
      >
        {label}
      </Link>
    )
  }
  return <Link to="/reglages/tarifs">{label}</Link>
}

export const RecalculateButton = ({ draft }: { draft: Draft }) => {
  const replay = useMutation(orpcOutsideForms.invoicing.replay.mutationOptions())
  return (
    <Button
      variant="subtle"
      loading={replay.isPending}
      onClick={(event) => {
        event.stopPropagation()
        replay.mutate({ id: draft.id })
      }}
    >
      Recalculer
    </Button>
  )
}
