import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { CellProblem, ImportDecision, ImportLine } from '../../../shared/contract/desk/import.ts'
import { counted } from '../../../shared/rules/french.ts'
import { ActButton } from '../parts/acts.tsx'
import { Panel } from '../parts/screen.tsx'
import { Facts, Note } from '../parts/telling.tsx'

/** What the chosen line asks of staff: a correction, a decision, or nothing. */
export const LinePanel = ({
  line,
  pending,
  kind,
  onDecide,
  onCorrect,
  onNext,
}: {
  line: ImportLine | undefined
  pending: number
  kind: 'pupils' | 'guardians'
  onDecide: (decision: ImportDecision | { line: number; choice: null }) => void
  onCorrect: (correction: { line: number; column: number; value: string }) => void
  onNext: () => void
}) => {
  if (!line)
    return (
      <Panel label="Ligne choisie" title="Vérification">
        {pending === 0 ? (
          <Note tone="good">Rien à corriger, aucun doublon : tout peut être importé.</Note>
        ) : (
          <>
            <Note tone="warn">
              {counted(pending, 'ligne attend', 'lignes attendent')} une correction ou une décision. Sans elle, chacune
              reste de côté et le rapport la nomme.
            </Note>
            <Button onClick={onNext}>Aller à la première (F8)</Button>
          </>
        )}
      </Panel>
    )
  const who = kind === 'pupils' ? 'enfant' : 'personne'
  return (
    <Panel label="Ligne choisie" title={titleOf(line, who)} soft={`Ligne ${line.line}`}>
      {line.problems.map((problem) => (
        <Correction key={`${problem.column}`} line={line.line} problem={problem} onCorrect={onCorrect} />
      ))}
      {line.problems.length === 0 && line.state !== 'double' ? <p className="small">{line.said}</p> : null}
      {line.candidates.map((candidate, position) => (
        <div key={candidate.id} className="stack">
          <Facts
            facts={[
              ['Déjà là', candidate.name],
              ['', candidate.detail],
              ['Rapprochés par', candidate.why],
            ]}
          />
          <ActButton
            fullWidth
            {...(position === 0 && { combo: 'o' })}
            label={kind === 'pupils' ? 'Oui, compléter sa fiche' : 'Oui, la même personne'}
            onAct={() => onDecide({ line: line.line, choice: 'same', id: candidate.id })}
          />
        </div>
      ))}
      {line.state === 'double' ? (
        <>
          <ActButton
            fullWidth
            combo="n"
            label={kind === 'pupils' ? 'Non, créer un autre enfant' : 'Non, une autre personne'}
            onAct={() => onDecide({ line: line.line, choice: 'create', id: null })}
          />
          <Note>La famille, le QF, les réservations et les factures restent tels quels.</Note>
        </>
      ) : null}
      {line.state === 'skipped' ? (
        <ActButton
          fullWidth
          combo="l"
          label="Reprendre cette ligne"
          onAct={() => onDecide({ line: line.line, choice: null })}
        />
      ) : line.state === 'same' ? null : (
        <ActButton
          fullWidth
          combo="l"
          label="Laisser cette ligne de côté"
          onAct={() => onDecide({ line: line.line, choice: 'skip', id: null })}
        />
      )}
    </Panel>
  )
}

const titleOf = ({ state }: ImportLine, who: string): string => {
  if (state === 'double') return who === 'enfant' ? 'Est-ce le même enfant\u00a0?' : 'Est-ce la même personne\u00a0?'
  return state === 'error' ? 'À corriger' : 'Ce qui sera fait'
}

const Correction = ({
  line,
  problem,
  onCorrect,
}: {
  line: number
  problem: CellProblem
  onCorrect: (correction: { line: number; column: number; value: string }) => void
}) => {
  const [value, setValue] = useState(problem.value)
  const send = (event: FormEvent) => {
    event.preventDefault()
    onCorrect({ line, column: problem.column, value })
  }
  return (
    <form className="stack" onSubmit={send}>
      <TextInput
        label={problem.columnName}
        error={problem.sentence}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <div className="row">
        <Button type="submit" disabled={value === problem.value}>
          Corriger
        </Button>
        {problem.proposal === null ? null : (
          <Button
            variant="subtle"
            onClick={() => onCorrect({ line, column: problem.column, value: problem.proposal ?? '' })}
          >
            Prendre {problem.proposal}
          </Button>
        )}
      </div>
    </form>
  )
}
