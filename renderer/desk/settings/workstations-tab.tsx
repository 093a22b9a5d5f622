import { Button, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WorkstationsState } from '../../../shared/contract/desk/staff.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Badge, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useSession } from '../staff/session.ts'

type Workstation = WorkstationsState['posts'][number]

/** Whether other computers of the network may connect, how they do, and which are connected. */
export const WorkstationsTab = () => {
  // Polled, because connections change no data and so do not appear on the stream of changes.
  const { data, error, refetch } = useQuery(orpc.staff.posts.queryOptions({ refetchInterval: 10_000 }))
  const [leaving, setLeaving] = useState<Workstation>()
  const queries = useQueryClient()
  const take = (state: WorkstationsState) => queries.setQueryData(orpc.staff.posts.queryKey(), state)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page stack stack-wide">
      <SharingSection sharing={data.sharing} onChanged={take} />
      <Section title="Connectés" subtitle={counted(data.posts.length, 'poste connecté', 'postes connectés')}>
        <Table label="Postes connectés" items={data.posts} idOf={({ id }) => id} flush columns={columns(setLeaving)} />
      </Section>
      {leaving ? (
        <ConfirmDialog
          opened
          title={`Déconnecter ${leaving.person}\u00a0?`}
          confirm="Déconnecter"
          dangerous
          onConfirm={async (client) => take(await client.staff.disconnect({ id: leaving.id }))}
          onClose={() => setLeaving(undefined)}
        >
          Son écran revient à la connexion. Ce qui y était tapé et pas encore enregistré est perdu.
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

const SharingSection = ({
  sharing,
  onChanged,
}: {
  sharing: WorkstationsState['sharing']
  onChanged: (state: WorkstationsState) => void
}) => {
  const { data: session } = useSession()
  const share = useMutation(orpcOutsideForms.staff.share.mutationOptions({ onSuccess: onChanged }))
  const [isClosing, setIsClosing] = useState(false)
  if (!sharing) return null
  const others = 'Ailleurs, quelqu’un s’en sert peut-être\u00a0: son écran dira que le poste principal est injoignable.'
  return (
    <Section
      title="Partage"
      subtitle="ce poste garde les données&nbsp;; les autres s’y connectent par le réseau de la ville"
    >
      <Switch
        label="Partager avec d’autres postes"
        description={
          session?.isDemo
            ? 'La ville d’exemple ne se partage pas.'
            : 'Éteint, rien de ce poste ne se voit sur le réseau. Chacun se connecte avec son compte et garde ses droits.'
        }
        checked={sharing.isOn}
        disabled={share.isPending || session?.isDemo === true}
        onChange={({ currentTarget: { checked } }) => {
          if (checked) share.mutate({ on: true })
          else setIsClosing(true)
        }}
      />
      {sharing.problem ? <Note tone="danger">{sharing.problem}</Note> : null}
      {sharing.isOn && !sharing.problem ? <SharingDetails sharing={sharing} /> : null}
      <ConfirmDialog
        opened={isClosing}
        title="Ne plus partager&nbsp;?"
        confirm="Ne plus partager"
        dangerous
        onConfirm={async (client) => onChanged(await client.staff.share({ on: false }))}
        onClose={() => setIsClosing(false)}
      >
        {others}
      </ConfirmDialog>
    </Section>
  )
}

const SharingDetails = ({ sharing }: { sharing: NonNullable<WorkstationsState['sharing']> }) => (
  <>
    <Properties
      alignStart
      entries={[
        [
          'Adresse à taper',
          sharing.addresses.length === 0
            ? 'Ce poste n’est relié à aucun réseau.'
            : sharing.addresses.map((address) => (
                <code key={address} className="workstations-address">
                  {address}
                </code>
              )),
        ],
        [
          'Code à comparer',
          <b key="code" className="workstations-code">
            {sharing.code}
          </b>,
        ],
      ]}
    />
    <Note>
      Sur l’autre poste, dans Espace Jeunesse&nbsp;: «&nbsp;Se connecter à un autre poste&nbsp;», l’adresse, puis
      vérifiez que le code affiché est celui-ci. Dans un navigateur&nbsp;: l’adresse&nbsp;; il avertit une fois que le
      certificat n’est pas connu. Comparez alors son empreinte SHA-256 avant de continuer.
      <details>
        <summary>Empreinte SHA-256</summary>
        <code className="workstations-fingerprint">{sharing.fingerprint}</code>
      </details>
    </Note>
  </>
)

const columns = (leave: (workstation: Workstation) => void): readonly TableColumn<Workstation>[] => [
  {
    id: 'person',
    title: 'Agent',
    show: ({ person, locked, isOwn }) => (
      <>
        {person} {isOwn ? <Badge tone="accent">ce poste-ci</Badge> : null} {locked ? <Badge>verrouillé</Badge> : null}
      </>
    ),
  },
  { id: 'where', title: 'Poste', show: whereText },
  { id: 'since', title: 'Depuis', show: ({ begunAt }) => instantText(begunAt) },
  { id: 'open', title: 'Écran', show: ({ isOpen }) => (isOpen ? 'ouvert' : 'fermé') },
  {
    id: 'acts',
    title: <span className="unseen">Actions</span>,
    width: 130,
    show: (workstation) =>
      workstation.isOwn ? null : (
        <Button variant="subtle" aria-label={`Déconnecter ${workstation.person}`} onClick={() => leave(workstation)}>
          Déconnecter
        </Button>
      ),
  },
]

const whereText = ({ kind, address, program }: Workstation): string => {
  if (kind === 'window') return 'la fenêtre du poste principal'
  const browser = browsers.find(([sign]) => program.includes(sign))?.[1] ?? 'navigateur'
  return kind === 'browser' ? `${browser}, sur le poste principal` : `${browser}, ${address}`
}

/** Ordered: each browser's user agent also contains the names of later ones. */
const browsers = [
  ['Electron/', 'Espace Jeunesse'],
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
