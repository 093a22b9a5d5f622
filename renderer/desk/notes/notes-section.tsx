import { Checkbox, Select, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import type { NoteInput, NoteShown } from '../../../shared/contract/desk/people/notes.ts'
import { roleNames, serviceRoles } from '../../../shared/rules/access/roles.ts'
import { longDate, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import './notes.css'

/** Notes about a home and its children that this person sees, with alerts and tasks. */
export const NotesSection = ({ family, mayWrite }: { family: Family; mayWrite: boolean }) => {
  const { data = [] } = useQuery(orpc.notes.ofFamily.queryOptions({ input: { familyId: family.id } }))
  const [edited, setEdited] = useState<NoteShown | 'new'>()
  const remove = useMutation(orpcOutsideForms.notes.remove.mutationOptions())
  if (data.length === 0 && !mayWrite) return null
  return (
    <Section
      title="Notes et alertes"
      action={mayWrite ? <PlainAction label="Nouvelle note" onAction={() => setEdited('new')} /> : undefined}
    >
      {data.length === 0 ? <p className="small soft">Aucune note.</p> : null}
      <ul className="notes">
        {data.map((note) => (
          <li key={note.id}>
            <p>
              {note.childId === null ? null : <b>{note.about}&nbsp;: </b>}
              {note.text}
            </p>
            <NoteFacts note={note} />
            <span className="row row-wide">
              {note.state === null ? null : <Tick note={note} />}
              {note.mayWrite ? (
                <>
                  <PlainAction
                    label="Modifier"
                    aria={`Modifier la note «\u00a0${note.text}\u00a0»`}
                    onAction={() => setEdited(note)}
                  />
                  <PlainAction
                    label="Retirer"
                    aria={`Retirer la note «\u00a0${note.text}\u00a0»`}
                    onAction={() => remove.mutate({ id: note.id })}
                  />
                </>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {edited ? <NoteDialog note={edited} family={family} onClose={() => setEdited(undefined)} /> : null}
    </Section>
  )
}

/** The last day of an alert; the person and the day of a task. */
export const NoteFacts = ({ note: { alertUntil, isAlert, assignee, dueOn, doneOn, state } }: { note: NoteShown }) => (
  <span className="row row-wide small soft">
    {alertUntil === null ? null : isAlert ? (
      <Badge tone="warn">alerte jusqu’au {numericDay(alertUntil)}</Badge>
    ) : (
      <span>alerte finie le {numericDay(alertUntil)}</span>
    )}
    {dueOn === null ? null : doneOn !== null ? (
      <Badge tone="good">fait le {numericDay(doneOn)}</Badge>
    ) : (
      <>
        {state === 'late' ? <Badge tone="danger">en retard</Badge> : null}
        <span>
          {assignee}, {state === 'due' ? 'aujourd’hui' : `le ${longDate(dueOn)}`}
        </span>
      </>
    )}
  </span>
)

const Tick = ({ note: { id, text, doneOn } }: { note: NoteShown }) => {
  const tick = useMutation(orpcOutsideForms.notes.tick.mutationOptions())
  const isDone = doneOn !== null
  return (
    <PlainAction
      label={isDone ? 'Pas fait' : 'Fait'}
      aria={`${isDone ? 'Pas fait' : 'Fait'}\u00a0: ${text}`}
      onAction={() => tick.mutate({ id, done: !isDone })}
    />
  )
}

/** @param family the home of the note; absent for a task that is about no home */
export const NoteDialog = ({
  note,
  family,
  onClose,
}: {
  note: NoteShown | 'new'
  family?: Family
  onClose: () => void
}) => {
  const { data: people = [] } = useQuery(orpc.notes.people.queryOptions())
  const isNew = note === 'new'
  const form = useForm({
    initialValues: {
      about: isNew || note.childId === null ? 'home' : String(note.childId),
      text: isNew ? '' : note.text,
      seenBy: isNew ? (['director', 'receptionist'] as NoteInput['seenBy']) : note.seenBy,
      alertUntil: isNew ? '' : (note.alertUntil ?? ''),
      assigneeId: isNew || note.assigneeId === null ? null : (String(note.assigneeId) as string | null),
      dueOn: isNew ? '' : (note.dueOn ?? ''),
    },
  })
  return (
    <FormDialog
      opened
      title={isNew ? (family ? 'Nouvelle note' : 'À faire') : 'Modifier la note'}
      draft={isNew ? `nouvelle note ${family?.id ?? ''}` : `note ${note.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { about, alertUntil, assigneeId, dueOn, ...values }) =>
        client.notes.save({
          ...values,
          ...(!isNew && { id: note.id }),
          familyId: isNew ? (family && about === 'home' ? family.id : null) : note.familyId,
          childId: isNew ? (about === 'home' ? null : Number(about)) : note.childId,
          alertUntil: alertUntil === '' ? null : alertUntil,
          assigneeId: assigneeId === null ? null : Number(assigneeId),
          dueOn: dueOn === '' ? null : dueOn,
        })
      }
      onClose={onClose}
    >
      {family && isNew ? (
        <Select
          label="Sur"
          data={[
            { value: 'home', label: 'La famille' },
            ...family.children.map(({ id, firstName, lastName }) => ({
              value: String(id),
              label: `${firstName} ${lastName}`,
            })),
          ]}
          allowDeselect={false}
          {...form.getInputProps('about')}
        />
      ) : null}
      <Textarea
        label={family ? 'Note' : 'Ce qui est à faire'}
        description={
          family ? 'Rien sur la santé\u00a0: elle a sa fiche. La famille peut demander à lire ses notes.' : undefined
        }
        autosize
        minRows={2}
        data-autofocus
        {...form.getInputProps('text')}
      />
      {family ? (
        <DayField
          label="Alerte jusqu’au"
          description={'Vide\u00a0: une simple note.'}
          {...form.getInputProps('alertUntil')}
        />
      ) : null}
      <div className="form-pair">
        <Select
          label="À faire par"
          placeholder="personne"
          data={people.map(({ id, name }) => ({ value: String(id), label: name }))}
          clearable
          {...form.getInputProps('assigneeId')}
        />
        <DayField label="Le" {...form.getInputProps('dueOn')} />
      </div>
      <Checkbox.Group label="Vue par" {...form.getInputProps('seenBy')}>
        <div className="stack">
          {serviceRoles.map((role) => (
            <Checkbox key={role} value={role} label={roleNames[role]} />
          ))}
        </div>
      </Checkbox.Group>
      {form.values.alertUntil === '' || form.values.seenBy.includes('animator') ? null : (
        <Note>Cochez «&nbsp;Animateur&nbsp;» pour que l’alerte soit vue au pointage par l’équipe.</Note>
      )}
    </FormDialog>
  )
}
