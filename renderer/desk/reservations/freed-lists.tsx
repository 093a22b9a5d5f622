import { notifications } from '@mantine/notifications'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms } from '../../connection/client.ts'

type FreedList = Awaited<ReturnType<Client['reservations']['promotable']>>[number]

const keyOf = ({ periodId, key }: FreedList): string => `${periodId} ${key.day} ${key.slotId}`

/** None, for who may not read them: nothing is said then. */
const lists = (): Promise<readonly FreedList[]> => clientOutsideForms.reservations.promotable().catch(() => [])

/**
 * What may free places without filling them: more places by hand, or an act taken back. Lists that can move since are
 * told, and moved by staff alone.
 */
export const tellingFreed = async <Result,>(work: () => Promise<Result>): Promise<Result> => {
  const before = new Set((await lists()).map(keyOf))
  const result = await work()
  const freed = (await lists()).filter((list) => !before.has(keyOf(list)))
  const [first] = freed
  if (first) tell(first, freed.length)
  return result
}

const tell = (first: FreedList, count: number) => {
  const { periodId, period, key, slot } = first
  const id = `freed ${keyOf(first)}`
  notifications.show({
    id,
    autoClose: 20_000,
    message: (
      <span className="row between">
        {count === 1
          ? `Une place est libre et un enfant l’attend\u00a0: ${period}, ${shortDay(key.day)}, ${slot.toLowerCase()}.`
          : `${counted(count, 'liste d’attente peut', 'listes d’attente peuvent')} avancer, la première le ${shortDay(key.day)}\u00a0: ${period}.`}
        <a
          href={`#/calendrier/attente?periode=${periodId}&jour=${key.day}&plage=${key.slotId}`}
          onClick={() => notifications.hide(id)}
        >
          Voir la liste d’attente
        </a>
      </span>
    ),
  })
}
