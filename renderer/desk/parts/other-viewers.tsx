import { useEffect } from 'react'
import { listed } from '../../../shared/rules/text/french.ts'
import { lookAt, useOthers } from '../../connection/changes.ts'
import { Note } from './feedback.tsx'

/** Tells who else has this record before them, and tells them of us, for as long as it is on screen. */
export const AlsoHere = ({ record }: { record: string }) => {
  const others = useOthers((state) => state.others)
  useEffect(() => {
    lookAt(record)
    return () => lookAt(null)
  }, [record])
  if (others.length === 0) return null
  return (
    <Note tone="warn">
      {listed(others)} {others.length === 1 ? 'a' : 'ont'} aussi ouvert cette fiche.
    </Note>
  )
}
