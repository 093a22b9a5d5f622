import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FreeLineInput } from '../../../shared/contract/desk/money/free-lines.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { fieldPropsOf } from '../families/fields.tsx'
import { Badge } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import './free-lines.css'
import { activityOptions, shownActivities } from '../activities/activity-options.ts'
import { LineFields, lineInput, refuseAmount, type TypedLine, typedLine } from './free-line-fields.tsx'

const nobody = 'home'

type TypedFreeLine = TypedLine & {
  kindId: string | null
  childId: string
  homes: string | null
  per: 'child' | 'home'
  day: string
  quantity: number | string
  reason: string
}

/** « Ajouter une ligne… » for one home or, when `family` is null, « Une ligne pour plusieurs familles… ». */
export const FreeLineDialog = ({ family, onClose }: { family: Family | null; onClose: () => void }) => {
  const { today } = useNow()
  const { data: kinds = [] } = useQuery(orpc.freeLines.kinds.queryOptions())
  const [leftOut, setLeftOut] = useState<readonly number[]>([])
  const form = useForm<TypedFreeLine>({
    mode: 'controlled',
    initialValues: {
      ...typedLine({ label: '', unitCents: 0, regieId: firstRegieId, fiscal: 'autre' }),
      unitCents: '',
      kindId: null,
      childId: nobody,
      homes: null,
      per: 'child',
      day: today,
      quantity: 1,
      reason: '',
    },
    validate: { unitCents: refuseAmount, homes: (id) => (!family && id === null ? 'Choisissez une activité.' : null) },
  })
  const field = fieldPropsOf(form)
  const { values } = form
  const isBelow = values.unitCents.trim().startsWith('-') || values.unitCents.trim().startsWith('\u2212')
  const input = {
    ...lineInput(values),
    homes: family ? { familyIds: [family.id] } : { registeredIn: Number(values.homes), per: values.per },
    leftOut: [...leftOut],
    kindId: values.kindId === null ? null : Number(values.kindId),
    childId: family && values.childId !== nobody ? Number(values.childId) : null,
    activityId: null,
    day: values.day,
    quantity: Number(values.quantity),
    reason: values.reason,
  }
  const choose = (id: string | null) => {
    const kind = kinds.find((one) => String(one.id) === id)
    form.setValues({ kindId: id, ...(kind && typedLine(kind)) })
  }
  return (
    <FormDialog
      opened
      title={family ? `Ajouter une ligne, famille ${family.name}` : 'Une ligne pour plusieurs familles'}
      width={family ? 'normal' : 'wide'}
      form={form}
      submit="Ajouter"
      onClose={onClose}
      onSubmit={(client) => client.freeLines.write(input)}
    >
      {kinds.length > 0 ? (
        <Select
          label="Ligne usuelle"
          placeholder="aucune"
          clearable
          data={kinds.filter(({ archived }) => !archived).map(({ id, label }) => ({ value: String(id), label }))}
          value={values.kindId}
          error={form.errors['kindId']}
          onChange={choose}
        />
      ) : null}
      {family ? (
        <Select
          label="Pour"
          data={[
            { value: nobody, label: 'la famille' },
            ...family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName })),
          ]}
          allowDeselect={false}
          {...field('childId')}
        />
      ) : (
        <HomesFields
          homes={values.homes}
          per={values.per}
          error={form.errors['homes']}
          onHomes={(homes) => form.setValues({ homes })}
          onPer={(per) => form.setValues({ per })}
        />
      )}
      <LineFields form={form} />
      <div className="form-pair">
        <NumberInput label="Quantité" min={1} max={1000} allowDecimal={false} {...form.getInputProps('quantity')} />
        <DayField label="Jour" description="Son mois la facture." {...field('day')} />
      </div>
      {isBelow ? (
        <TextInput
          label="Motif"
          description="Gardé dans l’historique, pas sur la facture."
          {...form.getInputProps('reason')}
        />
      ) : null}
      {family ? null : <HomesPreview input={input} leftOut={leftOut} onLeaveOut={setLeftOut} />}
    </FormDialog>
  )
}

const HomesFields = ({
  homes,
  per,
  error,
  onHomes,
  onPer,
}: {
  homes: string | null
  per: 'child' | 'home'
  error: React.ReactNode
  onHomes: (homes: string | null) => void
  onPer: (per: 'child' | 'home') => void
}) => {
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  return (
    <div className="form-pair">
      <Select
        label="Familles qui ont un enfant inscrit à"
        data={activityOptions(shownActivities(activities))}
        value={homes}
        error={error}
        onChange={onHomes}
      />
      <Select
        label="Une ligne"
        data={[
          { value: 'child', label: 'par enfant inscrit' },
          { value: 'home', label: 'par famille' },
        ]}
        allowDeselect={false}
        value={per}
        onChange={(value) => onPer(value === 'home' ? 'home' : 'child')}
      />
    </div>
  )
}

/** The homes that get the line and its total; each home can be removed from the list. */
const HomesPreview = ({
  input,
  leftOut,
  onLeaveOut,
}: {
  input: Omit<FreeLineInput, 'day'> & { readonly day: string }
  leftOut: readonly number[]
  onLeaveOut: (leftOut: readonly number[]) => void
}) => {
  const isReady = 'registeredIn' in input.homes && input.homes.registeredIn > 0 && isDay(input.day)
  const { data, error } = useQuery(
    orpc.freeLines.preview.queryOptions({
      input: { ...input, leftOut: [] },
      enabled: isReady && input.label.trim() !== '' && input.unitCents !== 0 && input.quantity > 0,
      retry: false,
    }),
  )
  if (error) return <p className="soft small">{refusalOf(error).sentence}</p>
  if (!data) return <p className="soft small">Les familles concernées viennent ici.</p>
  const chosen = data.homes.filter(({ familyId }) => !leftOut.includes(familyId))
  const lines = chosen.reduce((sum, home) => sum + home.lines, 0)
  return (
    <fieldset className="free-lines-who">
      <legend>
        {counted(chosen.length, 'famille')}, {counted(lines, 'ligne')},{' '}
        {formatEuros(lines * input.quantity * input.unitCents)}
      </legend>
      <div className="free-lines-homes">
        {data.homes.map(({ familyId, name, lines: count, isFinal }) => (
          <Checkbox
            key={familyId}
            label={
              <>
                {name} {count > 1 ? <span className="soft">{counted(count, 'ligne')}</span> : null}{' '}
                {isFinal ? <Badge>mois arrêté, facturée ce mois-ci</Badge> : null}
              </>
            }
            checked={!leftOut.includes(familyId)}
            onChange={({ currentTarget: { checked } }) =>
              onLeaveOut(checked ? leftOut.filter((id) => id !== familyId) : [...leftOut, familyId])
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
