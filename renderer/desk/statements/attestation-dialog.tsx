import { Checkbox, Select } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { addMonths, type Day, dayOf, lastOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import type { Week } from '../registrations/registration-texts.ts'
import { slotsOfPeriods, WeekField } from '../registrations/week-field.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

type Kind = 'presence' | 'registered' | 'paid' | 'quote'

const everyChild = 'all'

type Fields = {
  kind: Kind
  childId: string
  from: Day
  to: Day
  /** Whether the quote also counts a week that the home plans. */
  plans: boolean
  /** A child, or `everyChild`. */
  plannedFor: string
  /** Null until one is chosen, where the children are registered in several. */
  activityId: string | null
  week: Week
}

/** Prints an attestation that a home asks for at the counter. Nothing is stored. */
export const AttestationDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const may = useMay()
  const { today } = useNow()
  const firstDays: Readonly<Record<Kind, Day>> = {
    presence: schoolYearStart(today),
    registered: schoolYearStart(today),
    paid: dayOf(yearOf(today), 1, 1),
    quote: today,
  }
  const kinds: readonly (readonly [Kind, string])[] = [
    ...(family.children.length > 0
      ? ([
          ['presence', 'Présence'],
          ['registered', 'Inscription'],
        ] as const)
      : []),
    ...(may('invoices.read')
      ? ([
          ['paid', 'Paiement'],
          ['quote', 'Devis'],
        ] as const)
      : []),
  ]
  const first = kinds[0]?.[0] ?? 'paid'
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: {
      kind: first,
      childId: String(family.children[0]?.id ?? ''),
      from: firstDays[first],
      to: today,
      plans: false,
      plannedFor: everyChild,
      activityId: null,
      week: [],
    },
  })
  const { kind, plans } = form.values
  const isPlan = kind === 'quote' && plans
  return (
    <FormDialog
      opened
      title={`Attestation ou devis\u00a0: ${family.name}`}
      form={form}
      submit="Imprimer"
      isReady
      onSubmit={async ({ statements }, { childId, from, to, plannedFor, week }) => {
        const home = { familyId: family.id, from, to }
        const childIds = plannedFor === everyChild ? family.children.map(({ id }) => id) : [Number(plannedFor)]
        await printPaper(
          await (kind === 'paid'
            ? statements.paid(home)
            : kind === 'quote'
              ? statements.quote({ ...home, ...(isPlan && { plan: { childIds, week } }) })
              : statements[kind]({ ...home, childId: Number(childId) })),
        )
      }}
      onClose={onClose}
    >
      <SegmentedControl
        label="Attester"
        value={kind}
        options={kinds}
        onChange={(one) =>
          form.setValues({
            kind: one,
            from: firstDays[one],
            to: one === 'quote' ? lastOfMonth(addMonths(today, 1)) : today,
          })
        }
      />
      {kind !== 'paid' && kind !== 'quote' && family.children.length > 1 ? (
        <Select
          label="Enfant"
          allowDeselect={false}
          data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
          {...form.getInputProps('childId')}
        />
      ) : null}
      <div className="form-pair">
        <RequiredDayField
          label="Du"
          value={form.values.from}
          onChange={(day) => form.setFieldValue('from', day)}
          error={form.errors['from']}
        />
        <RequiredDayField
          label="Au"
          value={form.values.to}
          onChange={(day) => form.setFieldValue('to', day)}
          error={form.errors['to']}
        />
      </div>
      {kind === 'quote' && family.children.length > 0 ? (
        <Checkbox
          label="Prévoir une semaine type"
          description="Les jours qui ne sont pas encore réservés s’y ajoutent, sans rien réserver."
          {...form.getInputProps('plans', { type: 'checkbox' })}
        />
      ) : null}
      {isPlan ? <PlanFields family={family} form={form} /> : null}
    </FormDialog>
  )
}

/** The week that a home plans: for one child or all, in one activity in which they are registered. */
const PlanFields = ({ family, form }: { family: Family; form: UseFormReturnType<Fields> }) => {
  const { today } = useNow()
  const { plannedFor, activityId, week } = form.values
  const { data: registrations = [] } = useQuery(
    orpc.registrations.ofFamily.queryOptions({ input: { familyId: family.id } }),
  )
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const { data: periods = [] } = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const registeredIn = new Set(
    registrations
      .filter(({ childId }) => plannedFor === everyChild || String(childId) === plannedFor)
      .filter(({ state, endDay }) => (state === 'accepted' || state === 'asked') && endDay >= today)
      .map(({ periodId }) => periodId),
  )
  const ownPeriods = periods.filter(({ id }) => registeredIn.has(id))
  const offered = activities.filter(({ id }) => ownPeriods.some(({ leadId }) => leadId === id))
  const chosen = offered.find(({ id }) => String(id) === activityId) ?? (offered.length === 1 ? offered[0] : undefined)
  const ofActivity = ownPeriods.filter(({ leadId }) => leadId === chosen?.id)
  if (offered.length === 0) return <Note>Aucune inscription en cours&nbsp;: inscrivez d’abord l’enfant.</Note>
  return (
    <>
      <div className="form-pair">
        {family.children.length > 1 ? (
          <Select
            label="Enfant"
            allowDeselect={false}
            data={[
              { value: everyChild, label: 'Tous les enfants' },
              ...family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName })),
            ]}
            {...form.getInputProps('plannedFor')}
          />
        ) : null}
        <Select
          label="Activité"
          allowDeselect={false}
          data={offered.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={chosen ? String(chosen.id) : null}
          onChange={(id) => form.setValues({ activityId: id, week: [] })}
        />
      </div>
      {chosen ? (
        <WeekField
          slots={slotsOfPeriods(activities, ofActivity)}
          weekdays={[...new Set(ofActivity.flatMap(({ weekdays }) => weekdays))].toSorted((one, other) => one - other)}
          week={week}
          onChange={(next) => form.setFieldValue('week', next)}
        />
      ) : null}
    </>
  )
}
