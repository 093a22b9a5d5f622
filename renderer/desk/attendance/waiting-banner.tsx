import IconDeviceTablet from '@tabler/icons-react/icons/IconDeviceTablet'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { useConnection } from '../../connection/connection-state.ts'
import { sendMarks, useMarkQueue } from './mark-queue.ts'

const retryDelayMs = 4000

/** Retries sending queued marks, and shows on every screen that some are waiting. */
export const WaitingBanner = ({ staffId, isOpen }: { staffId: number | undefined; isOpen: boolean }) => {
  const queries = useQueryClient()
  const { marks, times, isStuck } = useMarkQueue()
  const isLost = useConnection((connection) => connection.isLost)
  const all = [...marks.values(), ...[...times.values()].map(({ time }) => time)]
  const own = all.filter((mark) => mark.staffId === staffId).length
  const others = all.length - own
  useEffect(() => {
    if (!isStuck || own === 0 || !isOpen || staffId === undefined) return undefined
    const send = () => void sendMarks(queries, staffId)
    if (!isLost) send()
    const timer = setInterval(send, retryDelayMs)
    window.addEventListener('online', send)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', send)
    }
  }, [isStuck, own, isOpen, staffId, isLost, queries])
  return (
    <div role="status">
      {isStuck && own > 0 ? (
        <p className="app-banner">
          <IconDeviceTablet size={16} aria-hidden="true" />
          {counted(own, 'pointage gardé', 'pointages gardés')} sur cet appareil&nbsp;: rien n’est perdu, l’envoi reprend
          tout seul.
        </p>
      ) : null}
      {isStuck && others > 0 ? (
        <p className="app-banner">
          <IconDeviceTablet size={16} aria-hidden="true" />
          {counted(others, 'pointage', 'pointages')} d’une autre personne {others > 1 ? 'attendent' : 'attend'} sur cet
          appareil&nbsp;: l’envoi se fait quand elle se connecte ici.
        </p>
      ) : null}
    </div>
  )
}
