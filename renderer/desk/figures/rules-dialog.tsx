import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ActivityRules, HoursRuleInput } from '../../../shared/contract/desk/figures/figures.ts'
import { firstOfMonth } from '../../../shared/rules/calendar/day.ts'
import { accueilKindNames, accueilKinds, hoursRuleText } from '../../../shared/rules/figures/hours-rule.ts'
import { capitalised, monthText } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** How the hours of each activity are counted, from which month on, and the source of the rule. */
export const RulesDialog = ({ onClose }: { onClose: () => void }) => {
  const may = useMay()
  const { data, error, refetch } = useQuery(orpc.figures.hoursRules.queryOptions())
  const [edited, setEdited] = useState<ActivityRules>()
  const remove = useMutation(orpcOutsideForms.figures.removeHoursRule.mutationOptions())
  const mayChange = may('activities')
  return (
    <Dialog opened title="Règles de compte" width="widest" onClose={onClose}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      <table className="table table-flush" aria-label="Règles de compte">
        <thead>
          <tr>
            <th scope="col">Activité</th>
            <th scope="col">Déclarée comme</th>
            <th scope="col">Compte</th>
            <th scope="col">Depuis</th>
            <th scope="col">
              <span className="unseen">Gestes</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data?.flatMap((one) =>
            [
              ...(one.rules.length > 0 ? [] : [{ ...one.usual, id: null, fromDay: null, declaredAs: '' }]),
              ...one.rules,
            ].map((rule, at) => (
              <tr key={`${one.activityId} ${rule.fromDay}`}>
                <th scope="row">{at === 0 ? one.activity : ''}</th>
                <td>
                  {rule.declaredAs === '' ? one.activity : rule.declaredAs}
                  <br />
                  <span className="soft small">{accueilKindNames[rule.kind]}</span>
                </td>
                <td>
                  {hoursRuleText(rule)}
                  <br />
                  <span className="soft small">{rule.source}</span>
                </td>
                <td className="nowrap">{rule.fromDay === null ? 'règle usuelle' : monthText(rule.fromDay)}</td>
                <td className="nowrap">
                  {mayChange && at === 0 ? (
                    <PlainAction
                      label="Changer…"
                      aria={`Changer la règle de ${one.activity}`}
                      onAction={() => setEdited(one)}
                    />
                  ) : null}
                  {mayChange && rule.id !== null ? (
                    <>
                      {' '}
                      <PlainAction
                        label="Retirer"
                        aria={`Retirer la règle de ${one.activity} de ${monthText(rule.fromDay)}`}
                        onAction={() => remove.mutate({ id: rule.id })}
                      />
                    </>
                  ) : null}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
      <div className="row figures-rules-foot">
        <span className="grow" />
        <Button variant="default" onClick={onClose}>
          Fermer
        </Button>
      </div>
      {edited ? <RuleForm activity={edited} onClose={() => setEdited(undefined)} /> : null}
    </Dialog>
  )
}

const countingNames = [
  { value: 'slots', label: 'La plage entière, dès que l’enfant est là' },
  { value: 'fixed', label: 'Un forfait par journée et demi-journée' },
]

const minutesOf = (hours: number | '') => (hours === '' ? null : Math.round(hours * 60))

const RuleForm = ({ activity, onClose }: { activity: ActivityRules; onClose: () => void }) => {
  const { today } = useNow()
  const now = activity.rules[0] ?? { ...activity.usual, declaredAs: '' }
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      fromDay: firstOfMonth(today),
      declaredAs: now.declaredAs,
      kind: now.kind,
      counts: now.counts,
      // Typed in hours, under the names that the core uses when it refuses a value.
      dayMinutes: now.dayMinutes === null ? ('' as const) : now.dayMinutes / 60,
      halfDayMinutes: now.halfDayMinutes === null ? ('' as const) : now.halfDayMinutes / 60,
      source: now.source,
    },
  })
  const { kind, counts } = form.getValues()
  const inputOf = ({ dayMinutes, halfDayMinutes, ...values }: typeof form.values): HoursRuleInput => ({
    ...values,
    activityId: activity.activityId,
    dayMinutes: minutesOf(dayMinutes),
    halfDayMinutes: minutesOf(halfDayMinutes),
  })
  const most = counts === 'slots' ? ' au plus' : ''
  return (
    <FormDialog
      opened
      title={`Règle de compte, ${activity.activity}`}
      draft={`règle de compte ${activity.activityId}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, values) => {
        await client.figures.saveHoursRule(inputOf(values))
        onClose()
      }}
      onClose={onClose}
    >
      <Select
        data-autofocus
        label="Nature de l’accueil"
        data={accueilKinds.map((one) => ({ value: one, label: capitalised(accueilKindNames[one]) }))}
        allowDeselect={false}
        {...form.getInputProps('kind')}
      />
      <DayField label="À partir du" {...form.getInputProps('fromDay')} />
      {kind === 'none' ? null : (
        <>
          <TextInput
            label="Accueil déclaré"
            description="Plusieurs activités du même nom sont une seule ligne de la déclaration."
            placeholder={activity.activity}
            {...form.getInputProps('declaredAs')}
          />
          <Select
            label="Une présence compte"
            data={countingNames}
            allowDeselect={false}
            {...form.getInputProps('counts')}
          />
          <div className="row">
            <NumberInput
              label={`Heures d’une journée${most}`}
              min={0}
              max={24}
              clampBehavior="none"
              step={0.5}
              decimalSeparator=","
              {...form.getInputProps('dayMinutes')}
            />
            <NumberInput
              label={`Heures d’une demi-journée${most}`}
              min={0}
              max={24}
              clampBehavior="none"
              step={0.5}
              decimalSeparator=","
              {...form.getInputProps('halfDayMinutes')}
            />
          </div>
          <TextInput
            label="D’où vient la règle"
            placeholder="Convention d’objectifs 2024-2028, article 5"
            {...form.getInputProps('source')}
          />
        </>
      )}
    </FormDialog>
  )
}
