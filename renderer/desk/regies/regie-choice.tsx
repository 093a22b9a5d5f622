import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { orpc } from '../../connection/client.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { queries } from '../queries.ts'

/** Until the desk has answered, and for most towns: one régie, which accepts everything. */
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

/** The names of régies by id, for lists in which several have rows; empty while a town has one only. */
export const useRegieNames = (): ReadonlyMap<number, string> => {
  const regies = useRegies()
  return new Map(regies.length > 1 ? regies.map(({ id, name }) => [id, name]) : [])
}

/** The régie that a screen is about: at first the one asked for, or one whose money the logged-in person takes. */
export const useChosenRegie = (askedId?: number) => {
  const regies = useRegies()
  const [chosenId, setChosenId] = useState(askedId)
  return { regies, regie: regieShown(regies, chosenId), chooseRegie: setChosenId }
}

const regieShown = (regies: readonly RegieChoice[], chosenId?: number): RegieChoice =>
  regies.find(({ id }) => id === chosenId) ?? regies.find(({ takesMoney }) => takesMoney) ?? regies[0] ?? onlyRegie

/** The régie that a screen will show at first, for what is read before its code is there. A failure is the screen's to show. */
export const readFirstRegie = async (): Promise<RegieChoice> => {
  const choice = orpc.regies.choice.queryOptions()
  await queries.prefetchQuery(choice)
  return regieShown(queries.getQueryData(choice.queryKey) ?? [])
}

/** The choice of a régie; nothing while a town has one only. */
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
