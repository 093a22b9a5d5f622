import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { CollectionPreview, PreviewedDebit } from '../../../shared/contract/desk/money/debits.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { payersText } from '../../../shared/rules/money/debit/collection.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Panel, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { DebitsPage, FormerCollections, useOpenPayer } from './debits-page.tsx'
import { PortalMandates } from './portal-mandates.tsx'

type Row = PreviewedDebit & { readonly group: string; readonly aside: string | null }

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
  const { on, refusal, debits, aside } = preview
  const taken = debits.filter(({ mandateId }) => !setAside.has(mandateId))
  const cents = taken.reduce((sum, one) => sum + one.cents, 0)
  const toggle = (mandateId: number) => {
    const next = new Set(setAside)
    if (!next.delete(mandateId)) next.add(mandateId)
    setSetAside(next)
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
            {aside.length > 0 ? (
              <span>
                <b className="danger">{aside.length}</b> {aside.length > 1 ? 'laissés' : 'laissé'} de côté
              </span>
            ) : null}
          </div>
          {refusal === null ? null : <Note tone="warn">{refusal}</Note>}
          <Table
            label="À prélever"
            items={rows}
            idOf={({ mandateId }) => mandateId}
            groupOf={({ group }) => group}
            columns={columnsWith(setAside, toggle)}
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
          <BeforeFreezing preview={preview} taken={taken.length} told={taken.filter(({ isTold }) => isTold).length} />
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
    </DebitsPage>
  )
}

const BeforeFreezing = ({
  preview: { noticesBy, fileBy, byPost },
  taken,
  told,
}: {
  preview: CollectionPreview
  taken: number
  /** How many of them were told with the parts of their year. */
  told: number
}) => (
  <section className="section stack">
    <header>
      <h2>Avant de geler</h2>
    </header>
    <div className="debits-next">
      <b>{withFullStop(`Les avis partent le ${shortDay(noticesBy)} au plus tard`)}</b>
      <p>{withFullStop(`Le fichier part à la banque le ${shortDay(fileBy)} au plus tard`)}</p>
      <p className="soft">
        {counted(taken - Math.min(byPost, taken), 'famille')} sur le portail, {byPost} par courrier. Qui paie avant le
        fichier est retiré.
      </p>
      {told > 0 ? (
        <p className="soft">
          {counted(told, 'mensualité déjà annoncée', 'mensualités déjà annoncées')} par l’échéancier annuel&nbsp;: sans
          avis.
        </p>
      ) : null}
    </div>
  </section>
)

/** Those left aside first, then first debits, then the others. */
const rowsOf = ({ debits, aside }: CollectionPreview): readonly Row[] => [
  ...aside.map((one) => ({ ...one, group: 'Laissés de côté', aside: one.text })),
  ...debits
    .filter(({ sequence }) => sequence !== 'RCUR')
    .map((one) => ({ ...one, group: 'Premier prélèvement', aside: null })),
  ...debits.filter(({ sequence }) => sequence === 'RCUR').map((one) => ({ ...one, group: 'Récurrents', aside: null })),
]

const columnsWith = (
  setAside: ReadonlySet<number>,
  toggle: (mandateId: number) => void,
): readonly TableColumn<Row>[] => [
  {
    id: 'taken',
    title: <span className="unseen">Prélever</span>,
    width: 40,
    show: ({ mandateId, payer, aside }) => (
      <Checkbox
        size="xs"
        tabIndex={-1}
        aria-label={`Prélever ${payer}`}
        checked={aside === null && !setAside.has(mandateId)}
        disabled={aside !== null}
        onChange={() => toggle(mandateId)}
      />
    ),
  },
  { id: 'payer', title: 'Payeur', width: 140, show: ({ payer }) => payer },
  {
    id: 'debtor',
    title: 'Débiteur et compte',
    span: ({ aside }) => (aside === null ? 1 : 3),
    show: ({ aside, debtor, lastFour }) =>
      aside ?? (
        <>
          {debtor} <span className="soft">… {lastFour}</span>
        </>
      ),
  },
  {
    id: 'mandate',
    title: 'Mandat (RUM)',
    width: 150,
    show: ({ reference }) => <span className="soft">{reference}</span>,
  },
  { id: 'what', title: 'Ce qui est prélevé', width: 190, show: ({ what }) => <span className="soft">{what}</span> },
  {
    id: 'amount',
    title: 'Montant',
    number: true,
    width: 110,
    show: ({ cents, aside }) =>
      aside === null ? <b>{formatEuros(cents)}</b> : <span className="soft">{formatEuros(cents)}</span>,
  },
]
