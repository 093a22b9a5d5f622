import { Button, Checkbox, Menu } from '@mantine/core'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconMoodSmile from '@tabler/icons-react/icons/IconMoodSmile'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type CSSProperties, useState } from 'react'
import type { Unpaid, UnpaidPayer } from '../../../shared/contract/desk/money/recovery.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  levelChannelNames,
  levelDelayText,
  reminderChannelNames,
} from '../../../shared/rules/money/recovery/reminder-level.ts'
import { ageBands } from '../../../shared/rules/money/recovery/unpaid.ts'
import { briefDay, counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import './recovery.css'
import { printLetters, RunDialog } from './run-dialog.tsx'
import { UnpaidPanel } from './unpaid-panel.tsx'

/** « Impayés »: payers with overdue debts, and the next step for each. */
export const UnpaidScreen = () => {
  const may = useMay()
  const navigate = useNavigate()
  const { regies, regie, chooseRegie } = useChosenRegie()
  const regieId = regie.id
  const { data, error, refetch } = useQuery(orpc.recovery.unpaid.queryOptions({ input: { regieId } }))
  const [chosenKey, setChosenKey] = useState<string>()
  const ticks = useTicks()
  const [isRunning, setIsRunning] = useState(false)
  const payers = data?.payers ?? []
  const chosen = payers.find(({ key }) => key === chosenKey) ?? payers[0]
  // Keeps the shown payer on screen when an action of staff moves it to another place in the list.
  if (chosen && chosen.key !== chosenKey) setChosenKey(chosen.key)
  const ticked = payers.filter((payer) => ticks.has(payer))
  const mayRemind = may('reminders')
  return (
    <Screen title="Impayés">
      <ScreenHead
        above={<Link to="/reglements">Règlements</Link>}
        title="Impayés"
        subtitle={data ? `au ${shortDay(data.on)}` : undefined}
        controls={<RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />}
      >
        {may('invoices.read', 'everywhere') ? (
          <Link className="small" to="/reglements/etat-des-restes">
            État des restes
          </Link>
        ) : null}
        {may('sendings') && payers.length > 0 ? (
          <Link className="small" to="/messages/ecrire" search={{ qui: { kind: 'owing', regieId } }}>
            Écrire à ces foyers
          </Link>
        ) : null}
        <ListMenu regieId={regieId} disabled={payers.length === 0} />
        {mayRemind ? (
          <ActionButton
            main
            combo="mod+Enter"
            label={ticked.length === 0 ? 'Lancer les relances…' : `Lancer ${counted(ticked.length, 'relance')}…`}
            disabled={ticked.length === 0}
            onAction={() => setIsRunning(true)}
          />
        ) : null}
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && payers.length > 0 ? <Ages unpaid={data} /> : null}
      {data ? (
        <Split side={344}>
          <div className="unpaid-main">
            <Table
              label="Impayés"
              items={payers}
              idOf={({ key }) => key}
              groupOf={groupOf}
              renderGroup={(group) => <Group group={group} unpaid={data} />}
              chosen={chosen?.key}
              onChoose={({ key }) => setChosenKey(key)}
              onOpen={({ familyId, thirdPartyId }) =>
                void (familyId === null
                  ? navigate({ to: '/facturation/tiers/$tiers', params: { tiers: String(thirdPartyId) } })
                  : navigate({
                      to: '/familles/$familyId',
                      params: { familyId: String(familyId) },
                      search: { onglet: 'argent' },
                    }))
              }
              onSpace={(payer) => mayRemind && ticks.toggle(payer)}
              columns={mayRemind ? [tickColumn(ticks), ...columns] : columns}
              style={{ flex: 1 }}
              empty={
                <EmptyState icon={IconMoodSmile} title="Personne ne doit rien d’échu">
                  Une facture paraît ici le lendemain de son échéance, tant qu’elle n’est pas entièrement payée.
                </EmptyState>
              }
            />
            {data.runs.length > 0 ? <Runs runs={data.runs} /> : null}
          </div>
          {chosen ? <UnpaidPanel key={chosen.key} payer={chosen} regieId={regieId} levels={data.levels} /> : null}
        </Split>
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'famille suivante'],
          ['Space', 'cocher'],
          ['x', 'mettre de côté'],
          ['e', 'encaisser'],
          ['l', 'lire la lettre'],
        ]}
        chosen="La cantine ne se ferme jamais pour une dette."
      />
      {isRunning ? (
        <RunDialog
          payers={ticked}
          levels={data?.levels ?? []}
          regieId={regieId}
          onClose={() => setIsRunning(false)}
          onDone={() => ticks.forget()}
        />
      ) : null}
    </Screen>
  )
}

const mayBeReminded = ({ step, skipped }: UnpaidPayer): boolean =>
  step.kind === 'remind' && (skipped === null || skipped.mayRemind)

/** The payers that a run would remind: at first those whose next step is due, then as staff tick them. */
const useTicks = () => {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map())
  const has = (payer: UnpaidPayer): boolean =>
    mayBeReminded(payer) && (changed.get(payer.key) ?? payer.skipped === null)
  return {
    has,
    toggle: (payer: UnpaidPayer) => {
      if (mayBeReminded(payer)) setChanged(new Map([...changed, [payer.key, !has(payer)]]))
    },
    forget: () => setChanged(new Map()),
  }
}

const tickColumn = (ticks: ReturnType<typeof useTicks>): TableColumn<UnpaidPayer> => ({
  id: 'tick',
  title: <span className="unseen">À relancer</span>,
  width: 36,
  show: (payer) => (
    <Checkbox
      aria-label={`Relancer ${payer.name}`}
      tabIndex={-1}
      checked={ticks.has(payer)}
      disabled={!mayBeReminded(payer)}
      onChange={() => ticks.toggle(payer)}
    />
  ),
})

const groupOf = ({ step, skipped }: UnpaidPayer): string => {
  if (skipped) return 'skipped'
  return step.kind === 'remind' ? String(step.level) : step.kind
}

const Group = ({ group, unpaid: { payers, levels } }: { group: string; unpaid: Unpaid }) => {
  const own = payers.filter((payer) => groupOf(payer) === group)
  const level = levels[Number(group) - 1]
  const [title, about] = level
    ? [
        `Niveau\u00a0${group}, ${level.name.toLocaleLowerCase('fr')}`,
        `${levelChannelNames[level.channel]}, ${levelDelayText(level, Number(group))}`,
      ]
    : (groupTitles[group]?.(own.length) ?? ['', ''])
  return (
    <span className="table-group">
      <b>{title}</b>
      <span>{about}</span>
      <span className="num">{formatEuros(own.reduce((sum, { dueCents }) => sum + dueCents, 0))}</span>
    </span>
  )
}

const groupTitles: Readonly<Record<string, (count: number) => readonly [string, string]>> = {
  statement: (count) => [
    'État des restes, à la Trésorerie',
    `${counted(count, 'payeur')}, tous les niveaux sont passés`,
  ],
  wait: (count) => ['Pas encore', `${counted(count, 'payeur')}, chacun avec son jour`],
  skipped: (count) => ['Laissés de côté', `${counted(count, 'payeur')}, chacun avec sa raison`],
}

const columns: readonly TableColumn<UnpaidPayer>[] = [
  {
    id: 'name',
    title: 'Famille',
    show: ({ name, debts, plan }) => (
      <>
        {name} <span className="soft small">{counted(debts, 'facture')}</span>
        {plan && !plan.isKept ? <span className="danger small"> échéancier rompu</span> : null}
      </>
    ),
  },
  { id: 'late', title: 'Retard', number: true, width: 62, show: ({ daysLate }) => `${daysLate}\u00a0j` },
  {
    id: 'last',
    title: 'Dernière relance',
    width: 150,
    span: ({ skipped }) => (skipped ? 2 : 1),
    show: ({ skipped, last, familyId }) =>
      skipped ? (
        <span className="row small" title={skipped.sentence}>
          <span className="unpaid-reason">{skipped.sentence}</span>
          {familyId !== null && remedies[skipped.cause] ? (
            <Link
              to="/familles/$familyId"
              params={{ familyId: String(familyId) }}
              search={{ saisir: skipped.cause === 'quotient' ? 'qf' : 'adresse' }}
            >
              {remedies[skipped.cause]}
            </Link>
          ) : null}
        </span>
      ) : (
        <span className="small soft">{last ? `niveau\u00a0${last.level}, ${briefDay(last.on)}` : 'aucune'}</span>
      ),
  },
  {
    id: 'next',
    title: 'Suite',
    width: 150,
    show: ({ step, channel }) =>
      step.kind === 'statement' ? (
        <Link className="small" to="/reglements/etat-des-restes">
          Préparer l’état…
        </Link>
      ) : (
        <span className="small soft">
          {step.kind === 'remind' ? reminderChannelNames[channel] : `le ${briefDay(step.from)}`}
        </span>
      ),
  },
  {
    id: 'due',
    title: 'Dû échu',
    number: true,
    width: 100,
    show: ({ dueCents }) => <b>{formatEuros(dueCents)}</b>,
  },
]

const remedies: Readonly<Partial<Record<NonNullable<UnpaidPayer['skipped']>['cause'], string>>> = {
  quotient: 'Saisir le QF',
  address: 'Corriger',
}

/** The amounts by age, each with its share of the total. */
const Ages = ({ unpaid: { bands, payers } }: { unpaid: Unpaid }) => {
  const total = bands.reduce((sum, { cents }) => sum + cents, 0)
  const debts = bands.reduce((sum, band) => sum + band.debts, 0)
  return (
    <dl className="unpaid-ages">
      {ageBands.map(({ name }, index) => {
        const { debts: count, cents } = bands[index] ?? { debts: 0, cents: 0 }
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{formatEuros(cents)}</dd>
            <dd>{counted(count, 'facture')}</dd>
            <dd
              className="unpaid-age"
              aria-hidden="true"
              style={{ '--share': `${total === 0 ? 0 : Math.round((100 * cents) / total)}%` } as CSSProperties}
            />
          </div>
        )
      })}
      <div>
        <dt>En tout</dt>
        <dd className="danger">{formatEuros(total)}</dd>
        <dd>
          {counted(payers.length, 'payeur')}, {counted(debts, 'facture')}
        </dd>
      </div>
    </dl>
  )
}

/** The past runs, with what was paid since. */
const Runs = ({ runs }: { runs: Unpaid['runs'] }) => (
  <section className="unpaid-runs" aria-label="Passages">
    <h2>Passages</h2>
    <ul>
      {runs.slice(0, 3).map(({ actId, on, reminders, letters, cents, paidCents }) => (
        <li key={actId}>
          <time dateTime={on}>{briefDay(on)}</time>
          <span>
            {counted(reminders, 'relance')} pour {formatEuros(cents)}
            {paidCents > 0 ? ` · ${formatEuros(paidCents)} payés depuis` : ''}
          </span>
          {letters > 0 ? (
            <PlainAction
              label={`Imprimer ${counted(letters, 'lettre')}`}
              onAction={() => void printLetters({ actId, letters }).catch(notifyRefusal)}
            />
          ) : null}
        </li>
      ))}
    </ul>
  </section>
)

const ListMenu = ({ regieId, disabled }: { regieId: number; disabled: boolean }) => {
  const exported = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx' | 'csv') => {
      const file = await clientOutsideForms.recovery.file({ regieId, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden="true" />}
          loading={exported.isPending}
          disabled={disabled}
        >
          Liste
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => exported.mutate('pdf')}>Imprimer</Menu.Item>
        <Menu.Item onClick={() => exported.mutate('xlsx')}>Classeur (XLSX)</Menu.Item>
        <Menu.Item onClick={() => exported.mutate('csv')}>Fichier CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
