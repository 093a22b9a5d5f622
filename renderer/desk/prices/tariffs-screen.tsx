import { Button, Select } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tariff } from '../../../shared/contract/desk/money/prices.ts'
import { addMonths, firstOfMonth } from '../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { type LeaveGuard, useLeaveGuard } from '../parts/forms/dialogs.tsx'
import { useFirstDefined, useStableChoice } from '../parts/keyboard/stable-choice.ts'
import { OtherViewers } from '../parts/other-viewers.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { NewTariff } from './new-tariff.tsx'
import { NewVersion } from './new-version.tsx'
import './prices.css'
import { emptyDefinition } from './tariff-edit.ts'
import { TariffTitle } from './tariff-title.tsx'
import { VersionEditor } from './version-editor.tsx'
import type { DatedDefinition } from './version-form.ts'

/** The tariffs of activities: dated grids in the layout that towns print, and a tool to try a price. */
export const TariffsScreen = () => {
  const { data: tariffs, error, refetch } = useQuery(orpc.prices.tariffs.queryOptions())
  const mayWrite = useMay()('tariffs.write')
  const { item: tariff, isGone, choose } = useStableChoice(tariffs ?? [], ({ id }) => String(id))
  const beganEmpty = useFirstDefined(tariffs && tariffs.length === 0) ?? false
  const { nouveau = false } = useSearch({ from: '/desk/reglages/tarifs' })
  const [wantsNew, setIsAdding] = useState<boolean>()
  const leaving = useLeaveGuard()
  if (!tariffs) {
    return (
      <Screen title="Tarifs">
        <ScreenHead title={<TariffTitle />} />
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Screen>
    )
  }
  // `nouveau` in the address opens the form for a first tariff; the form stays open even if a colleague records one
  // meanwhile.
  const isAdding = wantsNew ?? (mayWrite && nouveau && beganEmpty)
  const add = mayWrite ? (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setIsAdding(true)}>
      Nouveau tarif
    </Button>
  ) : null
  return (
    <Screen title="Tarifs">
      {isGone && tariffs.length > 0 ? (
        <Note tone="warn" alert>
          Ce tarif vient d’être retiré&nbsp;: rien ne s’y enregistre plus. Choisissez-en un autre.
        </Note>
      ) : null}
      {tariff && tariffs.length > 0 ? (
        <TariffView
          key={tariff.id}
          tariff={tariff}
          tariffs={tariffs}
          mayWrite={mayWrite && !isGone}
          leaving={leaving}
          choice={
            <Select
              aria-label="Tarif"
              w={190}
              data={[
                ...tariffs.map(({ id, name }) => ({ value: String(id), label: name })),
                ...(mayWrite ? [{ value: 'new', label: 'Nouveau tarif…' }] : []),
              ]}
              value={String(tariff.id)}
              onChange={(value) =>
                leaving.runOrConfirm(() => (value === 'new' ? setIsAdding(true) : choose(value ?? '')))
              }
            />
          }
        />
      ) : (
        <>
          <ScreenHead title={<TariffTitle />} />
          <EmptyState title="Aucun tarif" action={add}>
            Un tarif dit ce que coûte une activité. Sans tarif, une activité ne peut pas être facturée.
          </EmptyState>
        </>
      )}
      {isAdding ? (
        <NewTariff tariffs={tariffs} onMade={(id) => choose(String(id))} onClose={() => setIsAdding(false)} />
      ) : null}
      {leaving.question}
    </Screen>
  )
}

const TariffView = ({
  tariff,
  tariffs,
  mayWrite,
  leaving,
  choice,
}: {
  tariff: Tariff
  tariffs: readonly Tariff[]
  mayWrite: boolean
  leaving: LeaveGuard
  choice: React.ReactNode
}) => {
  const { today } = useNow()
  const inForce = tariff.versions.findLast(({ from }) => from <= today) ?? tariff.versions[0]
  const [wanted, setWanted] = useState<number | 'new'>()
  const [prepared, setPrepared] = useState<DatedDefinition>()
  const [isPreparing, setIsPreparing] = useState(false)
  // Keeps showing the version being edited when a colleague records another one for today.
  const shownId = useFirstDefined(inForce?.id)
  const version =
    wanted === 'new' ? undefined : (tariff.versions.find(({ id }) => id === (wanted ?? shownId)) ?? inForce)
  const editor = (
    <VersionEditor
      key={version?.id ?? `new ${prepared?.from} ${JSON.stringify(prepared?.definition.lines)}`}
      tariff={tariff}
      tariffs={tariffs}
      versionId={version?.id}
      stored={{
        // The first version begins with the school year, since days already booked in that year need a price.
        from: version?.from ?? prepared?.from ?? schoolYearStart(today),
        definition: version?.definition ?? prepared?.definition ?? inForce?.definition ?? emptyDefinition,
      }}
      isCopy={!version && prepared !== undefined}
      mayWrite={mayWrite}
      leaving={leaving}
      onSaved={setWanted}
      beside={
        <>
          {choice}
          <Select
            aria-label="Version"
            w={180}
            data={[
              ...tariff.versions.map(({ id, from }) => ({ value: String(id), label: `Depuis le ${numericDay(from)}` })),
              ...(version ? [] : [{ value: 'new', label: 'Nouvelle version' }]),
            ]}
            value={String(version?.id ?? 'new')}
            onChange={(value) => leaving.runOrConfirm(() => setWanted(value === 'new' ? 'new' : Number(value)))}
          />
          {version && version.id === inForce?.id && version.from <= today ? (
            <Badge tone="good">en vigueur</Badge>
          ) : null}
          {version?.definition.example ? <Badge>tarif d’exemple</Badge> : null}
        </>
      }
      acts={
        <>
          {mayWrite && version ? (
            <Button
              leftSection={<IconPlus size={14} />}
              onClick={() => leaving.runOrConfirm(() => setIsPreparing(true))}
            >
              Nouveau tarif daté
            </Button>
          ) : null}
        </>
      }
    />
  )
  return (
    <>
      <OtherViewers record={`tariff ${tariff.id}`} />
      {editor}
      {isPreparing && version ? (
        <NewVersion
          definition={version.definition}
          from={firstOfMonth(addMonths(today, 1))}
          taken={tariff.versions.map(({ from }) => from)}
          onMade={(from, definition) => {
            setPrepared({ from, definition })
            setWanted('new')
            setIsPreparing(false)
          }}
          onClose={() => setIsPreparing(false)}
        />
      ) : null}
    </>
  )
}
