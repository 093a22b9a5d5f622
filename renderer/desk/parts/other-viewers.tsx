import { useEffect } from 'react'
import { listed } from '../../../shared/rules/text/french.ts'
import { announceRecord, useOtherViewers } from '../../connection/changes.ts'
import { Note } from './feedback.tsx'

/** Tells who else has this record before them, and tells them of us, for as long as it is on screen. */
export const AlsoHere = ({ record }: { record: string }) => {
  const others = useOtherViewers((state) => state.others)
  useEffect(() => {
    announceRecord(record)
    return () => announceRecord(null)
  }, [record])
  if (others.length === 0) return null
  return (
    <Note tone="warn">
      {listed(others)} {others.length === 1 ? 'a' : 'ont'} aussi ouvert cette fiche.
    </Note>
  )
}
