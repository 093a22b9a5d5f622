import IconLock from '@tabler/icons-react/icons/IconLock'
import IconLockOpen from '@tabler/icons-react/icons/IconLockOpen'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PortalAccess } from '../../../shared/contract/desk/portal.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { stoppedMailsText } from '../../../shared/rules/requests/mails.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { orpcOutsideForms } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, Note, Properties } from '../parts/feedback.tsx'
import { Panel } from '../parts/screen.tsx'
import { invitationText, stateLabels } from './texts.ts'

/** The history of one account, and the possible actions. */
export const AccountPanel = ({ access, total }: { access: PortalAccess | undefined; total: number | undefined }) => {
  const block = useMutation(orpcOutsideForms.portal.block.mutationOptions())
  if (!access)
    return (
      <Panel label="Compte">
        <p className="soft small">
          {total === undefined ? '' : `${counted(total, 'responsable')}. `}Choisissez une ligne pour son histoire, ou
          cochez-en plusieurs pour les inviter ensemble.
        </p>
      </Panel>
    )
  const { guardianId, name, email, families, state, invitedAt, openedAt, unwantedMails, toSend } = access
  const stopped = stoppedMailsText(unwantedMails)
  const isBlocked = state === 'blocked'
  return (
    <Panel label="Compte" title={name} subtitle={email || 'pas d’adresse mail'}>
      <Properties
        entries={[
          [
            'Compte',
            <Badge key="state" tone={stateLabels[state][1]}>
              {stateLabels[state][0]}
            </Badge>,
          ],
          [
            families.length > 1 ? 'Foyers' : 'Foyer',
            families.map(({ id, name: family }) => (
              <Link key={id} to="/familles/$familyId" params={{ familyId: String(id) }}>
                {family}{' '}
              </Link>
            )),
          ],
          ...(invitedAt ? ([['Accès donné', invitationText(access)]] as const) : []),
          ...(openedAt ? ([['Ouvert le', shortDay(dayAt(openedAt))]] as const) : []),
          ...(stopped === null ? [] : ([['Mails', stopped]] as const)),
        ]}
      />
      <Note tone={state === 'expired' || state === 'noEmail' ? 'warn' : 'neutral'}>{adviceOf(access)}</Note>
      {access.stop?.cause === 'refused' ? (
        <Note tone="warn">
          Adresse refusée par son serveur de mail le {shortDay(dayAt(access.stop.at))}&nbsp;: ses mails ne lui arrivent
          pas. Demandez-lui la bonne, et corrigez-la sur sa fiche.
        </Note>
      ) : null}
      {access.stop?.cause === 'staff' ? (
        <Note tone="warn">
          Adresse arrêtée par le service le {shortDay(dayAt(access.stop.at))}&nbsp;: aucun mail ne lui est envoyé.
          L’arrêt se lève dans Courriels, «&nbsp;Adresses arrêtées&nbsp;».
        </Note>
      ) : null}
      {toSend ? <p className="soft small">Le portail l’apprendra au prochain échange.</p> : null}
      {invitedAt ? (
        <div>
          <ActionButton
            combo="b"
            label={isBlocked ? 'Débloquer le compte' : 'Bloquer le compte'}
            icon={isBlocked ? <IconLockOpen size={14} /> : <IconLock size={14} />}
            loading={block.isPending}
            onAction={() => block.mutate({ guardianId, blocked: !isBlocked })}
          />
        </div>
      ) : null}
    </Panel>
  )
}

const adviceOf = ({ state, invitedBy }: PortalAccess): string =>
  state === 'invited' ? sentence[invitedBy ?? 'mail'] : advice[state]

const sentence = {
  letter: 'La lettre donne un code qui ne sert qu’une fois. Une nouvelle invitation remplace l’ancienne.',
  mail: 'Le lien marche 48 heures après l’échange qui l’a envoyé. Une nouvelle invitation remplace l’ancienne.',
} as const

const advice: Readonly<Record<Exclude<PortalAccess['state'], 'invited'>, string>> = {
  none: 'Aucun accès encore. Invitez par mail, ou imprimez la lettre à remettre ou à poster.',
  noEmail: 'L’adresse mail est l’identifiant du portail\u00a0: ajoutez-la à la fiche du responsable.',
  expired: 'Le délai est passé sans que le compte soit ouvert\u00a0: invitez de nouveau.',
  open: 'Mot de passe perdu\u00a0? Une nouvelle invitation permet d’en choisir un autre.',
  blocked: 'Plus personne n’entre avec ce compte. Les réservations et les factures restent.',
}
