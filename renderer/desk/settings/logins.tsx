import { useInfiniteQuery } from '@tanstack/react-query'
import type { LoginRecord } from '../../../shared/contract/desk/staff.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading, type Tone } from '../parts/feedback.tsx'
import { OlderButton } from '../parts/older-button.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** Logins and failed attempts of the last year, with the computer they came from. */
export const Logins = () => {
  const pages = useInfiniteQuery({
    queryKey: orpc.staff.logins.key(),
    queryFn: ({ pageParam }) => clientOutsideForms.staff.logins(pageParam === undefined ? {} : { before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.hasMore ? last.rows.at(-1)?.id : undefined),
  })
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />
  if (!pages.data) return <Loading />
  return (
    <div className="stack settings-journal" style={{ padding: '12px 24px' }}>
      <p className="soft small">
        Gardées douze mois, puis oubliées d’elles-mêmes. Un identifiant inconnu n’est pas recopié&nbsp;: ce peut être un
        mot de passe tapé au mauvais endroit.
      </p>
      <Table
        label="Connexions"
        items={pages.data.pages.flatMap(({ rows }) => rows)}
        idOf={({ id }) => id}
        columns={columns}
        empty={<EmptyState title="Aucune connexion notée">Chaque connexion, réussie ou non, se lit ici.</EmptyState>}
      />
      <OlderButton pages={pages} />
    </div>
  )
}

const outcomes: Readonly<Record<LoginRecord['outcome'], readonly [words: string, tone: Tone]>> = {
  in: ['connecté', 'good'],
  unlocked: ['déverrouillé', 'good'],
  wrongPassword: ['mot de passe faux', 'warn'],
  inactive: ['compte fermé', 'danger'],
  unknown: ['identifiant inconnu', 'warn'],
}

const whereTexts = {
  window: 'la fenêtre du poste principal',
  browser: 'un navigateur du poste principal',
  network: 'un autre poste',
} as const

const columns: readonly TableColumn<LoginRecord>[] = [
  { id: 'at', title: 'Quand', width: 220, show: ({ at }) => instantText(at) },
  { id: 'person', title: 'Qui', width: 220, show: ({ person }) => person ?? <span className="soft">–</span> },
  {
    id: 'outcome',
    title: 'Quoi',
    width: 190,
    show: ({ outcome }) => {
      const [words, tone] = outcomes[outcome]
      return <Badge tone={tone}>{words}</Badge>
    },
  },
  {
    id: 'where',
    title: 'D’où',
    show: ({ kind, address }) => (address === '' ? whereTexts[kind] : `${whereTexts[kind]}, ${address}`),
  },
]
