import { Radio, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChildSublists } from '../../../shared/contract/desk/registrations.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'
import type { RegisteredChild } from './child-group.tsx'

type Sublist = ChildSublists['sublists'][number]

/**
 * The lists that a registered child is on (« Car 2 »), and a way to change them; renders nothing when the activity has
 * none.
 */
export const ChildSublistsOf = ({ registration }: { registration: RegisteredChild }) => {
  const may = useMay()
  const [isOpen, setIsOpen] = useState(false)
  const { data, error } = useQuery(
    orpc.registrations.sublists.queryOptions({ input: { registrationId: registration.id } }),
  )
  if (error) return <Failure error={error} />
  if (!data || data.sublists.length === 0) return null
  const listed = data.sublists.filter(({ days }) => days.length > 0)
  return (
    <>
      <p className="soft">
        {listed.length === 0 ? 'Sur aucune liste.' : null}
        {listed.map(({ id, name, days }) => (
          <span key={id} style={{ display: 'block' }}>
            {name}&nbsp;: {days.map(daysText).join(', ')}
          </span>
        ))}
      </p>
      {registration.isLive && may('decisions') ? (
        <ActionButton combo="s" label="Listes…" onAction={() => setIsOpen(true)} />
      ) : null}
      {isOpen ? <SublistDialog registration={registration} lists={data} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}

const daysText = ({ from, until }: Sublist['days'][number]) =>
  until === null ? `depuis le ${shortDay(from)}` : `du ${shortDay(from)} au ${shortDay(until)}`

const placesText = ({ name, taken, capacity, slots }: Sublist) =>
  [`${name}, ${taken} sur ${capacity}`, ...(slots.length > 0 ? [slots.join(', ').toLowerCase()] : [])].join(' · ')

const SublistDialog = ({
  registration,
  lists: { on, sublists },
  onClose,
}: {
  registration: RegisteredChild
  lists: ChildSublists
  onClose: () => void
}) => {
  const form = useForm<{ sublistId: string; listed: 'yes' | 'no'; fromDay: string; untilDay: string }>({
    mode: 'controlled',
    initialValues: {
      sublistId: String(sublists[0]?.id ?? ''),
      listed: sublists[0]?.isListed ? 'no' : 'yes',
      fromDay: on,
      untilDay: '',
    },
    validate: { fromDay: (text) => (isDay(text) ? null : 'Choisissez le premier jour.') },
  })
  const isPut = form.values.listed === 'yes'
  return (
    <FormDialog
      opened
      title={`Listes ${ofName(registration.firstName)}`}
      form={form}
      submit={isPut ? 'Mettre sur la liste' : 'Retirer de la liste'}
      onSubmit={async (client, { sublistId, fromDay, untilDay }) => {
        await client.registrations.setSublist({
          registrationId: registration.id,
          sublistId: Number(sublistId),
          listed: isPut,
          fromDay,
          untilDay: isPut && isDay(untilDay) ? untilDay : null,
        })
      }}
      onClose={onClose}
    >
      <Select
        label="Liste"
        data-autofocus
        data={sublists.map((list) => ({ value: String(list.id), label: placesText(list) }))}
        allowDeselect={false}
        {...form.getInputProps('sublistId')}
        onChange={(value) => {
          form.setFieldValue('sublistId', value ?? '')
          const list = sublists.find(({ id }) => String(id) === value)
          form.setFieldValue('listed', list?.isListed ? 'no' : 'yes')
        }}
      />
      <Radio.Group label={registration.firstName} {...form.getInputProps('listed')}>
        <Radio value="yes" label="est sur la liste" mt={4} />
        <Radio value="no" label="n’y est plus" mt={4} />
      </Radio.Group>
      <DayField label="À partir du" {...form.getInputProps('fromDay')} />
      {isPut ? (
        <DayField
          label="Jusqu’au"
          description="Vide&nbsp;: tant que dure son inscription."
          clearable
          {...form.getInputProps('untilDay')}
        />
      ) : null}
    </FormDialog>
  )
}
