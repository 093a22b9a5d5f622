import { Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { expectedWhere, smsCostText } from '../../../shared/rules/messages/audience.ts'
import { composed } from '../../../shared/rules/messages/compose.ts'
import { letterText } from '../../../shared/rules/messages/gsm.ts'
import { maxMessageLength } from '../../../shared/rules/requests/message.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { useExampleText } from '../mails/example-text.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useExchangeState } from '../portal/exchange-queries.ts'
import { markedText } from '../registrations/registration-texts.ts'
import { useNow } from '../staff/now.ts'
import { type Choices, useChoices } from './audience-fields.tsx'

const usualReason = 'fermeture exceptionnelle'

const itemsOf = (kind: string, ones: readonly { readonly id: number; readonly name: string }[]) =>
  ones.map(({ id, name }) => ({ value: `${kind} ${id}`, label: name }))

/** What can close, by kind. A town with one site does not name it. */
const placesOffered = ({ sites, facilities, schools, activities }: Choices) =>
  [
    {
      group: 'En entier',
      items: itemsOf('site', sites.length === 1 ? sites.map((one) => ({ ...one, name: 'Tout le service' })) : sites),
    },
    { group: 'Une école', items: itemsOf('school', schools) },
    { group: 'Un équipement', items: itemsOf('facility', facilities) },
    { group: 'Une activité', items: itemsOf('activity', activities) },
  ].filter((group) => group.items.length > 0)

/** « Fermeture en urgence », from Accueil: closes days and tells the families of expected children, in one step. */
export const UrgentClosingDialog = ({
  activityIds,
  onClose,
}: {
  /** The activities open today: a single one is chosen by default. */
  activityIds: readonly number[]
  onClose: () => void
}) => {
  const { today } = useNow()
  const choices = useChoices()
  const exampleText = useExampleText()
  const { data: exchange } = useExchangeState()
  const form = useForm<Record<'where' | 'from' | 'to' | 'reason' | 'text', string>>({
    mode: 'controlled',
    initialValues: {
      where: activityIds.length === 1 ? `activity ${activityIds[0]}` : '',
      from: today,
      to: '',
      reason: usualReason,
      /** Empty to use the prepared text. */
      text: '',
    },
    validate: {
      where: (where) => (where === '' ? 'Choisissez ce qui ferme.' : null),
      from: (from) => (isDay(from) ? null : 'Choisissez le premier jour.'),
      to: (to, { from }) => (to !== '' && to < from ? 'Le dernier jour vient avant le premier.' : null),
      reason: (reason) => (reason.trim() === '' ? 'Indiquez un motif\u00a0: les familles le liront.' : null),
    },
  })
  const { where, from, to, reason, text: typed } = form.values
  /** The prepared text that the person then changed. */
  const [typedFor, setTypedFor] = useState('')
  const [kind, id] = where.split(' ')
  const idOf = (one: string) => (kind === one ? Number(id) : null)
  const place = {
    siteId: idOf('site'),
    facilityId: idOf('facility'),
    schoolId: idOf('school'),
    activityId: idOf('activity'),
  }
  const lastDay = isDay(to) ? to : from
  const offered = choices ? placesOffered(choices) : []
  const name = offered.flatMap(({ items }) => items).find(({ value }) => value === where)?.label ?? ''
  const days = !isDay(from)
    ? ''
    : from === lastDay
      ? `le ${shortDay(from)}`
      : `du ${shortDay(from)} au ${isDay(lastDay) ? shortDay(lastDay) : ''}`
  const isAsked = where !== '' && isDay(from) && isDay(lastDay) && from <= lastDay
  const asked = { ...place, from: isAsked ? from : today, to: isAsked && isDay(lastDay) ? lastDay : today }
  const whom = expectedWhere(place, asked.from, asked.to)
  const { data, error, refetch } = useQuery(
    orpc.sendings.preview.queryOptions({
      input: { whom, withSms: true },
      enabled: isAsked,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  )
  const { data: closing } = useQuery(
    orpc.sendings.closingPreview.queryOptions({
      input: asked,
      enabled: isAsked,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  )
  const people = (isAsked && data?.people) || []
  const reached = people.filter(({ channel }) => channel !== 'call').length
  const toCall = people.length - reached
  // No phone number is given when the file has none.
  const questions = people.some(({ values }) => values['téléphone'] === '') ? '' : ' Questions\u00a0: {téléphone}'
  const prepared = `${name} ferme ${days}\u00a0: ${reason.trim()}. Nous ne pouvons pas accueillir {prénoms}.${questions}`
  const text = typed === '' ? prepared : typed
  const { smsParts, longest } = composed(text, people)
  const costly = longest && letterText(longest.length)
  return (
    <FormDialog
      opened
      title="Fermeture en urgence"
      form={form}
      submit={reached > 0 ? `Fermer et prévenir ${counted(reached, 'personne')}` : 'Fermer ces jours'}
      onSubmit={async (client) => {
        try {
          const done = await client.sendings.closeUrgently({
            ...place,
            from,
            to: lastDay,
            reason: reason.trim(),
            subject: `${name}\u00a0: fermeture`,
            text,
            withSms: true,
            seen: people.map(({ guardianId }) => guardianId),
          })
          notifications.show({
            message: `C’est fermé. ${counted(done.people, 'personne')} dans l’envoi, ${counted(done.bookings, 'réservation libérée', 'réservations libérées')}.${done.isExchanging ? ' L’échange avec le portail est en cours.' : ''}`,
          })
        } catch (failure) {
          // Reads the audience again, to show who joined or left it before the next try.
          await refetch()
          throw failure
        }
      }}
      leave="Quitter"
      onClose={onClose}
    >
      <Select
        label="Ce qui ferme"
        searchable
        data-autofocus
        data={offered}
        {...form.getInputProps('where')}
        value={where === '' ? null : where}
      />
      <div className="row" style={{ alignItems: 'start' }}>
        <DayField label="Du" {...form.getInputProps('from')} />
        <DayField label="Au" description="vide&nbsp;: ce seul jour" clearable {...form.getInputProps('to')} />
      </div>
      <TextInput label="Motif" description="Les familles le lisent." {...form.getInputProps('reason')} />
      <Textarea
        label="Texte envoyé"
        autosize
        minRows={3}
        maxRows={8}
        maxLength={maxMessageLength}
        {...form.getInputProps('text')}
        value={text}
        onChange={({ currentTarget }) => {
          form.setFieldValue('text', currentTarget.value)
          setTypedFor(prepared)
        }}
      />
      {typed !== '' && typedFor !== prepared ? (
        <Note tone="warn">Ce texte a été écrit avant le dernier changement&nbsp;: relisez-le.</Note>
      ) : null}
      {costly === null ? null : <Note tone="warn">{costly}</Note>}
      {error ? <Failure error={error} /> : null}
      {isAsked && data && closing ? (
        people.length === 0 ? (
          <Note tone="good">Aucun enfant n’est attendu ces jours-là.</Note>
        ) : (
          <Note tone="warn">
            <b>{counted(data.children, 'enfant attendu', 'enfants attendus')}</b>,{' '}
            {closing.bookings === 0
              ? 'aucune réservation n’est libérée'
              : counted(
                  closing.bookings,
                  'réservation est libérée sans être facturée',
                  'réservations sont libérées sans être facturées',
                )}
            . {closing.marked > 0 ? `${markedText(closing.marked)} ` : ''}
            {place.schoolId === null ? '' : 'Les activités restent ouvertes aux autres enfants. '}
            {counted(reached, 'personne prévenue', 'personnes prévenues')}
            {smsParts > 0
              ? `, dont ${counted(smsParts, 'SMS', 'SMS')}\u00a0: ${smsCostText(smsParts * data.priceThousandths)}`
              : ''}
            {toCall > 0 ? `, ${toCall} à appeler` : ''}
            {exchange?.portal ? ', et le portail, par un échange qui part aussitôt' : ''}. {exampleText}
          </Note>
        )
      ) : null}
    </FormDialog>
  )
}
