import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { RequestDetail, SignUpDecision, SignUpShown } from '../../../shared/contract/desk/requests.ts'
import { briefDay, instantText, ofName, shortDay, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Properties } from '../parts/feedback.tsx'
import { ConfirmDialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { useProposalReadGuard } from '../parts/keyboard/stable-choice.ts'
import { SignUpAttachDialog } from './sign-up-attach-dialog.tsx'

type Decide = (client: Client, decision: SignUpDecision) => Promise<void>

/** The dialog that is open, by the answer it confirms. */
type OpenDialog = 'accept' | 'refuse' | { readonly attachTo: number | null }

/** A sign-up of an unknown family: its data, recorded families that resemble it, and the three possible answers. */
export const SignUpPanel = ({
  request,
  signUp,
  isOpen,
  notice,
  onDecide,
  onClose,
}: {
  request: RequestDetail
  signUp: SignUpShown
  isOpen: boolean
  notice: ReactNode
  onDecide: Decide
  /** Called when a dialog closes. */
  onClose: () => void
}) => {
  const [asked, setAsked] = useState<OpenDialog | null>(null)
  const doubles = useQuery(orpc.requests.signUpDoubles.queryOptions({ input: { signUpId: signUp.id } }))
  const [likeliest] = doubles.data ?? []
  const ifRead = useProposalReadGuard('', doubles.data && { signUp, doubles: doubles.data })
  const ask = (next: OpenDialog) => ifRead(() => setAsked(next))
  const close = () => {
    setAsked(null)
    onClose()
  }
  const name = `${request.child.firstName} ${request.child.lastName}`
  return (
    <>
      <section className="requests-main" aria-label={`${name}, inscription au portail`}>
        <div className="requests-asked">
          {notice}
          <SignUpView name={name} request={request} signUp={signUp} />
        </div>
        {isOpen ? (
          <div className="requests-acts">
            <ActionButton combo="a" label="Accepter comme nouvelle famille…" onAction={() => ask('accept')} />
            <ActionButton
              combo="t"
              label="Rattacher à une famille existante…"
              onAction={() => ask({ attachTo: likeliest?.id ?? null })}
            />
            <ActionButton combo="r" label="Refuser…" onAction={() => ask('refuse')} />
          </div>
        ) : null}
      </section>
      <aside className="panel" aria-label="Familles qui ressemblent">
        <section className="stack">
          <h3>Déjà connue&nbsp;?</h3>
          {doubles.error ? <Failure error={doubles.error} /> : null}
          {doubles.data ? null : <Loading />}
          {doubles.data?.length === 0 ? <p className="small soft">Aucune famille connue ne lui ressemble.</p> : null}
          {(doubles.data ?? []).map(({ id, name: home, score, why }) => (
            <div key={id} className="requests-double">
              <p className="row">
                <b className="grow">Famille {home}</b>
                <Badge tone={score >= 90 ? 'danger' : 'warn'}>{score}&nbsp;%</Badge>
              </p>
              <p className="small">{why}</p>
              {isOpen ? <ActionButton label="Comparer et rattacher…" onAction={() => ask({ attachTo: id })} /> : null}
            </div>
          ))}
        </section>
        <section className="stack">
          <h3>Ce que la famille lira</h3>
          <div className="note requests-reads">
            <p>
              <b>Acceptée&nbsp;:</b> le mail qui ouvre son compte, au prochain échange.
            </p>
            <p>
              <b>Refusée&nbsp;:</b> un mail avec votre motif.
            </p>
          </div>
        </section>
      </aside>
      <ConfirmDialog
        opened={asked === 'accept'}
        title="Accepter comme nouvelle famille"
        confirm="Créer la famille"
        onConfirm={(client) => onDecide(client, { act: 'accept', signUpId: signUp.id })}
        onClose={close}
      >
        {likeliest ? (
          <p>
            <b>La famille {likeliest.name} lui ressemble.</b> Si c’est elle, rattachez plutôt la demande&nbsp;: deux
            fiches feraient deux factures.
          </p>
        ) : (
          <p>Le foyer, ses responsables et ses enfants sont créés.</p>
        )}
        <p>Un mail part à {signUp.email} au prochain échange, pour ouvrir le compte.</p>
      </ConfirmDialog>
      {asked === 'refuse' ? (
        <RefuseDialog
          name={name}
          onRefuse={(client, reason) => onDecide(client, { act: 'refuse', signUpId: signUp.id, reason })}
          onClose={close}
        />
      ) : null}
      {asked !== null && typeof asked === 'object' ? (
        <SignUpAttachDialog
          signUp={signUp}
          familyId={asked.attachTo}
          onAttach={(decision) => onDecide(clientOutsideForms, decision)}
          onClose={close}
        />
      ) : null}
    </>
  )
}

const SignUpView = ({ name, request, signUp }: { name: string; request: RequestDetail; signUp: SignUpShown }) => {
  const { guardians, children, homePhone, addressLines, terms } = signUp
  return (
    <>
      <div className="requests-head">
        <div className="grow">
          <h2>{name}</h2>
          <p className="soft small">
            Demande un compte sur le portail
            <br />
            Reçue du portail&nbsp;: enregistrée le {instantText(request.recordedAt)},{' '}
            {request.lateBy === 0 ? (
              'à décider aujourd’hui'
            ) : (
              <>
                {request.lateBy > 0 ? 'réponse promise le' : 'à décider au plus tard le'}{' '}
                <span className="nowrap">{briefDay(request.dueOn)}</span>
              </>
            )}
          </p>
        </div>
      </div>
      <section className="requests-part" aria-label="Foyer">
        <h3>Foyer</h3>
        <Properties
          alignStart
          entries={[
            ...guardians.map(
              (one, at) =>
                [
                  `Parent ${at + 1}`,
                  <span key={one.name}>
                    {one.name}
                    {[...one.phones, at === 0 ? '' : one.email]
                      .filter((text) => text !== '')
                      .map((text) => ` · ${withUnbrokenNumbers(text)}`)
                      .join('')}
                  </span>,
                ] as const,
            ),
            ['Identifiant', `${signUp.email}, vérifié le ${instantText(signUp.emailCheckedAt)}`] as const,
            ['Adresse', addressLines.join(', ')] as const,
            ...(homePhone === '' ? [] : [['Tél domicile', withUnbrokenNumbers(homePhone)] as const]),
          ]}
        />
      </section>
      <section className="requests-part" aria-label="Enfants">
        <table className="table table-flush requests-table">
          <thead>
            <tr>
              <th>Enfant</th>
              <th>Né(e) le</th>
              <th>Âge</th>
              <th>École et classe</th>
            </tr>
          </thead>
          <tbody>
            {children.map((child) => (
              <tr key={`${child.name} ${child.birth}`}>
                <td>{child.name}</td>
                <td className="nowrap">{shortDay(child.birth)}</td>
                <td>{child.age}</td>
                <td className="soft">{child.schooling === '' ? '–' : child.schooling}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <details className="requests-part">
        <summary className="small">
          Règlement accepté le {instantText(terms.acceptedAt)}, version «&nbsp;{terms.version}&nbsp;»
        </summary>
        <p className="small soft requests-terms">{terms.text}</p>
      </details>
    </>
  )
}

const RefuseDialog = ({
  name,
  onRefuse,
  onClose,
}: {
  name: string
  onRefuse: (client: FormClient, reason: string) => Promise<void>
  onClose: () => void
}) => {
  const form = useForm({
    initialValues: { reason: '' },
    validate: {
      reason: (text) => (text.trim() === '' ? 'Indiquez un motif\u00a0: la famille le lira.' : null),
    },
  })
  return (
    <FormDialog
      opened
      title={`Refuser l’inscription ${ofName(name)}`}
      width="narrow"
      form={form}
      submit="Refuser"
      onClose={onClose}
      onSubmit={(client, { reason }) => onRefuse(client, reason.trim())}
    >
      <Textarea
        label="Motif"
        description="La famille le reçoit par mail, au prochain échange."
        autosize
        minRows={2}
        data-autofocus
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}
