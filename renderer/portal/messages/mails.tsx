import { useMutation, useQuery } from '@tanstack/react-query'
import type { MailChoices } from '../../../shared/contract/portal/messages.ts'
import { mailsShown, mailsTitle } from '../../../shared/pages/change-account.ts'
import { orpc } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, showAnswer } from '../queries.ts'
import './messages.css'

/** « Mails que je reçois »: a checkbox for each kind of mail. Mails about the account itself cannot be switched off. */
export const Mails = () => {
  const reading = useQuery(orpc.messages.mails.queryOptions())
  return (
    <Card title={mailsTitle}>
      <QueryState query={reading}>{(shown) => <Choices {...shown} />}</QueryState>
    </Card>
  )
}

const Choices = (choices: MailChoices) => {
  const { refused, legend, boxes, always } = mailsShown(choices)
  const choose = useMutation(
    orpc.messages.chooseMails.mutationOptions({
      onSuccess: async (shown) => {
        await showAnswer(orpc.messages.mails.queryKey(), shown)
        // The session lists the chosen kinds, and other pages promise a mail according to that list.
        void queries.invalidateQueries({ queryKey: orpc.account.session.queryKey() })
        showToast('Votre choix est enregistré.')
      },
    }),
  )
  return (
    <div className="stack-s">
      {refused !== null && <Notice kind="warn">{refused}</Notice>}
      <fieldset className="mails">
        <legend className="soft">{legend}</legend>
        {boxes.map(({ kind, wanted, name }) => (
          <label key={kind} className="mail-choice">
            <input
              type="checkbox"
              checked={wanted}
              disabled={choose.isPending}
              onChange={({ target }) => choose.mutate({ kind, wanted: target.checked })}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <p className="soft small">{always}</p>
    </div>
  )
}
