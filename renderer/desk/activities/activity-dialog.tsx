import { Button, Checkbox, MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import type { Activity, ActivityType } from '../../../shared/contract/desk/activities.ts'
import { type BookingRule, eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { overlapWarning } from '../../../shared/rules/calendar/slots.ts'
import { supervisionNames } from '../../../shared/rules/cell/places.ts'
import { takenByNoGroupText } from '../../../shared/rules/groups/groups.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { levels, schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import { Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { RowsEdit } from '../parts/forms/rows-edit.tsx'
import { TimeField } from '../parts/forms/time-field.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'
import { type GroupFields, GroupsFieldset, groupFieldsOf, groupInputsOf } from './group-fields.tsx'
import { RuleFields } from './rule-fields.tsx'
import { type SublistFields, SublistsFieldset, sublistFieldsOf, sublistInputsOf } from './sublist-fields.tsx'
import { usualActivityTypes, usualDay } from './usual-activity-types.ts'

type SlotFields = {
  key: string
  id?: number
  name: string
  shortName: string
  start: string
  end: string
  isMeal: boolean
  endedFrom: Activity['slots'][number]['endedFrom']
}
type Fields = {
  name: string
  facilityId: string | null
  typeId: string | null
  regieId: string
  minimumAge: number | string
  maximumAge: number | string
  levels: string[]
  schoolIds: string[]
  residentsOnly: boolean
  supervision: Activity['supervision']
  bookingRule: BookingRule
  cancelRule: BookingRule
  archived: boolean
  slots: SlotFields[]
  groups: GroupFields[]
  sublists: SublistFields[]
}

/** Default of a new activity, as in the parents' guide: eight days, for booking and for cancelling. */
const eightDays: BookingRule = { deadline: eightDaysBefore, after: 'closed' }

const emptySlot = (start = '08:00'): SlotFields => ({
  key: crypto.randomUUID(),
  name: '',
  shortName: '',
  start,
  end: start < '12:00' ? '12:00' : '18:00',
  isMeal: false,
  endedFrom: null,
})

const usualSlots = (): SlotFields[] => usualDay.map((slot) => ({ ...slot, key: crypto.randomUUID(), endedFrom: null }))

const fieldsOf = (activity: Activity | 'new'): Fields =>
  activity === 'new'
    ? {
        name: '',
        facilityId: null,
        typeId: null,
        regieId: String(firstRegieId),
        minimumAge: '',
        maximumAge: '',
        levels: [],
        schoolIds: [],
        residentsOnly: false,
        supervision: 'none',
        bookingRule: eightDays,
        cancelRule: eightDays,
        archived: false,
        // A fixed key: with a random one, a restored draft would look changed in this slot.
        slots: [{ ...emptySlot(), key: 'first' }],
        groups: [],
        sublists: [],
      }
    : {
        ...activity,
        facilityId: String(activity.facilityId),
        typeId: String(activity.typeId),
        regieId: String(activity.regieId),
        minimumAge: activity.minimumAge ?? '',
        maximumAge: activity.maximumAge ?? '',
        levels: activity.levels ?? [],
        schoolIds: (activity.schoolIds ?? []).map(String),
        slots: activity.slots.map((slot) => ({ ...slot, key: String(slot.id) })),
        groups: groupFieldsOf(activity.groups),
        sublists: sublistFieldsOf(activity.sublists),
      }

const ageOrNone = (age: number | string) => (age === '' ? null : Number(age))

const usual = 'usual '

/** The service's own types, then the usual ones that the service lacks. */
const typeChoices = (types: readonly ActivityType[]) => [
  ...types.map(choice),
  ...usualActivityTypes
    .filter((name) => !types.some((type) => folded(type.name) === folded(name)))
    .map((name) => ({ value: usual + name, label: name })),
]

/** Returns the id of a type, creating a usual one that the service does not have yet. */
const typeOf = async (client: FormClient, chosen: string): Promise<number> =>
  chosen.startsWith(usual)
    ? (await client.activities.saveType({ name: chosen.slice(usual.length) })).id
    : Number(chosen)

/** Tariffs count time by the hours of slots, and refer to slots by their names. */
const haveHoursChanged = (activity: Activity, { slots }: Fields): boolean =>
  activity.slots.some((before) => {
    const after = slots.find(({ id }) => id === before.id)
    return after && (after.name !== before.name || after.start !== before.start || after.end !== before.end)
  })

export const ActivityDialog = ({ activity, onClose }: { activity: Activity | 'new'; onClose: () => void }) => {
  const { data: facilities } = useQuery(orpc.settings.facilities.queryOptions())
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  const { data: types } = useQuery(orpc.activities.types.queryOptions())
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const regies = useRegies()
  const open = facilities?.filter(({ archived }) => !archived) ?? []
  // Preselects the facility when there is a single one.
  const facilityIn = ({ facilityId }: Fields) => facilityId ?? (open.length === 1 ? String(open[0]?.id) : null)
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: fieldsOf(activity),
    validate: {
      facilityId: (_, values) => (facilityIn(values) ? null : 'Choisissez un équipement.'),
      typeId: (value) => (value ? null : 'Choisissez un type d’activité.'),
    },
  })
  const field = (path: string) => form.getInputProps(path)
  const { slots, bookingRule, cancelRule } = form.values
  const overlap = overlapWarning(slots)
  const time = (path: string, value: string) => ({
    'data-path': path,
    value,
    error: form.errors[path],
    onChange: (text: string) => form.setFieldValue(path, text),
  })
  return (
    <FormDialog
      opened
      width="wide"
      title={activity === 'new' ? 'Nouvelle activité' : `Modifier ${activity.name}`}
      draft={activity === 'new' ? 'nouvelle activité' : `activité ${activity.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, values) => {
        const typeId = await typeOf(client, values.typeId ?? '')
        // If saving the activity fails, the next attempt must use the type that was just created.
        form.setFieldValue('typeId', String(typeId))
        await client.activities.save({
          ...(activity !== 'new' && { id: activity.id }),
          name: values.name,
          facilityId: Number(facilityIn(values)),
          typeId,
          ...(regies.length > 1 && { regieId: Number(values.regieId) }),
          minimumAge: ageOrNone(values.minimumAge),
          maximumAge: ageOrNone(values.maximumAge),
          levels: values.levels.length > 0 ? values.levels : null,
          schoolIds: values.schoolIds.length > 0 ? values.schoolIds.map(Number) : null,
          residentsOnly: values.residentsOnly,
          supervision: values.supervision,
          bookingRule: values.bookingRule,
          cancelRule: values.cancelRule,
          archived: values.archived,
          slots: values.slots.map(({ id, name, shortName, start, end, isMeal }) => ({
            ...(id !== undefined && { id }),
            name,
            shortName,
            start,
            end,
            isMeal,
          })),
          groups: groupInputsOf(values.groups),
          sublists: sublistInputsOf(values.sublists),
        })
        if (activity !== 'new' && haveHoursChanged(activity, values))
          await askRepricing({ activityId: activity.id, fromDay: schoolYearStart(today) })
      }}
      onClose={onClose}
    >
      <div className="settings-form">
        <fieldset>
          <legend>Activité</legend>
          <TextInput label="Nom" data-autofocus {...field('name')} />
          <Select
            label="Équipement"
            data={open.map(choice)}
            nothingFoundMessage={'Aucun équipement\u00a0: créez-en un dans «\u00a0Équipements et écoles\u00a0».'}
            {...field('facilityId')}
            value={facilityIn(form.values)}
          />
          <Select label="Type" data={types ? typeChoices(types) : []} {...field('typeId')} />
          {regies.length > 1 ? (
            <Select
              label="Régie"
              description="Les mois déjà facturés gardent la leur."
              data={regies.filter(({ id, archived }) => !archived || String(id) === form.values.regieId).map(choice)}
              allowDeselect={false}
              {...field('regieId')}
            />
          ) : null}
          <Select
            label="Encadrement"
            data={[
              { value: 'none', label: 'Non compté' },
              { value: 'extracurricular', label: supervisionNames.extrascolaire },
              { value: 'periscolaire', label: supervisionNames.periscolaire },
              { value: 'periscolairePedt', label: supervisionNames.periscolairePedt },
            ]}
            {...field('supervision')}
          />
        </fieldset>
        <fieldset>
          <legend>Pour qui</legend>
          <NumberInput label="À partir de" suffix=" ans" allowDecimal={false} {...field('minimumAge')} />
          <NumberInput label="Jusqu’à" suffix=" ans" allowDecimal={false} {...field('maximumAge')} />
          <MultiSelect label="Classes" description="vide&nbsp;: toutes" data={[...levels]} {...field('levels')} />
          <MultiSelect
            label="Écoles"
            description="vide&nbsp;: toutes"
            data={schools.map(choice)}
            {...field('schoolIds')}
          />
          <Switch
            label="Réservée aux familles de la commune"
            {...form.getInputProps('residentsOnly', { type: 'checkbox' })}
          />
        </fieldset>
        <fieldset style={{ display: 'block' }}>
          <legend>Plages de la journée</legend>
          <RowsEdit
            heads={['Nom', 'En tête du calendrier', 'De', 'À', 'Repas']}
            rows={slots}
            renderCells={(slot, index) => (
              <>
                <td>
                  <TextInput aria-label={`Nom de la plage ${index + 1}`} {...field(`slots.${index}.name`)} />
                </td>
                <td>
                  <TextInput
                    aria-label={`Abréviation de la plage ${index + 1}`}
                    maxLength={5}
                    w={110}
                    {...field(`slots.${index}.shortName`)}
                  />
                </td>
                <td>
                  <TimeField
                    aria-label={`Début de la plage ${index + 1}`}
                    {...time(`slots.${index}.start`, slot.start)}
                  />
                </td>
                <td>
                  <TimeField aria-label={`Fin de la plage ${index + 1}`} {...time(`slots.${index}.end`, slot.end)} />
                </td>
                <td>
                  <Checkbox
                    aria-label={`La plage ${index + 1} est un repas`}
                    {...form.getInputProps(`slots.${index}.isMeal`, { type: 'checkbox' })}
                  />
                </td>
              </>
            )}
            removeLabel={({ name }, index) => `Retirer la plage ${name || index + 1}`}
            onRemove={(index) => form.removeListItem('slots', index)}
            renderInstead={({ endedFrom }) =>
              endedFrom ? <span className="soft small">arrêtée au {numericDay(endedFrom)}</span> : null
            }
          />
          {form.errors['slots'] ? (
            <p className="danger small" role="alert">
              {form.errors['slots']}
            </p>
          ) : null}
          {overlap === null ? null : <Note tone="warn">{overlap}</Note>}
          <div className="row">
            <Button
              data-path="slots"
              leftSection={<IconPlus size={14} />}
              onClick={() => form.insertListItem('slots', emptySlot(slots.at(-1)?.end))}
            >
              Ajouter une plage
            </Button>
            {activity === 'new' && slots.every(({ name }) => name === '') ? (
              <Button variant="subtle" onClick={() => form.setFieldValue('slots', usualSlots())}>
                Matin, repas et après-midi
              </Button>
            ) : null}
          </div>
        </fieldset>
        <GroupsFieldset
          groups={form.values.groups}
          uncovered={takenByNoGroupText(
            {
              minAge: ageOrNone(form.values.minimumAge),
              maxAge: ageOrNone(form.values.maximumAge),
              classes: form.values.levels,
            },
            form.values.groups.map((group) => ({
              minAge: ageOrNone(group.minimumAge),
              maxAge: ageOrNone(group.maximumAge),
              classes: group.levels,
            })),
          )}
          error={form.errors['groups']}
          field={field}
          onChange={(groups) => form.setFieldValue('groups', groups)}
        />
        <SublistsFieldset
          sublists={form.values.sublists}
          slots={slots}
          error={form.errors['sublists']}
          field={field}
          onChange={(sublists) => form.setFieldValue('sublists', sublists)}
        />
        <RuleFields
          label="Délai pour réserver"
          rule={bookingRule}
          onChange={(rule) => form.setFieldValue('bookingRule', rule)}
        />
        <RuleFields
          label="Délai pour annuler"
          rule={cancelRule}
          onChange={(rule) => form.setFieldValue('cancelRule', rule)}
        />
        {activity === 'new' ? null : (
          <Checkbox
            label="Archivée&nbsp;: ne se propose plus"
            {...form.getInputProps('archived', { type: 'checkbox' })}
          />
        )}
      </div>
    </FormDialog>
  )
}

const choice = ({ id, name }: { id: number; name: string }) => ({ value: String(id), label: name })
