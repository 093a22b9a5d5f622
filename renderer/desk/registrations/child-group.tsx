import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import type { ChildGroup } from '../../../shared/contract/desk/reservations/reservations.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { counted, ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'

/**
 * The group of a registered child, the decisions of staff about it, and a change by hand; renders nothing without
 * groups.
 */
export const ChildGroupOf = ({ registration }: { registration: RegisteredChild }) => {
  const may = useMay()
  const [isOpen, setIsOpen] = useState(false)
  const { data, error } = useQuery(
    orpc.reservations.childGroup.queryOptions({ input: { registrationId: registration.id } }),
  )
  if (error) return <Failure error={error} />
  if (!data || data.groups.length === 0) return null
  return (
    <>
      <p className="soft">
        {nameOf(data, data.groupId) === undefined
          ? 'Aucun groupe\u00a0: ni son âge ni sa classe n’en donne un.'
          : `Groupe\u00a0: ${nameOf(data, data.groupId)}`}
        {data.put.map(({ fromDay, groupId, reason }) => (
          <span key={fromDay} style={{ display: 'block' }}>
            À partir du {shortDay(fromDay)}&nbsp;: {nameOf(data, groupId) ?? byRule}
            {reason === '' ? '' : `, ${reason}`}
          </span>
        ))}
      </p>
      {registration.isLive && may('decisions') ? (
        <ActionButton combo="g" label="Changer de groupe…" onAction={() => setIsOpen(true)} />
      ) : null}
      {isOpen ? <GroupDialog registration={registration} groups={data} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}

/** A registration's child; `isLive` while the registration waits or runs. */
export type RegisteredChild = Pick<Registration, 'id' | 'firstName'> & { readonly isLive: boolean }

const byRule = 'selon son âge et sa classe'

const nameOf = ({ groups }: ChildGroup, id: number | null): string | undefined =>
  groups.find((group) => group.id === id)?.name

const GroupDialog = ({
  registration,
  groups,
  onClose,
}: {
  registration: RegisteredChild
  groups: ChildGroup
  onClose: () => void
}) => {
  const form = useForm<{ groupId: string; fromDay: string; reason: string }>({
    mode: 'controlled',
    initialValues: { groupId: '', fromDay: groups.on, reason: '' },
    validate: { fromDay: (text) => (isDay(text) ? null : 'Choisissez le premier jour.') },
  })
  return (
    <FormDialog
      opened
      title={`Groupe ${ofName(registration.firstName)}`}
      form={form}
      submit="Changer de groupe"
      onSubmit={async (client, { groupId, ...values }) => {
        const { promoted, above } = await client.reservations.putInGroup({
          registrationId: registration.id,
          groupId: groupId === '' ? null : Number(groupId),
          ...values,
        })
        const given =
          promoted === 0 ? [] : [`${counted(promoted, 'place rendue', 'places rendues')} à la liste d’attente.`]
        const over = above.length === 0 ? [] : [`${above.slice(0, 3).join('\u00a0; ')}.`]
        const message = [...given, ...over].join(' ')
        if (message !== '') notifications.show({ message })
      }}
      onClose={onClose}
    >
      <Select
        label="Groupe"
        data-autofocus
        data={[
          { value: '', label: 'Selon son âge et sa classe' },
          ...groups.groups.map(({ id, name, who }) => ({ value: String(id), label: `${name}, ${who}` })),
        ]}
        allowDeselect={false}
        {...form.getInputProps('groupId')}
      />
      <DayField label="À partir du" {...form.getInputProps('fromDay')} />
      <TextInput label="Motif" description="Facultatif." {...form.getInputProps('reason')} />
      <Note>Ses réservations restent&nbsp;: un groupe complet passe au-dessus de ses places.</Note>
    </FormDialog>
  )
}
