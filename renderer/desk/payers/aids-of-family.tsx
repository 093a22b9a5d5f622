import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import { aidText, ceilingsText, isOver } from '../../../shared/rules/money/aid.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import { AidDialog, PromiseDialog } from './promise-dialog.tsx'

/** The aids of a home and its children, on its page. */
export const AidsOfFamily = ({ familyId }: { familyId: number }) => {
  const { data: aids } = useQuery(orpc.payers.ofFamily.queryOptions({ input: { familyId } }))
  const [opened, setOpened] = useState<'promise' | ShownAid>()
  const close = () => setOpened(undefined)
  const { today } = useNow()
  if (!aids) return null
  // In the order in which they are taken; those that are over come after them.
  const following = aids.filter((aid) => !isOver(aid, today)).map(({ id }) => id)
  return (
    <Section title="Aides" action={<Button onClick={() => setOpened('promise')}>Promettre une aide…</Button>}>
      {aids.length === 0 ? (
        <p className="soft small">Aucune aide&nbsp;: la famille paie tout.</p>
      ) : (
        <table className="table table-flush" aria-label="Aides">
          <tbody>
            {aids.map((aid) => (
              <tr key={aid.id}>
                <td>{aid.child ?? 'toute la famille'}</td>
                <td>
                  <PlainAction label={aidText(aid)} onAction={() => setOpened(aid)} />{' '}
                  {aid.state === 'refused' ? <Badge tone="danger">refusée</Badge> : null}
                  {aid.level === 'usedUp' ? <Badge tone="danger">épuisée</Badge> : null}
                  {aid.level === 'nearlyUsed' ? <Badge tone="warn">bientôt épuisée</Badge> : null}
                </td>
                <td>{aid.thirdParty ?? 'baisse du prix'}</td>
                <td className="soft">
                  du {shortDay(aid.from)} {aid.to ? `au ${shortDay(aid.to)}` : 'sans fin'}
                </td>
                <td className="num">
                  {formatEuros(aid.givenCents)}
                  <span className="soft small">{ceilingsText(aid) ? ` sur ${ceilingsText(aid)}` : ''}</span>
                </td>
                <td className="num">
                  <AidActions aid={aid} following={following} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {opened === 'promise' ? <PromiseDialog thirdPartyId={null} familyId={familyId} onClose={close} /> : null}
      {typeof opened === 'object' ? <AidDialog aid={opened} onClose={close} /> : null}
    </Section>
  )
}

/** Changes the order of an aid among the others, and removes one that gave nothing. */
const AidActions = ({ aid: { id, label, givenCents }, following }: { aid: ShownAid; following: readonly number[] }) => {
  const moving = useMutation({
    mutationFn: (by: -1 | 1) => clientOutsideForms.payers.move({ id, by }),
    onError: notifyRefusal,
  })
  const removal = useMutation({ mutationFn: () => clientOutsideForms.payers.remove({ id }), onError: notifyRefusal })
  return (
    <span className="row">
      {following.indexOf(id) > 0 ? (
        <PlainAction label="Monter" aria={`Monter ${label}`} onAction={() => moving.mutate(-1)} />
      ) : null}
      {following.includes(id) && following.at(-1) !== id ? (
        <PlainAction label="Descendre" aria={`Descendre ${label}`} onAction={() => moving.mutate(1)} />
      ) : null}
      {givenCents === 0 ? (
        <PlainAction label="Retirer" aria={`Retirer ${label}`} onAction={() => removal.mutate()} />
      ) : null}
    </span>
  )
}
