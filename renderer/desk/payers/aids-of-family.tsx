import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import { aidNotice, aidText, ceilingsText, isOver, leftText } from '../../../shared/rules/money/aid.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import { AidDialog } from './aid-dialog.tsx'
import { AidNoticeBadge } from './aids-to-watch.tsx'
import { PromiseDialog } from './promise-dialog.tsx'

/** The aids of a home and its children, on its page. */
export const AidsOfFamily = ({ familyId }: { familyId: number }) => {
  const { data: aids } = useQuery(orpc.payers.ofFamily.queryOptions({ input: { familyId } }))
  const [opened, setOpened] = useState<'promise' | ShownAid>()
  const close = () => setOpened(undefined)
  const { today } = useNow()
  if (!aids) return null
  // In the order in which they apply; those that are over come after them.
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
                  <NoticeOfAid aid={aid} />
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

const givenBy = ({ givenCents, givenUnits }: ShownAid) => ({ cents: givenCents, units: givenUnits })

const NoticeOfAid = ({ aid }: { aid: ShownAid }) => {
  const { today } = useNow()
  const notice = aidNotice(aid, givenBy(aid), today)
  return notice ? <AidNoticeBadge notice={notice} /> : null
}

/** On a child's card: the current aids of the child and of its home. Renders nothing when there is none. */
export const AidsOfChild = ({ familyId, childId }: { familyId: number; childId: number }) => {
  const { data: aids = [] } = useQuery(orpc.payers.ofFamily.queryOptions({ input: { familyId } }))
  const { today } = useNow()
  const own = aids.filter((aid) => (aid.childId ?? childId) === childId && !isOver(aid, today))
  if (own.length === 0) return null
  return (
    <Section
      title="Aides"
      action={
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }} search={{ onglet: 'argent' }}>
          Voir le compte
        </Link>
      }
    >
      <ul className="family-people">
        {own.map((aid) => {
          const left = leftText(aid, givenBy(aid))
          return (
            <li key={aid.id}>
              <span>
                {aidText(aid)} <NoticeOfAid aid={aid} />
                <br />
                <span className="soft">
                  {[
                    aid.thirdParty ?? 'baisse du prix',
                    aid.childId === null ? 'toute la famille' : '',
                    aid.to ? `jusqu’au ${shortDay(aid.to)}` : '',
                    left && aid.level !== 'usedUp' ? `il reste ${left}` : '',
                  ]
                    .filter((text) => text !== '')
                    .join(' · ')}
                </span>
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

/** Moves an aid among the others, and removes one that gave nothing. */
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
