import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useRef } from 'react'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'

/** Opens, with a reason, the record of a child whom another site knows. */
export const OpenElsewhereDialog = ({
  name,
  birthDay,
  onClose,
  onOpened,
}: {
  readonly name: string
  readonly birthDay: Day
  readonly onClose: () => void
  readonly onOpened: (familyId: number) => void
}) => {
  const form = useForm({ mode: 'uncontrolled', initialValues: { reason: '' } })
  const opened = useRef<number>(undefined)
  return (
    <FormDialog
      opened
      title="Connu à un autre site"
      width="narrow"
      form={form}
      submit="Ouvrir la fiche"
      onSubmit={async (client, { reason }) => {
        const { id } = await client.families.openElsewhere({ name, birthDay, reason })
        opened.current = id
      }}
      onClose={() => (opened.current === undefined ? onClose() : onOpened(opened.current))}
    >
      <p>
        <b>{name}</b>, naissance le {longDate(birthDay)}. Cet enfant est connu à un autre site&nbsp;: la fiche de sa
        famille s’ouvre à vous pour 30&nbsp;jours, le temps de l’inscrire ici. Le motif reste dans l’historique.
      </p>
      <Textarea
        label="Motif"
        placeholder="la famille demande une place ici"
        autosize
        minRows={2}
        data-autofocus
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}
