import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { BankDecision, BankLine } from '../../../shared/contract/desk/money/bank.ts'
import { accountEndText } from '../../../shared/rules/money/bank/bank-line.ts'
import { type PaysProposal, partMonth } from '../../../shared/rules/money/bank/matching.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { capitalised, shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { Section } from '../parts/screen.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'
import { BatchesDialog } from './batches-dialog.tsx'
import { type Choice, choiceReason, choicesOf, choiceText } from './decisions.ts'
import { ShareDialog } from './share-dialog.tsx'

/** A line of the statement: what it may be and why, and the decisions that staff can make. */
export const LinePanel = ({
  line,
  regieId,
  isBusy,
  choice,
  onChoice,
  onConfirm,
  onDecide,
  onDone,
}: {
  line: BankLine
  regieId: number
  isBusy: boolean
  /** The choice that Enter confirms. */
  choice: Choice | undefined
  onChoice: (rank: number) => void
  onConfirm: (choice: Choice) => void
  onDecide: (decision: BankDecision) => Promise<unknown>
  onDone: () => void
}) => {
  const [opened, setOpened] = useState<'share' | 'batches' | 'dismiss' | 'takeBack'>()
  const choices = choicesOf(line)
  const waits = line.state !== 'matched' && line.state !== 'debit'
  const isCredit = line.cents > 0
  const aside = useMutation({
    mutationFn: () => clientOutsideForms.bank.setAside({ lineId: line.id, aside: line.state !== 'aside' }),
    meta: { isErrorShownInline: true },
    onSuccess: onDone,
  })
  const close = () => setOpened(undefined)
  return (
    <aside className="panel bank-panel" aria-label="Ligne choisie">
      <div>
        <div className="row between">
          <h2>{formatEuros(line.cents)}</h2>
          <span className="small soft">{shortDay(line.on)}</span>
        </div>
        <p className="small soft">
          {line.payer ? (isCredit ? `Virement de ${line.payer}` : line.payer) : line.label}
          {line.reference ? (
            <>
              <br />
              «&nbsp;{line.reference}&nbsp;»
            </>
          ) : null}
        </p>
      </div>
      {waits ? (
        <section className="next-step" aria-label="Proposition">
          <h3>{choice ? headOf(choice) : 'Rien n’est proposé'}</h3>
          <b>{choice ? <ChoiceName choice={choice} /> : line.what}</b>
          <p>
            {choice
              ? choiceReason(choice, line)
              : `${withFullStop(capitalised(line.why))} Cherchez la facture, ou laissez en attente.`}
          </p>
          {choice?.kind === 'pays' ? <Calculation line={line} proposal={choice} /> : null}
          {aside.error ? <Failure error={aside.error} /> : null}
          <div className="next-acts">
            {choice ? (
              // No shortcut of its own: the list already handles Enter, and so does a focused button.
              <Button disabled={isBusy} rightSection={<Key combo="Enter" />} onClick={() => onConfirm(choice)}>
                {choice.kind === 'arrives' ? 'Marquer arrivé' : 'Confirmer'}
              </Button>
            ) : null}
            {isCredit ? (
              <>
                <ActionButton combo="f" label="Autre…" disabled={isBusy} onAction={() => setOpened('share')} />
                <ActionButton
                  combo="l"
                  label="Plusieurs lots…"
                  disabled={isBusy}
                  onAction={() => setOpened('batches')}
                />
                <ActionButton
                  combo="x"
                  label={line.state === 'aside' ? 'Regarder de nouveau' : 'Attendre'}
                  loading={aside.isPending}
                  onAction={() => aside.mutate()}
                />
                <ActionButton combo="n" label="Pas pour la régie…" onAction={() => setOpened('dismiss')} />
              </>
            ) : null}
          </div>
        </section>
      ) : (
        <section className="next-step" aria-label="Ce que c’est">
          <h3>{line.state === 'debit' ? 'Débit du compte' : 'Rapproché'}</h3>
          <b>{line.what || 'Gardé, sans suite ici'}</b>
          {line.state === 'matched' ? (
            <div className="next-acts">
              <ActionButton combo="r" label="Reprendre…" onAction={() => setOpened('takeBack')} />
            </div>
          ) : null}
        </section>
      )}
      {waits && choices.length > 1 ? (
        <Section title="Autres possibilités">
          <ul className="bank-choices">
            {choices.map((one, index) =>
              choice && choiceText(one) === choiceText(choice) ? null : (
                <li key={choiceText(one)}>
                  <button type="button" className="plain-act" onClick={() => onChoice(index)}>
                    {choiceText(one)}
                  </button>
                </li>
              ),
            )}
          </ul>
        </Section>
      ) : null}
      {waits && isCredit && line.lastFour ? (
        <section className="stack">
          <h2>Ce qui sera retenu</h2>
          <p className="small soft">
            Le compte «&nbsp;{accountEndText(line.lastFour)}&nbsp;» sera reconnu la prochaine fois. Lire deux fois le
            même relevé n’enregistre rien de plus.
          </p>
        </section>
      ) : null}
      {opened === 'share' ? <ShareDialog line={line} regieId={regieId} onDecide={onDecide} onClose={close} /> : null}
      {opened === 'batches' ? <BatchesDialog line={line} onDecide={onDecide} onClose={close} /> : null}
      {opened === 'dismiss' ? (
        <ReasonDialog
          title="Pas pour la régie"
          label="Pourquoi"
          missing="Écrivez à qui cet argent revient."
          submit="Laisser de côté"
          onSubmit={async (client, reason) => {
            await client.bank.dismiss({ lineId: line.id, reason })
            onDone()
          }}
          onClose={close}
        >
          <p>
            {formatEuros(line.leftCents)}, {line.label}. La ligne n’attend plus, et ne paie rien.
          </p>
        </ReasonDialog>
      ) : null}
      {opened === 'takeBack' ? (
        <ReasonDialog
          title="Reprendre cette ligne"
          label="Motif"
          missing="Écrivez le motif."
          submit="Reprendre la ligne"
          onSubmit={(client, reason) => client.bank.takeBack({ lineId: line.id, reason })}
          onClose={close}
        >
          <p>
            {formatEuros(line.cents)}, {line.what}. Les règlements faits de cette ligne sont annulés avec ce
            motif&nbsp;; elle attend de nouveau.
          </p>
        </ReasonDialog>
      ) : null}
    </aside>
  )
}

const headOf = (choice: Choice): string => {
  if (choice.kind === 'arrives') return 'Déjà enregistré'
  if (choice.kind === 'returns') return 'Prélèvement revenu'
  if (choice.kind !== 'pays') return 'Proposé autrement'
  if (choice.parts.some(({ isAtTreasury }) => isAtTreasury)) return 'À reverser à la Trésorerie'
  return choice.parts.length === 0 ? 'Avance proposée' : 'Facture proposée'
}

const ChoiceName = ({ choice }: { choice: Choice }) => {
  const text = choiceText(choice)
  if (choice.kind === 'arrives' || choice.kind === 'returns' || choice.familyId === null) return <>{text}</>
  return (
    <Link to="/familles/$familyId" params={{ familyId: String(choice.familyId) }} search={{ onglet: 'argent' }}>
      {text}
    </Link>
  )
}

/** What the line pays, and what is still owed afterwards. */
const Calculation = ({
  line: { leftCents },
  proposal: { parts, aheadCents },
}: {
  line: BankLine
  proposal: PaysProposal
}) => {
  const owed = parts.reduce((sum, part) => sum + part.leftCents, 0)
  return (
    <dl className="bank-calculation">
      {parts.map((part) => (
        <div key={part.number}>
          <dt>{[part.number, partMonth(part)].filter((text) => text !== '').join(', ')}</dt>
          <dd>{formatEuros(part.leftCents)}</dd>
        </div>
      ))}
      <div>
        <dt>Ce virement</dt>
        <dd>{formatEuros(-leftCents)}</dd>
      </div>
      <div className="sum">
        <dt>{aheadCents > 0 ? 'Restera en avance' : 'Il restera à payer'}</dt>
        <dd>{formatEuros(aheadCents > 0 ? aheadCents : owed - leftCents)}</dd>
      </div>
    </dl>
  )
}
