import { Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Definition, Tariff } from '../../../shared/contract/desk/prices.ts'
import { refuseBrackets } from '../../../shared/rules/bracket.ts'
import { addMonths, type Day, firstOfMonth, isDay } from '../../../shared/rules/day.ts'
import { exampleTariffs } from '../../../shared/rules/example-tariffs.ts'
import { parseFamilyQuotient } from '../../../shared/rules/family-quotient.ts'
import { longDate } from '../../../shared/rules/french.ts'
import { client, orpc } from '../../connection/client.ts'
import { ActButton } from '../parts/acts.tsx'
import { FormDialog } from '../parts/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Badge, Empty, Failure, Loading, Note } from '../parts/telling.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { LineDialog } from './line-dialog.tsx'
import './prices.css'
import { emptyDefinition, withStarts } from './tariff-edit.ts'
import { TariffGrid } from './tariff-grid.tsx'
import { TryPrice } from './try-price.tsx'

/** What activities cost: dated grids, typed as the town prints them, and a price to try. */
export const TariffsTab = () => {
  const { data: tariffs, error, refetch } = useQuery(orpc.prices.tariffs.queryOptions())
  const mayWrite = useMay()('tariffs.write')
  const [tariffId, setTariffId] = useState<number>()
  const [isAdding, setIsAdding] = useState(false)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!tariffs) return <Loading />
  const tariff = tariffs.find(({ id }) => id === tariffId) ?? tariffs[0]
  const add = mayWrite ? (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setIsAdding(true)}>
      Nouveau tarif
    </Button>
  ) : null
  return (
    <>
      {tariff ? (
        <TariffView
          key={tariff.id}
          tariff={tariff}
          mayWrite={mayWrite}
          choice={
            <Select
              label="Tarif"
              w={220}
              allowDeselect={false}
              data={tariffs.map(({ id, name }) => ({ value: String(id), label: name }))}
              value={String(tariff.id)}
              onChange={(value) => setTariffId(Number(value))}
            />
          }
          add={add}
        />
      ) : (
        <Empty title="Aucun tarif" action={add}>
          Un tarif dit ce que coûte une activité. Sans tarif, une activité ne peut pas être facturée.
        </Empty>
      )}
      {isAdding ? <NewTariff tariffs={tariffs} onMade={setTariffId} onClose={() => setIsAdding(false)} /> : null}
    </>
  )
}

const TariffView = ({
  tariff,
  mayWrite,
  choice,
  add,
}: {
  tariff: Tariff
  mayWrite: boolean
  choice: React.ReactNode
  add: React.ReactNode
}) => {
  const { today } = useNow()
  const inForce = tariff.versions.findLast(({ from }) => from <= today) ?? tariff.versions[0]
  const [wanted, setWanted] = useState<number | 'new'>()
  const version = wanted === 'new' ? undefined : (tariff.versions.find(({ id }) => id === wanted) ?? inForce)
  const begins: Day = version?.from ?? firstOfMonth(addMonths(today, 1))
  return (
    <VersionEditor
      key={`${version?.id ?? 'new'}`}
      tariff={tariff}
      versionId={version?.id}
      from={begins}
      initial={version?.definition ?? inForce?.definition ?? emptyDefinition}
      mayWrite={mayWrite}
      onSaved={setWanted}
      head={
        <>
          {choice}
          <Select
            label="Version"
            w={230}
            allowDeselect={false}
            data={[
              ...tariff.versions.map(({ id, from }) => ({ value: String(id), label: `Depuis le ${longDate(from)}` })),
              ...(version ? [] : [{ value: 'new', label: 'Nouvelle version' }]),
            ]}
            value={String(version?.id ?? 'new')}
            onChange={(value) => setWanted(value === 'new' ? 'new' : Number(value))}
          />
          {version && version.id === inForce?.id && version.from <= today ? (
            <Badge tone="good">en vigueur</Badge>
          ) : null}
          {version?.definition.example ? <Badge>tarif d’exemple</Badge> : null}
          <span className="grow" />
          {add}
          {mayWrite && version ? (
            <Button leftSection={<IconPlus size={14} />} onClick={() => setWanted('new')}>
              Nouvelle version
            </Button>
          ) : null}
        </>
      }
    />
  )
}

const VersionEditor = ({
  tariff,
  versionId,
  from: initialFrom,
  initial,
  mayWrite,
  head,
  onSaved,
}: {
  tariff: Tariff
  versionId: number | undefined
  from: Day
  initial: Definition
  mayWrite: boolean
  head: React.ReactNode
  onSaved: (id: number) => void
}) => {
  const { today } = useNow()
  const [definition, setDefinition] = useState(initial)
  const [from, setFrom] = useState(initialFrom)
  const [quotientText, setQuotientText] = useState('727')
  const [line, setLine] = useState<number | 'new'>()
  const [refusal, setRefusal] = useState('')
  const read = parseFamilyQuotient(quotientText)
  const save = useMutation(
    orpc.prices.saveVersion.mutationOptions({
      meta: { isToldInPlace: true },
      onSuccess: (saved) => {
        notifications.show({
          color: 'green',
          message: 'Le tarif est enregistré.',
          closeButtonProps: { 'aria-label': 'Fermer' },
        })
        const mine = saved.versions.find((one) => one.from === from)
        if (mine) onSaved(mine.id)
      },
    }),
  )
  const isChanged =
    versionId === undefined || from !== initialFrom || JSON.stringify(definition) !== JSON.stringify(initial)
  const change = (starts: readonly number[]) => {
    const next = withStarts(definition, starts)
    if ('refusal' in next) return setRefusal(next.refusal)
    setRefusal('')
    setDefinition(next)
  }
  const at = line === 'new' || line === undefined ? null : line
  return (
    <>
      <div className="tariff-head">
        {head}
        {mayWrite ? (
          <ActButton
            combo="mod+s"
            label="Enregistrer"
            main
            disabled={!isChanged}
            loading={save.isPending}
            onAct={() =>
              save.mutate({ tariffId: tariff.id, ...(versionId !== undefined && { id: versionId }), from, definition })
            }
          />
        ) : null}
      </div>
      {save.error ? <Failure error={save.error} /> : null}
      <div className="tariff-split">
        <div className="tariff-main">
          <Section
            title="Grille"
            soft="en euros, comme la ville l’affiche"
            aside={
              mayWrite ? (
                <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => setLine('new')}>
                  Ajouter une ligne
                </Button>
              ) : null
            }
          >
            {definition.lines.length === 0 ? (
              <Empty title="Aucun prix">Ajoutez une ligne : accueil, repas, séance. Ses montants se tapent ici.</Empty>
            ) : (
              <TariffGrid
                definition={definition}
                quotient={'value' in read ? read.value : null}
                isLocked={!mayWrite}
                onChange={setDefinition}
                onLine={setLine}
              />
            )}
          </Section>
          <div className="tariff-two">
            <Section title="Règles">
              <DatePickerInput
                label="S’applique depuis le"
                valueFormat="D MMMM YYYY"
                disabled={!mayWrite}
                value={from}
                onChange={(value) => {
                  if (value !== null && isDay(value)) setFrom(value)
                }}
              />
              <Starts
                key={definition.brackets.map(({ min }) => min).join()}
                starts={definition.brackets.map(({ min }) => min)}
                isLocked={!mayWrite}
                onChange={change}
              />
              <TextInput
                label="Délibération"
                placeholder="Délibération du 18 juin 2026"
                disabled={!mayWrite}
                value={definition.decision ?? ''}
                onChange={(event) => setDefinition({ ...definition, decision: event.currentTarget.value || null })}
              />
              <p className="soft small">
                Sans quotient connu : tarif le plus haut. Arrondi au centime, moitié vers le haut. Les factures émises
                gardent leurs prix.
              </p>
            </Section>
            <Section title="Absences">
              <Checkbox
                label="Absence justifiée à temps : non facturée"
                disabled={!mayWrite}
                checked={definition.absence.justifiedInTime === 'notBilled'}
                onChange={(event) =>
                  setDefinition({
                    ...definition,
                    absence: {
                      ...definition.absence,
                      justifiedInTime: event.currentTarget.checked ? 'notBilled' : 'billed',
                    },
                  })
                }
              />
              <Checkbox
                label="Absence non justifiée : facturée"
                disabled={!mayWrite}
                checked={definition.absence.unjustified === 'billed'}
                onChange={(event) =>
                  setDefinition({
                    ...definition,
                    absence: {
                      ...definition.absence,
                      unjustified: event.currentTarget.checked ? 'billed' : 'notBilled',
                    },
                  })
                }
              />
              <Checkbox
                label="Tarif d’exemple, qu’aucun conseil n’a voté"
                disabled={!mayWrite}
                checked={definition.example}
                onChange={(event) => setDefinition({ ...definition, example: event.currentTarget.checked })}
              />
              {definition.brackets.length > 0 ? (
                refusal || refuseBrackets(definition.brackets) ? (
                  <Note tone="danger" alert>
                    {refusal || refuseBrackets(definition.brackets)}
                  </Note>
                ) : (
                  <Note tone="good">
                    Tranches sans trou ni recouvrement, de 0 à l’infini. Chaque quotient a un prix.
                  </Note>
                )
              ) : null}
            </Section>
          </div>
          <Attached tariff={tariff} mayWrite={mayWrite} />
        </div>
        <TryPrice
          name={tariff.name}
          definition={definition}
          quotientText={quotientText}
          onQuotient={setQuotientText}
          today={today}
        />
      </div>
      {line === undefined ? null : (
        <LineDialog
          definition={definition}
          at={at}
          onClose={() => setLine(undefined)}
          onSave={(made) =>
            setDefinition({
              ...definition,
              lines: at === null ? [...definition.lines, made] : definition.lines.with(at, made),
            })
          }
          onRemove={() => {
            setDefinition({ ...definition, lines: definition.lines.filter((_, index) => index !== at) })
            setLine(undefined)
          }}
        />
      )}
    </>
  )
}

/** Tranches by the first value of each. */
const Starts = ({
  starts,
  isLocked,
  onChange,
}: {
  starts: readonly number[]
  isLocked: boolean
  onChange: (starts: readonly number[]) => void
}) => {
  const [texts, setTexts] = useState(starts.map((value) => String(value).replace('.', ',')))
  const send = (next: readonly string[]) => {
    const values = next.filter((text) => text.trim() !== '').map((text) => Number(text.replace(',', '.')))
    onChange(values.filter((value) => !Number.isNaN(value)))
  }
  return (
    <fieldset className="tariff-slots">
      <legend>Tranches de quotient familial, première valeur de chacune</legend>
      <div className="tariff-starts">
        {texts.map((text, index) => (
          <TextInput
            key={`${index} of ${texts.length}`}
            aria-label={`Première valeur de la tranche ${index + 1}`}
            inputMode="decimal"
            disabled={isLocked || index === 0}
            value={text}
            onChange={(event) => setTexts(texts.with(index, event.currentTarget.value))}
            onBlur={() => {
              if (texts.join() !== starts.map((value) => String(value).replace('.', ',')).join()) send(texts)
            }}
          />
        ))}
        {isLocked ? null : (
          <Button
            aria-label="Ajouter une tranche"
            onClick={() => onChange(starts.length === 0 ? [0] : [...starts, (starts.at(-1) ?? 0) + 100])}
          >
            <IconPlus size={14} />
          </Button>
        )}
      </div>
    </fieldset>
  )
}

const Attached = ({ tariff, mayWrite }: { tariff: Tariff; mayWrite: boolean }) => {
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const attach = useMutation(orpc.prices.attach.mutationOptions())
  const chosen = tariff.activityIds.map(String)
  return (
    <Section title="Activités à ce tarif">
      <MultiSelect
        aria-label="Activités à ce tarif"
        placeholder={chosen.length === 0 ? 'Choisir des activités' : ''}
        disabled={!mayWrite || attach.isPending}
        data={(activities ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
        value={chosen}
        onChange={(next) => {
          for (const id of next)
            if (!chosen.includes(id)) attach.mutate({ activityId: Number(id), tariffId: tariff.id })
          for (const id of chosen) if (!next.includes(id)) attach.mutate({ activityId: Number(id), tariffId: null })
        }}
      />
    </Section>
  )
}

const NewTariff = ({
  tariffs,
  onMade,
  onClose,
}: {
  tariffs: readonly Tariff[]
  onMade: (id: number) => void
  onClose: () => void
}) => {
  const { today } = useNow()
  const models = [
    ...tariffs.flatMap(({ id, name, versions }) => {
      const latest = versions.at(-1)
      return latest ? [{ value: `tariff ${id}`, label: name, definition: latest.definition }] : []
    }),
    ...exampleTariffs.flatMap(({ id, label, versions }) => {
      const [first] = versions
      if (!first) return []
      const { from: _, ...definition } = structuredClone(first)
      return [{ value: id, label: `Exemple\u00a0: ${label}`, definition: definition as Definition }]
    }),
  ]
  const form = useForm({
    initialValues: { name: '', model: '' },
    validate: { name: (name) => (name.trim() === '' ? 'À remplir.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Nouveau tarif"
      width="narrow"
      form={form}
      submit="Créer le tarif"
      onClose={onClose}
      onSubmit={async ({ name, model }) => {
        const made = await client.prices.saveTariff({ name })
        const definition = models.find(({ value }) => value === model)?.definition
        if (definition) await client.prices.saveVersion({ tariffId: made.id, from: firstOfMonth(today), definition })
        onMade(made.id)
      }}
    >
      <TextInput label="Nom" data-autofocus {...form.getInputProps('name')} />
      <Select
        label="Partir de"
        placeholder="une grille vide"
        clearable
        data={models.map(({ value, label }) => ({ value, label }))}
        {...form.getInputProps('model')}
      />
    </FormDialog>
  )
}
