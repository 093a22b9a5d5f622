import { Button, Checkbox, FileInput, PasswordInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft'
import IconBuildingCommunity from '@tabler/icons-react/icons/IconBuildingCommunity'
import IconDevicesPc from '@tabler/icons-react/icons/IconDevicesPc'
import IconFilePlus from '@tabler/icons-react/icons/IconFilePlus'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconMoodKid from '@tabler/icons-react/icons/IconMoodKid'
import IconRestore from '@tabler/icons-react/icons/IconRestore'
import { type ReactNode, useState } from 'react'
import { roleNames, serviceRoles } from '../../../shared/rules/access/roles.ts'
import { type Client, clientOutsideForms } from '../../connection/client.ts'
import { Failure, Note, Progress } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useSession, useSetSession } from '../staff/session.ts'
import { focusFirstField } from './focus-first-field.ts'
import { JoinWorkstation } from './join-workstation.tsx'
import { PhraseField, RecoveryPhraseSteps } from './recovery-phrase.tsx'
import './first-start.css'

type StartOption = 'example' | 'empty' | 'backup' | 'post'

/**
 * Shown while the desk has no data: start with the example town, a new town, a backup, or another workstation's data. A
 * new town is followed by its recovery phrase: `onKeepOpen(true)` keeps this screen open after the town is created.
 */
export const FirstStartScreen = ({ onKeepOpen }: { onKeepOpen: (isKeptOpen: boolean) => void }) => {
  const [way, setWay] = useState<StartOption>()
  const { data: session } = useSession()
  const isStarted = session !== undefined && session.state !== 'firstStart'
  return (
    <main className="alone">
      <div className="first-start">
        <header className="first-start-head">
          <span className="first-start-mark">
            <IconMoodKid size={32} aria-hidden="true" />
          </span>
          <h1>{isStarted ? 'Votre phrase de secours' : 'Bienvenue dans Espace Jeunesse'}</h1>
          <p className="soft">
            {isStarted
              ? 'Une dernière chose avant de commencer, à ne faire qu’une fois.'
              : 'Familles, réservations, présences et factures de votre service. Tout reste sur cet ordinateur.'}
          </p>
        </header>
        {isStarted ? (
          <div className="stack">
            <RecoveryPhraseSteps onDone={() => onKeepOpen(false)} />
            <p className="small">
              <Button variant="subtle" onClick={() => onKeepOpen(false)}>
                Plus tard
              </Button>{' '}
              <span className="soft">Jusque-là, les sauvegardes ne s’ouvrent que sur cet ordinateur.</span>
            </p>
          </div>
        ) : way === 'empty' ? (
          <div ref={focusFirstField}>
            <NewTownForm onBack={() => setWay(undefined)} onKeepOpen={onKeepOpen} />
          </div>
        ) : way === 'backup' ? (
          <div ref={focusFirstField}>
            <FromBackupForm onBack={() => setWay(undefined)} />
          </div>
        ) : way === 'post' ? (
          <>
            <Back onBack={() => setWay(undefined)} />
            <JoinWorkstation />
          </>
        ) : (
          <StartOptions onChoose={setWay} />
        )}
        <footer className="first-start-foot soft small">
          <span className="row">
            <IconLock size={14} aria-hidden="true" />
            Aucun compte en ligne&nbsp;: les données ne quittent pas ce poste.
          </span>
          <span>Version {session?.version}</span>
        </footer>
      </div>
    </main>
  )
}

const StartOptions = ({ onChoose }: { onChoose: (way: StartOption) => void }) => {
  const setSession = useSetSession()
  /** Progress of making the example town, in percent. */
  const [prepared, setPrepared] = useState<number>()
  const isPreparing = prepared !== undefined
  const [error, setError] = useState<unknown>()
  const startExample = async () => {
    setPrepared(0)
    setError(undefined)
    try {
      for await (const step of await clientOutsideForms.staff.startExample()) {
        if (step.step === 'done') setSession(step.result)
        else setPrepared(step.done)
      }
    } catch (failure) {
      setError(failure)
      setPrepared(undefined)
    }
  }
  return (
    <div className="stack">
      {isPreparing ? (
        <Progress label="La ville d’exemple se prépare" done={prepared} total={100} trailing={`${prepared}\u00a0%`} />
      ) : null}
      {error === undefined ? null : <Failure error={error} onRetry={() => void startExample()} />}
      <ul className="first-start-ways">
        <StartOptionButton
          combo="1"
          icon={<IconBuildingCommunity size={20} aria-hidden="true" />}
          title="Découvrir avec une ville d’exemple"
          disabled={isPreparing}
          onChoose={() => void startExample()}
        >
          Des familles inventées, une année de mercredis, de repas et de factures. Tout s’essaie, rien n’est réel.
        </StartOptionButton>
        <StartOptionButton
          combo="2"
          icon={<IconFilePlus size={20} aria-hidden="true" />}
          title="Commencer avec ma ville"
          disabled={isPreparing}
          onChoose={() => onChoose('empty')}
        >
          La structure et votre compte d’abord&nbsp;; puis les activités, les tarifs et les familles, à la main ou par
          un fichier ONDE.
        </StartOptionButton>
        <StartOptionButton
          combo="3"
          icon={<IconRestore size={20} aria-hidden="true" />}
          title="Reprendre une sauvegarde"
          disabled={isPreparing}
          onChoose={() => onChoose('backup')}
        >
          Depuis une clé, un dossier du réseau ou un autre poste. La sauvegarde est vérifiée avant d’être ouverte.
        </StartOptionButton>
        {window.desk ? (
          <StartOptionButton
            combo="4"
            icon={<IconDevicesPc size={20} aria-hidden="true" />}
            title="Se connecter à un autre poste"
            disabled={isPreparing}
            onChoose={() => onChoose('post')}
          >
            Le service existe déjà sur un poste de la mairie, qui le partage&nbsp;: rien n’est copié ici.
          </StartOptionButton>
        ) : null}
      </ul>
    </div>
  )
}

const StartOptionButton = ({
  combo,
  icon,
  title,
  disabled,
  onChoose,
  children,
}: {
  combo: string
  icon: ReactNode
  title: string
  disabled: boolean
  onChoose: () => void
  children: ReactNode
}) => {
  useShortcut(combo, title, onChoose, { enabled: !disabled })
  return (
    <li>
      <button type="button" className="first-start-way" disabled={disabled} onClick={onChoose}>
        <span className="first-start-sign">{icon}</span>
        <span className="grow">
          <b>{title}</b>
          <span className="soft small">{children}</span>
        </span>
        <Key combo={combo} />
      </button>
    </li>
  )
}

const required = (sentence: string) => (text: string) => (text.trim() === '' ? sentence : null)

const Back = ({ onBack }: { onBack: () => void }) => (
  <div>
    <Button variant="subtle" leftSection={<IconArrowLeft size={14} />} onClick={onBack}>
      Autre choix
    </Button>
  </div>
)

const NewTownForm = ({ onBack, onKeepOpen }: { onBack: () => void; onKeepOpen: (isKeptOpen: boolean) => void }) => {
  const setSession = useSetSession()
  const form = useForm<Parameters<Client['staff']['startEmpty']>[0]>({
    mode: 'uncontrolled',
    initialValues: {
      organisation: {
        name: 'Espace Jeunesse',
        authority: '',
        address: '',
        postcode: '',
        town: '',
        schoolZone: 'B',
      },
      administrator: { name: '', login: '', password: '', roles: [...serviceRoles] },
    },
    validate: {
      organisation: {
        name: required('Le nom de la structure manque.'),
        authority: required('Au nom de qui sont faites les factures\u00a0?'),
        address: required('L’adresse manque.'),
        postcode: (text) => (/^\d{5}$/.test(text.trim()) ? null : 'Un code postal a cinq chiffres.'),
        town: required('La commune manque.'),
      },
      administrator: {
        name: required('Votre nom manque.'),
        login: required('Choisissez un identifiant.'),
        password: required('Choisissez un mot de passe.'),
      },
    },
  })
  const field = (path: string) => ({ key: form.key(path), ...form.getInputProps(path) })
  return (
    <>
      <Back onBack={onBack} />
      <FormFields
        form={form}
        submit="Créer la structure"
        onSubmit={async (client, values) => {
          // Hold first: the desk closes this screen as soon as it learns that the town exists.
          onKeepOpen(true)
          try {
            setSession(await client.staff.startEmpty(values))
          } catch (failure) {
            onKeepOpen(false)
            throw failure
          }
        }}
      >
        <fieldset>
          <legend>La structure</legend>
          <TextInput label="Nom de la structure" data-autofocus {...field('organisation.name')} />
          <TextInput
            label="Au nom de"
            placeholder="Ville de Blainville-sur-Orne"
            description="Ce que portent les factures."
            {...field('organisation.authority')}
          />
          <TextInput label="Adresse" {...field('organisation.address')} />
          <TextInput label="Code postal" {...field('organisation.postcode')} />
          <TextInput label="Commune" description="Ses habitants sont les résidents." {...field('organisation.town')} />
          <Select label="Zone des vacances scolaires" data={['A', 'B', 'C']} {...field('organisation.schoolZone')} />
        </fieldset>
        <fieldset>
          <legend>Vous, premier administrateur</legend>
          <TextInput label="Prénom et nom" autoComplete="name" {...field('administrator.name')} />
          <TextInput label="Identifiant" autoComplete="username" {...field('administrator.login')} />
          <PasswordInput
            label="Mot de passe"
            description="8 caractères mêlant majuscules, minuscules, chiffres ou signes, ou une phrase de 16."
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Voir le mot de passe' }}
            {...field('administrator.password')}
          />
        </fieldset>
        <Checkbox.Group
          label="Ce que vous faites aussi"
          description="Un administrateur seul ne voit ni les tarifs ni les factures&nbsp;: cochez ce qui est vôtre."
          {...field('administrator.roles')}
        >
          <div className="row row-wide" style={{ flexWrap: 'wrap', marginBlockStart: 8 }}>
            {serviceRoles
              .filter((role) => role !== 'administrator')
              .map((role) => (
                <Checkbox key={role} value={role} label={roleNames[role]} />
              ))}
          </div>
        </Checkbox.Group>
      </FormFields>
    </>
  )
}

const FromBackupForm = ({ onBack }: { onBack: () => void }) => {
  const setSession = useSetSession()
  const form = useForm<{ file: File | null; phrase: string }>({
    mode: 'uncontrolled',
    initialValues: { file: null, phrase: '' },
    validate: { file: (file) => (file ? null : 'Choisissez le fichier de la sauvegarde.') },
  })
  return (
    <>
      <Back onBack={onBack} />
      <FormFields
        form={form}
        submit="Reprendre cette sauvegarde"
        onSubmit={async (client, { file, phrase }) => {
          if (file) setSession(await client.staff.startFromBackup({ file, phrase }))
        }}
      >
        <FileInput
          label="Fichier de la sauvegarde"
          placeholder="Choisir un fichier…"
          description="Il se termine par .sauvegarde et se trouve dans le dossier «&nbsp;sauvegardes&nbsp;» de l’ancien poste."
          accept=".sauvegarde"
          data-autofocus
          key={form.key('file')}
          {...form.getInputProps('file')}
        />
        <PhraseField
          description="Les quinze mots de la feuille imprimée au premier démarrage de l’ancien poste."
          key={form.key('phrase')}
          {...form.getInputProps('phrase')}
        />
        <Note>Chacun retrouve son identifiant et son mot de passe du jour de la sauvegarde.</Note>
      </FormFields>
    </>
  )
}
