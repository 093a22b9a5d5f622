import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { WatchedAid } from '../../../shared/contract/desk/money/payers.ts'
import { type AidNotice, aidText, leftText } from '../../../shared/rules/money/aid.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import './payers.css'

/**
 * Aids that are nearly used up or end soon, so that staff can inform families before they pay more. Renders nothing
 * when there is none.
 */
export const AidsToWatch = () => {
  const { data: aids = [] } = useQuery(orpc.payers.toWatch.queryOptions())
  if (aids.length === 0) return null
  return (
    <div className="payers-watch">
      <Section title="À surveiller" subtitle="plafond pris à 90&nbsp;%, ou fin d’ici un mois">
        <table className="table table-flush" aria-label="Aides à surveiller">
          <tbody>
            {aids.map((aid) => (
              <tr key={aid.id}>
                <td>
                  <Link
                    to="/familles/$familyId"
                    params={{ familyId: String(aid.familyId) }}
                    search={{ onglet: 'argent' }}
                  >
                    {aid.child ?? `famille ${aid.family}`}
                  </Link>
                </td>
                <td>{aidText(aid)}</td>
                <td className="soft">{aid.thirdParty ?? 'baisse du prix'}</td>
                <td>
                  <AidNoticeBadge notice={aid.notice} />
                </td>
                <td className="small">{detailOf(aid)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </div>
  )
}

const detailOf = ({ notice, givenCents, givenUnits, ...aid }: WatchedAid): string => {
  if (notice === 'usedUp') return 'la famille paie le reste'
  if (notice === 'endsSoon') return aid.to ? `dernier jour\u00a0: ${shortDay(aid.to)}` : ''
  return `il reste ${leftText(aid, { cents: givenCents, units: givenUnits })}`
}

const notices: Readonly<Record<AidNotice, { tone: 'danger' | 'warn'; word: string }>> = {
  usedUp: { tone: 'danger', word: 'épuisée' },
  nearlyUsed: { tone: 'warn', word: 'bientôt épuisée' },
  endsSoon: { tone: 'warn', word: 'bientôt finie' },
}

export const AidNoticeBadge = ({ notice }: { notice: AidNotice }) => (
  <Badge tone={notices[notice].tone}>{notices[notice].word}</Badge>
)
