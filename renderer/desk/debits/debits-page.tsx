import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ListedCollection, PreviewedDebit } from '../../../shared/contract/desk/money/debits.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { yearOf } from '../../../shared/rules/calendar/day.ts'
import { collectionSources } from '../../../shared/rules/money/debit/collection.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge } from '../parts/feedback.tsx'
import { Screen, ScreenHead, Section } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import './debits.css'

const steps = ['Aperçu', 'Gel et avis', 'Fichier', 'Retours'] as const

/** The screen's head, with the progress of the collection, and its content. */
export const DebitsPage = ({
  step,
  controls,
  actions,
  children,
}: {
  /** The index of the current step; null before the first. */
  step: number | null
  controls?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) => (
  <Screen title="Prélèvements">
    <ScreenHead
      above={<Link to="/reglements">Règlements</Link>}
      title="Prélèvements"
      controls={
        <>
          {controls}
          {step === null ? null : (
            <ol className="debits-steps" aria-label="Étapes">
              {steps.map((name, index) => (
                <li
                  key={name}
                  {...(index < step && { 'data-done': true })}
                  {...(index === step && { 'aria-current': 'step' as const })}
                >
                  {name}
                </li>
              ))}
            </ol>
          )}
        </>
      }
    >
      {actions}
    </ScreenHead>
    {children}
  </Screen>
)

/** Opens the page of a line's payer: the account of a home, or a third party. */
export const useOpenPayer = () => {
  const navigate = useNavigate()
  return ({ familyId, thirdPartyId }: Pick<PreviewedDebit, 'familyId' | 'thirdPartyId'>): void =>
    void (familyId === null
      ? navigate({ to: '/facturation/tiers/$tiers', params: { tiers: String(thirdPartyId) } })
      : navigate({
          to: '/familles/$familyId',
          params: { familyId: String(familyId) },
          search: { onglet: 'argent' },
        }))
}

const stateWords = {
  frozen: ['warn', 'gelé'],
  written: ['accent', 'fichier fait'],
  collected: ['good', 'encaissé'],
} as const

export const StateBadge = ({ state }: Pick<ListedCollection, 'state'>) => {
  const [tone, word] = stateWords[state]
  return <Badge tone={tone}>{word}</Badge>
}

/**
 * « D’où viennent les 3 914,25 € »: the number and amount of the debits by source: months billed, opening balances,
 * parts of years.
 */
export const Sources = ({ lines, cents }: { lines: readonly Pick<PreviewedDebit, 'taken'>[]; cents: Cents }) =>
  lines.length === 0 ? null : (
    <Section title={`D’où viennent les ${formatEuros(cents)}`}>
      <table className="table table-flush" aria-label="D’où vient la somme prélevée">
        <tbody>
          {collectionSources(lines).map(({ source, count, cents: part }) => (
            <tr key={source}>
              <td>{source}</td>
              <td className="num soft">{count}</td>
              <td className="num">{formatEuros(part)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )

/** The collections of a régie, newest first, next to the one being prepared. */
export const FormerCollections = ({ regie }: { regie: RegieChoice }) => {
  const { today } = useNow()
  const { data } = useQuery(orpc.debits.collections.queryOptions({ input: { regieId: regie.id } }))
  if (!data || data.length === 0) return null
  return (
    <Section title="Déjà gelés" subtitle={counted(data.length, 'prélèvement')}>
      <table className="table table-flush" aria-label="Prélèvements déjà gelés">
        <tbody>
          {data.slice(0, 12).map(({ id, on, state, lines, cents, returned }) => (
            <tr key={id}>
              <td>
                <Link to="/reglements/prelevements" search={{ prelevement: id }}>
                  {yearOf(on) === yearOf(today) ? briefDay(on) : shortDay(on)}
                </Link>
              </td>
              <td>
                <StateBadge state={state} />{' '}
                {returned > 0 ? <Badge tone="danger">{counted(returned, 'rejet')}</Badge> : null}
              </td>
              <td className="num">{lines}</td>
              <td className="num">{formatEuros(cents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
