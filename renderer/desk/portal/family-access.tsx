import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconWorld from '@tabler/icons-react/icons/IconWorld'
import { useQuery } from '@tanstack/react-query'
import type { InvitationResult, PortalAccess } from '../../../shared/contract/desk/portal.ts'
import { stoppedMailsText } from '../../../shared/rules/requests/mails.ts'
import { capitalised, ofName } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { accountText, stateLabels, stopText, stopWords } from './texts.ts'

/** In a family's head: the portal accounts of its guardians, with a menu to invite them or renew a password. */
export const FamilyAccess = ({ familyId }: { familyId: number }) => {
  const { data: guardians } = useQuery(orpc.portal.accountsOfFamily.queryOptions({ input: { familyId } }))
  const may = useMay()
  const open = guardians?.filter(({ state }) => state === 'open').length ?? 0
  return (
    <div>
      <dt>Accès au portail</dt>
      <dd>{guardians === undefined ? '…' : guardians.length === 0 ? 'Aucun' : `${open} sur ${guardians.length}`}</dd>
      {guardians?.map((one) => (
        <dd key={one.guardianId}>{may('portal') ? <InvitationMenu access={one} /> : <Line access={one} />}</dd>
      ))}
    </div>
  )
}

const firstNameOf = ({ name }: PortalAccess): string => name.replace(/^(Mme|M\.) /, '').split(' ')[0] ?? name

const Line = ({ access }: { access: PortalAccess }) => {
  const stopped = stoppedMailsText(access.unwantedMails)
  return (
    <>
      {firstNameOf(access)}&nbsp;: {stateLabels[access.state][0]}
      {access.stop === null ? null : <span className="danger">, {stopWords[access.stop.cause]}</span>}
      {stopped === null ? null : <span title={capitalised(stopped)}>, mails arrêtés</span>}
    </>
  )
}

const InvitationMenu = ({ access }: { access: PortalAccess }) => {
  const { guardianId, state, name } = access
  const stopped = stoppedMailsText(access.unwantedMails)
  const give = async (by: 'mail' | 'letter') => {
    try {
      if (by === 'mail')
        notifyInvitation(await clientOutsideForms.portal.inviteByMail({ guardianIds: [guardianId] }), name)
      else {
        const { letters, ...answer } = await clientOutsideForms.portal.inviteByLetter({ guardianIds: [guardianId] })
        notifyInvitation(answer, name)
        if (letters) await printPaper(letters)
      }
    } catch (failure) {
      notifyRefusal(failure)
    }
  }
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="portal-ways" title={stopText(access) ?? accountText(access)}>
          <IconWorld size={14} aria-hidden="true" />
          <span>
            <Line access={access} />
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {stopped === null ? null : <Menu.Label>{capitalised(stopped)}</Menu.Label>}
        <Menu.Item leftSection={<IconMail size={16} />} onClick={() => void give('mail')}>
          {state === 'open' ? 'Nouveau mot de passe, par mail' : 'Inviter par mail'}
        </Menu.Item>
        <Menu.Item leftSection={<IconPrinter size={16} />} onClick={() => void give('letter')}>
          {state === 'open' ? 'Nouveau mot de passe, par lettre' : 'Imprimer la lettre'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const notifyInvitation = ({ invited, refused }: InvitationResult, name: string) => {
  const [first] = refused
  if (first)
    notifications.show({ color: 'red', title: 'Ce n’est pas possible', message: first.sentence, autoClose: 12_000 })
  else if (invited > 0) notifications.show({ message: `L’accès ${ofName(name)} partira au prochain échange.` })
}
