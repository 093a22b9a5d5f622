import { Button, FileButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconDatabaseExport from '@tabler/icons-react/icons/IconDatabaseExport'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import type { Backup } from '../../../shared/contract/desk/settings.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { NewKeyDialog, PhraseField, RecoveryPhraseSteps } from '../first-start/recovery-phrase.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'

const reasons: Readonly<Record<Backup['reason'], string>> = {
  daily: 'chaque jour',
  asked: 'à la demande',
  migration: 'avant une nouvelle version',
  replaced: 'avant une reprise',
}

type Chosen = { readonly backup: Backup } | { readonly file: File }

export const BackupsTab = () => {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(orpc.settings.backups.queryOptions())
  const [done, setDone] = useState<number>()
  const [chosen, setChosen] = useState<Chosen>()
  const make = async () => {
    setDone(0)
    try {
      for await (const step of await clientOutsideForms.settings.makeBackup()) {
        setDone(step.done)
        if (step.backup) notifications.show({ message: 'La sauvegarde est faite et vérifiée.' })
      }
      await queries.invalidateQueries({ queryKey: orpc.settings.backups.key() })
    } catch (failure) {
      notifyRefusal(failure)
    } finally {
      setDone(undefined)
    }
  }
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page stack stack-wide">
      <Section
        title="Sauvegardes"
        subtitle={counted(data.backups.length, 'sauvegarde gardée', 'sauvegardes gardées')}
        action={
          <span className="row">
            <FileButton accept=".sauvegarde" onChange={(file) => file && setChosen({ file })}>
              {(props) => <Button {...props}>Reprendre un fichier…</Button>}
            </FileButton>
            <ActionButton
              main
              combo="s"
              label="Sauvegarder maintenant"
              icon={<IconDatabaseExport size={14} />}
              loading={done !== undefined}
              onAction={() => void make()}
            />
          </span>
        }
      >
        {done === undefined ? null : (
          <Progress label="Sauvegarde en cours, le bureau reste utilisable" done={done} total={1} />
        )}
        <Note>
          Une sauvegarde se fait chaque jour et avant chaque nouvelle version, dans le dossier <b>{data.folder}</b>.
          Copiez-la de temps en temps sur une clé rangée ailleurs. Elle est chiffrée&nbsp;: ailleurs, elle s’ouvre avec
          la phrase de secours.
        </Note>
        <Table
          label="Sauvegardes"
          items={data.backups}
          idOf={({ name }) => name}
          flush
          columns={backupColumns((backup) => setChosen({ backup }))}
          empty={<EmptyState title="Aucune sauvegarde">La première se fera aujourd’hui.</EmptyState>}
        />
      </Section>
      {data.lostPapers.length > 0 ? <LostPapers papers={data.lostPapers} /> : null}
      <PhraseSection />
      {chosen ? <RestoreDialog chosen={chosen} onClose={() => setChosen(undefined)} /> : null}
    </div>
  )
}

type LostPaper = Awaited<ReturnType<Client['settings']['backups']>>['lostPapers'][number]

/** Papers issued but lost by a restore: their numbers are not reused, and their content must be entered again. */
const LostPapers = ({ papers }: { papers: readonly LostPaper[] }) => (
  <Section
    title="Pièces absentes de la sauvegarde reprise"
    subtitle={counted(papers.length, 'pièce donnée depuis', 'pièces données depuis')}
  >
    <Note tone="warn">
      Ces pièces ont été émises ou remises après la sauvegarde reprise, qui ne les connaît pas. Leurs numéros ne seront
      pas donnés une seconde fois. Saisissez de nouveau les règlements reçus, et comparez avant de facturer les mêmes
      jours&nbsp;: le fichier remplacé est gardé parmi les sauvegardes.
      {papers.some(({ on }) => on === null)
        ? ' Là où il n’y a qu’un numéro, le fichier a été remis à la main\u00a0: rien d’autre n’est connu ici.'
        : null}
    </Note>
    <Table label="Pièces absentes" items={papers} idOf={({ name }) => name} flush columns={lostColumns} />
  </Section>
)

const lostColumns: readonly TableColumn<LostPaper>[] = [
  { id: 'name', title: 'Pièce', show: ({ name }) => name },
  { id: 'on', title: 'Du', show: ({ on }) => (on === null ? <span className="soft">–</span> : shortDay(on)) },
  { id: 'family', title: 'Famille', show: ({ family }) => family ?? <span className="soft">–</span> },
  {
    id: 'amount',
    title: 'Montant',
    number: true,
    show: ({ amountCents }) => (amountCents === null ? '' : formatEuros(amountCents)),
  },
]

/** Asks for the recovery phrase only when needed: the computer that made a backup opens it without. */
const RestoreDialog = ({ chosen, onClose }: { chosen: Chosen; onClose: () => void }) => {
  const queries = useQueryClient()
  const [isAsked, setIsAsked] = useState(false)
  const form = useForm({ mode: 'uncontrolled', initialValues: { phrase: '' } })
  return (
    <FormDialog
      opened
      title="Reprendre cette sauvegarde&nbsp;?"
      form={form}
      submit="Reprendre"
      onClose={onClose}
      onSubmit={async (client, { phrase }) => {
        const which = 'file' in chosen ? chosen : { name: chosen.backup.name }
        try {
          await client.settings.restoreBackup({ ...which, phrase })
        } catch (failure) {
          if (refusalOf(failure).field === 'phrase') flushSync(() => setIsAsked(true))
          throw failure
        }
        await queries.invalidateQueries()
      }}
    >
      <p>
        {'backup' in chosen
          ? `Le bureau revient à ce qu’il était le ${instantText(chosen.backup.at)}.`
          : 'Le bureau revient à ce qu’il était dans ce fichier.'}{' '}
        Ce qui a été saisi depuis n’y sera plus&nbsp;; le fichier actuel est gardé parmi les sauvegardes. Chacun devra
        se reconnecter.
      </p>
      {isAsked ? (
        <PhraseField
          description="Les quinze mots de la feuille, dans l’ordre. Les quatre premières lettres de chacun suffisent."
          key={form.key('phrase')}
          {...form.getInputProps('phrase')}
        />
      ) : null}
    </FormDialog>
  )
}

/** Which printed recovery phrase opens the backups on another computer, and how to create a new one. */
const PhraseSection = () => {
  const { data: sealing } = useQuery(orpc.settings.sealing.queryOptions())
  const [isMaking, setIsMaking] = useState(false)
  const [isStartingOver, setIsStartingOver] = useState(false)
  if (!sealing) return null
  const { phrase, closed, canStartOver } = sealing
  return (
    <Section
      title="Phrase de secours"
      subtitle="elle ouvre les sauvegardes et les fiches sanitaires sur un autre ordinateur"
      action={
        closed ? (
          canStartOver ? (
            <Button onClick={() => setIsStartingOver(true)}>Repartir avec une nouvelle clé…</Button>
          ) : null
        ) : (
          <Button onClick={() => setIsMaking(true)}>
            {phrase ? 'Créer une nouvelle phrase…' : 'Créer la phrase…'}
          </Button>
        )
      }
    >
      {closed ? (
        <Note tone="warn">{closed}</Note>
      ) : phrase ? (
        <Note tone="good">
          La feuille n° <b>{phrase.number}</b>, du {shortDay(phrase.on)}, ouvre les sauvegardes faites depuis. Elle ne
          se réimprime pas&nbsp;: perdue ou lue par quelqu’un, elle se remplace par une nouvelle phrase. Gardez les
          feuilles d’avant tant que leurs sauvegardes existent.
        </Note>
      ) : (
        <Note tone="warn">
          Aucune phrase n’est gardée&nbsp;: si cet ordinateur est perdu, ses sauvegardes ne s’ouvriront pas ailleurs.
        </Note>
      )}
      {isStartingOver ? <NewKeyDialog sealing={sealing} onClose={() => setIsStartingOver(false)} /> : null}
      <Dialog opened={isMaking} title="Phrase de secours" width="wide" onClose={() => setIsMaking(false)}>
        <RecoveryPhraseSteps
          onDone={() => {
            setIsMaking(false)
            notifications.show({ message: 'La phrase de secours est gardée.' })
          }}
        />
      </Dialog>
    </Section>
  )
}

const sizeText = (bytes: number): string =>
  bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))}\u00a0Ko`
    : `${(bytes / 1_000_000).toLocaleString('fr-FR', { maximumFractionDigits: 1 })}\u00a0Mo`

const backupColumns = (takeBack: (backup: Backup) => void): readonly TableColumn<Backup>[] => [
  { id: 'at', title: 'Faite le', show: ({ at }) => instantText(at) },
  { id: 'reason', title: 'Pourquoi', show: ({ reason }) => reasons[reason] },
  { id: 'size', title: 'Taille', number: true, show: ({ sizeBytes }) => sizeText(sizeBytes) },
  {
    id: 'verified',
    title: 'Vérifiée',
    show: ({ verified }) =>
      verified ? <Badge tone="good">vérifiée</Badge> : <Badge tone="warn">avec des anomalies</Badge>,
  },
  {
    id: 'act',
    title: <span className="unseen">Actions</span>,
    width: 120,
    show: (backup) => (
      <Button
        variant="subtle"
        aria-label={`Reprendre la sauvegarde du ${instantText(backup.at)}`}
        onClick={() => takeBack(backup)}
      >
        Reprendre…
      </Button>
    ),
  },
]
