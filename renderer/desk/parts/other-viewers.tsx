import { useEffect } from 'react'
import { listed } from '../../../shared/rules/text/french.ts'
import { announceRecord, useOtherViewers } from '../../connection/changes.ts'
import { Note } from './feedback.tsx'

/** Names the other people who have this record on screen, and reports to them that this person has it too. */
export const OtherViewers = ({ record }: { record: string }) => {
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
