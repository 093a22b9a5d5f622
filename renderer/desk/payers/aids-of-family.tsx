import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import { aidText, ceilingsText } from '../../../shared/rules/money/aid.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { AidDialog, PromiseDialog } from './promise-dialog.tsx'

/** The aids of a home and its children, on its page. */
export const AidsOfFamily = ({ familyId }: { familyId: number }) => {
  const { data: aids } = useQuery(orpc.payers.ofFamily.queryOptions({ input: { familyId } }))
  const [opened, setOpened] = useState<'promise' | ShownAid>()
  const close = () => setOpened(undefined)
  if (!aids) return null
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
