import { Button, Checkbox, Select } from '@mantine/core'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignUpComparison, SignUpDecision, SignUpShown } from '../../../shared/contract/desk/requests.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { FamilySelect } from '../registrations/new-registration-dialog.tsx'

/** Attaches a sign-up to a recorded family: staff match the people, and tick the fields to replace. */
export const SignUpAttachDialog = ({
  signUp,
  familyId: first,
  onAttach,
  onClose,
}: {
  signUp: SignUpShown
  familyId: number | null
  onAttach: (decision: SignUpDecision) => Promise<void>
  onClose: () => void
}) => {
  const [familyId, setFamilyId] = useState(first)
  const [match, setMatch] = useState<SignUpComparison['match'] | null>(null)
  /** Keys of fields that staff ticked or unticked against the proposal. */
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const input = familyId === null ? skipToken : { signUpId: signUp.id, familyId, match }
  const beside = useQuery(orpc.requests.signUpBeside.queryOptions({ input, placeholderData: keepPreviousData }))
  const family = useQuery(orpc.families.one.queryOptions({ input: familyId === null ? skipToken : { id: familyId } }))
  const shown = familyId === null ? null : (beside.data ?? null)
  /** Whether the comparison belongs to the chosen family, not to the previous one. */
  const isRead = shown !== null && !beside.isPlaceholderData
  const isChosen = ({ key, isProposed }: SignUpComparison['changes'][number]) => isProposed !== toggled.has(key)
  const attach = async () => {
    if (familyId === null || !isRead) return
    setIsBusy(true)
    setError(undefined)
    try {
      const fields = shown.changes.filter((one) => one.obstacle === null && isChosen(one)).map(({ key }) => key)
      await onAttach({ act: 'attach', signUpId: signUp.id, familyId, match: shown.match, fields })
      onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  const put = (kind: 'guardians' | 'children', at: number, id: number | null) => {
    if (shown) setMatch({ ...shown.match, [kind]: shown.match[kind].with(at, id) })
  }
  const mail = shown?.changes.find(({ label }) => label === 'Email')
  return (
    <Dialog opened title="Rattacher à une famille existante" width="wide" onClose={onClose}>
      <div className="dialog-form">
        {error === undefined ? null : <Failure error={error} />}
        {/* Focus this text when the family is already chosen: a focused Select would open over the comparison. */}
        <p className="soft small" tabIndex={-1} {...(first === null ? {} : { 'data-autofocus': true })}>
          Dites qui est qui, puis ce que la fiche reprend de la demande.
        </p>
        <FamilySelect
          hasFocus={first === null}
          chosen={family.data}
          value={familyId === null ? null : String(familyId)}
          error={null}
          onChange={(id) => {
            setFamilyId(id === null ? null : Number(id))
            setMatch(null)
            setToggled(new Set())
          }}
        />
        {beside.error ? <Failure error={beside.error} /> : null}
        {familyId !== null && !shown && !beside.error ? <Loading /> : null}
        {shown ? (
          <>
            <fieldset className="stack requests-match">
              <legend>Qui est qui</legend>
              {signUp.guardians.map(({ name }, at) => (
                <PersonMatch
                  key={name}
                  label={`${name}, parent ${at + 1}`}
                  there={shown.there.guardians}
                  value={shown.match.guardians[at] ?? null}
                  added="Nouveau responsable, à ajouter"
                  onChange={(id) => put('guardians', at, id)}
                />
              ))}
              {signUp.children.map(({ name, birth }, at) => (
                <PersonMatch
                  key={`${name} ${birth}`}
                  label={name}
                  there={shown.there.children}
                  value={shown.match.children[at] ?? null}
                  added="Nouvel enfant, à ajouter"
                  onChange={(id) => put('children', at, id)}
                />
              ))}
            </fieldset>
            {mail && mail.before !== '' ? (
              <Note tone="warn">
                L’adresse mail connue est {mail.before}. Vérifiez avec la famille avant de la remplacer&nbsp;: c’est
                elle qui ouvre le compte.
              </Note>
            ) : null}
            {shown.changes.length === 0 ? (
              <p className="soft small">Rien d’autre ne change&nbsp;: la fiche dit la même chose.</p>
            ) : (
              <table className="table table-flush requests-table requests-changes">
                <thead>
                  <tr>
                    <th>À remplacer</th>
                    <th>Sur la fiche</th>
                    <th>Dans la demande</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.changes.map((one) => (
                    <tr key={one.key}>
                      <td>
                        <Checkbox
                          size="sm"
                          checked={one.obstacle === null && isChosen(one)}
                          disabled={one.obstacle !== null}
                          onChange={() => setToggled((before) => before.symmetricDifference(new Set([one.key])))}
                          label={
                            <>
                              {one.label}
                              <br />
                              <span className="soft small">{one.whose}</span>
                            </>
                          }
                        />
                      </td>
                      <td className="soft">{one.before || 'vide'}</td>
                      <td>
                        <b>{one.after}</b>
                        {one.obstacle ? (
                          <>
                            <br />
                            <span className="danger small">{one.obstacle}</span>
                          </>
                        ) : null}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </>
        ) : null}
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button variant="filled" disabled={!isRead} loading={isBusy} onClick={() => void attach()}>
            Rattacher et envoyer l’accès
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const PersonMatch = ({
  label,
  there,
  value,
  added,
  onChange,
}: {
  label: string
  there: readonly { id: number; name: string }[]
  value: number | null
  added: string
  onChange: (id: number | null) => void
}) => (
  <Select
    label={label}
    data={[{ value: 'new', label: added }, ...there.map(({ id, name }) => ({ value: String(id), label: name }))]}
    value={value === null ? 'new' : String(value)}
    onChange={(chosen) => onChange(chosen === null || chosen === 'new' ? null : Number(chosen))}
  />
)
