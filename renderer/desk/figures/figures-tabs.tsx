import { useNavigate } from '@tanstack/react-router'
import { useMay } from '../staff/may.ts'
import { useFiguresSearch } from './use-figures-search.ts'

export const figuresTabs = [
  { id: 'caf', title: 'CAF', right: 'figures', sites: undefined },
  { id: 'frequentation', title: 'Fréquentation', right: 'figures', sites: undefined },
  { id: 'familles', title: 'Familles', right: 'figures', sites: undefined },
  { id: 'recettes', title: 'Recettes', right: 'invoices.read', sites: 'everywhere' },
  { id: 'impayes', title: 'Impayés', right: 'invoices.read', sites: undefined },
  { id: 'prevision', title: 'Prévision', right: 'invoices.read', sites: 'everywhere' },
  { id: 'maire', title: 'Page du maire', right: 'figures', sites: undefined },
] as const

export type FiguresTabId = (typeof figuresTabs)[number]['id']

/** The tabs that the person may open; the chosen site goes along. */
export const FiguresTabs = () => {
  const may = useMay()
  const navigate = useNavigate()
  const {
    search: { onglet = 'caf', site },
  } = useFiguresSearch()
  return (
    <nav className="tabs" aria-label="Chiffres">
      {figuresTabs
        .filter(({ right, sites }) => may(right, sites))
        .map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={id === onglet ? 'page' : undefined}
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
    </nav>
  )
}
