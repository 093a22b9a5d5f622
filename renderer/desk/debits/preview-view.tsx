import { Checkbox } from '@mantine/core'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { CollectionPreview, PreviewedDebit, SkippedDebit } from '../../../shared/contract/desk/money/debits.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { payersText } from '../../../shared/rules/money/debit/collection.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Panel, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { DebitsPage, FormerCollections, Sources, useOpenPayer } from './debits-page.tsx'
import { MandateDialog } from './mandate-dialog.tsx'
import { PortalMandates } from './portal-mandates.tsx'

type Row = PreviewedDebit & { readonly group: string; readonly skipped: SkippedDebit | null }

/** What a collection would take on a day, before it is frozen. */
export const PreviewView = ({ regie, controls }: { regie: RegieChoice; controls: ReactNode }) => {
  const [on, setOn] = useState<Day | null>(null)
  const { data, error, refetch } = useQuery(
    orpc.debits.preview.queryOptions({ input: { regieId: regie.id, on }, placeholderData: (before) => before }),
  )
  if (!data)
    return (
      <DebitsPage step={0} controls={controls}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </DebitsPage>
    )
  const dayField = <RequiredDayField aria-label="Jour du prélèvement" w={170} value={data.on} onChange={setOn} />
  return (
    <Preview
      key={data.on}
      preview={data}
      regie={regie}
      controls={
        <>
          {controls}
          {dayField}
        </>
      }
    />
  )
}

const Preview = ({
  preview,
  regie,
  controls,
}: {
  preview: CollectionPreview
  regie: RegieChoice
  controls: ReactNode
}) => {
  const navigate = useNavigate()
  const [setAside, setSetAside] = useState<ReadonlySet<number>>(new Set())
  const [chosen, setChosen] = useState<number>()
  const [isFreezing, setIsFreezing] = useState(false)
  const [mending, setMending] = useState<SkippedDebit>()
  const { on, refusal, debits, skipped } = preview
  const taken = debits.filter(({ mandateId }) => !setAside.has(mandateId))
  const cents = taken.reduce((sum, one) => sum + one.cents, 0)
  const toggle = (mandateId: number) => {
    const next = new Set(setAside)
    if (!next.delete(mandateId)) next.add(mandateId)
    setSetAside(next)
  }
  const ask = useMutation({
    mutationFn: (familyId: number) => clientOutsideForms.debits.askAccount({ familyId, regieId: regie.id }),
    onError: notifyRefusal,
  })
  const mend = (one: SkippedDebit) => {
    if (one.act === 'askAccount' && one.familyId !== null) ask.mutate(one.familyId)
    else setMending(one)
  }
  const rows = rowsOf(preview)
  useShortcut('Space', 'Mettre de côté', () => {
    if (debits.some(({ mandateId }) => mandateId === chosen)) toggle(chosen ?? 0)
  })
  const open = useOpenPayer()
  return (
    <DebitsPage
      step={0}
      controls={controls}
      actions={
        <ActionButton
          main
          combo="mod+Enter"
          label={`Geler et prévenir ${payersText(taken)}…`}
          disabled={refusal !== null || taken.length === 0 || !regie.takesMoney}
          onAction={() => setIsFreezing(true)}
        />
      }
    >
      <Split side={344}>
        <div className="debits-main">
          <div className="debits-sum">
            <span>
              <b>{taken.length}</b> {taken.length > 1 ? 'prélèvements' : 'prélèvement'}
            </span>
            <b>{formatEuros(cents)}</b>
            {skipped.length > 0 ? (
              <span>
                <b className="danger">{skipped.length}</b> {skipped.length > 1 ? 'laissés' : 'laissé'} de côté
              </span>
            ) : null}
          </div>
          {refusal === null ? null : <Note tone="warn">{refusal}</Note>}
          <Table
            label="À prélever"
            items={rows}
            idOf={({ mandateId }) => mandateId}
            groupOf={({ group }) => group}
            renderGroup={(group) => <Group group={group} rows={rows} setAside={setAside} />}
            columns={columnsWith({ setAside, toggle, mend })}
            chosen={chosen}
            onChoose={({ mandateId }) => setChosen(mandateId)}
            onOpen={open}
            style={{ flex: 1 }}
            empty={
              <EmptyState title="Personne à prélever ce jour-là">
                Une famille vient ici quand elle a un mandat et une facture à échéance ce jour-là au plus tard.
              </EmptyState>
            }
          />
        </div>
        <Panel label="Avant de geler, et les prélèvements d’avant">
          <BeforeFreezing
            preview={preview}
            taken={taken.length}
            announced={taken.filter(({ isAnnounced }) => isAnnounced).length}
          />
          <Sources lines={taken} cents={cents} />
          <PortalMandates />
          <FormerCollections regie={regie} />
        </Panel>
      </Split>
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'ligne suivante'],
          ['Space', 'mettre de côté'],
          ['Enter', 'ouvrir la fiche'],
        ]}
        chosen="Rien ne part à la banque avant le gel."
      />
      <ConfirmDialog
        opened={isFreezing}
        title={`Geler le prélèvement du ${shortDay(on)}`}
        confirm="Geler"
        onConfirm={async (client) => {
          const { id } = await client.debits.freeze({
            regieId: regie.id,
            on,
            mandateIds: taken.map(({ mandateId }) => mandateId),
            seenCents: cents,
          })
          await navigate({ to: '/reglements/prelevements', search: { prelevement: id } })
        }}
        onClose={() => setIsFreezing(false)}
      >
        <p>
          {payersText(taken)}, {formatEuros(cents)}. Ensuite la liste ne change plus&nbsp;: une ligne peut seulement en
          être retirée, jusqu’au fichier. Les factures gelées ne se paient plus sur le portail.
        </p>
        <p>Un gel ne s’annule pas.</p>
      </ConfirmDialog>
      {mending ? <Mending skipped={mending} onClose={() => setMending(undefined)} /> : null}
    </DebitsPage>
  )
}

const BeforeFreezing = ({
  preview: { noticesBy, fileBy, byMail, byPost },
  taken,
  announced,
}: {
  preview: CollectionPreview
  taken: number
  /** How many of them need no notice, since homes know the parts of their year. */
  announced: number
}) => (
  <section className="section stack">
    <header>
      <h2>Avant de geler</h2>
    </header>
    <div className="debits-next">
      <b>{withFullStop(`Les avis partent le ${shortDay(noticesBy)} au plus tard`)}</b>
      <p>{withFullStop(`Le fichier part à la banque le ${shortDay(fileBy)} au plus tard`)}</p>
      <p className="soft">
        {counted(taken - Math.min(byMail + byPost, taken), 'famille')} sur le portail, {byMail} par mail, {byPost} par
        courrier. Qui paie avant le fichier est retiré.
      </p>
      {announced > 0 ? (
        <p className="soft">
          {counted(announced, 'mensualité déjà annoncée', 'mensualités déjà annoncées')} par l’échéancier annuel&nbsp;:
          sans avis.
        </p>
      ) : null}
    </div>
  </section>
)

const skippedGroup = 'Laissés de côté'

/** « Récurrents 35 », with the sum of those that are taken. */
const Group = ({ group, rows, setAside }: { group: string; rows: readonly Row[]; setAside: ReadonlySet<number> }) => {
  const own = rows.filter((row) => row.group === group && !setAside.has(row.mandateId))
  return (
    <span className="table-group">
      <b className={group === skippedGroup ? 'danger' : undefined}>{group}</b>
      <span>{own.length}</span>
      <span className="num">{formatEuros(own.reduce((sum, { cents }) => sum + cents, 0))}</span>
    </span>
  )
}

/** The dialog with which a skipped payer is collected again. */
const Mending = ({ skipped, onClose }: { skipped: SkippedDebit; onClose: () => void }) => {
  const { act, mandateId, familyId, thirdPartyId, payer, debtor, reference, text } = skipped
  return act === 'resume' ? (
    <ConfirmDialog
      opened
      title={`Rétablir le mandat ${reference}`}
      confirm="Rétablir"
      onConfirm={(client) => client.debits.resumeMandate({ id: mandateId })}
      onClose={onClose}
    >
      {withFullStop(`${payer}, ${text.toLocaleLowerCase('fr')}`)} Ce compte est prélevé de nouveau.
    </ConfirmDialog>
  ) : (
    <MandateDialog payer={{ familyId, thirdPartyId, name: payer, holder: debtor }} onClose={onClose} />
  )
}

/**
 * Skipped payers first (those for whom staff can do something before the others), then first debits, then the others.
 */
const rowsOf = ({ debits, skipped }: CollectionPreview): readonly Row[] => [
  ...skipped
    .toSorted((one, other) => Number(one.act === null) - Number(other.act === null))
    .map((one) => ({ ...one, group: skippedGroup, skipped: one })),
  ...debits
    .filter(({ sequence }) => sequence !== 'RCUR')
    .map((one) => ({ ...one, group: 'Premier prélèvement', skipped: null })),
  ...debits
    .filter(({ sequence }) => sequence === 'RCUR')
    .map((one) => ({ ...one, group: 'Récurrents', skipped: null })),
]

const skipRemedyNames: Readonly<Record<NonNullable<SkippedDebit['act']>, string>> = {
  resume: 'Rétablir…',
  askAccount: 'Demander un IBAN',
  newMandate: 'Nouveau mandat…',
}

/** What would bring the payer back, or since when it is asked for an account. */
const skippedCell = (skipped: SkippedDebit, mend: (skipped: SkippedDebit) => void): ReactNode => {
  const { act, accountAskedOn, payer } = skipped
  if (act === null) return null
  if (act !== 'resume' && accountAskedOn !== null)
    return <span className="soft small">IBAN demandé le {briefDay(accountAskedOn)}</span>
  return (
    <PlainAction
      label={skipRemedyNames[act]}
      aria={`${skipRemedyNames[act]}, ${payer}`}
      onAction={() => mend(skipped)}
    />
  )
}

/** An icon for each cause: somebody must act, somebody should look, or waiting is enough. */
const SkippedIcon = ({ cause }: Pick<SkippedDebit, 'cause'>) => {
  if (cause === 'stopped' || cause === 'accountLost')
    return <IconAlertCircle size={16} className="danger" aria-hidden />
  return cause === 'below' || cause === 'beingPaid' ? (
    <IconInfoCircle size={16} className="soft" aria-hidden />
  ) : (
    <IconAlertTriangle size={16} className="warn" aria-hidden />
  )
}

const columnsWith = ({
  setAside,
  toggle,
  mend,
}: {
  setAside: ReadonlySet<number>
  toggle: (mandateId: number) => void
  mend: (skipped: SkippedDebit) => void
}): readonly TableColumn<Row>[] => [
  {
    id: 'taken',
    title: <span className="unseen">Prélever</span>,
    width: 40,
    show: ({ mandateId, payer, skipped }) => (
      <Checkbox
        size="xs"
        tabIndex={-1}
        aria-label={`Prélever ${payer}`}
        checked={skipped === null && !setAside.has(mandateId)}
        disabled={skipped !== null}
        onChange={() => toggle(mandateId)}
      />
    ),
  },
  { id: 'payer', title: 'Payeur', width: 140, show: ({ payer }) => payer },
  {
    id: 'debtor',
    title: 'Débiteur et compte',
    span: ({ skipped }) => (skipped === null ? 1 : 2),
    show: ({ skipped, debtor, lastFour }) =>
      skipped ? (
        <span className="debits-skipped small" title={skipped.text}>
          <SkippedIcon cause={skipped.cause} /> {skipped.text}
        </span>
      ) : (
        <span className="small">
          {debtor} <span className="soft">… {lastFour}</span>
        </span>
      ),
  },
  {
    id: 'mandate',
    title: 'Mandat (RUM)',
    width: 128,
    show: ({ reference }) => <span className="soft small">{reference}</span>,
  },
  {
    id: 'what',
    title: 'Ce qui est prélevé',
    width: 175,
    show: ({ what, skipped }) => (skipped ? skippedCell(skipped, mend) : <span className="soft small">{what}</span>),
  },
  {
    id: 'amount',
    title: 'Montant',
    number: true,
    width: 110,
    show: ({ cents, skipped }) =>
      skipped === null ? <b>{formatEuros(cents)}</b> : <span className="soft">{formatEuros(cents)}</span>,
  },
]
