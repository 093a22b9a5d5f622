import IconHourglass from '@tabler/icons-react/icons/IconHourglass'
import { useMutation } from '@tanstack/react-query'
import { Fragment, type ReactNode, useRef } from 'react'
import type { ProposalShown } from '../../../shared/contract/portal/home.ts'
import { type Fact, linesOf, proposedIn } from '../../../shared/pages/editable-fields.ts'
import { changeTexts, collectedText, pendingChangesText } from '../../../shared/pages/family.ts'
import { notProvidedText } from '../../../shared/rules/text/french.ts'
import { client, orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { showToast } from '../parts/toast.tsx'
import { Words } from '../parts/words.tsx'
import { queries } from '../queries.ts'

/** A current value and, until the town has decided, the value that a parent proposed. */
export const FactRow = ({ fact }: { fact: Fact }) => {
  const row = useRef<HTMLDivElement>(null)
  const pending = proposedIn(fact)
  return (
    <div ref={row} tabIndex={-1}>
      <dt>{fact.label}</dt>
      <dd>
        {pending.length === 0 ? (
          <Lines of={fact.label} lines={linesOf(fact, 'now')} />
        ) : (
          <>
            <div className="was-now">
              <p>
                <span>{changeTexts.now}</span>
                <Lines of={fact.label} lines={linesOf(fact, 'now')} />
              </p>
              <p className="new">
                <span>
                  <IconHourglass className="icon icon-s" aria-hidden /> {changeTexts.asked}
                </span>
                <Lines of={fact.label} lines={linesOf(fact, 'asked')} />
              </p>
            </div>
            <Withdraw what={fact.label} pending={pending} onDone={() => row.current?.focus()} />
          </>
        )}
      </dd>
    </div>
  )
}

const Lines = ({ of, lines }: { of: string; lines: readonly string[] }): ReactNode =>
  lines.length === 0 ? (
    <span className="soft inline">{notProvidedText(of)}</span>
  ) : (
    lines.map((line, index) => (
      <Fragment key={line}>
        {index > 0 && <br />}
        <WithPhones text={line} />
      </Fragment>
    ))
  )

/** A proposed change can be withdrawn until the town has collected it. */
const Withdraw = ({
  what,
  pending,
  onDone,
}: {
  what: string
  pending: readonly ProposalShown[]
  onDone: () => void
}) => {
  const mine = pending.filter(({ collected }) => !collected)
  const withdraw = useMutation({
    mutationFn: async () => {
      for (const { id } of mine) await client.home.withdrawProposal({ id })
    },
    onSuccess: () => {
      showToast('Le changement est annulé.')
      onDone()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: orpc.home.key() }),
  })
  const [first] = pending
  if (mine.length === 0) {
    return <p className="soft small">{collectedText(first?.answerDueOn)}</p>
  }
  return (
    <Button kind="quiet" isBusy={withdraw.isPending} onClick={() => withdraw.mutate()}>
      Annuler ce changement<span className="vh">&nbsp;: {what}</span>
    </Button>
  )
}

/** « 1 changement attend la mairie. » */
export const PendingNotice = ({ proposals }: { proposals: readonly ProposalShown[] }) => {
  const text = pendingChangesText(proposals)
  return (
    text && (
      <Notice>
        <p>
          <Words of={text} />
        </p>
      </Notice>
    )
  )
}
