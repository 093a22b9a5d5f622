import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'wouter'
import type { FamilyShown } from '../../../shared/contract/portal/home.ts'
import { noChildText } from '../../../shared/pages/page.ts'
import { newRegistrationHead } from '../../../shared/pages/registrations.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Face } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { PeriodChoice } from './period-choice.tsx'
import './registrations.css'

type Child = FamilyShown['children'][number]

export const NewRegistrationPage = () => {
  const children = useQuery(orpc.home.registrations.queryOptions())
  const [search] = useSearchParams()
  return (
    <Page head={newRegistrationHead} isNarrow>
      <QueryState query={children}>
        {(shown) => {
          const [only, ...others] = shown
          const chosen = others.length === 0 ? only : shown.find(({ id }) => search.get('enfant') === `${id}`)
          if (!only) return <Empty>{noChildText}</Empty>
          return chosen ? (
            <ForChild key={chosen.id} child={chosen} isOnly={others.length === 0} />
          ) : (
            <ChildChoice of={shown} />
          )
        }}
      </QueryState>
    </Page>
  )
}

const ChildChoice = ({ of }: { of: readonly Child[] }) => {
  const [, setSearch] = useSearchParams()
  return (
    <section className="stack-s" aria-labelledby="pour-qui">
      <h2 id="pour-qui">Pour quel enfant&nbsp;?</h2>
      {of.map(({ id, firstName }) => (
        <Button key={id} kind="second" isWide onClick={() => setSearch({ enfant: `${id}` })}>
          <Face name={firstName} isSmall />
          {firstName}
        </Button>
      ))}
    </section>
  )
}

const ForChild = ({ child, isOnly }: { child: Child; isOnly: boolean }) => {
  const offered = useQuery(orpc.home.offered.queryOptions({ input: { child: child.id } }))
  return (
    <div className="stack-l">
      <p className="for-child">
        <Face name={child.firstName} isSmall />
        <span>
          Pour <b>{child.firstName}</b>
        </span>
        {!isOnly && <Link href="/nouvelle-inscription">Changer d’enfant</Link>}
      </p>
      <QueryState query={offered}>
        {(periods) =>
          periods.length === 0 ? (
            <Empty>
              <p>
                Aucune activité n’est proposée à l’âge de {child.firstName} en ce moment. Revenez quand la mairie aura
                ouvert de nouvelles périodes.
              </p>
            </Empty>
          ) : (
            <>
              <p className="hint">Les activités proposées sont celles de son âge.</p>
              <PeriodChoice child={child} periods={periods} />
            </>
          )
        }
      </QueryState>
    </div>
  )
}
