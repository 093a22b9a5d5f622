import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { type Invoice, kindName } from '../../../shared/pages/account.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { savePaper } from '../../connection/paper.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Badge } from '../parts/notice.tsx'
import { useSession } from '../session.ts'

/** State of an invoice (paid, to pay, or amount remaining), shown by an icon, a word and a colour. */
export const InvoiceState = ({
  invoice: { kind, totalCents, leftCents, dueOn, settledOn },
  receivedCents = 0,
}: {
  invoice: Invoice
  /** Cents paid online that the town has not entered in its accounts yet. */
  receivedCents?: number | undefined
}) => {
  const now = useSession()?.now
  if (kind === 'creditNote') {
    return (
      <div className="row">
        <Badge>Avoir</Badge>
        <span className="small">déduit de ce que vous devez</span>
      </div>
    )
  }
  if (leftCents <= 0) {
    return (
      <div className="row">
        <Badge kind="good">
          <IconCheck className="icon" aria-hidden />
          {receivedCents > 0 ? 'Payée en ligne' : settledOn ? `Payée le ${shortDay(settledOn)}` : 'Payée'}
        </Badge>
      </div>
    )
  }
  const isLate = dueOn !== null && now !== undefined && dueOn < dayAt(now)
  const Icon = isLate ? IconAlertTriangle : IconClock
  return (
    <div className="row">
      <Badge kind={isLate ? 'danger' : 'warn'}>
        <Icon className="icon" aria-hidden />
        {leftCents < totalCents ? `Reste ${formatEuros(leftCents)}` : 'À payer'}
      </Badge>
      {dueOn !== null && (
        <span className="small">
          {isLate ? 'c’était à payer avant le' : 'avant le'} <span className="nowrap">{shortDay(dueOn)}</span>
        </span>
      )}
    </div>
  )
}

export const isSettled = ({ kind, leftCents }: Invoice): boolean => kind === 'creditNote' || leftCents <= 0

/** A settled invoice on one line, with links to its detail and its PDF. */
export const SettledInvoice = ({
  invoice,
  receivedCents = 0,
}: {
  invoice: Invoice
  receivedCents?: number | undefined
}) => {
  const { kind, settledOn } = invoice
  const paid = receivedCents > 0 ? 'payée en ligne' : settledOn ? `payée le ${shortDay(settledOn)}` : 'payée'
  const download = useDownload(invoice)
  return (
    <li className="bill-line">
      <Link href={`/mon-compte/facture/${invoice.id}`}>
        <b>
          <span className="vh">Voir le détail&nbsp;: </span>
          {invoice.label}
        </b>
        <span className="small soft">
          {kindName(invoice)} n°&nbsp;{invoice.number}, {kind === 'creditNote' ? 'déduit de ce que vous devez' : paid}
        </span>
      </Link>
      <span className="num">{formatEuros(invoice.totalCents)}</span>
      <button
        type="button"
        className="bill-paper"
        aria-disabled={download.isPending || undefined}
        onClick={() => !download.isPending && download.mutate()}
      >
        <IconDownload className="icon" aria-hidden />
        <span className="vh">Télécharger (PDF)&nbsp;: {invoice.label}</span>
      </button>
    </li>
  )
}

const useDownload = (invoice: Invoice) =>
  useMutation({
    mutationFn: async () => {
      const paper = await client.home.paper({ invoice: invoice.id })
      const name = `${kindName(invoice).toLocaleLowerCase('fr')}-${invoice.number}.pdf`
      await savePaper(new File([paper], name, { type: 'application/pdf' }))
    },
  })

export const DownloadButton = ({ invoice, isWide = false }: { invoice: Invoice; isWide?: boolean }) => {
  const download = useDownload(invoice)
  return (
    <Button kind="second" isWide={isWide} isBusy={download.isPending} onClick={() => download.mutate()}>
      <IconDownload className="icon" aria-hidden />
      Télécharger (PDF)
      <span className="vh">&nbsp;: {invoice.label}</span>
    </Button>
  )
}
