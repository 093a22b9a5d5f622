import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountLine } from '../../../shared/contract/desk/money/payments.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { isOverdue } from '../../../shared/rules/money/payment/payment.ts'
import { briefDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { MandatesOfFamily } from '../debits/mandates-of-family.tsx'
import { YearPlansOfFamily } from '../debits/year-plans.tsx'
import { FreeLinesOfFamily } from '../free-lines/free-lines-of-family.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { AidsOfFamily } from '../payers/aids-of-family.tsx'
import { MoneyAhead } from '../payments/refund-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { CancelDecisionDialog } from '../recovery/decision-dialog.tsx'
import { useRegieNames } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { type YearPaper, YearPapersDialog } from '../statements/year-papers-dialog.tsx'

/** The family's account: invoices and payments, latest first, each with the resulting balance. */
export const MoneyTab = ({ family }: { family: Family }) => {
  const { data, error, refetch } = useQuery(orpc.payments.account.queryOptions({ input: { familyId: family.id } }))
  const [paper, setPaper] = useState<YearPaper>()
  const may = useMay()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="family-alone">
      {data.lines.length === 0 ? (
        <EmptyState title="Aucune facture, aucun règlement">
          Les factures émises et les règlements viennent ici.
        </EmptyState>
      ) : (
        <>
          <div className="row">
            <Button onClick={() => setPaper('statement')}>Relevé de l’année…</Button>
            <Button onClick={() => setPaper('certificate')}>Attestation fiscale…</Button>
          </div>
          <MoneyAhead payer={{ familyId: family.id }} name={`la famille ${family.name}`} />
          <AccountTable lines={data.lines.toReversed()} withPapers />
        </>
      )}
      <FreeLinesOfFamily family={family} />
      {may('mandates') ? <MandatesOfFamily family={family} /> : null}
      {may('mandates') ? <YearPlansOfFamily family={family} /> : null}
      {may('aids') ? <AidsOfFamily familyId={family.id} /> : null}
      {paper ? <YearPapersDialog family={family} paper={paper} onClose={() => setPaper(undefined)} /> : null}
    </div>
  )
}

export const AccountTable = ({
  lines,
  withPapers = false,
}: {
  lines: readonly AccountLine[]
  withPapers?: boolean
}) => {
  const regieNames = useRegieNames()
  return (
    <table className="table table-flush" aria-label="Compte de la famille">
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Pièce</th>
          <th scope="col">
            <span className="unseen">État</span>
          </th>
          <th scope="col" className="num">
            Facturé
          </th>
          <th scope="col" className="num">
            Réglé
          </th>
          <th scope="col" className="num">
            Solde
          </th>
          {withPapers ? (
            <th scope="col">
              <span className="unseen">Papier</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.kind} ${line.id} ${line.on}`}>
            <td>{shortDay(line.on)}</td>
            <td className="family-piece">
              {line.piece} <span className="soft">{line.detail}</span>{' '}
              {regieNames.has(line.regieId) ? <Badge>{regieNames.get(line.regieId)}</Badge> : null}
            </td>
            <td>
              {line.kind === 'invoice' || (line.kind === 'opening' && line.chargedCents > 0) ? (
                <DebtBadges line={line} />
              ) : null}
            </td>
            <td className="num">{line.chargedCents === 0 ? '' : formatEuros(line.chargedCents)}</td>
            <td className="num">{line.settledCents === 0 ? '' : formatEuros(line.settledCents)}</td>
            <td className="num">
              <b>{formatEuros(line.balanceCents)}</b>
            </td>
            {withPapers ? (
              <td className="num">
                {line.isCancellable ? <CancelDecision line={line} /> : null}
                {line.piece === '' || line.kind === 'cancelled' ? null : (
                  <Button variant="subtle" aria-label={`Ouvrir ${line.piece}`} onClick={() => void open(line)}>
                    Ouvrir
                  </Button>
                )}
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const CancelDecision = ({ line: { id, detail } }: { line: AccountLine }) => {
  const may = useMay()
  const [isAsked, setIsAsked] = useState(false)
  if (!may('debtDecisions')) return null
  return (
    <>
      <Button variant="subtle" aria-label={`Annuler\u00a0: ${detail}`} onClick={() => setIsAsked(true)}>
        Annuler…
      </Button>
      {isAsked ? <CancelDecisionDialog id={id} text={detail} onClose={() => setIsAsked(false)} /> : null}
    </>
  )
}

/** « réglée », « en retard », « échéance lun. 7 déc. », with the unpaid amount of a partly paid invoice. */
const DebtBadges = ({ line }: { line: AccountLine }) => {
  const { today } = useNow()
  const { kind, chargedCents, leftCents, dueOn, treasuryCents, givenUp } = line
  if (leftCents === 0 && treasuryCents > 0) return <Badge>à la Trésorerie</Badge>
  if (leftCents === 0 && givenUp !== null)
    return <Badge>{givenUp === 'remission' ? 'remise' : 'admise en non-valeur'}</Badge>
  if (leftCents === 0) return <Badge tone="good">{kind === 'invoice' ? 'réglée' : 'réglé'}</Badge>
  const isWhole = leftCents === chargedCents
  return (
    <span className="row">
      {isOverdue(line, today) ? <Badge tone="danger">en retard</Badge> : null}
      {!isWhole ? (
        <Badge>reste {formatEuros(leftCents)}</Badge>
      ) : dueOn !== null && !isOverdue(line, today) ? (
        <Badge>échéance {briefDay(dueOn)}</Badge>
      ) : null}
    </span>
  )
}

const open = async ({ kind, id }: AccountLine) => {
  try {
    await readPaper(
      kind === 'payment'
        ? await clientOutsideForms.payments.receipt({ id })
        : await clientOutsideForms.invoicing.pdf({ ids: [id] }),
    )
  } catch (error) {
    notifyRefusal(error)
  }
}
