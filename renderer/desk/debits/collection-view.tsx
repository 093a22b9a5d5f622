import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Collection, CollectionLine } from '../../../shared/contract/desk/money/debits.ts'
import { payersText } from '../../../shared/rules/money/debit/collection.ts'
import { debitFormatNames } from '../../../shared/rules/money/debit/debit-file.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Properties } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { Panel, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import { DebitsPage, Sources, StateBadge, useOpenPayer } from './debits-page.tsx'
import { ReturnDialog, ReturnsFileDialog } from './returns-dialog.tsx'

const stepOf = { frozen: 1, written: 2, collected: 3 } as const

/** A frozen collection: its lines, its notices, its file, its payments and what came back. */
export const CollectionView = ({ id, controls }: { id: number; controls: ReactNode }) => {
  const { data, error, refetch } = useQuery(orpc.debits.collection.queryOptions({ input: { id } }))
  if (!data)
    return (
      <DebitsPage step={1} controls={controls}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </DebitsPage>
    )
  return <View collection={data} controls={controls} />
}

type Opened =
  | 'file'
  | 'collect'
  | 'abandon'
  | 'returns'
  | { readonly remove: CollectionLine }
  | { readonly back: CollectionLine }

const View = ({ collection, controls }: { collection: Collection; controls: ReactNode }) => {
  const { id, on, state, lines, cents, debits } = collection
  const { today } = useNow()
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  const openPayer = useOpenPayer()
  return (
    <DebitsPage
      step={stepOf[state]}
      controls={
        <>
          {controls}
          <b>{shortDay(on)}</b> <StateBadge state={state} />
        </>
      }
      actions={
        <>
          {state === 'frozen' && lines > 0 ? (
            <>
              <Button onClick={() => setOpened('abandon')}>Abandonner…</Button>
              <ActionButton main combo="mod+Enter" label="Faire le fichier…" onAction={() => setOpened('file')} />
            </>
          ) : null}
          {state === 'frozen' ? null : <Button onClick={() => setOpened('returns')}>Lire des rejets…</Button>}
          {state === 'written' ? (
            <ActionButton
              main
              combo="mod+Enter"
              label="Enregistrer les règlements…"
              disabled={today < on}
              onAction={() => setOpened('collect')}
            />
          ) : null}
        </>
      }
    >
      <Split side={344}>
        <div className="debits-main">
          <div className="debits-sum">
            <span>
              <b>{lines}</b> {lines > 1 ? 'prélèvements' : 'prélèvement'}
            </span>
            <b>{formatEuros(cents)}</b>
          </div>
          <Table
            label="Lignes du prélèvement"
            items={debits}
            idOf={(line) => line.id}
            columns={columnsOf(collection, setOpened)}
            onOpen={openPayer}
            style={{ flex: 1 }}
          />
        </div>
        <Panel label="Avis, fichier et rejets">
          <Facts collection={collection} />
          <Sources lines={debits.filter(({ removed }) => removed === null)} cents={cents} />
          <Returned collection={collection} />
        </Panel>
      </Split>
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'ligne suivante'],
          ['Enter', 'ouvrir la fiche'],
        ]}
        chosen={state === 'frozen' ? 'Une ligne peut seulement être retirée.' : 'Le fichier ne change plus.'}
      />
      <ConfirmDialog
        opened={opened === 'file'}
        title="Faire le fichier de prélèvement"
        confirm="Faire le fichier"
        onConfirm={(client) => client.debits.writeFile({ id })}
        onClose={close}
      >
        Ce qui a été payé depuis le gel, et les mandats arrêtés, sont retirés. Le fichier est vérifié, puis fait une
        seule fois&nbsp;: il ne s’annule pas.
      </ConfirmDialog>
      <ConfirmDialog
        opened={opened === 'collect'}
        title={`Enregistrer les règlements du ${shortDay(on)}`}
        confirm="Enregistrer"
        onConfirm={(client) => client.debits.collect({ id })}
        onClose={close}
      >
        Qui est prélevé a un règlement et une quittance, au jour du prélèvement. Un rejet l’annule ensuite.
      </ConfirmDialog>
      {opened === 'abandon' ? (
        <ReasonDialog
          title="Abandonner ce prélèvement"
          label="Motif"
          missing="Indiquez le motif."
          submit="Abandonner"
          onSubmit={(client, reason) => client.debits.abandon({ id, reason })}
          onClose={close}
        >
          <p>Toutes les lignes sont retirées, et ces factures se paient de nouveau. Prévenez qui avait reçu un avis.</p>
        </ReasonDialog>
      ) : null}
      {typeof opened === 'object' && 'remove' in opened ? (
        <ReasonDialog
          title={`Retirer ${opened.remove.payer}`}
          label="Motif"
          missing="Indiquez le motif."
          submit="Retirer"
          onSubmit={(client, reason) => client.debits.remove({ debitId: opened.remove.id, reason })}
          onClose={close}
        >
          <p>{formatEuros(opened.remove.cents)} ne seront pas prélevés ce jour-là. Une ligne retirée ne revient pas.</p>
        </ReasonDialog>
      ) : null}
      {typeof opened === 'object' && 'back' in opened ? (
        <ReturnDialog line={opened.back} on={on} isCollected={state === 'collected'} onClose={close} />
      ) : null}
      {opened === 'returns' ? <ReturnsFileDialog regieId={collection.regieId} onClose={close} /> : null}
    </DebitsPage>
  )
}

const Facts = ({ collection }: { collection: Collection }) => {
  const { id, state, frozenAt, frozenBy, fileBy, fileName, format, sha256, lines, mailed } = collection
  const notices = useMutation({
    mutationFn: async (only: 'all' | 'byPost') => readPaper(await clientOutsideForms.debits.notices({ id, only })),
    onError: notifyRefusal,
  })
  const file = useMutation({
    mutationFn: async () => savePaper(await clientOutsideForms.debits.file({ id })),
    onError: notifyRefusal,
  })
  return (
    <Section title={state === 'frozen' ? 'Avis' : 'Fichier'}>
      <Properties
        entries={[
          ['Gelé', `${instantText(frozenAt)}, ${frozenBy}`],
          ...(mailed > 0 ? [['Par mail', counted(mailed, 'avis', 'avis')] as const] : []),
          ...(fileName === null || format === null
            ? [['Fichier, au plus tard', shortDay(fileBy)] as const]
            : ([
                ['Fichier', `${fileName}, ${counted(lines, 'ligne')}`],
                ['Format', `${debitFormatNames[format]}, conforme`],
                [
                  'Empreinte',
                  <span key="hash" className="debits-hash">{`${sha256?.slice(0, 8)} … ${sha256?.slice(-4)}`}</span>,
                ],
              ] as const)),
        ]}
      />
      <div className="row" style={{ flexWrap: 'wrap' }}>
        {fileName === null ? null : (
          <Button loading={file.isPending} onClick={() => file.mutate()}>
            Télécharger le fichier
          </Button>
        )}
        {lines > 0 ? (
          <>
            <Button loading={notices.isPending} onClick={() => notices.mutate('byPost')}>
              Avis à poster
            </Button>
            <PlainAction label="Tous les avis" disabled={notices.isPending} onAction={() => notices.mutate('all')} />
          </>
        ) : null}
      </div>
    </Section>
  )
}

const Returned = ({ collection: { cents, returned, returnedCents, debits, state } }: { collection: Collection }) =>
  state === 'frozen' ? null : (
    <>
      <dl className="debits-calc">
        <dt>Prélevé</dt>
        <dd>{formatEuros(cents)}</dd>
        <dt>Rejeté, {payersText(debits.filter((line) => line.returned !== null))}</dt>
        <dd>{formatEuros(-returnedCents)}</dd>
        <dt className="sum">{state === 'collected' ? 'Encaissé' : 'À encaisser'}</dt>
        <dd className="sum">{formatEuros(cents - returnedCents)}</dd>
      </dl>
      {returned > 0 ? (
        <Section title="Rejets">
          <ol className="story">
            {debits.flatMap((line) =>
              line.returned === null
                ? []
                : [
                    <li key={line.id}>
                      <div className="row">
                        <b className="grow">{line.payer}</b> <b>{formatEuros(line.cents)}</b>
                      </div>
                      {line.returned.text} ({line.returned.code}).
                      {line.receipt === null ? '' : ` Quittance ${line.receipt} annulée.`}
                      <span>{shortDay(line.returned.on)}</span>
                    </li>,
                  ],
            )}
          </ol>
        </Section>
      ) : null}
    </>
  )

const columnsOf = ({ state }: Collection, open: (opened: Opened) => void): readonly TableColumn<CollectionLine>[] => [
  {
    id: 'payer',
    title: 'Payeur',
    width: 115,
    show: ({ payer }) => payer,
  },
  {
    id: 'debtor',
    title: 'Débiteur et compte',
    show: ({ debtor, lastFour }) => (
      <>
        {debtor} <span className="soft small">… {lastFour}</span>
      </>
    ),
  },
  {
    id: 'mandate',
    title: 'Mandat (RUM)',
    width: 125,
    show: ({ reference }) => <span className="soft small">{reference}</span>,
  },
  {
    id: 'what',
    title: 'Ce qui est prélevé',
    width: 110,
    show: ({ what }) => <span className="soft small">{what}</span>,
  },
  {
    id: 'state',
    title: 'État',
    width: 155,
    show: (line) =>
      line.removed ? (
        <Badge>retiré&nbsp;: {line.removed.reason}</Badge>
      ) : line.returned ? (
        <Badge tone="danger">rejeté, {line.returned.code}</Badge>
      ) : state === 'frozen' ? (
        <PlainAction label="Retirer…" aria={`Retirer ${line.payer}`} onAction={() => open({ remove: line })} />
      ) : (
        <span className="row">
          {line.receipt ? <Badge tone="good">{line.receipt}</Badge> : <span className="soft">envoyé</span>}
          <PlainAction label="Rejet…" aria={`Noter un rejet, ${line.payer}`} onAction={() => open({ back: line })} />
        </span>
      ),
  },
  { id: 'amount', title: 'Montant', number: true, width: 100, show: ({ cents }) => <b>{formatEuros(cents)}</b> },
]
