import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ImportReport } from '../../../shared/contract/desk/imports.ts'
import type { ListKind } from '../../../shared/formats/lists.ts'
import { counted, listed } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { undoAct } from '../history/undoing.tsx'
import { PlainAction } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { ScreenBody, ScreenHead, Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { TotalsView } from './totals-view.tsx'

/** Singular and plural of what each kind of list creates. */
const createdNouns: Readonly<Record<ListKind, readonly [one: string, many: string]>> = {
  families: ['enfant', 'enfants'],
  guardians: ['responsable', 'responsables'],
  quotients: ['quotient', 'quotients'],
  registrations: ['inscription', 'inscriptions'],
  openings: ['jour', 'jours'],
  balances: ['solde', 'soldes'],
  invoices: ['facture', 'factures'],
  bookings: ['réservation', 'réservations'],
  history: ['chiffre', 'chiffres'],
}

export const Report = ({ report, children }: { report: ImportReport; children: ReactNode }) => {
  const { list, created, updated, unchanged, families, left, leavers, totals, notes, reportId } = report
  const { actId } = report
  const { data: past } = useQuery(
    orpc.imports.history.queryOptions({ enabled: actId !== null, refetchOnMount: 'always' }),
  )
  const isUndone = past?.find((one) => one.actId === actId)?.isUndone ?? false
  if (isUndone)
    return (
      <>
        <ScreenHead title="Import annulé">{children}</ScreenHead>
        <ScreenBody>
          <div className="stack stack-wide import-report">
            <Note alert>Cet import est annulé&nbsp;: il n’en reste rien.</Note>
          </div>
        </ScreenBody>
      </>
    )
  const facts = [
    ...(list === 'quotients' ? [] : [`${counted(created, ...createdNouns[list])} de plus`]),
    counted(updated, 'mise à jour', 'mises à jour'),
    `${counted(unchanged, 'ligne')} déjà à jour`,
    ...(families > 0 ? [counted(families, 'famille créée', 'familles créées')] : []),
  ]
  return (
    <>
      <ScreenHead title="Import terminé">{children}</ScreenHead>
      <ScreenBody>
        <div className="stack stack-wide import-report">
          <Note tone="good" alert>
            {listed(facts)}.
            {families > 0 ? (
              <>
                {' '}
                <Link to="/familles" search={actId === null ? {} : { import: actId }}>
                  Voir {families > 1 ? 'ces familles' : 'cette famille'}
                </Link>
              </>
            ) : null}
            {actId === null ? null : (
              <>
                {' '}
                <PlainAction label="Annuler cet import" onAction={() => void undoAct(clientOutsideForms, actId)} />
              </>
            )}
          </Note>
          {list === 'registrations' && created > 0 ? (
            <Note>Les jours ne sont pas encore réservés&nbsp;: appliquez la semaine type depuis le calendrier.</Note>
          ) : null}
          {leavers.length > 0 ? (
            <Section title="Ne sont plus sur la liste" subtitle={counted(leavers.length, 'enfant')}>
              <Table
                label="Enfants qui ne sont plus sur la liste"
                items={leavers}
                idOf={({ id }) => id}
                columns={leaverColumns}
              />
            </Section>
          ) : null}
          <TotalsView totals={totals} left={left} notes={notes} reportId={reportId} />
        </div>
      </ScreenBody>
    </>
  )
}

const leaverColumns: readonly TableColumn<ImportReport['leavers'][number]>[] = [
  {
    id: 'name',
    title: 'Enfant',
    show: ({ name, familyId }) =>
      familyId === null ? (
        name
      ) : (
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }} search={{}}>
          {name}
        </Link>
      ),
  },
  { id: 'detail', title: 'Jusqu’ici', show: ({ detail }) => detail },
]
