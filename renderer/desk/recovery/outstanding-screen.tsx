import { Button, Checkbox, Menu, MultiSelect } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconMoodSmile from '@tabler/icons-react/icons/IconMoodSmile'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Outstanding } from '../../../shared/contract/desk/money/outstanding.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  type OutstandingFormat,
  outstandingColumnNames,
  outstandingColumns,
  outstandingFormats,
} from '../../../shared/rules/money/recovery/outstanding.ts'
import { briefDay, counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { ConfirmDialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import './recovery.css'
import { TreasuryOfRegie } from './treasury.tsx'

type Payer = Outstanding['payers'][number]

/** « État des restes »: the debts to hand to the Treasury, those that stay and why, and the lists handed over. */
export const OutstandingScreen = () => {
  const may = useMay()
  const { regies, regie, chooseRegie } = useChosenRegie()
  const regieId = regie.id
  const { data, error, refetch } = useQuery(orpc.recovery.outstanding.queryOptions({ input: { regieId } }))
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [chosenKey, setChosenKey] = useState<string>()
  const [opened, setOpened] = useState<'handOver' | 'rules'>()
  const payers = data?.payers ?? []
  const isTicked = ({ key, debts, isProposed }: Payer) => debts > 0 && (changed.get(key) ?? isProposed)
  const toggle = (payer: Payer) => {
    if (payer.debts > 0) setChanged(new Map([...changed, [payer.key, !isTicked(payer)]]))
  }
  const ticked = payers.filter(isTicked)
  const mayHandOver = may('debtDecisions')
  const close = () => setOpened(undefined)
  return (
    <Screen title="État des restes">
      <ScreenHead
        above={<Link to="/reglements/impayes">Impayés</Link>}
        title="État des restes"
        subtitle={data ? `au ${shortDay(data.on)}` : undefined}
        controls={<RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />}
      >
        {mayHandOver && data ? (
          <>
            <Button variant="default" onClick={() => setOpened('rules')}>
              Réglage…
            </Button>
            <ActionButton
              main
              combo="mod+Enter"
              label={ticked.length === 0 ? 'Faire l’état…' : `Transmettre ${counted(ticked.length, 'débiteur')}…`}
              disabled={ticked.length === 0}
              onAction={() => setOpened('handOver')}
            />
          </>
        ) : null}
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <div className="unpaid-main outstanding-main">
          <Table
            label="À transmettre"
            items={payers}
            idOf={({ key }) => key}
            chosen={chosenKey ?? payers[0]?.key}
            onChoose={({ key }) => setChosenKey(key)}
            onSpace={(payer) => mayHandOver && toggle(payer)}
            columns={mayHandOver ? [tickColumn(isTicked, toggle), ...columns] : columns}
            style={{ flex: 1 }}
            empty={
              <EmptyState icon={IconMoodSmile} title="Rien à transmettre">
                Une dette paraît ici quand une relance l’a demandée et qu’elle n’est pas entièrement payée.
              </EmptyState>
            }
          />
          <TreasuryOfRegie regieId={regieId} />
          {data.statements.length > 0 ? <Statements statements={data.statements} /> : null}
        </div>
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'famille suivante'],
          ['Space', 'cocher'],
        ]}
        chosen="Une dette transmise ne se paie plus à la régie."
      />
      {opened === 'handOver' ? (
        <HandOverDialog payers={ticked} regieId={regieId} onDone={() => setChanged(new Map())} onClose={close} />
      ) : null}
      {opened === 'rules' && data ? <RulesDialog regieId={regieId} outstanding={data} onClose={close} /> : null}
    </Screen>
  )
}

const tickColumn = (isTicked: (payer: Payer) => boolean, toggle: (payer: Payer) => void): TableColumn<Payer> => ({
  id: 'tick',
  title: <span className="unseen">À transmettre</span>,
  width: 36,
  show: (payer) => (
    <Checkbox
      aria-label={`Transmettre ${payer.name}`}
      tabIndex={-1}
      checked={isTicked(payer)}
      disabled={payer.debts === 0}
      onChange={() => toggle(payer)}
    />
  ),
})

const columns: readonly TableColumn<Payer>[] = [
  { id: 'name', title: 'Payeur', width: 220, show: ({ name }) => name },
  {
    id: 'kept',
    title: 'Reste à la régie',
    show: ({ kept }) => (
      <span className="small soft">{kept.map(({ number, why }) => `${number}\u00a0: ${why}`).join(' · ')}</span>
    ),
  },
  {
    id: 'debts',
    title: 'Dettes',
    number: true,
    width: 72,
    show: ({ debts }) => (debts === 0 ? '' : String(debts)),
  },
  {
    id: 'cents',
    title: 'À transmettre',
    number: true,
    width: 120,
    show: ({ cents }) => (cents === 0 ? '' : <b>{formatEuros(cents)}</b>),
  },
]

/** What handing over will do, shown before it is done. */
const HandOverDialog = ({
  payers,
  regieId,
  onDone,
  onClose,
}: {
  payers: readonly Payer[]
  regieId: number
  onDone: () => void
  onClose: () => void
}) => {
  const debts = payers.reduce((sum, payer) => sum + payer.debts, 0)
  const cents = payers.reduce((sum, payer) => sum + payer.cents, 0)
  return (
    <ConfirmDialog
      opened
      title={`Transmettre ${formatEuros(cents)} à la Trésorerie\u00a0?`}
      confirm="Faire l’état"
      onClose={onClose}
      onConfirm={async (client) => {
        const made = await client.recovery.handOverDebts({
          regieId,
          payers: payers.map(({ familyId, thirdPartyId, cents: seen }) => ({ familyId, thirdPartyId, cents: seen })),
        })
        onDone()
        notifications.show({
          color: 'green',
          message: `État ${made.number}\u00a0: ${counted(made.debtors, 'débiteur')}, ${formatEuros(made.cents)}.`,
        })
        await openFile(made.id, 'pdf')
      }}
    >
      <p>
        {counted(payers.length, 'débiteur')}, {counted(debts, 'dette')}. L’état prend un numéro et ne s’annule pas.
      </p>
      <p>
        La régie n’encaisse plus rien pour ces dettes&nbsp;: plus de relance, de prélèvement ni de paiement en ligne.
        Les mois facturés sont arrêtés. Les familles lisent «&nbsp;À payer à la Trésorerie&nbsp;».
      </p>
    </ConfirmDialog>
  )
}

const formatNames: Readonly<Record<OutstandingFormat, string>> = {
  pdf: 'Lire (PDF)',
  xlsx: 'Classeur (XLSX)',
  csv: 'Fichier CSV',
}

const openFile = async (id: number, format: OutstandingFormat): Promise<void> => {
  try {
    const file = await clientOutsideForms.recovery.statementFile({ id, format })
    await (format === 'pdf' ? readPaper(file) : savePaper(file))
  } catch (failure) {
    notifyRefusal(failure)
  }
}

/** The lists handed over, with their files. */
const Statements = ({ statements }: { statements: Outstanding['statements'] }) => (
  <section className="unpaid-runs" aria-label="États transmis">
    <h2>États transmis</h2>
    <ul>
      {statements.map(({ id, number, madeOn, debtors, amountCents, by }) => (
        <li key={id}>
          <time dateTime={madeOn}>{briefDay(madeOn)}</time>
          <span>
            {number} · {counted(debtors, 'débiteur')} pour {formatEuros(amountCents)} · par {by}
          </span>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconDownload size={14} aria-hidden="true" />}
                aria-label={`Fichiers de l’état ${number}`}
              >
                Fichiers
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {outstandingFormats.map((format) => (
                <Menu.Item key={format} onClick={() => void openFile(id, format)}>
                  {formatNames[format]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </li>
      ))}
    </ul>
  </section>
)

const RulesDialog = ({
  regieId,
  outstanding: { transmitFromCents, columns: before },
  onClose,
}: {
  regieId: number
  outstanding: Outstanding
  onClose: () => void
}) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: { from: transmitFromCents / 100, columns: before },
    validate: { columns: (columns) => (columns.length === 0 ? 'Gardez au moins une colonne.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Réglage de l’état des restes"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, { from, columns }) =>
        client.recovery.saveOutstandingRules({ regieId, transmitFromCents: Math.round(from * 100), columns })
      }
    >
      <EuroField
        label="Transmettre à partir de"
        description="Un payeur qui doit moins reste à la régie (code général des collectivités territoriales, D1611-1&nbsp;: 15,00&nbsp;€)."
        data-autofocus
        data-core="transmitFromCents"
        fixedDecimalScale
        {...form.getInputProps('from')}
      />
      <MultiSelect
        label="Colonnes des fichiers CSV et XLSX"
        description="Dans l’ordre où vous les choisissez."
        data={outstandingColumns.map((column) => ({ value: column, label: outstandingColumnNames[column] }))}
        {...form.getInputProps('columns')}
      />
    </FormDialog>
  )
}
