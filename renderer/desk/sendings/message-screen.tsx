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
import { judgedFile, maxSendingFiles, startBytes } from '../../../shared/rules/messages/attached-files.ts'
import { smsCostText } from '../../../shared/rules/messages/audience.ts'
import { type Channel, channelNames, noWayTexts } from '../../../shared/rules/messages/channel.ts'
import { composed, smsTextFor } from '../../../shared/rules/messages/compose.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import {
  type FieldValues,
  filled,
  firstNamesForAll,
  messageFields,
  noticeText,
  noticeValues,
  whyNotFilled,
} from '../../../shared/rules/messages/fields.ts'
import { letterText, smsLength, smsLengthText } from '../../../shared/rules/messages/gsm.ts'
import { addressText, mobileText } from '../../../shared/rules/messages/mobile.ts'
import { maxMessageLength, maxSubjectLength } from '../../../shared/rules/requests/message.ts'
import { counted, listed, longDay, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { useExampleText } from '../mails/example-text.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { DateTimeField } from '../parts/forms/time-field.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Panel, Screen, ScreenHead, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import { AudienceFields, firstAudience, useChoices } from './audience-fields.tsx'
import { AudienceMenu } from './audience-menu.tsx'
import { useMessageDraft } from './message-draft.ts'
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
        <Writing
          key={JSON.stringify(search)}
          choices={choices}
          asked={search.qui}
          first={firstAudience(choices, today)}
        />
      ) : (
        <Loading />
      )}
    </Screen>
  )
}

type Choices = NonNullable<ReturnType<typeof useChoices>>

const countOf = ({ people }: Pick<SendingPreview, 'people'>, channel: Channel): number =>
  people.filter((one) => one.channel === channel).length

const Writing = ({ choices, asked, first }: { choices: Choices; asked: Whom | undefined; first: Whom }) => {
  const { today } = useNow()
  const navigate = useNavigate()
  const { draft, before, change, forget } = useMessageDraft(asked, first)
  const { whom, withSms, subject, text } = draft
  const [files, setFiles] = useState<readonly File[]>([])
  const [refused, setRefused] = useState<readonly string[]>([])
  const [lost, setLost] = useState(before?.files ?? [])
  const [shown, setShown] = useState(0)
  const [opened, setOpened] = useState<'names' | 'later'>()
  const field = useRef<HTMLTextAreaElement>(null)
  const query = useQuery(
    orpc.sendings.preview.queryOptions({ input: { whom, withSms }, placeholderData: keepPreviousData, staleTime: 0 }),
  )
  const preview = query.data
  const people = preview?.people ?? []
  const choose = (next: Whom) => {
    change({ whom: next })
    setShown(0)
  }
  const attach = (next: readonly File[], missing: readonly string[] = []) => {
    setFiles(next)
    setLost(missing)
    change({ files: [...missing, ...next.map(({ name }) => name)] })
  }
  const add = async (added: readonly File[]) => {
    const { taken, why } = await judgedBeside(files, added)
    attach(
      taken,
      lost.filter((name) => taken.every((file) => file.name !== name)),
    )
    setRefused(why)
  }
  const message = () => ({
    whom,
    subject,
    text,
    withSms,
    seen: people.map(({ guardianId }) => guardianId),
    files: [...files],
  })
  const done = () => {
    forget()
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
  const hasText = subject.trim() !== '' && text.trim() !== ''
  const isOtherAudience =
    before !== null &&
    JSON.stringify(before.whom) !== JSON.stringify(whom) &&
    (before.subject + before.text).trim() !== ''
  const toCall = people.filter(({ channel }) => channel === 'call')
  const cost = composed(text, people)
  const firstSms = people.find(({ channel }) => channel === 'sms')
  const costly = cost.longest && letterText(cost.longest.length)
  const wrong = problemOf(preview, whom, { subject, text, files })
  const canSend = hasText && people.length > 0 && wrong === null && lost.length === 0 && !query.isFetching
  useShortcut('v', 'voir les noms', () => setOpened('names'), { enabled: people.length > 0 })
  const insert = (name: string) => {
    const at = field.current?.selectionStart ?? text.length
    change({ text: `${text.slice(0, at)}{${name}}${text.slice(at)}` })
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
          written={{ subject, text }}
          onChoose={(words) => change({ subject: words.subject, text: words.text })}
        />
        <FileButton accept="application/pdf,image/jpeg" multiple onChange={(added) => void add(added)}>
          {(props) => (
            <Button {...props} leftSection={<IconFilePlus size={14} />} disabled={files.length >= maxSendingFiles}>
              Joindre
            </Button>
          )}
        </FileButton>
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
                people.length === 0 ? (
                  <Note>{nobodyText(whom)}</Note>
                ) : (
                  <>
                    <b>
                      {preview.children > 0 ? `${counted(preview.children, 'enfant')}, ` : ''}
                      {counted(preview.families, 'famille')}, {counted(people.length, 'responsable')}.
                    </b>{' '}
                    <span className="soft">Chacun une seule fois, même avec deux enfants.</span>{' '}
                    <PlainAction label="Voir les noms" onAction={() => setOpened('names')} />
                  </>
                )
              ) : (
                <Loading />
              )}
            </div>
          </div>
          {preview && people.length > 0 ? (
            <div className="sending-row">
              <span>Par</span>
              <div className="row row-wide sending-ways">
                {preview.hasSms ? (
                  <Checkbox
                    label={`SMS ${countOf(preview, 'sms')}`}
                    checked={withSms}
                    onChange={({ currentTarget }) => change({ withSms: currentTarget.checked })}
                  />
                ) : (
                  <span className="soft">SMS&nbsp;: aucun prestataire réglé</span>
                )}
                <span>
                  Mail <b>{countOf(preview, 'mail')}</b>
                </span>
                <span>
                  Portail <b>{preview.portalHomes}</b>{' '}
                  <span className="soft">
                    {preview.portalHomes > 1
                      ? 'familles avec un compte ouvert, en plus'
                      : 'famille avec un compte ouvert, en plus'}
                  </span>
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
              value={subject}
              onChange={({ currentTarget }) => change({ subject: currentTarget.value })}
            />
          </div>
          <div className="sending-row sending-top">
            <span>
              Texte
              <br />
              {firstSms ? <span className="soft">{smsLengthText(smsLength(smsTextFor(text, firstSms)))}</span> : null}
            </span>
            <div>
              <Textarea
                ref={field}
                aria-label="Texte"
                autosize
                minRows={4}
                maxRows={14}
                maxLength={maxMessageLength}
                value={text}
                onChange={({ currentTarget }) => change({ text: currentTarget.value })}
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
                        onAction={() =>
                          attach(
                            files.filter((_, other) => other !== index),
                            lost,
                          )
                        }
                      />
                    </li>
                  ))}
                  <li className="soft">
                    Les pièces jointes partent avec les mails, pas avec les SMS.
                    {files.length >= maxSendingFiles
                      ? ` ${counted(maxSendingFiles, 'pièce jointe', 'pièces jointes')}, c’est le plus.`
                      : ''}
                  </li>
                </ul>
              ) : null}
              {refused.length > 0 ? (
                <Note tone="danger" alert>
                  {refused.join(' ')}
                </Note>
              ) : null}
            </div>
          </div>
          <div className="sending-row sending-top">
            <span>Avant d’envoyer</span>
            <div className="stack">
              {isOtherAudience ? (
                <Note tone="warn">
                  Ce brouillon était pour d’autres destinataires&nbsp;: relisez-le.{' '}
                  <PlainAction label="Reprendre les siens" onAction={() => choose(before.whom)} />
                </Note>
              ) : null}
              {lost.length > 0 ? (
                <Note tone="warn">
                  Les pièces jointes du brouillon sont à reprendre&nbsp;: {listed(lost)}.{' '}
                  <PlainAction label="Continuer sans elles" onAction={() => attach(files)} />
                </Note>
              ) : null}
              {wrong === null ? null : <Note tone="danger">{wrong}</Note>}
              {send.error ? (
                <Note tone="danger" alert>
                  {refusalOf(send.error).sentence}
                </Note>
              ) : null}
              {costly === null ? null : <Note tone="warn">{costly}</Note>}
              <div className="sending-go">
                <BeforeSending
                  preview={preview}
                  smsParts={cost.smsParts}
                  whyNot={preview && whyNotYet({ subject, text, people, lost })}
                />
                <span className="row">
                  <ActionButton
                    label="Envoyer plus tard…"
                    icon={<IconClock size={14} />}
                    disabled={!canSend}
                    onAction={() => setOpened('later')}
                  />
                  <ActionButton
                    main
                    combo="mod+Enter"
                    label={
                      people.length > toCall.length
                        ? `Envoyer à ${counted(people.length - toCall.length, 'personne')}`
                        : 'Envoyer'
                    }
                    icon={<IconSend size={14} />}
                    disabled={!canSend}
                    loading={send.isPending}
                    onAction={() => send.mutate()}
                  />
                </span>
              </div>
            </div>
          </div>
          <LastSending />
        </div>
        <PreviewPanel
          people={people}
          shown={Math.min(shown, Math.max(0, people.length - 1))}
          subject={subject}
          text={text}
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

/** Takes the files that may be attached, with a sentence for each of the others. */
const judgedBeside = async (files: readonly File[], added: readonly File[]) => {
  const taken = [...files]
  const why: string[] = []
  for (const file of added) {
    const start = new Uint8Array(await file.slice(0, startBytes).arrayBuffer())
    const judged = judgedFile({ name: file.name, size: file.size, start }, taken)
    if (judged.why === null) taken.push(file)
    else why.push(judged.why)
  }
  return { taken, why }
}

const nobodyText = (whom: Whom): string => {
  switch (whom.kind) {
    case 'expected':
      return whom.day === whom.untilDay
        ? `Personne n’est attendu ${longDay(whom.day)}\u00a0: choisissez un autre jour, ou d’autres destinataires.`
        : 'Personne n’est attendu ces jours-là\u00a0: choisissez d’autres destinataires.'
    case 'families':
      return whom.familyIds.length === 0
        ? 'Choisissez une famille par son nom.'
        : 'Personne n’est à prévenir dans ces familles\u00a0: choisissez-en d’autres.'
    case 'owing':
    case 'missingPaper':
    case 'list':
      return 'Personne n’est dans ce cas aujourd’hui\u00a0: choisissez d’autres destinataires.'
  }
}

/** What is still missing before the message can be sent; null when nothing is. */
const whyNotYet = ({
  subject,
  text,
  people,
  lost,
}: {
  readonly subject: string
  readonly text: string
  readonly people: SendingPreview['people']
  readonly lost: readonly string[]
}): string | null => {
  if (people.length === 0) return 'Personne à qui envoyer\u00a0: choisissez des destinataires.'
  const missing = [subject.trim() === '' && 'l’objet', text.trim() === '' && 'le texte'].filter((one) => one !== false)
  if (missing.length > 0) return `Écrivez ${listed(missing)}.`
  return lost.length > 0 ? 'Reprenez les pièces jointes, ou continuez sans elles.' : null
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

const BeforeSending = ({
  preview,
  smsParts,
  whyNot,
}: {
  preview: SendingPreview | undefined
  smsParts: number
  whyNot: string | null | undefined
}) => {
  const exampleText = useExampleText()
  const hasSms = preview !== undefined && countOf(preview, 'sms') > 0
  const { data: balance } = useQuery(orpc.sendings.balance.queryOptions({ enabled: hasSms, staleTime: 60_000 }))
  if (!preview || preview.people.length === 0) return <span className="grow soft">{whyNot}</span>
  const { people, priceThousandths } = preview
  const toCall = countOf(preview, 'call')
  const reached = people.length - toCall
  const left = Number(balance?.left ?? Number.NaN)
  return (
    <span className="grow">
      <b>
        {reached === 0
          ? 'Personne ne reçoit ce texte par SMS ou par mail'
          : counted(reached, 'personne reçoit ce texte maintenant', 'personnes reçoivent ce texte maintenant')}
        .
      </b>{' '}
      {hasSms ? (
        <>
          {counted(smsParts, 'SMS', 'SMS')} à {smsCostText(priceThousandths)}&nbsp;:{' '}
          <b>{smsCostText(smsParts * priceThousandths)}</b>
          {balance?.left && !(left < smsParts)
            ? `, il reste ${Number.isNaN(left) ? `${balance.left} SMS prépayés` : counted(left, 'SMS prépayé', 'SMS prépayés')}`
            : ''}
          .{' '}
        </>
      ) : null}
      {toCall > 0
        ? `${counted(toCall, 'responsable', 'responsables')} sans moyen d’être ${toCall > 1 ? 'prévenus' : 'prévenu'}\u00a0: leurs numéros s’affichent. `
        : ''}
      {hasSms && left < smsParts ? (
        <span className="warn">
          Il ne reste que {counted(left, 'SMS prépayé', 'SMS prépayés')}&nbsp;: rechargez le compte chez le prestataire,
          ou les derniers ne partiront pas.{' '}
        </span>
      ) : null}
      {exampleText === '' ? null : <b>{exampleText} </b>}
      {whyNot === null ? null : <span className="soft">{whyNot}</span>}
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
  const shared = {
    ...noticeValues(people.map((one) => one.values as FieldValues)),
    prénoms: noticeText(
      '{prénoms}',
      firstNamesForAll(
        people.filter(({ familyId }) => familyId === person.familyId).map((one) => one.values['prénoms'] ?? ''),
      ),
    ),
  }
  const { longest, longer } = composed(text, people)
  const other = longest && longer > 0 ? people[longest.index] : undefined
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
      {messageFields.some((name) => `${subject}${text}`.includes(`{${name}}`)) ? (
        <Section title="Sur le portail" subtitle="à tout son foyer, les lieux de tous">
          <p className="sending-bubble">
            <b>{filled(subject, shared)}</b>
            {'\n\n'}
            {withUnbrokenNumbers(filled(text, shared))}
          </p>
        </Section>
      ) : null}
      {other ? (
        <Section title="Plus long que les autres">
          <p className="small">
            {other.name}
            {longer > 1 ? ` et ${counted(longer - 1, 'autre')}` : ''}&nbsp;: {longest?.length.signs} signes,{' '}
            <b className="warn">{longest?.length.parts} SMS</b>
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
                {why === null ? `${channelNames[channel]}, ${addressText(address)}` : noWayTexts[why]}
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
        <DateTimeField label="Le" path="at" value={at} error={undefined} isTimeFirst onChange={setAt} />
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
