import { Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AffectedReservations, Definition, Tariff } from '../../../shared/contract/desk/money/prices.ts'
import { addDays, type Day } from '../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { refuseBrackets } from '../../../shared/rules/price/bracket.ts'
import { parseFamilyQuotient } from '../../../shared/rules/price/family-quotient.ts'
import { roundingNames } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { activityOptions } from '../activities/activity-options.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { ConfirmDialog, type LeaveGuard } from '../parts/forms/dialogs.tsx'
import { ScreenHead, Section, Split } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import { BracketStarts } from './bracket-starts.tsx'
import { ComparisonDialog } from './comparing/comparison.tsx'
import { LineDialog } from './lines/line-dialog.tsx'
import { optionsOf } from './options.ts'
import { PasteTable } from './paste-table.tsx'
import { QuantitiesAndSurcharges } from './quantities-and-surcharges.tsx'
import { withStarts } from './tariff-edit.ts'
import { TariffGrid } from './tariff-grid.tsx'
import { TariffTitle } from './tariff-title.tsx'
import { TryPrice } from './trying/try-price.tsx'
import { ReportWrongFieldContext, type WrongFields } from './typed-amount.ts'
import { VersionConflict } from './version-conflict.tsx'
import { type DatedDefinition, useVersionForm } from './version-form.ts'
import { VersionRules } from './version-rules.tsx'

/** Editor of a tariff version: prices, rules, and a tool to try a price. */
export const VersionEditor = ({
  tariff,
  tariffs,
  versionId,
  stored,
  isCopy,
  mayWrite,
  leaving,
  beside,
  acts,
  onSaved,
}: {
  tariff: Tariff
  /** All tariffs of the town. */
  tariffs: readonly Tariff[]
  versionId: number | undefined
  stored: DatedDefinition
  /** Copied from another version and not recorded yet. */
  isCopy: boolean
  mayWrite: boolean
  leaving: LeaveGuard
  beside: React.ReactNode
  acts: React.ReactNode
  onSaved: (id: number) => void
}) => {
  const { today } = useNow()
  const form = useVersionForm({ tariffId: tariff.id, versionId, stored, isCopy, mayWrite, leaving, onSaved })
  const { definition, setDefinition, from, setFrom, wrong } = form
  const [quotientText, setQuotientText] = useState('727')
  const [isResident, setIsResident] = useState(true)
  const [line, setLine] = useState<number | 'new'>()
  const [pasted, setPasted] = useState<string>()
  const [isComparing, setIsComparing] = useState(false)
  const next = tariff.versions.find((one) => one.id !== versionId && one.from > from)
  const read = parseFamilyQuotient(quotientText)
  const groups = useGroupNames(tariff.activityIds)
  const at = line === 'new' || line === undefined ? null : line
  return (
    <ReportWrongFieldContext value={form.report}>
      <ScreenHead title={<TariffTitle />} controls={beside}>
        <HistoryButton main entity="tariff" id={tariff.id} title={tariff.name} />
        {acts}
        {mayWrite ? (
          <ActionButton
            combo="mod+s"
            label="Enregistrer"
            main
            disabled={!form.isChanged}
            loading={form.checkAffected.isPending || form.save.isPending}
            onAction={form.send}
          />
        ) : null}
      </ScreenHead>
      <SaveFailure form={form} />
      <ConfirmDialog
        opened={form.affected !== undefined}
        title="Enregistrer ce tarif&nbsp;?"
        confirm="Enregistrer"
        onConfirm={form.record}
        onClose={form.cancelRecording}
      >
        {form.affected ? affectedText(form.affected) : null}
      </ConfirmDialog>
      <Split side={320}>
        <div className="screen-body tariff-main">
          <Section
            title="Grille"
            subtitle="en euros"
            action={
              <span className="row">
                {versionId !== undefined ? <PosterButton versionId={versionId} isChanged={form.isChanged} /> : null}
                {tariff.versions.length > 0 ? (
                  <Button variant="subtle" onClick={() => setIsComparing(true)}>
                    Comparer sur une année
                  </Button>
                ) : null}
                {mayWrite ? (
                  <>
                    <Button variant="subtle" onClick={() => setPasted('')}>
                      Coller une grille
                    </Button>
                    <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => setLine('new')}>
                      Ajouter une ligne
                    </Button>
                  </>
                ) : null}
              </span>
            }
          >
            {definition.lines.length === 0 ? (
              <EmptyState title="Aucun prix">
                Collez la grille de la ville, ou ajoutez une ligne&nbsp;: accueil, repas, séance. Ses montants se tapent
                ici.
              </EmptyState>
            ) : (
              <TariffGrid
                definition={definition}
                quotient={'value' in read ? read.value : null}
                isResident={isResident}
                isLocked={!mayWrite}
                refused={refusedLine(form)}
                onChange={setDefinition}
                onLine={setLine}
                onTable={setPasted}
              />
            )}
          </Section>
          <div className="tariff-two">
            <DatedRules
              definition={definition}
              from={from}
              isLocked={!mayWrite}
              onChange={setDefinition}
              onFrom={setFrom}
            />
            <VersionRules definition={definition} isLocked={!mayWrite} onChange={setDefinition}>
              <Checkbox
                label="Tarif d’exemple, qu’aucun conseil n’a voté"
                disabled={!mayWrite}
                checked={definition.example}
                onChange={(event) => setDefinition({ ...definition, example: event.currentTarget.checked })}
              />
              <ValidityNote definition={definition} wrong={wrong} />
            </VersionRules>
          </div>
          <QuantitiesAndSurcharges definition={definition} isLocked={!mayWrite} onChange={setDefinition} />
          <Attached tariff={tariff} mayWrite={mayWrite} />
        </div>
        <TryPrice
          tariffId={tariff.id}
          name={tariff.name}
          definition={definition}
          quotientText={quotientText}
          onQuotient={setQuotientText}
          isResident={isResident}
          onResident={setIsResident}
          within={{ from, to: next && addDays(next.from, -1) }}
          today={today}
        />
      </Split>
      {pasted === undefined ? null : (
        <PasteTable
          definition={definition}
          initial={pasted}
          onTaken={(next) => {
            setDefinition(next)
            setPasted(undefined)
          }}
          onClose={() => setPasted(undefined)}
        />
      )}
      {isComparing ? (
        <ComparisonDialog
          tariff={tariff}
          tariffs={tariffs}
          from={from}
          definition={definition}
          onClose={() => setIsComparing(false)}
        />
      ) : null}
      {line === undefined ? null : (
        <LineDialog
          definition={definition}
          at={at}
          groups={groups}
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
    </ReportWrongFieldContext>
  )
}

/** « Touche 3 réservations pas encore facturées, du 9 décembre 2026 au 16 décembre 2026. » */
/** The names of the groups of these activities, or of those that they were joined to. */
const useGroupNames = (activityIds: readonly number[]): string[] => {
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const shown = activities.flatMap(({ id, joinedToId }) => (activityIds.includes(id) ? [joinedToId ?? id] : []))
  return [
    ...new Set(activities.flatMap(({ id, groups }) => (shown.includes(id) ? groups.map(({ name }) => name) : []))),
  ]
}

const affectedText = ({ count, from, to }: AffectedReservations): string =>
  `Touche ${counted(count, 'réservation pas encore facturée', 'réservations pas encore facturées')}, ${
    from === to ? `le ${longDate(from)}` : `du ${longDate(from)} au ${longDate(to)}`
  }.`

/** Why the version was not recorded, and what the person can do. */
const SaveFailure = ({ form }: { form: ReturnType<typeof useVersionForm> }) => {
  const { refusal, save, checkAffected, base, record, adoptStored } = form
  const { overwritten } = save.error ? refusalOf(save.error) : {}
  const error = checkAffected.error ?? save.error
  if (refusal !== undefined) {
    return (
      <Note tone="danger" alert>
        <b>Le tarif n’est pas enregistré.</b> {refusal}
      </Note>
    )
  }
  if (!overwritten) return error ? <Failure error={error} /> : null
  return (
    <VersionConflict
      overwritten={overwritten}
      before={base.definition}
      isBusy={save.isPending}
      onKeep={() => void record()}
      onTake={() => {
        adoptStored()
        save.reset()
      }}
    />
  )
}

/** The line that the desk refused, as long as nobody has changed the tariff since. */
const refusedLine = ({ save, definition }: ReturnType<typeof useVersionForm>) => {
  if (!save.error || save.variables?.definition !== definition) return undefined
  const { field, sentence } = refusalOf(save.error)
  const line = /^definition\.lines\.(\d+)$/.exec(field ?? '')?.[1]
  return line === undefined ? undefined : { line: Number(line), sentence }
}

/** « Règles »: first day, brackets, and the council's decision. */
const DatedRules = ({
  definition,
  from,
  isLocked,
  onChange,
  onFrom,
}: {
  definition: Definition
  from: Day
  isLocked: boolean
  onChange: (definition: Definition) => void
  onFrom: (from: Day) => void
}) => (
  <Section title="Règles">
    <RequiredDayField label="S’applique depuis le" disabled={isLocked} value={from} onChange={onFrom} />
    <BracketStarts
      starts={definition.brackets.map(({ min }) => min)}
      isLocked={isLocked}
      onChange={(starts) => {
        const next = withStarts(definition, starts)
        if ('lines' in next) onChange(next)
      }}
    />
    <TextInput
      label="Délibération"
      placeholder="Délibération du 18 juin 2026"
      disabled={isLocked}
      value={definition.decision ?? ''}
      onChange={(event) => onChange({ ...definition, decision: event.currentTarget.value || null })}
    />
    <Select
      label="Arrondi des prix calculés"
      disabled={isLocked}
      data={optionsOf(roundingNames)}
      value={definition.rounding}
      onChange={(value) => {
        if (value !== null) onChange({ ...definition, rounding: value })
      }}
    />
    <p className="soft small">
      Sans quotient connu&nbsp;: tarif le plus haut. Les factures émises gardent le texte et les prix du jour.
    </p>
  </Section>
)

/** Says whether every quotient has a price, or what is wrong with the typed values. */
const ValidityNote = ({ definition: { brackets }, wrong }: { definition: Definition; wrong: WrongFields }) => {
  if (wrong.size > 0) {
    return (
      <Note tone="danger">
        {[...wrong].map(([id, sentence]) => (
          <p key={id}>{sentence}</p>
        ))}
      </Note>
    )
  }
  if (brackets.length === 0) return null
  const refusal = refuseBrackets(brackets)
  return refusal ? (
    <Note tone="danger" alert>
      {refusal}
    </Note>
  ) : (
    <Note tone="good">Tranches sans trou ni recouvrement, de 0 à l’infini. Chaque quotient a un prix.</Note>
  )
}

/** Prints the recorded version: unrecorded changes must not appear on a poster. */
const PosterButton = ({ versionId, isChanged }: { versionId: number; isChanged: boolean }) => {
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.prices.poster({ versionId })),
  })
  return (
    <Button
      variant="subtle"
      disabled={isChanged}
      title={isChanged ? 'Enregistrez d’abord ce tarif.' : undefined}
      loading={print.isPending}
      onClick={() => print.mutate()}
    >
      Imprimer l’affiche
    </Button>
  )
}

const Attached = ({ tariff, mayWrite }: { tariff: Tariff; mayWrite: boolean }) => {
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const attach = useMutation(
    orpcOutsideForms.prices.attach.mutationOptions({
      onSuccess: async (_, { tariffId }) => {
        if (tariffId !== null) await askRepricing({ tariffId, fromDay: schoolYearStart(today) })
      },
    }),
  )
  const chosen = tariff.activityIds.map(String)
  return (
    <Section title="Activités à ce tarif">
      <MultiSelect
        aria-label="Activités à ce tarif"
        placeholder={chosen.length === 0 ? 'Choisir des activités' : ''}
        disabled={!mayWrite || attach.isPending}
        data={activityOptions(activities ?? [])}
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
