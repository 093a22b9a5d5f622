import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { orpc } from '../../connection/client.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { queries } from '../queries.ts'

/** Used until the desk has answered, and equal to what most towns have: one régie, which accepts every means. */
const onlyRegie: RegieChoice = {
  id: firstRegieId,
  name: 'Régie',
  prefix: null,
  archived: false,
  means: null,
  paysRefunds: false,
  holdsCheques: false,
  hasNatures: false,
  takesMoney: true,
}

/** All régies, the first one first. */
export const useRegies = (): readonly RegieChoice[] => useQuery(orpc.regies.choice.queryOptions()).data ?? [onlyRegie]

/** The names of régies by id, for lists with rows of several; empty while a town has only one. */
export const useRegieNames = (): ReadonlyMap<number, string> => {
  const regies = useRegies()
  return new Map(regies.length > 1 ? regies.map(({ id, name }) => [id, name]) : [])
}

/** The régie that a screen is about: by default the one asked for, or one that the logged-in person holds. */
export const useChosenRegie = (askedId?: number) => {
  const regies = useRegies()
  const [chosenId, setChosenId] = useState(askedId)
  return { regies, regie: regieShown(regies, chosenId), chooseRegie: setChosenId }
}

const regieShown = (regies: readonly RegieChoice[], chosenId?: number): RegieChoice =>
  regies.find(({ id }) => id === chosenId) ?? regies.find(({ takesMoney }) => takesMoney) ?? regies[0] ?? onlyRegie

/**
 * The régie that a screen will show first, to start reading before its code has loaded. The screen itself shows a
 * failure.
 */
export const readFirstRegie = async (): Promise<RegieChoice> => {
  const choice = orpc.regies.choice.queryOptions()
  await queries.prefetchQuery(choice)
  return regieShown(queries.getQueryData(choice.queryKey) ?? [])
}

/** The choice of a régie; renders nothing while a town has only one. */
export const RegieControl = ({
  regies,
  regie,
  onChoose,
}: {
  regies: readonly RegieChoice[]
  regie: RegieChoice
  onChoose: (id: number) => void
}) =>
  regies.length > 1 ? (
    <SegmentedControl
      label="Régie"
      value={String(regie.id)}
      onChange={(id) => onChoose(Number(id))}
      options={regies.map(({ id, name }) => [String(id), name] as const)}
    />
  ) : null
