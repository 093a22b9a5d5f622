import { Button, Radio } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { partialMatchKey, skipToken, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { AudienceLetter, LetterChoice } from '../../../shared/contract/desk/messages/letters.ts'
import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { missingText } from '../../../shared/rules/templates/template-fields.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { useStoredText } from '../messages/stored-text.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { Panel, Screen, ScreenHead, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { AudienceFields, firstAudience, useChoices } from '../sendings/audience-fields.tsx'
import { AudienceMenu } from '../sendings/audience-menu.tsx'
import { useNow } from '../staff/now.ts'
import { LetterPage } from '../templates/letter-page.tsx'
import { TemplateField, type Typed, TypedFields, typedFor } from './letter-fields.tsx'
import './letters.css'
import '../sendings/sendings.css'

/**
 * « Courrier à des familles »: a letter to each home of an audience. Staff read them one by one, then print them
 * together.
 */
export const AudienceLetterScreen = () => {
  const audiences = useChoices()
  const { today } = useNow()
  const search = useSearch({ from: '/desk/messages/courrier' })
  const { data: templates, error, refetch } = useQuery(orpc.letters.choices.queryOptions())
  return (
    <Screen title="Courrier à des familles">
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : !audiences || !templates ? (
        <Loading />
      ) : templates.length === 0 ? (
        <EmptyState title="Aucun modèle">La direction en ajoute dans Réglages, Modèles.</EmptyState>
      ) : (
        <Writing
          key={JSON.stringify(search)}
          audiences={audiences}
          templates={templates}
          first={search.qui ?? firstAudience(audiences, today)}
        />
      )}
    </Screen>
  )
}

type Way = 'print' | 'mailFirst'

/** The letters that leave by mail or on paper, and that nothing prevents. */
const leaving = (letters: readonly AudienceLetter[], way: Way) => {
  const ready = letters.filter(({ why, missing }) => why === null && missing.length === 0)
  const mailed = way === 'mailFirst' ? ready.filter(({ email }) => email !== null) : []
  const printed = ready.filter((one) => one.hasAddress && !mailed.includes(one))
  return { mailed, printed, all: ready.filter((one) => mailed.includes(one) || printed.includes(one)) }
}

const Writing = ({
  audiences,
  templates,
  first,
}: {
  audiences: NonNullable<ReturnType<typeof useChoices>>
  templates: readonly LetterChoice[]
  first: Whom
}) => {
  const { today } = useNow()
  const navigate = useNavigate()
  const [whom, setWhom] = useState(first)
  const [key, setKey] = useState(templates[0]?.key ?? '')
  const words = useStoredText('champs d’un courrier')
  const typed = parsed(words.value)
  const [way, setWay] = useState<Way>('print')
  const [shown, setShown] = useState(0)
  const chosen = templates.find((one) => one.key === key)
  const isUsable = chosen !== undefined && chosen.problem === null
  const query = useQuery(
    orpc.letters.prepareForAudience.queryOptions({
      input: isUsable ? { key, whom } : skipToken,
      placeholderData: (before, query) =>
        query && partialMatchKey(query.queryKey, orpc.letters.prepareForAudience.key({ input: { key } }))
          ? before
          : undefined,
      staleTime: 0,
    }),
  )
  const letters = query.error ? [] : (query.data?.letters ?? [])
  const onPaperOnly = query.data?.onPaperOnly ?? null
  const { mailed, printed, all } = leaving(letters, onPaperOnly === null ? way : 'print')
  const readable = letters.filter(({ why }) => why === null)
  const at = Math.min(shown, Math.max(0, readable.length - 1))
  const reader = readable[at]
  const [asked] = useDebouncedValue({ key, typed: typedFor(chosen, typed) }, 200)
  const one = useQuery(
    orpc.letters.prepare.queryOptions({
      input: isUsable && reader && asked.key === key ? { ...asked, recipients: [recipientOf(reader)] } : skipToken,
      placeholderData: (before, query) =>
        query && partialMatchKey(query.queryKey, orpc.letters.prepare.key({ input: { key } })) ? before : undefined,
      staleTime: 0,
    }),
  )
  const toFill = (one.data?.recipients[0]?.missing ?? []).filter((label) => !reader?.missing.includes(label))
  const task = useLongTask()
  const print = useMutation({
    mutationFn: async (actId: number) => printPaper(await clientOutsideForms.letters.run({ actId })),
  })
  const make = async () => {
    const made = await task.start('Les lettres se font', (signal) =>
      clientOutsideForms.letters.makeForAudience(
        {
          key,
          typed: typedFor(chosen, typed),
          whom,
          by: onPaperOnly === null ? way : 'print',
          announced: all.map(({ digest }) => digest),
        },
        { signal },
      ),
    )
    if (!made) return void query.refetch()
    words.set('')
    notifications.show({
      color: 'green',
      message: `${[
        made.printed > 0 ? counted(made.printed, 'lettre à imprimer', 'lettres à imprimer') : '',
        made.mailed > 0 ? counted(made.mailed, 'lettre part par mail', 'lettres partent par mail') : '',
      ]
        .filter((text) => text !== '')
        .join(', ')}\u00a0: chacune est gardée chez sa famille.`,
    })
    if (made.printed > 0) print.mutate(made.actId)
  }
  const choose = (next: Whom) => {
    setWhom(next)
    setShown(0)
  }
  const canMake =
    all.length > 0 && toFill.length === 0 && !query.isFetching && !one.isFetching && task.underway === undefined
  return (
    <>
      <ScreenHead title="Courrier à des familles">
        <AudienceMenu whom={whom} onChoose={choose} />
        <ActionButton
          label="Mail ou SMS…"
          icon={<IconSend size={14} />}
          onAction={() => void navigate({ to: '/messages/ecrire', search: { qui: whom } })}
        />
      </ScreenHead>
      <Split side={460}>
        <div className="sending-main">
          <div className="sending-row">
            <span>À qui</span>
            <AudienceFields
              whom={whom}
              choices={audiences}
              today={today}
              people={letters.map(({ familyId, home: name }) => ({ familyId, name }))}
              onChange={choose}
            />
          </div>
          <div className="sending-row">
            <span />
            <div aria-live="polite">
              {query.error ? (
                <Failure error={query.error} onRetry={() => void query.refetch()} />
              ) : query.data ? (
                <HeldBack letters={letters} leaving={all} />
              ) : isUsable ? (
                <Loading />
              ) : null}
            </div>
          </div>
          <div className="sending-row">
            <span>Modèle</span>
            <TemplateField choices={templates} value={key} onChange={setKey} />
          </div>
          {chosen?.problem ? (
            <div className="sending-row">
              <span />
              <Note tone="warn">{chosen.problem}</Note>
            </div>
          ) : null}
          {chosen && chosen.typed.length > 0 ? (
            <div className="sending-row sending-top">
              <span>À remplir</span>
              <div className="dialog-form">
                <TypedFields choice={chosen} typed={typed} onType={(next) => words.set(JSON.stringify(next))} />
              </div>
            </div>
          ) : null}
          <div className="sending-row sending-top">
            <span>Par</span>
            <Radio.Group aria-label="Par" value={onPaperOnly === null ? way : 'print'} onChange={(to) => setWay(to)}>
              <div className="stack">
                <Radio value="print" label="Papier pour tous" />
                <Radio
                  value="mailFirst"
                  disabled={onPaperOnly !== null}
                  label="Mail à qui en reçoit, papier pour les autres"
                  description={onPaperOnly}
                />
              </div>
            </Radio.Group>
          </div>
          <div className="sending-row sending-top">
            <span>Avant d’imprimer</span>
            <div className="stack">
              {toFill.length > 0 ? (
                <p className="soft small">Il reste à remplir&nbsp;: {missingText(toFill)}.</p>
              ) : null}
              {task.underway ? (
                <Progress
                  {...task.underway}
                  trailing={
                    <Button size="compact-xs" onClick={task.stop}>
                      Arrêter
                    </Button>
                  }
                />
              ) : null}
              <div className="sending-go">
                <span className="grow">
                  <b>{counted(all.length, 'lettre')}</b>
                  {mailed.length > 0 ? `, ${mailed.length} par mail et ${printed.length} à imprimer` : ' à imprimer'}.
                  Les lettres se font toutes, ou aucune.
                </span>
                <ActionButton
                  main
                  combo="mod+Enter"
                  label={
                    mailed.length > 0
                      ? `Envoyer et imprimer ${counted(all.length, 'lettre')}`
                      : `Imprimer ${counted(all.length, 'lettre')}`
                  }
                  icon={<IconPrinter size={14} />}
                  disabled={!canMake}
                  loading={print.isPending}
                  onAction={() => void make()}
                />
              </div>
            </div>
          </div>
          <LastLetters isPrinting={print.isPending} onPrint={print.mutate} />
        </div>
        <Panel label="Aperçu">
          {reader && one.data ? (
            <Section
              title={`${at + 1} sur ${readable.length}`}
              subtitle={reader.name}
              action={
                <span className="row">
                  <ActionButton
                    combo="k"
                    label="Avant"
                    icon={<IconChevronLeft size={14} aria-hidden="true" />}
                    disabled={at === 0}
                    onAction={() => setShown(at - 1)}
                  />
                  <ActionButton
                    combo="j"
                    label="Après"
                    icon={<IconChevronRight size={14} aria-hidden="true" />}
                    disabled={at === readable.length - 1}
                    onAction={() => setShown(at + 1)}
                  />
                </span>
              }
            >
              <p className="small soft">{howText(reader, mailed.includes(reader))}</p>
              <LetterPage label="Aperçu du courrier" {...one.data.shown} />
            </Section>
          ) : (
            <p className="soft small">La lettre de chaque foyer, comme il la lira.</p>
          )}
        </Panel>
      </Split>
      <ShortcutBar
        keys={[
          ['j', 'la lettre d’après'],
          ['k', 'celle d’avant'],
          ['mod+Enter', 'imprimer'],
        ]}
        chosen="Chaque lettre se lit aussi chez la famille, dans Messages"
      />
    </>
  )
}

const recipientOf = ({ familyId, childId, registrationId, guardianId }: AudienceLetter) => ({
  familyId,
  childId,
  registrationId,
  guardianId,
})

/** The texts typed before the page was left; empty when they cannot be read. */
const parsed = (text: string): Typed => {
  try {
    return text === '' ? {} : (JSON.parse(text) as Typed)
  } catch {
    return {}
  }
}

const howText = ({ missing, hasAddress, email }: AudienceLetter, isMailed: boolean): string => {
  if (missing.length > 0) return `Ne part pas\u00a0: ${missingText(missing)}.`
  if (isMailed) return `Part par mail, à ${email ?? ''}.`
  return hasAddress ? 'S’imprime.' : 'Ne s’imprime pas\u00a0: l’adresse postale manque ou n’est pas entière.'
}

/** How many letters leave, and the names of those that cannot, with the empty fields. */
const HeldBack = ({
  letters,
  leaving: ready,
}: {
  letters: readonly AudienceLetter[]
  leaving: readonly AudienceLetter[]
}) => {
  const held = letters.filter((one) => !ready.includes(one))
  const [isOpen, setIsOpen] = useState(false)
  const shown = isOpen ? held : held.slice(0, 4)
  return (
    <>
      <b>
        {counted(letters.length, 'lettre')}, {counted(new Set(letters.map(({ familyId }) => familyId)).size, 'famille')}
        .
      </b>
      {held.length > 0 ? (
        <>
          {' '}
          <span className="warn">{counted(held.length, 'ne part pas', 'ne partent pas')}&nbsp;:</span>
          <ul className="sending-list small" aria-label="Ce qui ne part pas">
            {shown.map((one) => (
              <li key={`${one.familyId} ${one.childId} ${one.registrationId}`}>
                <Link to="/familles/$familyId" params={{ familyId: String(one.familyId) }}>
                  {one.home}
                </Link>
                <span>
                  {one.why ?? (one.missing.length > 0 ? missingText(one.missing) : 'sans adresse postale entière')}
                </span>
              </li>
            ))}
          </ul>
          {held.length > 4 ? (
            <PlainAction
              label={isOpen ? 'Montrer moins' : `Montrer les ${held.length}`}
              onAction={() => setIsOpen(!isOpen)}
            />
          ) : null}
        </>
      ) : null}
    </>
  )
}

const LastLetters = ({ isPrinting, onPrint }: { isPrinting: boolean; onPrint: (actId: number) => void }) => {
  const { data = [] } = useQuery(orpc.letters.runs.queryOptions())
  if (data.length === 0) return null
  return (
    <Section title="Les derniers courriers" subtitle="à plusieurs familles, comme ils sont partis">
      <ul className="sending-list small">
        {data.map(({ actId, subject, madeOn, author, printed, mailed, isRead }) => (
          <li key={actId}>
            <span>
              {subject}
              <br />
              <span className="soft">
                le {numericDay(madeOn)} par {author}, {counted(printed + mailed, 'lettre')}
                {mailed > 0 ? ` dont ${mailed} par mail` : ''}
              </span>
            </span>
            {printed > 0 && isRead ? (
              <PlainAction
                label={isPrinting ? 'Un instant…' : 'Imprimer encore'}
                aria={`Imprimer encore ${subject}, du ${numericDay(madeOn)}`}
                onAction={() => onPrint(actId)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  )
}
