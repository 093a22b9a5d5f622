import { Button, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { NewPhrase, SealingState } from '../../../shared/contract/desk/settings.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog, FormDialog, FormFields } from '../parts/forms/dialogs.tsx'
import { focusFirstField } from './focus-first-field.ts'
import './first-start.css'

/**
 * Makes a recovery phrase: the person prints it, then retypes some words. The phrase is valid from the last step on.
 * @param withNewKey also makes a new key, where the old one is lost
 */
export const RecoveryPhraseSteps = ({ withNewKey = false, onDone }: { withNewKey?: boolean; onDone: () => void }) => {
  const [phrase, setPhrase] = useState<NewPhrase>()
  const [isPrinted, setIsPrinted] = useState(false)
  const make = useMutation({
    mutationFn: () => (withNewKey ? clientOutsideForms.settings.startOver() : clientOutsideForms.settings.makePhrase()),
    onSuccess: setPhrase,
    meta: inlineRefusal,
  })
  const { mutate } = make
  // Call once, though React's strict mode mounts twice: the second phrase would replace the one on screen.
  const isRequested = useRef(false)
  useEffect(() => {
    if (isRequested.current) return
    isRequested.current = true
    mutate()
  }, [mutate])
  if (make.error) return <Failure error={make.error} onRetry={() => mutate()} />
  if (!phrase) return <Loading>La phrase se prépare…</Loading>
  return isPrinted ? (
    <Retyping phrase={phrase} onBack={() => setIsPrinted(false)} onDone={onDone} />
  ) : (
    <Printing phrase={phrase} onNext={() => setIsPrinted(true)} />
  )
}

const inlineRefusal = { isErrorShownInline: true } as const

const Printing = ({ phrase, onNext }: { phrase: NewPhrase; onNext: () => void }) => {
  const print = useMutation({ mutationFn: async () => printPaper(await clientOutsideForms.settings.phraseSheet()) })
  return (
    <div className="stack stack-wide">
      <p>
        Ces quinze mots rouvrent les fiches sanitaires et les sauvegardes si cet ordinateur est changé, volé ou en
        panne. Imprimez-les, puis rangez la feuille sous clé, loin de l’ordinateur.
      </p>
      <ol className="phrase-words" aria-label={`Phrase de secours, feuille n° ${phrase.number}`}>
        {/* A word may come twice. */}
        {[...phrase.words.entries()].map(([place, word]) => (
          <li key={place}>{word}</li>
        ))}
      </ol>
      <Note tone="warn">
        Elle ne s’affiche qu’une fois et le logiciel n’en garde rien. Sans imprimante, recopiez-la à la main, avec le
        numéro de feuille <b>{phrase.number}</b>.
      </Note>
      <div className="dialog-foot">
        <Button leftSection={<IconPrinter size={14} />} loading={print.isPending} onClick={() => print.mutate()}>
          Imprimer la feuille
        </Button>
        <Button variant="filled" onClick={onNext}>
          J’ai la feuille
        </Button>
      </div>
    </div>
  )
}

const Retyping = ({ phrase, onBack, onDone }: { phrase: NewPhrase; onBack: () => void; onDone: () => void }) => {
  const queries = useQueryClient()
  const form = useForm<{ words: string[] }>({
    mode: 'uncontrolled',
    initialValues: { words: phrase.asked.map(() => '') },
  })
  return (
    <div ref={focusFirstField}>
      <FormFields
        form={form}
        submit="Confirmer la phrase"
        onSubmit={async (client, { words }) => {
          await client.settings.confirmPhrase({ words })
          await queries.invalidateQueries({ queryKey: orpc.settings.sealing.key() })
          onDone()
        }}
      >
        <p>Retapez ces mots de la feuille n° {phrase.number}, pour être sûr qu’elle se lit.</p>
        {phrase.asked.map((place, rank) => (
          <TextInput
            key={form.key(`words.${rank}`)}
            label={`Mot ${place + 1}`}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...(rank === 0 ? { 'data-autofocus': true } : {})}
            {...form.getInputProps(`words.${rank}`)}
          />
        ))}
        <div>
          <Button variant="subtle" onClick={onBack}>
            Revoir la phrase
          </Button>
        </div>
      </FormFields>
    </div>
  )
}

/**
 * Starts with a new key when key and phrase are lost: lists what is lost; nothing changes until the phrase is
 * confirmed.
 */
export const NewKeyDialog = ({
  sealing: { unreadable, phrase },
  onClose,
}: {
  sealing: SealingState
  onClose: () => void
}) => {
  const [isMaking, setIsMaking] = useState(false)
  const queries = useQueryClient()
  // Earlier backups, today's included, cannot be opened with the new key: make a new backup.
  const backup = useMutation({
    mutationFn: async () => {
      for await (const _ of await clientOutsideForms.settings.makeBackup()) continue
      await queries.invalidateQueries({ queryKey: orpc.settings.backups.key() })
    },
    onSuccess: () => notifications.show({ message: 'Une sauvegarde est faite avec la nouvelle clé.' }),
  })
  return (
    <Dialog opened title="Repartir avec une nouvelle clé" width="wide" onClose={onClose}>
      {isMaking ? (
        <RecoveryPhraseSteps
          withNewKey
          onDone={() => {
            void queries.invalidateQueries()
            notifications.show({ message: 'La nouvelle clé et sa phrase de secours sont gardées.' })
            onClose()
            backup.mutate()
          }}
        />
      ) : (
        <div className="stack stack-wide">
          {phrase ? (
            <Note tone="warn">
              La phrase de la feuille n° <b>{phrase.number}</b>, du {shortDay(phrase.on)}, rouvrirait tout&nbsp;:
              cherchez-la d’abord.
            </Note>
          ) : null}
          <p>À faire quand personne n’a plus ni la clé ni la phrase de secours.</p>
          <ul>
            <li>
              <b>{counted(unreadable, 'fiche sanitaire illisible', 'fiches sanitaires illisibles')}.</b> Rien n’est
              supprimé&nbsp;: chacune reste dans le fichier, scellée, jusqu’à ce qu’elle soit retapée avec la famille.
            </li>
            <li>
              Les sauvegardes faites jusqu’ici et les pièces envoyées par les familles ne s’ouvrent pas non plus sans
              l’ancienne clé.
            </li>
            <li>Tout le reste est gardé. Ce qui se saisit ensuite est scellé avec la nouvelle clé.</li>
          </ul>
          {phrase ? <p>Retrouvée plus tard, cette phrase rouvrira encore ce qui n’a pas été retapé.</p> : null}
          <div className="dialog-foot">
            <Button onClick={onClose}>Annuler</Button>
            <Button variant="filled" color="red" onClick={() => setIsMaking(true)}>
              Créer la nouvelle phrase
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

/** The field for the recovery phrase of a printed sheet. */
export const PhraseField = ({ description, ...field }: { description: string; [prop: string]: unknown }) => (
  <Textarea
    label="Phrase de secours"
    description={description}
    autosize
    minRows={2}
    autoComplete="off"
    autoCapitalize="none"
    spellCheck={false}
    {...field}
  />
)

/** For a computer that lost the key: the phrase makes the health records readable again. */
export const OpenByPhraseDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const queries = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { phrase: '' },
    validate: { phrase: (text: string) => (text.trim() === '' ? 'Tapez les quinze mots de la feuille.' : null) },
  })
  return (
    <FormDialog
      opened={opened}
      title="Rouvrir les fiches sanitaires"
      form={form}
      submit="Rouvrir"
      onClose={onClose}
      onSubmit={async (client, { phrase }) => {
        await client.settings.openByPhrase({ phrase })
        form.reset()
        await queries.invalidateQueries()
      }}
    >
      <PhraseField
        description="Les quinze mots de la feuille, dans l’ordre. Les quatre premières lettres de chacun suffisent."
        key={form.key('phrase')}
        {...form.getInputProps('phrase')}
      />
    </FormDialog>
  )
}
