import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Mandate } from '../../../shared/contract/desk/money/debits.ts'
import { hiddenIban, spacedIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { type MandateState, mandateStateNames } from '../../../shared/rules/money/debit/mandate.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, type Tone } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { MandateDialog, type MandatePayer } from './mandate-dialog.tsx'

const tones: Readonly<Record<MandateState, Tone>> = {
  active: 'good',
  suspended: 'warn',
  stopped: 'neutral',
  lapsed: 'neutral',
  used: 'neutral',
}

/** The text that the parent signed on the portal. */
const openPaper = async (id: number): Promise<void> => readPaper(await clientOutsideForms.debits.mandatePaper({ id }))

/** The mandates of direct debit of a home or a third party, on its page. */
export const Mandates = ({ payer, children }: { payer: MandatePayer; children?: ReactNode }) => {
  const { familyId, thirdPartyId } = payer
  const { data: mandates } = useQuery(orpc.debits.mandatesOf.queryOptions({ input: { familyId, thirdPartyId } }))
  const [opened, setOpened] = useState<'new' | { readonly stop: Mandate } | { readonly resume: Mandate }>()
  const close = () => setOpened(undefined)
  if (!mandates) return null
  return (
    <Section title="Mandat de prélèvement" action={<Button onClick={() => setOpened('new')}>Nouveau mandat…</Button>}>
      {mandates.length === 0 ? (
        <p className="soft small">
          Aucun mandat&nbsp;:{' '}
          {familyId === null ? 'ce tiers payeur n’est pas prélevé' : 'cette famille n’est pas prélevée'}.
        </p>
      ) : (
        <table className="table table-flush" aria-label="Mandats de prélèvement">
          <tbody>
            {mandates.map((mandate) => (
              <tr key={mandate.id}>
                <td>
                  {mandate.reference} <Badge tone={tones[mandate.state]}>{mandateStateNames[mandate.state]}</Badge>{' '}
                  <span className="soft">{stateText(mandate)}</span>
                </td>
                <td>
                  {mandate.debtor} <Account mandate={mandate} />
                </td>
                <td className="soft">
                  signé le {shortDay(mandate.signedOn)}
                  {mandate.source === 'portal' ? ', sur le portail' : ''}
                </td>
                <td className="num">
                  <span className="row">
                    {mandate.hasPaper ? (
                      <PlainAction
                        label="PDF"
                        aria={`Mandat ${mandate.reference} en PDF`}
                        onAction={() => void openPaper(mandate.id).catch(notifyRefusal)}
                      />
                    ) : null}
                    {mandate.state === 'suspended' ? (
                      <PlainAction
                        label="Rétablir…"
                        aria={`Rétablir ${mandate.reference}`}
                        onAction={() => setOpened({ resume: mandate })}
                      />
                    ) : null}
                    {(mandate.state === 'active' || mandate.state === 'suspended') && mandate.stopsOn === null ? (
                      <PlainAction
                        label="Arrêter…"
                        aria={`Arrêter ${mandate.reference}`}
                        onAction={() => setOpened({ stop: mandate })}
                      />
                    ) : null}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {children}
      {opened === 'new' ? <MandateDialog payer={payer} onClose={close} /> : null}
      {typeof opened === 'object' && 'stop' in opened ? (
        <ReasonDialog
          title={`Arrêter le mandat ${opened.stop.reference}`}
          label="Motif"
          missing="Indiquez le motif."
          submit="Arrêter"
          onSubmit={(client, reason) => client.debits.stopMandate({ id: opened.stop.id, reason })}
          onClose={close}
        >
          <p>Plus rien n’est prélevé sur ce compte. Une ligne déjà gelée est retirée quand le fichier se fait.</p>
        </ReasonDialog>
      ) : null}
      {typeof opened === 'object' && 'resume' in opened ? (
        <ConfirmDialog
          opened
          title={`Rétablir le mandat ${opened.resume.reference}`}
          confirm="Rétablir"
          onConfirm={(client) => client.debits.resumeMandate({ id: opened.resume.id })}
          onClose={close}
        >
          Suspendu&nbsp;: {opened.resume.reason}. Ce compte est prélevé de nouveau.
        </ConfirmDialog>
      ) : null}
    </Section>
  )
}

/** « s’arrête le 12 janv. 2027 : par la famille, sur le portail » */
const stateText = ({ stopsOn, reason }: Mandate): string =>
  [stopsOn === null ? '' : `s’arrête le ${shortDay(stopsOn)}`, reason].filter((text) => text !== '').join('\u00a0: ')

/** The first and last characters of the account; a cashier may ask for all of it, which the audit trail records. */
const Account = ({ mandate: { id, accountStart, lastFour, isAccountLost, debtor } }: { mandate: Mandate }) => {
  const may = useMay()
  const whole = useMutation({ mutationFn: () => clientOutsideForms.debits.readAccount({ id }), onError: notifyRefusal })
  if (isAccountLost) return <Badge tone="danger">compte illisible&nbsp;: demandez-le de nouveau</Badge>
  if (whole.data) return <span className="num">{spacedIban(whole.data.iban)}</span>
  return (
    <>
      <span className="soft">{hiddenIban(accountStart, lastFour)}</span>{' '}
      {may('debits') ? (
        <PlainAction
          label="Lire"
          aria={`Lire le compte de ${debtor} en entier`}
          disabled={whole.isPending}
          onAction={() => whole.mutate()}
        />
      ) : null}
    </>
  )
}
