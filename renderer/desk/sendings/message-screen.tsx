import { Button, Checkbox, FileButton, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconFilePlus from '@tabler/icons-react/icons/IconFilePlus'
import IconMailbox from '@tabler/icons-react/icons/IconMailbox'
import IconPhone from '@tabler/icons-react/icons/IconPhone'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { SendingPreview, Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { day as dayFrom, type Instant, instantOf, isDay, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { smsCostText } from '../../../shared/rules/messages/audience.ts'
import { type Channel, noWayTexts } from '../../../shared/rules/messages/channel.ts'
import { composed, maxSendingFiles, smsTextFor } from '../../../shared/rules/messages/compose.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { type FieldValues, filled, messageFields, whyNotFilled } from '../../../shared/rules/messages/fields.ts'
import { letterText, smsLength, smsLengthText } from '../../../shared/rules/messages/gsm.ts'
import { addressText, mobileText } from '../../../shared/rules/messages/mobile.ts'
import { maxMessageLength, maxSubjectLength } from '../../../shared/rules/requests/message.ts'
import { counted, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { useStoredText } from '../messages/stored-text.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { DateTimeField } from '../parts/forms/time-field.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Panel, Screen, ScreenHead, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import { AudienceFields, firstAudience, useChoices } from './audience-fields.tsx'
import { AudienceMenu } from './audience-menu.tsx'
import { MessageTemplates } from './message-templates.tsx'
import './sendings.css'
import { LastSending } from './sendings-tab.tsx'

/** « Message »: the audience, the channels, the text with its cost, and the text as one person will read it. */
export const MessageScreen = () => {
  const choices = useChoices()
  const { today } = useNow()
  const search = useSearch({ from: '/desk/messages/ecrire' })
  return (
    <Screen title="Message">
      {choices ? (
        <Writing key={JSON.stringify(search)} choices={choices} first={search.qui ?? firstAudience(choices, today)} />
      ) : (
        <Loading />
      )}
    </Screen>
  )
}

type Choices = NonNullable<ReturnType<typeof useChoices>>

const countOf = ({ people }: Pick<SendingPreview, 'people'>, channel: Channel): number =>
  people.filter((one) => one.channel === channel).length

const Writing = ({ choices, first }: { choices: Choices; first: Whom }) => {
  const { today } = useNow()
  const navigate = useNavigate()
  const [whom, setWhom] = useState(first)
  const [withSms, setWithSms] = useState(true)
  const subject = useStoredText('objet d’un envoi')
  const text = useStoredText('texte d’un envoi')
  const [files, setFiles] = useState<readonly File[]>([])
  const [shown, setShown] = useState(0)
  const [opened, setOpened] = useState<'names' | 'later'>()
  const field = useRef<HTMLTextAreaElement>(null)
  const query = useQuery(
    orpc.sendings.preview.queryOptions({ input: { whom, withSms }, placeholderData: keepPreviousData, staleTime: 0 }),
  )
  const preview = query.data
  const people = preview?.people ?? []
  const choose = (next: Whom) => {
    setWhom(next)
    setShown(0)
  }
  const message = () => ({
    whom,
    subject: subject.value,
    text: text.value,
    withSms,
    seen: people.map(({ guardianId }) => guardianId),
    files: [...files],
  })
  const done = () => {
    subject.set('')
    text.set('')
    void navigate({ to: '/messages', search: { onglet: 'envois' } })
  }
  const send = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: () => clientOutsideForms.sendings.send(message()),
    onSuccess: (sent) => {
      notifications.show({ message: `Envoyé à ${counted(sent.people, 'personne')}.` })
      done()
    },
    // Reads the audience again, to show who joined or left it.
    onError: () => void query.refetch(),
  })
  const hasText = subject.value.trim() !== '' && text.value.trim() !== ''
  const toCall = people.filter(({ channel }) => channel === 'call')
  const cost = composed(text.value, people)
  const firstSms = people.find(({ channel }) => channel === 'sms')
  const costly = cost.longest && letterText(cost.longest.length)
  const wrong = problemOf(preview, whom, { subject: subject.value, text: text.value, files })
  const canSend = hasText && people.length > 0 && wrong === null && !query.isFetching
  useShortcut('v', 'voir les noms', () => setOpened('names'), { enabled: people.length > 0 })
  const insert = (name: string) => {
    const at = field.current?.selectionStart ?? text.value.length
    text.set(`${text.value.slice(0, at)}{${name}}${text.value.slice(at)}`)
    field.current?.focus()
  }
  return (
    <>
      <ScreenHead title="Message" subtitle={hasText ? 'brouillon gardé' : undefined}>
        <AudienceMenu whom={whom} onChoose={choose} />
        <ActionButton
          label="Courrier papier…"
          icon={<IconMailbox size={14} />}
          onAction={() => void navigate({ to: '/messages/courrier', search: { qui: whom } })}
        />
        <MessageTemplates
          written={{ subject: subject.value, text: text.value }}
          onChoose={(words) => {
            subject.set(words.subject)
            text.set(words.text)
          }}
        />
        <FileButton
          accept="application/pdf,image/jpeg"
          multiple
          onChange={(added) => setFiles([...files, ...added].slice(0, maxSendingFiles))}
        >
          {(props) => (
            <Button {...props} leftSection={<IconFilePlus size={14} />} disabled={files.length >= maxSendingFiles}>
              Joindre
            </Button>
          )}
        </FileButton>
        <ActionButton
          label="Envoyer plus tard…"
          icon={<IconClock size={14} />}
          disabled={!canSend}
          onAction={() => setOpened('later')}
        />
      </ScreenHead>
      <Split side={316}>
        <div className="sending-main">
          <div className="sending-row">
            <span>À qui</span>
            <AudienceFields whom={whom} choices={choices} today={today} people={people} onChange={choose} />
          </div>
          <div className="sending-row">
            <span />
            <div aria-live="polite">
              {query.error ? (
                <Failure error={query.error} onRetry={() => void query.refetch()} />
              ) : preview ? (
                <>
                  <b>
                    {preview.children > 0 ? `${counted(preview.children, 'enfant')}, ` : ''}
                    {counted(preview.families, 'famille')}, {counted(people.length, 'responsable')}.
                  </b>{' '}
                  <span className="soft">Chacun une seule fois, même avec deux enfants.</span>{' '}
                  {people.length > 0 ? <PlainAction label="Voir les noms" onAction={() => setOpened('names')} /> : null}
                </>
              ) : (
                <Loading />
              )}
            </div>
          </div>
          {preview ? (
            <div className="sending-row">
              <span>Par</span>
              <div className="row row-wide sending-ways">
                {preview.hasSms ? (
                  <Checkbox
                    label={`SMS ${countOf(preview, 'sms')}`}
                    checked={withSms}
                    onChange={({ currentTarget }) => setWithSms(currentTarget.checked)}
                  />
                ) : (
                  <span className="soft">SMS&nbsp;: aucun prestataire réglé</span>
                )}
                <span>
                  Mail <b>{countOf(preview, 'mail')}</b>
                </span>
                <span>
                  Portail <b>{preview.portalHomes}</b>{' '}
                  <span className="soft">{preview.portalHomes > 1 ? 'familles, en plus' : 'famille, en plus'}</span>
                </span>
                {toCall.length > 0 ? (
                  <span className="row warn">
                    <IconPhone size={14} aria-hidden="true" />
                    <b>{toCall.length}</b> à appeler
                  </span>
                ) : null}
              </div>
            </div>
          ) : null}
          <div className="sending-row">
            <span>Objet</span>
            <TextInput
              aria-label="Objet"
              maxLength={maxSubjectLength}
              value={subject.value}
              onChange={({ currentTarget }) => subject.set(currentTarget.value)}
            />
          </div>
          <div className="sending-row sending-top">
            <span>
              Texte
              <br />
              {firstSms ? (
                <span className="soft">{smsLengthText(smsLength(smsTextFor(text.value, firstSms)))}</span>
              ) : null}
            </span>
            <div>
              <Textarea
                ref={field}
                aria-label="Texte"
                autosize
                minRows={4}
                maxRows={14}
                maxLength={maxMessageLength}
                value={text.value}
                onChange={({ currentTarget }) => text.set(currentTarget.value)}
              />
              <p className="row sending-add small">
                <span className="soft">Ajouter&nbsp;:</span>
                {messageFields.map((name) => (
                  <button key={name} type="button" className="sending-field" onClick={() => insert(name)}>
                    {name}
                  </button>
                ))}
              </p>
              {files.length > 0 ? (
                <ul className="sending-files small" aria-label="Pièces jointes">
                  {files.map((file, index) => (
                    <li key={`${file.name} ${file.size}`}>
                      {file.name}{' '}
                      <PlainAction
                        label="Retirer"
                        aria={`Retirer ${file.name}`}
                        onAction={() => setFiles(files.filter((_, other) => other !== index))}
                      />
                    </li>
                  ))}
                  <li className="soft">Les pièces jointes partent avec les mails, pas avec les SMS.</li>
                </ul>
              ) : null}
            </div>
          </div>
          <div className="sending-row sending-top">
            <span>Avant d’envoyer</span>
            <div className="stack">
              {wrong !== null && hasText ? <Note tone="danger">{wrong}</Note> : null}
              {send.error ? (
                <Note tone="danger" alert>
                  {refusalOf(send.error).sentence}
                </Note>
              ) : null}
              {costly === null ? null : <Note tone="warn">{costly}</Note>}
              <div className="sending-go">
                <BeforeSending preview={preview} smsParts={cost.smsParts} />
                <ActionButton
                  main
                  combo="mod+Enter"
                  label={`Envoyer à ${counted(people.length - toCall.length, 'personne')}`}
                  icon={<IconSend size={14} />}
                  disabled={!canSend}
                  loading={send.isPending}
                  onAction={() => send.mutate()}
                />
              </div>
            </div>
          </div>
          <LastSending />
        </div>
        <PreviewPanel
          people={people}
          shown={Math.min(shown, Math.max(0, people.length - 1))}
          subject={subject.value}
          text={text.value}
          onNext={() => setShown((shown + 1) % Math.max(1, people.length))}
        />
      </Split>
      <ShortcutBar
        keys={[
          ['v', 'voir les noms'],
          ['mod+Enter', 'envoyer'],
        ]}
        chosen="Chaque envoi se lit aussi chez la famille, dans Messages"
      />
      {opened === 'names' ? <NamesDialog people={people} onClose={() => setOpened(undefined)} /> : null}
      {opened === 'later' ? (
        <LaterDialog
          onClose={() => setOpened(undefined)}
          onPlan={async (at) => {
            await clientOutsideForms.sendings.plan({ ...message(), at })
            notifications.show({ message: 'L’envoi est prévu. Le logiciel doit être ouvert à cette heure.' })
            done()
          }}
        />
      ) : null}
    </>
  )
}

/** What would make the core refuse the message, shown before it is sent. */
const problemOf = (
  preview: SendingPreview | undefined,
  whom: Whom,
  { subject, text, files }: { readonly subject: string; readonly text: string; readonly files: readonly File[] },
): string | null => {
  if (!preview) return null
  const hasSms = countOf(preview, 'sms') > 0
  if (!preview.hasMail && countOf(preview, 'mail') > 0)
    return 'Aucun serveur de mail n’est réglé sur ce poste\u00a0: la direction ou l’administrateur le règle dans Réglages, Courriels.'
  return (
    whyNotFilled(text) ??
    whyNotFilled(subject) ??
    whyNotDiscreet({
      subject,
      text,
      hasSms,
      isOwed: whom.kind === 'owing',
      surnames: preview.surnames,
      ownNames: preview.ownNames,
      files: files.map(({ name }) => name),
    })
  )
}

const BeforeSending = ({ preview, smsParts }: { preview: SendingPreview | undefined; smsParts: number }) => {
  const hasSms = preview !== undefined && countOf(preview, 'sms') > 0
  const { data: balance } = useQuery(orpc.sendings.balance.queryOptions({ enabled: hasSms, staleTime: 60_000 }))
  if (!preview) return <span className="grow" />
  const { people, priceThousandths } = preview
  const toCall = countOf(preview, 'call')
  return (
    <span className="grow">
      <b>
        {counted(
          people.length - toCall,
          'personne reçoit ce texte maintenant',
          'personnes reçoivent ce texte maintenant',
        )}
        .
      </b>{' '}
      {hasSms ? (
        <>
          {smsParts} SMS à {smsCostText(priceThousandths)}&nbsp;: <b>{smsCostText(smsParts * priceThousandths)}</b>
          {balance?.left ? `, il reste ${balance.left} SMS prépayés` : ''}.{' '}
        </>
      ) : null}
      {toCall > 0
        ? `${counted(toCall, 'responsable', 'responsables')} sans moyen d’être ${toCall > 1 ? 'prévenus' : 'prévenu'}\u00a0: leurs numéros s’affichent.`
        : ''}
    </span>
  )
}

const PreviewPanel = ({
  people,
  shown,
  subject,
  text,
  onNext,
}: {
  people: SendingPreview['people']
  shown: number
  subject: string
  text: string
  onNext: () => void
}) => {
  const person = people[shown]
  if (!person)
    return (
      <Panel label="Aperçu" title="Aperçu">
        <p className="soft small">Ce que lira la première personne choisie.</p>
      </Panel>
    )
  const values = person.values as FieldValues
  const { longest } = composed(text, people)
  const other = longest && longest.length.parts > 1 ? people[longest.index] : undefined
  const calls = people.filter(({ channel }) => channel === 'call')
  const sms = smsTextFor(text, { channel: person.channel, values })
  return (
    <Panel label="Aperçu">
      <Section
        title="Aperçu"
        subtitle={person.name}
        action={people.length > 1 ? <PlainAction label="Une autre" onAction={onNext} /> : null}
      >
        <p className="small soft">
          {person.channel === 'sms'
            ? `SMS au ${mobileText(person.address)}`
            : person.channel === 'mail'
              ? `mail à ${person.address}`
              : `à appeler\u00a0: ${person.why === null ? '' : noWayTexts[person.why]}`}
        </p>
        {person.channel === 'mail' ? (
          <p className="sending-bubble">
            <b>{filled(subject, values)}</b>
            {'\n\n'}
            {withUnbrokenNumbers(filled(text, values))}
          </p>
        ) : (
          <>
            <p className="sending-bubble">{withUnbrokenNumbers(sms)}</p>
            <p className="small soft">{smsLengthText(smsLength(sms))}</p>
          </>
        )}
      </Section>
      {other ? (
        <Section title="Plus long que les autres">
          <p className="small">
            {other.name}&nbsp;: {longest?.length.signs} signes, <b className="warn">{longest?.length.parts} SMS</b>
          </p>
        </Section>
      ) : null}
      {calls.length > 0 ? (
        <Section title="À appeler" subtitle={`${calls.length}, après l’envoi`}>
          <ul className="sending-list small">
            {calls.slice(0, 8).map(({ guardianId, name, address, values: own }) => (
              <li key={guardianId}>
                <span>
                  {name}, pour {own['prénoms']}
                </span>
                <span className="nowrap">{address === '' ? 'sans numéro' : address}</span>
              </li>
            ))}
            {calls.length > 8 ? <li className="soft">et {calls.length - 8} autres</li> : null}
          </ul>
        </Section>
      ) : null}
    </Panel>
  )
}

const channelWords: Readonly<Record<Channel, string>> = { sms: 'SMS', mail: 'mail', call: 'à appeler' }

const NamesDialog = ({ people, onClose }: { people: SendingPreview['people']; onClose: () => void }) => (
  <Dialog opened title={counted(people.length, 'responsable')} onClose={onClose}>
    {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls is reached by the keyboard */}
    <div className="sending-names" role="region" aria-label="Noms" tabIndex={0}>
      <table className="table table-flush">
        <tbody>
          {people.map(({ guardianId, familyId, name, channel, address, why }) => (
            <tr key={guardianId}>
              <td>
                <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
                  {name}
                </Link>
              </td>
              <td className="soft">
                {why === null ? `${channelWords[channel]}, ${addressText(address)}` : noWayTexts[why]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </Dialog>
)

const LaterDialog = ({ onClose, onPlan }: { onClose: () => void; onPlan: (at: Instant) => Promise<void> }) => {
  const { clockText } = useNow()
  const [at, setAt] = useState(`${clockText.slice(0, 10)}T17:30`)
  const plan = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: async () => {
      const [on = '', time = ''] = at.split('T')
      if (isDay(on)) await onPlan(instantOf(dayFrom(on), timeOfDay(time)))
    },
  })
  return (
    <Dialog opened title="Envoyer plus tard" width="narrow" onClose={onClose}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          plan.mutate()
        }}
      >
        {plan.error ? <Failure error={plan.error} /> : null}
        <p>
          Les destinataires sont ceux du moment de l’envoi. Le logiciel doit être ouvert à cette heure&nbsp;: sinon rien
          ne part, et l’accueil le demande.
        </p>
        <DateTimeField label="Le" path="at" value={at} error={undefined} onChange={setAt} />
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button type="submit" variant="filled" loading={plan.isPending}>
            Prévoir l’envoi
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
