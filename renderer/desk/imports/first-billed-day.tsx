import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { RegieDialog } from '../regies/regie-dialog.tsx'
import { useMay } from '../staff/may.ts'

/** Opens the régie whose first day to bill must be told, without leaving the import: its answers would be lost. */
export const FirstBilledDay = ({ regieId, onDone }: { regieId: number; onDone: () => void }) => {
  const may = useMay()
  const [isOpen, setIsOpen] = useState(false)
  const { data: regies } = useQuery(orpc.regies.list.queryOptions({ enabled: isOpen }))
  const regie = regies?.find(({ id }) => id === regieId)
  if (!may('organisation')) return null
  return (
    <>
      <PlainAction label="Dire ce jour" onAction={() => setIsOpen(true)} />
      {isOpen && regie ? (
        <RegieDialog
          regie={regie}
          onClose={() => {
            setIsOpen(false)
            onDone()
          }}
        />
      ) : null}
    </>
  )
}
