import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { feedTexts } from '../../../shared/pages/change-account.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries } from '../queries.ts'

const reloadFeed = () => queries.invalidateQueries({ queryKey: orpc.account.feed.key() })

const copy = async (text: string) => {
  await navigator.clipboard.writeText(text)
  showToast('Adresse copiée.')
}

/** The calendar feed of confirmed days that a phone's agenda can subscribe to, at a secret address. */
export const Agenda = () => {
  const feed = useQuery(orpc.account.feed.queryOptions())
  const [address, setAddress] = useState<string>()
  const open = useMutation(
    orpc.account.openFeed.mutationOptions({
      onSuccess: (made) => setAddress(made.address),
      onSettled: reloadFeed,
    }),
  )
  const close = useMutation(
    orpc.account.closeFeed.mutationOptions({
      onSuccess: () => {
        setAddress(undefined)
        showToast('L’adresse de l’agenda est fermée.')
      },
      onSettled: reloadFeed,
    }),
  )
  return (
    <section className="card" aria-labelledby="agenda">
      <h2 id="agenda">{feedTexts.title}</h2>
      <p className="small soft">{feedTexts.text}</p>
      <QueryState query={feed}>
        {(shown) => (
          <>
            {address ? (
              <>
                <Field
                  label="Adresse à coller dans «&nbsp;Ajouter un agenda par URL&nbsp;»"
                  readOnly
                  value={address}
                  onFocus={(event) => event.currentTarget.select()}
                />
                <p className="small soft">Elle ne sera plus montrée. Perdue, elle se remplace.</p>
                <p className="row">
                  <Button kind="second" onClick={() => void copy(address)}>
                    Copier l’adresse
                  </Button>
                  <a className="btn btn-second" href={address.replace(/^https?:/, 'webcal:')}>
                    Ouvrir dans mon agenda
                  </a>
                </p>
              </>
            ) : null}
            {shown ? (
              <>
                <p className="small">
                  Adresse ouverte le {shortDay(dayAt(shown.createdAt))},{' '}
                  {shown.readOn ? `lue le ${shortDay(shown.readOn)}` : 'pas encore lue'}.
                </p>
                <p className="row">
                  <Button kind="second" isBusy={open.isPending} onClick={() => open.mutate(undefined)}>
                    Remplacer l’adresse
                  </Button>
                  <Button kind="danger" isBusy={close.isPending} onClick={() => close.mutate(undefined)}>
                    Fermer l’adresse
                  </Button>
                </p>
              </>
            ) : (
              <Button isBusy={open.isPending} onClick={() => open.mutate(undefined)}>
                Créer mon adresse d’agenda
              </Button>
            )}
          </>
        )}
      </QueryState>
    </section>
  )
}
