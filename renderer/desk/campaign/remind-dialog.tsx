import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { ConfirmDialog, Dialog } from '../parts/forms/dialogs.tsx'
import './campaign.css'

/** The homes of a list that still owe something are reminded by letter or by mail. */
export const ReminderActions = ({ familyIds }: { familyIds: readonly number[] }) => {
  const letters = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.campaign.letters({ familyIds: [...familyIds] })),
  })
  const [isReminding, setReminding] = useState(false)
  return (
    <>
      <Button
        variant="default"
        loading={letters.isPending}
        disabled={familyIds.length === 0}
        onClick={() => letters.mutate()}
      >
        Imprimer les lettres
      </Button>
      <ActionButton
        main
        label={`Relancer (${familyIds.length})`}
        disabled={familyIds.length === 0}
        onAction={() => setReminding(true)}
      />
      {isReminding ? <RemindDialog familyIds={familyIds} onClose={() => setReminding(false)} /> : null}
    </>
  )
}

/** « Relancer »: how many mails would leave, what the first one says, and when these homes were last reminded. */
export const RemindDialog = ({ familyIds, onClose }: { familyIds: readonly number[]; onClose: () => void }) => {
  const queries = useQueryClient()
  const { data, error } = useQuery({
    ...orpc.campaign.reminder.queryOptions({ input: { familyIds: [...familyIds] } }),
    gcTime: 0,
    retry: false,
  })
  if (!data) {
    return (
      <Dialog opened title="Relancer" width="narrow" onClose={onClose}>
        {error ? <Failure error={error} /> : <Loading />}
      </Dialog>
    )
  }
  const { mails, unreached, reminded, remindedOn, example } = data
  return (
    <ConfirmDialog
      opened
      title="Relancer"
      confirm={`Envoyer ${counted(mails, 'courriel')}`}
      onClose={onClose}
      onConfirm={async (client) => {
        const sent = await client.campaign.remind({ familyIds: [...familyIds] })
        void queries.invalidateQueries({ queryKey: orpc.dossiers.ofFamily.key() })
        notifications.show({ message: `${counted(sent.mailed, 'courriel')} à envoyer.` })
        if (sent.unreached.length > 0) await printPaper(await client.campaign.letters({ familyIds: sent.unreached }))
      }}
    >
      <p className="reminder-last">
        {remindedOn === null
          ? 'Aucun rappel n’est encore parti.'
          : `${familyIds.length === 1 ? 'Dernier rappel' : `${counted(reminded, 'famille')} déjà relancée${reminded > 1 ? 's' : ''}, la dernière fois`} le ${shortDay(remindedOn)}.`}
        {unreached === 0 ? '' : ` ${counted(unreached, 'famille')} sans mail\u00a0: leurs lettres s’impriment.`}
      </p>
      {example ? (
        <figure className="reminder-mail">
          <figcaption className="soft small">
            {mails > 1 ? 'Le premier, à ' : 'À '}
            {example.to}
          </figcaption>
          <b>{example.subject}</b>
          <p>{example.body}</p>
        </figure>
      ) : null}
    </ConfirmDialog>
  )
}
