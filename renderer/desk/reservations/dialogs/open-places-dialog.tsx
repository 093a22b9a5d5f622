import { NumberInput, Radio } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { OpenedPlace, OpeningResult, WaitingList } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { counted, shortDay } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import { Failure, Loading, Note } from '../../parts/feedback.tsx'
import { DayField } from '../../parts/forms/day-field.tsx'
import { FormDialog } from '../../parts/forms/dialogs.tsx'

/** Adds places to a waiting list's day: previews, as staff type, the children who would get them; one act. */
export const OpenPlacesDialog = ({ list, onClose }: { list: WaitingList; onClose: () => void }) => {
  const form = useForm<{ from: string; to: string; more: number | string; act: 'promote' | 'offer' }>({
    mode: 'controlled',
    initialValues: { from: list.day, to: list.day, more: 4, act: 'promote' },
    validate: { more: (more) => (Number.isInteger(Number(more)) && more !== '' ? null : 'Un nombre de places.') },
  })
  const { from, to, more, act } = form.values
  const wished = {
    periodId: list.periodId,
    from,
    to: to || from,
    slotIds: null,
    more: Number(more),
    groupId: list.groupId,
    act,
  }
  const [asked] = useDebouncedValue(wished, 250)
  const { data, error } = useQuery({
    ...orpc.reservations.openingPreview.queryOptions({ input: asked, staleTime: 0, retry: false }),
    placeholderData: keepPreviousData,
  })
  return (
    <FormDialog
      opened
      title={`Ouvrir des places, ${list.period}${list.group === null ? '' : `, ${list.group}`}`}
      form={form}
      submit={Number(more) === 0 ? 'Donner les places libres' : `Ouvrir ${counted(Number(more), 'place')}`}
      onClose={onClose}
      onSubmit={async (client) => {
        const done = await client.reservations.openPlaces(wished)
        notifications.show({ message: `${summary(done, act)}.` })
      }}
    >
      <div className="row" style={{ alignItems: 'end' }}>
        <NumberInput
          label="Places de plus, par plage"
          min={0}
          max={500}
          allowDecimal={false}
          data-autofocus
          {...form.getInputProps('more')}
        />
        <DayField
          label="Du"
          {...form.getInputProps('from')}
          onChange={(value) => form.setValues({ from: value, to: value > to ? value : to })}
        />
        <DayField label="Au" {...form.getInputProps('to')} />
      </div>
      <Radio.Group label="Les places" {...form.getInputProps('act')}>
        <div className="stack">
          <Radio value="promote" label="sont données aux premiers de la liste" />
          <Radio value="offer" label="leur sont proposées, avec un délai pour répondre" />
        </div>
      </Radio.Group>
      {error ? <Failure error={error} /> : data ? <Preview opened={data} act={act} /> : <Loading />}
    </FormDialog>
  )
}

/** « 12 places données à 5 enfants » */
const summary = ({ given, children }: OpeningResult, act: 'promote' | 'offer'): string =>
  given === 0
    ? 'Personne n’en profite'
    : `${act === 'offer' ? counted(given, 'place proposée', 'places proposées') : counted(given, 'place donnée', 'places données')} à ${counted(children, 'enfant')}`

const Preview = ({ opened, act }: { opened: OpeningResult; act: 'promote' | 'offer' }) => {
  const full = opened.places.filter(({ left }) => left > 0)
  return (
    <div className="stack" aria-live="polite">
      <p>
        <b>{summary(opened, act)}.</b>{' '}
        <span className="soft">
          {full.length === 0
            ? 'Plus personne n’attend ensuite ces jours-là.'
            : `${counted(full.length, 'plage reste complète', 'plages restent complètes')}.`}{' '}
          Rien n’est fait tant que vous n’ouvrez pas.
        </span>
      </p>
      <div className="stack opened-places" role="region" aria-label="Qui aurait une place">
        {opened.places.map((place) => (
          <Place key={`${place.day} ${place.slotId} ${place.group ?? ''}`} place={place} />
        ))}
      </div>
    </div>
  )
}

const Place = ({ place: { day, slot, group, given, stopped, left, staffing } }: { place: OpenedPlace }) => (
  <section className="stack">
    <p>
      <b>
        {shortDay(day)}, {slot}
        {group === null ? null : `, ${group}`}
      </b>{' '}
      <span className="soft small">{left === 0 ? 'plus personne n’attend' : `${left} en attente ensuite`}</span>
    </p>
    {given.length > 0 ? (
      <ol>
        {given.map(({ name, age, sentence }) => (
          <li key={name}>
            {name} <span className="soft">{`${age}. ${sentence}`}</span>
          </li>
        ))}
      </ol>
    ) : null}
    {stopped ? (
      <Note tone="warn">
        <b>{stopped.name}</b> ne peut pas prendre la place. {stopped.why}
      </Note>
    ) : null}
    {staffing?.warning ? <Note tone="warn">{staffing.warning}.</Note> : null}
  </section>
)
