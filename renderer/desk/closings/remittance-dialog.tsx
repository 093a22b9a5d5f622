import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Remittance } from '../../../shared/contract/desk/money/closings.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { remittedCents } from '../../../shared/rules/money/remittance.ts'
import { numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { ReceivedTable } from './received-table.tsx'

type OfRegie = { readonly regie: RegieChoice }

/**
 * Makes a statement of what a régie hands over to the accountant, by nature and means; lists the earlier statements
 * below.
 */
export const RemittanceDialog = ({ regie, today, onClose }: OfRegie & { today: Day; onClose: () => void }) => (
  <Dialog opened title="Relevé de versement" width="widest" onClose={onClose}>
    <div className="dialog-form">
      <NextRemittance regie={regie} today={today} />
      <Remittances regie={regie} />
    </div>
  </Dialog>
)

const printRemittance = async (regieId: number, number: number) =>
  printPaper(await clientOutsideForms.closings.remittanceFile({ regieId, number }))

const NextRemittance = ({ regie, today }: OfRegie & { today: Day }) => {
  const may = useMay()
  const isUnnumbered = useNumbersUnknown()
  const [to, setTo] = useState(today)
  const { data, error, refetch } = useQuery(
    orpc.closings.remittance.queryOptions({ input: { regieId: regie.id, to }, placeholderData: keepPreviousData }),
  )
  const remit = useMutation({
    mutationFn: (cents: number) => clientOutsideForms.closings.remit({ regieId: regie.id, to, remittedCents: cents }),
    meta: { isErrorShownInline: true },
    onError: () => void refetch(),
    // The statement is made even if printing fails.
    onSuccess: async ({ number }) => {
      try {
        await printRemittance(regie.id, number)
      } catch {
        notifications.show({
          color: 'yellow',
          title: `Le relevé n°\u00a0${number} n’est pas imprimé`,
          message: 'Il est fait\u00a0: imprimez-le dans «\u00a0Déjà versé\u00a0».',
          autoClose: 12_000,
        })
      }
    },
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const { content, natureLabels, from, refusal } = data
  return (
    <>
      <div className="row row-wide">
        <RequiredDayField label="Jusqu’au" maxDate={today} value={to} onChange={setTo} />
        <p className="grow soft small">Depuis le {shortDay(from)}, et ce qui a changé de plus ancien.</p>
      </div>
      <ReceivedTable received={content.received} labels={natureLabels} />
      {refusal === null ? null : <Note>{refusal}</Note>}
      <NumbersUnknown />
      {remit.error ? <Failure error={remit.error} /> : null}
      <div className="dialog-foot">
        <span className="grow" aria-live="polite">
          {content.refundedCents === 0
            ? ''
            : `Remboursé ou reversé par la régie\u00a0: ${formatEuros(content.refundedCents)}. `}
          À verser&nbsp;: <b>{formatEuros(remittedCents(content))}</b>
        </span>
        {may('closing') && regie.takesMoney ? (
          <Button
            variant="filled"
            disabled={refusal !== null || data.to !== to || isUnnumbered}
            loading={remit.isPending}
            onClick={() => remit.mutate(remittedCents(content))}
          >
            Établir et imprimer
          </Button>
        ) : null}
      </div>
    </>
  )
}

const Remittances = ({ regie }: OfRegie) => {
  const { data, error, refetch } = useQuery(orpc.closings.remittances.queryOptions({ input: { regieId: regie.id } }))
  const print = useMutation({
    mutationFn: ({ number }: Remittance) => printRemittance(regie.id, number),
    onError: notifyRefusal,
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data || data.length === 0) return null
  return (
    <Section title="Déjà versé">
      <div className="table-scroll">
        <table className="table table-flush" aria-label="Relevés de versement">
          <thead>
            <tr>
              <th scope="col">Relevé</th>
              <th scope="col">Du</th>
              <th scope="col">Au</th>
              <th scope="col">Fait par</th>
              <th scope="col" className="num">
                Versé
              </th>
              <th scope="col">
                <span className="unseen">Imprimer</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((one) => (
              <tr key={one.id}>
                <td>n°&nbsp;{one.number}</td>
                <td>{numericDay(one.from)}</td>
                <td>{numericDay(one.to)}</td>
                <td className="soft">{one.madeBy}</td>
                <td className="num">{formatEuros(remittedCents(one.content))}</td>
                <td className="num">
                  <PlainAction
                    label="Imprimer"
                    aria={`Imprimer le relevé n°\u00a0${one.number}`}
                    onAction={() => print.mutate(one)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
