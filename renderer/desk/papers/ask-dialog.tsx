import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { addDays } from '../../../shared/rules/calendar/day.ts'
import { isOfSomeOnly, unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { type PaperKind, paperKindRules, paperKinds } from '../../../shared/rules/requests/paper.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

/** Default delay for a requested paper, in days: time to find and photograph it. */
const defaultDays = 14

type Values = { kind: PaperKind; childId: string | null; note: string; dueOn: string }

/** « Demander une pièce »: the portal shows the request to the family until a paper is accepted. */
export const AskDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm<Values>({
    initialValues: {
      kind: 'insurance',
      childId: family.children.length === 1 ? String(family.children[0]?.id) : null,
      note: '',
      dueOn: addDays(today, defaultDays),
    },
    validate: { dueOn: (day) => (day ? null : 'Pour quel jour\u00a0?') },
  })
  const { of } = paperKindRules[form.values.kind]
  return (
    <FormDialog
      opened
      title="Demander une pièce"
      // The browser stores nothing about a paper that only some children have.
      {...(!isOfSomeOnly(form.values.kind) && { draft: `pièce demandée ${family.id}` })}
      width="narrow"
      form={form}
      submit="Demander"
      onClose={onClose}
      onSubmit={(client, { kind, childId, note, dueOn }) =>
        client.papers.ask({
          familyId: family.id,
          childId: of === 'family' || childId === null ? null : Number(childId),
          kind,
          note,
          dueOn,
        })
      }
    >
      <Select
        label="Pièce"
        description={
          isOfSomeOnly(form.values.kind)
            ? `Le portail dit seulement «\u00a0${unnamedPaper}\u00a0»\u00a0: dites lequel à la famille.`
            : undefined
        }
        data={paperKinds.map((value) => ({ value, label: paperKindRules[value].title }))}
        {...form.getInputProps('kind')}
      />
      {of === 'family' ? null : (
        <Select
          label="Enfant"
          placeholder={of === 'either' ? 'Tout le foyer' : 'Choisir…'}
          clearable={of === 'either'}
          data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
          {...form.getInputProps('childId')}
        />
      )}
      <DayField label="À envoyer avant le" {...form.getInputProps('dueOn')} />
      <TextInput label="Précision" placeholder="Celle de l’année 2026/2027" {...form.getInputProps('note')} />
    </FormDialog>
  )
}
