import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FiguresSearch } from './figures-search.ts'

type Change = { readonly [Key in keyof FiguresSearch]: FiguresSearch[Key] | undefined }

/** The state of « Chiffres » in its address, and a function that changes a part of it. */
export const useFiguresSearch = (): {
  readonly search: FiguresSearch
  readonly change: (parts: Change) => void
} => {
  const search: FiguresSearch = useSearch({ from: '/desk/chiffres' })
  const navigate = useNavigate()
  const change = (parts: Change) => {
    const next = Object.entries({ ...search, ...parts }).filter(([, value]) => value !== undefined)
    void navigate({ to: '/chiffres', search: Object.fromEntries(next) as FiguresSearch, replace: true })
  }
  return { search, change }
}
