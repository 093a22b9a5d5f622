import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { TemplateKindShown, TemplateRead } from '../../../shared/contract/desk/messages/templates.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { fieldGroupNames } from '../../../shared/rules/templates/template-kinds.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { beginForm } from '../../connection/form.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { readFromTab, storeInTab } from '../../parts/tab-storage.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { type LeaveGuard, useLeaveGuard } from '../parts/forms/dialogs.tsx'
import { Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { documentOf } from './editor-document.ts'
import type { EditorField } from './editor-nodes.ts'
import { TemplateEditor } from './template-editor.tsx'
import { TemplatePreview } from './template-preview.tsx'
import './templates.css'
import { NewTemplateDialog, originText } from './templates-tab.tsx'
import { VersionsDialog } from './versions-dialog.tsx'

/** Réglages › Modèles › one template: its text beside the preview. */
export const TemplateScreen = () => {
  const { modele: key } = useParams({ from: '/desk/reglages/modeles/$modele' })
  const read = useQuery(orpc.templates.read.queryOptions({ input: { key } }))
  const kinds = useQuery(orpc.templates.kinds.queryOptions())
  const leaving = useLeaveGuard()
  const kind = kinds.data?.find((one) => one.kind === read.data?.kind)
  const error = read.error ?? kinds.error
  return (
    <Screen title={read.data?.name ?? 'Modèle'}>
      {read.data && kinds.data && kind ? (
        <Editing key={key} stored={read.data} kind={kind} kinds={kinds.data} leaving={leaving} />
      ) : (
        <>
          <ScreenHead above={<ToTemplates />} title="Modèle" />
          {error ? <Failure error={error} onRetry={() => void read.refetch()} /> : <Loading />}
        </>
      )}
      {leaving.question}
    </Screen>
  )
}

const ToTemplates = () => (
  <Link to="/reglages" search={{ onglet: 'modeles' }}>
    Modèles
  </Link>
)

type Content = { readonly name: string; readonly subject: string; readonly document: TemplateDocument }

const contentOf = ({ name, subject, document }: Content): Content => ({
  name,
  subject,
  // Normalised as the editor writes it, so that equal texts are equal documents.
  document: documentOf(structuredClone(document) as object),
})

const isSame = (one: Content, other: Content): boolean => JSON.stringify(one) === JSON.stringify(other)

type Typed = { readonly content: Content; readonly savedIn: number | null }

const Editing = ({
  stored,
  kind,
  kinds,
  leaving,
}: {
  stored: TemplateRead
  kind: TemplateKindShown
  kinds: readonly TemplateKindShown[]
  leaving: LeaveGuard
}) => {
  const { key } = stored
  const place = `modèle ${key}`
  const [kept] = useState(() => readFromTab(place) as Typed | null)
  /** The content with which editing began, and the act that saved it: other people may save meanwhile. */
  const [base, setBase] = useState<Typed>(() => ({
    content: contentOf(stored),
    savedIn: kept ? kept.savedIn : stored.savedIn,
  }))
  const [received, setReceived] = useState(stored)
  const [content, setContent] = useState(kept?.content ?? base.content)
  /** Changes the editor's key, because the editor is uncontrolled: a new value loads another text. */
  const [round, setRound] = useState(0)
  const [opened, setOpened] = useState<'versions' | 'copy'>()
  const [isResumed, setIsResumed] = useState(kept !== null)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [openForm, setOpenForm] = useState(() => beginForm(queries))
  const isTyped = !isSame(content, base.content)
  const adopt = (read: TemplateRead) => {
    const next = contentOf(read)
    setBase({ content: next, savedIn: read.savedIn })
    if (!isSame(next, content)) {
      setContent(next)
      setRound(round + 1)
    }
    setOpenForm(beginForm(queries))
    setIsResumed(false)
  }
  // The template was saved or undone elsewhere: adopts it at once if nothing typed would be lost.
  if (received !== stored) {
    setReceived(stored)
    if (!isTyped) adopt(stored)
  }
  const { setUnsaved } = leaving
  useEffect(() => {
    setUnsaved(isTyped)
    storeInTab(place, isTyped ? { content, savedIn: base.savedIn } : null)
    return () => setUnsaved(false)
  }, [setUnsaved, isTyped, content, base.savedIn, place])
  useEffect(() => () => storeInTab(place, null), [place])
  const save = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: (sent: Typed) => openForm.client.templates.save({ key, ...sent.content, savedIn: sent.savedIn }),
    onError: (error) => {
      const { overwritten } = refusalOf(error)
      if (overwritten) openForm.readUpTo(overwritten.revision)
      void queries.invalidateQueries({ queryKey: orpc.templates.read.key({ input: { key } }) })
    },
    onSuccess: ({ savedIn }, sent) => {
      notifications.show({ color: 'green', message: 'Le modèle est enregistré.' })
      setBase({ content: sent.content, savedIn })
      setIsResumed(false)
    },
  })
  const restore = (of: Pick<Content, 'subject' | 'document'>) => {
    const next = contentOf({ name: base.content.name, ...of })
    setOpened(undefined)
    save.mutate(
      { content: next, savedIn: stored.savedIn },
      {
        onSuccess: () => {
          setContent(next)
          setRound(round + 1)
        },
      },
    )
  }
  const archive = useMutation(orpcOutsideForms.templates.archive.mutationOptions())
  const fields = useMemo(() => fieldsOf(kind), [kind])
  const refused = save.error ? refusalOf(save.error) : null
  const isConflict = refused !== null && (refused.overwritten !== undefined || refused.field === 'savedIn')
  const errorOf = (field: string) => (refused?.field === field ? refused.sentence : undefined)
  const send = () => save.mutate({ content, savedIn: base.savedIn })
  return (
    <>
      <ScreenHead above={<ToTemplates />} title={stored.name} subtitle={`${kind.name}, modèle ${originText(stored)}`}>
        <Button onClick={() => setOpened('versions')}>Versions</Button>
        {kind.mayAdd ? <Button onClick={() => setOpened('copy')}>Copier</Button> : null}
        {stored.isDelivered ? null : (
          <Button loading={archive.isPending} onClick={() => archive.mutate({ key, archived: !stored.archived })}>
            {stored.archived ? 'Proposer de nouveau' : 'Retirer'}
          </Button>
        )}
        <ActionButton
          combo="mod+s"
          label="Enregistrer"
          main
          disabled={!isTyped}
          loading={save.isPending}
          onAction={send}
        />
      </ScreenHead>
      <Split side={460}>
        <div className="screen-body template-main">
          {isResumed && isTyped ? <Note>La saisie reprend là où elle s’était arrêtée.</Note> : null}
          {stored.archived ? (
            <Note tone="warn">Ce modèle est retiré&nbsp;: il n’est plus proposé. Ses courriers restent.</Note>
          ) : null}
          {isConflict ? (
            <Note tone="warn" alert>
              <b>{refused.sentence}</b> Votre saisie est gardée, rien n’est encore enregistré.
              <div className="row">
                <Button
                  onClick={() => {
                    save.reset()
                    adopt(stored)
                  }}
                >
                  Reprendre ce qui est enregistré
                </Button>
                <Button loading={save.isPending} onClick={() => save.mutate({ content, savedIn: stored.savedIn })}>
                  Enregistrer ma saisie
                </Button>
              </div>
            </Note>
          ) : save.error && errorOf('name') === undefined && errorOf('subject') === undefined ? (
            <Failure error={save.error} />
          ) : stored.problem !== null && !isTyped ? (
            <Note tone="danger">{stored.problem} Ce modèle ne sert pas tant qu’il n’est pas corrigé.</Note>
          ) : null}
          <div className="form-pair">
            <TextInput
              label="Nom du modèle"
              error={errorOf('name')}
              value={content.name}
              onChange={({ currentTarget }) => setContent({ ...content, name: currentTarget.value })}
            />
            <TextInput
              label="Objet"
              error={errorOf('subject')}
              value={content.subject}
              onChange={({ currentTarget }) => setContent({ ...content, subject: currentTarget.value })}
            />
          </div>
          <TemplateEditor
            // The editor draws its fields once. When the list of fields changes, it is drawn again with what is typed.
            key={JSON.stringify([round, fields])}
            label="Texte du modèle"
            fields={fields}
            isPlain={kind.kind === 'message'}
            initial={content.document}
            onChange={(document) => setContent((now) => ({ ...now, document }))}
          />
          <p className="soft small">
            {kind.use}
            {stored.savedAt === null ? '' : ` Enregistré le ${instantText(stored.savedAt)} par ${stored.by}.`}
          </p>
        </div>
        <TemplatePreview kind={kind} subject={content.subject} document={content.document} />
      </Split>
      <ShortcutBar keys={[['mod+s', 'enregistrer']]} chosen={isTyped ? 'Pas encore enregistré' : ''} />
      {opened === 'versions' ? (
        <VersionsDialog
          template={stored}
          fields={fields}
          onRestore={(of) => leaving.runOrConfirm(() => restore(of))}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
      {opened === 'copy' ? (
        <NewTemplateDialog
          kinds={kinds}
          source={stored}
          onMade={(made) => void navigate({ to: '/reglages/modeles/$modele', params: { modele: made.key } })}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </>
  )
}

/** The fields offered in the editor, by subject (which distinguishes two « Prénom »), then the lists. */
const fieldsOf = ({ fields, blocks }: TemplateKindShown): EditorField[] => [
  ...fields.map(({ id, label, group }) => ({
    id,
    name: fields.some((other) => other.label === label && other.id !== id)
      ? `${label} (${fieldGroupNames[group].toLocaleLowerCase('fr')})`
      : label,
    group: fieldGroupNames[group],
    isBlock: false,
  })),
  ...blocks.map(({ id, label }) => ({ id, name: label, group: 'Listes', isBlock: true })),
]
