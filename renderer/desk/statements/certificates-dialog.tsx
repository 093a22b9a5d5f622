import { Button, Select } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Day, yearOf } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { childrenText } from './year-papers-dialog.tsx'

type Row = Awaited<ReturnType<Client['statements']['certificates']>>[number]

/** Number of years offered, the current one included: those that a parent may still declare or correct. */
const yearCount = 4

/** « Attestations fiscales » (tax statements) of a year, for every family that paid for the care of a child under 6. */
export const CertificatesDialog = ({ today, onClose }: { today: Day; onClose: () => void }) => {
  const last = yearOf(today)
  const [year, setYear] = useState(last - 1)
  const { data, error, refetch } = useQuery(orpc.statements.certificates.queryOptions({ input: { year } }))
  return (
    <Dialog opened title="Attestations fiscales" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <Select
          label="Année"
          w={200}
          data={Array.from({ length: yearCount }, (_, before) => last - before).map((one) => ({
            value: String(one),
            label: one === last ? `${one} (en cours)` : String(one),
          }))}
          value={String(year)}
          onChange={(value) => setYear(Number(value))}
        />
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? <Certificates key={year} year={year} rows={data} /> : error ? null : <Loading />}
      </div>
    </Dialog>
  )
}

const Certificates = ({ year, rows }: { year: number; rows: readonly Row[] }) => {
  const { underway, start, stop } = useLongTask()
  const list = useMutation({
    mutationFn: async (format: 'csv' | 'xlsx') => savePaper(await clientOutsideForms.statements.list({ year, format })),
    onError: notifyRefusal,
  })
  const print = async (how: 'together' | 'apart') => {
    const made = await start('Impression des attestations', (signal) =>
      clientOutsideForms.statements.print({ year, how }, { signal }),
    )
    if (!made) return
    try {
      const file = await clientOutsideForms.statements.printed({ ticket: made.ticket })
      await (how === 'together' ? printPaper(file) : savePaper(file))
    } catch (failure) {
      notifyRefusal(failure)
    }
  }
  const isBusy = underway !== undefined
  return (
    <>
      <Table
        label={`Attestations ${year}`}
        items={rows}
        idOf={(row) => `${row.familyId} ${row.payer}`}
        columns={columns(rows)}
        style={{ maxBlockSize: '45vh' }}
        empty={
          <EmptyState title="Aucune attestation">
            Rien n’a été payé en {year} pour la garde d’un enfant de moins de 6 ans au 1ᵉʳ janvier.
          </EmptyState>
        }
      />
      {underway ? (
        <Progress
          label={
            underway.total === 0
              ? 'Lecture des règlements'
              : `${underway.label}, ${counted(underway.done, 'fichier')} sur ${underway.total}`
          }
          done={underway.done}
          total={underway.total}
          trailing={
            <Button size="compact-xs" onClick={stop}>
              Arrêter
            </Button>
          }
        />
      ) : null}
      <Note>
        Sommes reçues en {year}, sans repas, majoration ni sortie. Les familles qui ont un accès les trouvent sur le
        portail dès que l’année est finie.
      </Note>
      <div className="dialog-foot">
        <Button loading={list.isPending} disabled={rows.length === 0} onClick={() => list.mutate('csv')}>
          Liste (CSV)
        </Button>
        <Button loading={list.isPending} disabled={rows.length === 0} onClick={() => list.mutate('xlsx')}>
          Liste (Excel)
        </Button>
        <Button disabled={rows.length === 0 || isBusy} onClick={() => void print('apart')}>
          Un fichier par famille (ZIP)
        </Button>
        <Button variant="filled" disabled={rows.length === 0 || isBusy} onClick={() => void print('together')}>
          Tout imprimer
        </Button>
      </div>
    </>
  )
}

const columns = (rows: readonly Row[]): readonly TableColumn<Row>[] => [
  { id: 'family', title: 'Famille', width: 150, show: ({ family }) => family },
  { id: 'payer', title: 'Payeur', width: 190, show: ({ payer }) => payer },
  { id: 'children', title: 'Enfants', show: childrenText },
  {
    id: 'cesu',
    title: 'dont CESU',
    number: true,
    width: 100,
    show: ({ cesuCents }) => (cesuCents === 0 ? '' : formatEuros(cesuCents)),
  },
  {
    id: 'care',
    title: 'Payé',
    number: true,
    width: 120,
    show: ({ careCents }) => formatEuros(careCents),
    total: formatEuros(rows.reduce((sum, { careCents }) => sum + careCents, 0)),
  },
]
