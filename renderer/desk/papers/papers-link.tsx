import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'

/** Link from « Demandes » to the received papers. */
export const PapersLink = () => {
  const navigate = useNavigate()
  const { data } = useQuery(orpc.papers.queue.queryOptions())
  const waiting = data?.received.length ?? 0
  return (
    <Button onClick={() => void navigate({ to: '/demandes/pieces' })}>
      {waiting > 0 ? `${counted(waiting, 'pièce')} à lire` : 'Pièces reçues'}
    </Button>
  )
}
