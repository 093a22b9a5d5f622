import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { invoicesTexts } from '../../../shared/pages/money/account.ts'
import { type Invoice, invoicePath, invoiceState, kindName, settledText } from '../../../shared/pages/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { savePaper } from '../../connection/paper.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Badge } from '../parts/notice.tsx'
import { useSession } from '../session.ts'

const looks = {
  credit: { colour: undefined, Icon: null },
  paid: { colour: 'good', Icon: IconCheck },
  toPay: { colour: 'warn', Icon: IconClock },
  late: { colour: 'danger', Icon: IconAlertTriangle },
} as const

/** State of an invoice (paid, to pay, or amount remaining), shown by an icon, a word and a colour. */
export const State = ({
  invoice,
  receivedCents,
}: {
  invoice: Invoice
  /** Cents paid online that the town has not entered in its accounts yet. */
  receivedCents: number
}) => {
  const { kind, word, about } = invoiceState(invoice, receivedCents, useSession()?.now)
  const { colour, Icon } = looks[kind]
  return (
    <div className="row">
      <Badge {...(colour && { kind: colour })}>
        {Icon && <Icon className="icon" aria-hidden />}
        {word}
      </Badge>
      {about !== '' && <span className="small">{about}</span>}
    </div>
  )
}

/** A settled invoice on one line, with links to its detail and its PDF. */
export const SettledInvoice = ({ invoice, receivedCents }: { invoice: Invoice; receivedCents: number }) => {
  const download = useDownload(invoice)
  return (
    <li className="bill-line">
      <Link href={invoicePath(invoice)}>
        <b>
          <span className="vh">{invoicesTexts.detail}&nbsp;: </span>
          {invoice.label}
        </b>
        <span className="small soft">{settledText(invoice, receivedCents)}</span>
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
