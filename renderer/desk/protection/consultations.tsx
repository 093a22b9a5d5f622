import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Consultation } from '../../../shared/contract/desk/protection.ts'
import { emergencyReasonNames } from '../../../shared/rules/access/emergency.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { OlderButton } from '../parts/older-button.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { StaffFilter } from '../staff/staff-filter.tsx'
import './protection.css'

/** Who consulted which health record or whole bank account, and who exported which family's data; never the content. */
export const Consultations = () => {
  const [staffId, setStaffId] = useState<string | null>(null)
  const may = useMay()
  const filter = staffId ? { staffId: Number(staffId) } : {}
  const pages = useInfiniteQuery({
    queryKey: [...orpc.protection.consultations.key(), filter],
    queryFn: ({ pageParam }) =>
      clientOutsideForms.protection.consultations({ ...filter, ...(pageParam !== undefined && { before: pageParam }) }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.hasMore ? last.rows.at(-1)?.id : undefined),
  })
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />
  return (
    <>
      <div className="row row-wide" style={{ alignItems: 'end' }}>
        <StaffFilter value={staffId} onChange={setStaffId} />
        <OlderButton pages={pages} />
      </div>
      {pages.data ? (
        <Table
          label="Consultations"
          items={pages.data.pages.flatMap(({ rows }) => rows)}
          idOf={({ id }) => id}
          columns={columnsFor(may('families.read'))}
          flush
          style={{ maxBlockSize: '65vh' }}
          empty={
            <EmptyState title="Aucune consultation">
              Chaque fiche sanitaire ouverte, chaque compte bancaire lu en entier et chaque remise de données à une
              famille se lisent ici.
            </EmptyState>
          }
        />
      ) : (
        <Loading />
      )}
    </>
  )
}

const what = {
  read: 'Fiche sanitaire consultée',
  changed: 'Fiche sanitaire modifiée',
  exported: 'Données remises à la famille',
  account: 'Compte bancaire consulté',
} as const

const whatText = ({ what: read, emergency }: Consultation): string =>
  emergency === null
    ? what[read]
    : `Fiche sanitaire ouverte en urgence\u00a0: ${emergencyReasonNames[emergency].toLocaleLowerCase('fr')}`

const columnsFor = (isLinked: boolean): readonly TableColumn<Consultation>[] => [
  { id: 'at', title: 'Quand', width: 240, show: ({ at }) => instantText(at) },
  { id: 'person', title: 'Qui', width: 200, show: ({ person }) => person },
  { id: 'what', title: 'Quoi', width: 300, show: whatText },
  {
    id: 'about',
    title: 'De qui',
    show: ({ about, familyId }) =>
      about === null ? (
        <span className="soft">données effacées</span>
      ) : familyId === null || !isLinked ? (
        about
      ) : (
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
          {about}
        </Link>
      ),
  },
]
