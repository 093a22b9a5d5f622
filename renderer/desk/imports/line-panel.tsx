import { Button, TextInput } from '@mantine/core'
import { type FormEvent, Fragment, useState } from 'react'
import type {
  ImportCandidate,
  ImportDecision,
  ImportLine,
  ImportPreview,
  ValueProblem,
} from '../../../shared/contract/desk/imports.ts'
import type { ListKind } from '../../../shared/formats/lists.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Note, Properties } from '../parts/feedback.tsx'
import { FieldMerge } from '../parts/field-merge.tsx'
import { Panel } from '../parts/screen.tsx'
import { FirstBilledDay } from './first-billed-day.tsx'

type Decide = (decision: ImportDecision | { line: number; choice: null }) => void

/** What staff must do about the chosen line: correct it, decide, or nothing. */
export const LinePanel = ({
  line,
  preview,
  decision,
  pending,
  onDecide,
  onCorrect,
  onNext,
  onColumns,
  onTakeProposals,
  onNameParents,
  onSettled,
}: {
  line: ImportLine | undefined
  preview: ImportPreview
  decision: ImportDecision | undefined
  pending: number
  onDecide: Decide
  onCorrect: (correction: { line: number; column: number; value: string }) => void
  onNext: () => void
  onColumns: () => void
  onTakeProposals: () => void
  onNameParents: () => void
  /** What several lines wait for was settled elsewhere. */
  onSettled: () => void
}) => {
  if (!line)
    return (
      <Panel label="Ligne choisie" title="Vérification">
        {pending === 0 ? (
          <Note tone="good">Rien à corriger, aucun doublon&nbsp;: tout peut être importé.</Note>
        ) : (
          <>
            <Note tone="warn">
              {counted(pending, 'ligne attend', 'lignes attendent')} une correction ou une décision. Sans elle, chacune
              reste de côté et le rapport la nomme.
            </Note>
            <Button onClick={onNext}>Aller à la première (F8)</Button>
          </>
        )}
        <UnknownWords preview={preview} onColumns={onColumns} />
        <BulkCorrections mendable={preview.mendable} onTakeProposals={onTakeProposals} onNameParents={onNameParents} />
        <Leavers leavers={preview.leavers} />
      </Panel>
    )
  const answer: ImportDecision = decision ?? { line: line.line, choice: 'same', id: null, home: null, take: {} }
  const take = (field: string, from: 'here' | 'file') =>
    onDecide({ ...answer, take: { ...answer.take, [field]: from } })
  return (
    <Panel label="Ligne choisie" title={titleOf(line, preview.list)} subtitle={`Ligne ${line.line}`}>
      {line.problems.map((problem) => (
        <Fragment key={`${problem.column}`}>
          <Correction line={line.line} problem={problem} onCorrect={onCorrect} />
          {problem.regieId === undefined ? null : <FirstBilledDay regieId={problem.regieId} onDone={onSettled} />}
        </Fragment>
      ))}
      {line.remarks.map((remark) => (
        <Correction key={`remark ${remark.column}`} line={line.line} problem={remark} isRemark onCorrect={onCorrect} />
      ))}
      {line.problems.length === 0 && (line.state !== 'double' || isOfOneNumber(line, preview.list)) ? (
        <p className="small">{line.said}</p>
      ) : null}
      {isOfOneNumber(line, preview.list) ? (
        <ActionButton
          fullWidth
          combo="o"
          label="Une seule famille"
          onAction={() => onDecide({ ...answer, choice: 'create', home: 'numbered' })}
        />
      ) : null}
      {line.candidates.map((candidate, position) => (
        <Candidate
          key={candidate.id}
          candidate={candidate}
          isFirst={position === 0}
          list={preview.list}
          onYes={() =>
            onDecide(
              candidate.kind === 'home'
                ? { ...answer, choice: 'create', home: candidate.id }
                : { ...answer, choice: 'same', id: candidate.id },
            )
          }
        />
      ))}
      {line.differences.length > 0 ? (
        <FieldMerge
          sides={[
            ['here', 'Déjà là'],
            ['file', 'Fichier'],
          ]}
          differences={line.differences}
          onChoose={take}
        />
      ) : null}
      {line.state === 'double' && !ofHomes.has(preview.list) && preview.list !== 'registrations' ? (
        <>
          <ActionButton
            fullWidth
            combo="n"
            label={noLabel(line, preview.list)}
            onAction={() =>
              // Keeps the answer about the person's identity: the person's home is a separate question.
              onDecide(
                isSecondHome(line) && !isOfOneNumber(line, preview.list)
                  ? { ...answer, home: 'new' }
                  : { ...answer, choice: 'create', home: isOfHome(line) || isSecondHome(line) ? 'new' : answer.home },
              )
            }
          />
          <Note>La famille, le QF, les réservations et les factures restent tels quels.</Note>
        </>
      ) : null}
      {line.state === 'skipped' ? (
        <ActionButton
          fullWidth
          combo="l"
          label="Reprendre cette ligne"
          onAction={() => onDecide({ line: line.line, choice: null })}
        />
      ) : line.state === 'same' ? null : (
        <ActionButton
          fullWidth
          combo="l"
          label="Laisser cette ligne de côté"
          onAction={() => onDecide({ ...answer, choice: 'skip' })}
        />
      )}
    </Panel>
  )
}

/** Lists whose lines belong to an existing family. */
const ofHomes: ReadonlySet<ListKind> = new Set(['quotients', 'balances'])

const isOfHome = ({ candidates }: ImportLine) => candidates.some(({ kind }) => kind === 'home')

/**
 * Without candidates, the question is about the home: the person lives neither with the one nor with the other parent
 * of the existing home.
 */
const isSecondHome = ({ candidates }: ImportLine) => candidates.length === 0

/** Earlier lines have the same number in the other program, but not the same people. */
const isOfOneNumber = (line: ImportLine, list: ListKind) =>
  list === 'families' && line.state === 'double' && isSecondHome(line)

const titleOf = (line: ImportLine, list: ListKind): string => {
  if (line.state === 'double') {
    if (isOfHome(line)) return 'Est-ce le même foyer\u00a0?'
    if (isOfOneNumber(line, list)) return 'Une famille, ou deux\u00a0?'
    if (isSecondHome(line)) return 'Un second foyer\u00a0?'
    if (ofHomes.has(list)) return 'Quelle famille\u00a0?'
    return list === 'guardians' ? 'Est-ce la même personne\u00a0?' : 'Est-ce le même enfant\u00a0?'
  }
  return line.state === 'error' ? 'À corriger' : 'Ce qui sera fait'
}

const noLabel = (line: ImportLine, list: ListKind): string => {
  if (isOfHome(line)) return 'Non, créer un autre foyer'
  if (isOfOneNumber(line, list)) return 'Deux familles'
  if (isSecondHome(line)) return 'Oui, un second foyer'
  return list === 'guardians' ? 'Non, une autre personne' : 'Non, créer un autre enfant'
}

const yesLabel = ({ kind }: ImportCandidate, list: ListKind): string => {
  if (kind === 'home') return 'Oui, rejoindre ce foyer'
  if (ofHomes.has(list)) return 'Cette famille'
  return list === 'guardians' ? 'Oui, la même personne' : 'Oui, compléter sa fiche'
}

const Candidate = ({
  candidate,
  isFirst,
  list,
  onYes,
}: {
  candidate: ImportCandidate
  isFirst: boolean
  list: ListKind
  onYes: () => void
}) => (
  <div className="stack">
    <Properties
      entries={[
        ['Déjà là', candidate.name],
        ['', candidate.detail],
        ['Rapprochés par', candidate.why],
      ]}
    />
    <ActionButton fullWidth {...(isFirst && { combo: 'o' })} label={yesLabel(candidate, list)} onAction={onYes} />
  </div>
)

const UnknownWords = ({ preview, onColumns }: { preview: ImportPreview; onColumns: () => void }) => {
  const unknown = preview.words.filter(({ to }) => to === null)
  if (unknown.length === 0) return null
  return (
    <Note tone="warn">
      {counted(unknown.length, 'mot du fichier est inconnu', 'mots du fichier sont inconnus')}&nbsp;:{' '}
      {unknown.map(({ from }) => `«\u00a0${from}\u00a0»`).join(', ')}.{' '}
      <PlainAction
        label={unknown.length > 1 ? 'Dire ce qu’ils veulent dire' : 'Dire ce qu’il veut dire'}
        onAction={onColumns}
      />
    </Note>
  )
}

/** Corrects the same problem on all lines at once; each value can still be corrected alone. */
const BulkCorrections = ({
  mendable: { proposals, parents },
  onTakeProposals,
  onNameParents,
}: {
  mendable: ImportPreview['mendable']
  onTakeProposals: () => void
  onNameParents: () => void
}) => (
  <>
    {proposals > 0 ? (
      <Note>
        {counted(proposals, 'ligne a', 'lignes ont')} un téléphone, une date, une adresse e-mail ou un code postal écrit
        autrement, que le bureau sait lire.
        <div className="row">
          <Button onClick={onTakeProposals}>Prendre ce qui est proposé</Button>
        </div>
      </Note>
    ) : null}
    {parents > 0 ? (
      <Note>
        {counted(parents, 'ligne a', 'lignes ont')} un téléphone ou une adresse e-mail sans le nom du responsable.
        <div className="row">
          <Button onClick={onNameParents}>Le nommer d’après son enfant</Button>
        </div>
      </Note>
    ) : null}
  </>
)

const maxLeaversNamed = 8

const Leavers = ({ leavers }: { leavers: ImportPreview['leavers'] }) =>
  leavers.length === 0 ? null : (
    <section className="stack">
      <h3>Ne sont plus sur la liste</h3>
      <ul className="small import-leavers">
        {leavers.slice(0, maxLeaversNamed).map(({ id, name, detail }) => (
          <li key={id}>
            {name} <span className="soft">{detail}</span>
          </li>
        ))}
      </ul>
      {leavers.length > maxLeaversNamed ? (
        <p className="small soft">et {counted(leavers.length - maxLeaversNamed, 'autre')}, nommés par le rapport</p>
      ) : null}
    </section>
  )

const Correction = ({
  line,
  problem,
  isRemark = false,
  onCorrect,
}: {
  line: number
  problem: ValueProblem
  isRemark?: boolean
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
        {...(isRemark ? { description: problem.sentence } : { error: problem.sentence })}
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
