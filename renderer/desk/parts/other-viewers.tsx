import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listed } from '../../../shared/rules/text/french.ts'
import { announceRecord, forgetRecord, useOtherViewers } from '../../connection/changes.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from './feedback.tsx'

/** Names the other people who have this record on screen, and reports to them that this person has it too. */
export const OtherViewers = ({ record }: { record: string }) => {
  const others = useOtherViewers((state) => state.others)
  const queries = useQueryClient()
  useEffect(() => {
    announceRecord(record)
    return () => {
      const session = queries.getQueryData(orpc.staff.session.queryKey())
      if (session?.state === 'open') announceRecord(null)
      else forgetRecord()
    }
  }, [record, queries])
  if (others.length === 0) return null
  return (
    <Note tone="warn">
      {listed(others)} {others.length === 1 ? 'a' : 'ont'} aussi ouvert cette fiche.
    </Note>
  )
}
