import { Button, Checkbox, NumberInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DueItem, DueKind } from '../../../shared/contract/desk/protection.ts'
import {
  eraseWord,
  monthsText,
  neverErased,
  type RetentionKind,
  retentionRefusal,
  retentionRules,
} from '../../../shared/rules/people/retention.ts'
import { counted, instantText, longDate, numericDay } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { Consultations } from './consultations.tsx'
import { EraseDialog, TypedConfirmation } from './erase-dialog.tsx'
import './protection.css'

type Opened =
  | { readonly what: 'length' | 'list'; readonly kind: RetentionKind }
  | { readonly what: 'all'; readonly kinds: readonly RetentionKind[] }

/** Data due for erasure, and who consulted which records. */
export const ProtectionTab = () => {
  const [view, setView] = useState<'due' | 'consultations'>('due')
  return (
    <div className="settings-page stack stack-wide">
      <SegmentedControl
        label="Vue"
        options={[
          ['due', 'Conservation'],
          ['consultations', 'Consultations'],
        ]}
        value={view}
        onChange={setView}
      />
      {view === 'due' ? <RetentionList /> : <Consultations />}
    </div>
  )
}

/** How long each kind of data is kept, what is due for erasure today, and what remains and why. */
const RetentionList = () => {
  const { data, error, refetch } = useQuery(orpc.protection.overview.queryOptions())
  const [left, setLeft] = useState<ReadonlySet<RetentionKind>>(new Set())
  const [opened, setOpened] = useState<Opened>()
  const mayErase = useMay()('organisation')
  const close = () => setOpened(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading>Recherche de ce qui est à effacer…</Loading>
  const { due, erased, backups, willBeRewritten } = data
  const ready = due.filter(({ count, held }) => count > held).map(({ kind }) => kind)
  const chosen = ready.filter((kind) => !left.has(kind))
  const toggle = (kind: RetentionKind) => {
    const next = new Set(left)
    if (!next.delete(kind)) next.add(kind)
    setLeft(next)
  }
  return (
    <>
      <Section
        title="Ce qui est à effacer"
        subtitle={ready.length === 0 ? 'rien aujourd’hui' : undefined}
        action={
          mayErase ? (
            <Button
              variant="filled"
              color="red"
              disabled={chosen.length === 0}
              onClick={() => setOpened({ what: 'all', kinds: chosen })}
            >
              Effacer ce qui est coché…
            </Button>
          ) : undefined
        }
      >
        <Table
          label="Durées de conservation"
          items={due}
          idOf={({ kind }) => kind}
          flush
          columns={dueColumns({
            mayErase,
            isChosen: (kind) => chosen.includes(kind),
            isReady: (kind) => ready.includes(kind),
            toggle,
            open: (what, kind) => setOpened({ what, kind }),
          })}
        />
        {willBeRewritten ? (
          <Note>
            Le fichier sera récrit à la prochaine ouverture du bureau&nbsp;: il n’y restera rien de ce qui est effacé.
          </Note>
        ) : null}
      </Section>
      <Section title="Ce qui reste, et pourquoi">
        <ul className="protection-kept">
          {neverErased.map(({ title, why }) => (
            <li key={title}>
              <b>{title}.</b> {why}
            </li>
          ))}
          <li>
            <b>Sauvegardes.</b>{' '}
            {backups.oldest === null
              ? 'Il n’y en a pas encore.'
              : `La plus ancienne gardée ici est du ${instantText(backups.oldest)}. Celles d’avant un effacement contiennent encore ce qu’il a effacé\u00a0; elles s’effacent à leur tour au fil des jours. Pensez aux copies rangées ailleurs.`}{' '}
            Quand une sauvegarde plus ancienne est reprise, les effacements se refont d’eux-mêmes.
          </li>
        </ul>
        <Note>
          Une famille demande ses données, ou leur effacement&nbsp;: ouvrez sa fiche, onglet «&nbsp;Données&nbsp;». Ces
          durées sont à relire avec votre délégué à la protection des données.
        </Note>
      </Section>
      <Section title="Effacements faits" subtitle={counted(erased.length, 'effacement')}>
        <Table
          label="Effacements faits"
          items={erased}
          idOf={({ id }) => id}
          flush
          columns={erasedColumns}
          empty={
            <EmptyState title="Aucun effacement">
              Ce qui a été effacé se lira ici, par numéro, sans aucun nom.
            </EmptyState>
          }
        />
      </Section>
      {opened?.what === 'length' ? (
        <LengthDialog
          kind={opened.kind}
          months={due.find(({ kind }) => kind === opened.kind)?.months ?? 0}
          onClose={close}
        />
      ) : null}
      {opened?.what === 'list' ? <DueDialog kind={opened.kind} onClose={close} /> : null}
      {opened?.what === 'all' ? (
        <Dialog opened title="Effacer ce qui est échu" onClose={close}>
          <div className="dialog-form">
            <TypedConfirmation
              label={`Tapez «\u00a0${eraseWord}\u00a0» pour confirmer`}
              erase={(confirmation) =>
                clientOutsideForms.protection.eraseDue({ kinds: [...opened.kinds], confirmation })
              }
              onClose={close}
            >
              <ul>
                {due
                  .filter(({ kind }) => opened.kinds.includes(kind))
                  .map((one) => (
                    <li key={one.kind}>
                      {retentionRules[one.kind].title}&nbsp;: <b className="num">{amount(one)}</b>
                    </li>
                  ))}
              </ul>
            </TypedConfirmation>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

const amount = ({ count, held, isMore }: DueKind): string => (isMore ? `${count} et plus` : `${count - held}`)

const dueColumns = ({
  mayErase,
  isChosen,
  isReady,
  toggle,
  open,
}: {
  mayErase: boolean
  isChosen: (kind: RetentionKind) => boolean
  isReady: (kind: RetentionKind) => boolean
  toggle: (kind: RetentionKind) => void
  open: (what: 'length' | 'list', kind: RetentionKind) => void
}): readonly TableColumn<DueKind>[] => [
  ...(mayErase
    ? [
        {
          id: 'chosen',
          title: <span className="unseen">Choisi</span>,
          width: 44,
          show: ({ kind }: DueKind) => (
            <Checkbox
              aria-label={`Effacer\u00a0: ${retentionRules[kind].title}`}
              checked={isChosen(kind)}
              disabled={!isReady(kind)}
              onChange={() => toggle(kind)}
            />
          ),
        },
      ]
    : []),
  { id: 'kind', title: 'Données', show: ({ kind }) => retentionRules[kind].title },
  {
    id: 'length',
    title: 'Gardées',
    width: 130,
    show: ({ kind, months }) =>
      mayErase ? (
        <Button
          variant="subtle"
          aria-label={`Durée\u00a0: ${retentionRules[kind].title}, ${monthsText(months)}`}
          onClick={() => open('length', kind)}
        >
          {monthsText(months)}
        </Button>
      ) : (
        monthsText(months)
      ),
  },
  { id: 'before', title: 'Échues au', width: 130, show: ({ before }) => numericDay(before) },
  { id: 'count', title: 'À effacer', number: true, width: 110, show: amount },
  {
    id: 'held',
    title: 'En attente',
    width: 110,
    show: ({ held }) => (held > 0 ? <Badge tone="warn">{held}</Badge> : ''),
  },
  {
    id: 'see',
    title: <span className="unseen">Actions</span>,
    width: 90,
    show: ({ kind, count }) =>
      count > 0 && kind !== 'request' && kind !== 'trail' ? (
        <Button
          variant="subtle"
          aria-label={`Voir\u00a0: ${retentionRules[kind].title}`}
          onClick={() => open('list', kind)}
        >
          Voir
        </Button>
      ) : null,
  },
]

const LengthDialog = ({ kind, months, onClose }: { kind: RetentionKind; months: number; onClose: () => void }) => {
  const { title, since, minMonths: least, maxMonths: most, source } = retentionRules[kind]
  const form = useForm<{ months: number | string }>({
    initialValues: { months },
    validate: {
      months: (value) =>
        typeof value === 'number' && Number.isInteger(value) ? retentionRefusal(kind, value) : 'Un nombre de mois.',
    },
  })
  return (
    <FormDialog
      opened
      title={`Durée\u00a0: ${title.toLocaleLowerCase('fr')}`}
      width="narrow"
      form={form}
      submit="Enregistrer la durée"
      onSubmit={(client, { months: chosen }) => client.protection.setRetention({ kind, months: Number(chosen) })}
      onClose={onClose}
    >
      <NumberInput
        label={`Mois, ${since}`}
        description={`Entre ${least} et ${most}. ${source}`}
        min={least}
        max={most}
        clampBehavior="none"
        {...form.getInputProps('months')}
      />
    </FormDialog>
  )
}

const DueDialog = ({ kind, onClose }: { kind: RetentionKind; onClose: () => void }) => {
  const { data, error, refetch } = useQuery(orpc.protection.due.queryOptions({ input: { kind } }))
  const [erasing, setErasing] = useState<number>()
  const { title, since } = retentionRules[kind]
  const may = useMay()
  const subject = kind === 'family' || kind === 'child' ? kind : null
  if (erasing !== undefined && subject) {
    return <EraseDialog subject={subject} id={erasing} onClose={() => setErasing(undefined)} />
  }
  return (
    <Dialog opened title={title} width="wide" onClose={onClose}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <Table
          label={title}
          items={data}
          idOf={({ id }) => id}
          columns={itemColumns(since, may('families.read'), subject && may('organisation') ? setErasing : null)}
          style={{ maxBlockSize: '60vh' }}
          empty={<EmptyState title="Rien à effacer">Tout est dans les délais.</EmptyState>}
        />
      ) : (
        <Loading />
      )}
    </Dialog>
  )
}

const itemColumns = (
  since: string,
  isLinked: boolean,
  erase: ((id: number) => void) | null,
): readonly TableColumn<DueItem>[] => [
  {
    id: 'name',
    title: 'Nom',
    show: ({ name, familyId }) =>
      familyId === null || !isLinked ? (
        name
      ) : (
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
          {name}
        </Link>
      ),
  },
  { id: 'since', title: since, width: 220, show: (item) => longDate(item.since) },
  {
    id: 'obstacles',
    title: 'En attente',
    show: ({ obstacles }) => <span className="protection-kind small">{obstacles.join(' ')}</span>,
  },
  ...(erase
    ? [
        {
          id: 'act',
          title: <span className="unseen">Actions</span>,
          width: 110,
          show: ({ id, name, obstacles }: DueItem) =>
            obstacles.length > 0 ? null : (
              <Button variant="subtle" aria-label={`Effacer ${name}`} onClick={() => erase(id)}>
                Effacer…
              </Button>
            ),
        },
      ]
    : []),
]

type Erased = Awaited<ReturnType<Client['protection']['overview']>>['erased'][number]

const erasedColumns: readonly TableColumn<Erased>[] = [
  { id: 'at', title: 'Quand', width: 240, show: ({ at }) => instantText(at) },
  {
    id: 'what',
    title: 'Quoi',
    show: ({ subject, subjectId }) =>
      subject === 'family'
        ? `Famille n° ${subjectId}`
        : subject === 'child'
          ? `Enfant n° ${subjectId}`
          : retentionRules[subject].title,
  },
  {
    id: 'state',
    title: 'État',
    width: 260,
    show: ({ isDone, isTold }) =>
      !isDone ? (
        <Badge tone="warn">en cours</Badge>
      ) : isTold === false ? (
        <Badge tone="warn">portail au prochain échange</Badge>
      ) : (
        <Badge tone="good">{isTold ? 'fait, portail compris' : 'fait'}</Badge>
      ),
  },
]
