import { notifications } from '@mantine/notifications'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms } from '../../connection/client.ts'

type FreedList = Awaited<ReturnType<Client['reservations']['promotable']>>[number]

const keyOf = ({ periodId, key }: FreedList): string => `${periodId} ${key.day} ${key.slotId}`

/** Waiting lists that can advance; none for a person who may not read them. */
const readPromotable = (): Promise<readonly FreedList[]> => clientOutsideForms.reservations.promotable().catch(() => [])

/**
 * Runs work that may free places without filling them, such as adding places or undoing an act, then shows a notice of
 * the waiting lists that can advance since. Only staff make them advance.
 */
export const withFreedNotice = async <Result,>(work: () => Promise<Result>): Promise<Result> => {
  const before = new Set((await readPromotable()).map(keyOf))
  const result = await work()
  const freed = (await readPromotable()).filter((list) => !before.has(keyOf(list)))
  const [first] = freed
  if (first) notifyFreed(first, freed.length)
  return result
}

const notifyFreed = (first: FreedList, count: number) => {
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
