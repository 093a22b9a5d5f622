import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { orpc } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'
import type { FiguresSearch } from './figures-search.ts'

export const figuresTabs = [
  { id: 'caf', title: 'CAF', right: 'figures', sites: undefined },
  { id: 'frequentation', title: 'Fréquentation', right: 'figures', sites: undefined },
  { id: 'familles', title: 'Familles', right: 'figures', sites: undefined },
  { id: 'recettes', title: 'Recettes', right: 'invoices.read', sites: 'everywhere' },
  { id: 'impayes', title: 'Impayés', right: 'invoices.read', sites: undefined },
  { id: 'prevision', title: 'Prévision', right: 'invoices.read', sites: 'everywhere' },
  { id: 'reprises', title: 'Années reprises', right: 'figures', sites: undefined },
  { id: 'maire', title: 'Page du maire', right: 'figures', sites: undefined },
] as const

export type FiguresTabId = (typeof figuresTabs)[number]['id']

/**
 * The tabs that the person may open; the chosen site is kept from tab to tab. « Liste libre » is a screen of its own
 * beside them.
 */
export const FiguresTabs = ({ isFreeList = false }: { isFreeList?: boolean }) => {
  const may = useMay()
  const { data: formerYears = [] } = useQuery(orpc.figures.formerYears.queryOptions({ enabled: may('figures') }))
  const navigate = useNavigate()
  const { onglet = 'caf', site }: FiguresSearch = useSearch({ strict: false })
  return (
    <nav className="tabs" aria-label="Chiffres">
      {figuresTabs
        .filter(({ id, right, sites }) => may(right, sites) && (id !== 'reprises' || formerYears.length > 0))
        .map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={id === onglet && !isFreeList ? 'page' : undefined}
            onClick={() =>
              void navigate({
                to: '/chiffres',
                search: { ...(id !== 'caf' && { onglet: id }), ...(site !== undefined && { site }) },
              })
            }
          >
            {title}
          </button>
        ))}
      <button
        type="button"
        aria-current={isFreeList ? 'page' : undefined}
        onClick={() => void navigate({ to: '/chiffres/liste' })}
      >
        Liste libre
      </button>
    </nav>
  )
}
