import { notifications } from '@mantine/notifications'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { SendingRead, SendingRecipient, SendingRow } from '../../../shared/contract/desk/messages/sendings.ts'
import { fateText, manyFatesText, type ShownFate } from '../../../shared/rules/mails/fate.ts'
import { smsCostText } from '../../../shared/rules/messages/audience.ts'
import { addressText } from '../../../shared/rules/messages/mobile.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { useExampleText } from '../mails/example-text.ts'
import { fateTones } from '../mails/fate-tones.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { OlderButton } from '../parts/older-button.tsx'
import { pagedQuery } from '../parts/paged-query.ts'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { useExchangeNow, useExchangeState } from '../portal/exchange-queries.ts'
import { useMay } from '../staff/may.ts'
import './sendings.css'

const page = 50

/** « Envois »: messages to audiences, latest first, each with the fates of its mails. */
export const SendingsTab = () => {
  const query = useInfiniteQuery(
    orpc.sendings.list.infiniteOptions({ input: (from: number) => ({ from, count: page }), ...pagedQuery(page) }),
  )
  const { envoi } = useSearch({ from: '/desk/messages' })
  const navigate = useNavigate()
  const rows = query.data?.pages.flatMap((one) => one.rows) ?? []
  const chosen = envoi ?? rows[0]?.id
  return (
    <Split side={360}>
      <div className="sending-main">
        <div className="row">
          <span className="grow" />
          <ActionButton
            main
            combo="n"
            label="Écrire un message"
            icon={<IconSend size={14} />}
            onAction={() => void navigate({ to: '/messages/ecrire' })}
          />
        </div>
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Loading>Les envois arrivent…</Loading>
        ) : rows.length === 0 ? (
          <EmptyState icon={IconSend} title="Aucun envoi">
            Un message à plusieurs familles, par SMS, par mail et sur le portail, reste ici avec ce qu’il est devenu.
          </EmptyState>
        ) : (
          <ul className="sending-rows" aria-label="Envois, le dernier d’abord">
            {rows.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  className="choice-row"
                  aria-current={row.id === chosen ? 'true' : undefined}
                  onClick={() =>
                    void navigate({ to: '/messages', search: { onglet: 'envois', envoi: row.id }, replace: true })
                  }
                >
                  <SendingLine row={row} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <OlderButton pages={query} />
      </div>
      {chosen === undefined ? <div /> : <SendingPanel key={chosen} id={chosen} />}
    </Split>
  )
}

const whenText = ({ state, plannedFor, sentAt, isLate }: SendingRow): string => {
  if (state === 'sent' && sentAt !== null) return instantText(sentAt)
  if (state === 'dropped') return 'abandonné'
  return plannedFor === null ? '' : `${isLate ? 'pas parti, prévu' : 'prévu'} ${instantText(plannedFor)}`
}

const costText = ({ costThousandths, people }: SendingRow): string =>
  `${counted(people, 'personne')}${costThousandths > 0 ? `, ${smsCostText(costThousandths)}` : ''}`

const SendingLine = ({ row }: { row: SendingRow }) => (
  <>
    <span className="row">
      <b className="grow">{row.subject}</b>
      {row.isLate ? (
        <Badge tone="warn">à décider</Badge>
      ) : row.state === 'planned' ? (
        <Badge tone="accent">prévu</Badge>
      ) : null}
    </span>
    <span className="soft small">
      {whenText(row)}
      {row.state === 'sent' ? `, ${costText(row)}` : ''}
    </span>
  </>
)

const good: readonly ShownFate[] = ['delivered', 'called']
const pending: readonly ShownFate[] = ['waiting', 'sending']
const kindOf = (fate: ShownFate): 'good' | 'left' | 'pending' | 'none' | 'bad' => {
  if (fate === 'withdrawn') return 'none'
  if (fate === 'sent') return 'left'
  return good.includes(fate) ? 'good' : pending.includes(fate) ? 'pending' : 'bad'
}

/**
 * The number of mails of each fate, as a bar with its key; each kind has a pattern of its own, to be read in greyscale.
 */
const Fates = ({ fates }: Pick<SendingRow, 'fates'>) => {
  const words = fates.map(({ fate, count }) => `${count} ${manyFatesText(fate, count)}`)
  return (
    <>
      <div className="sending-bar" role="img" aria-label={words.join(', ')}>
        {fates.map(({ fate, count }) => (
          <i key={fate} data-kind={kindOf(fate)} style={{ flex: count }} />
        ))}
      </div>
      <p className="row row-wide small">
        {fates.map(({ fate, count }) => (
          <span key={fate}>
            <i className="sending-key" data-kind={kindOf(fate)} aria-hidden="true" />
            <b>{count}</b> {manyFatesText(fate, count)}
          </span>
        ))}
      </p>
    </>
  )
}

const SendingPanel = ({ id }: { id: number }) => {
  const { data, error, refetch } = useQuery(orpc.sendings.read.queryOptions({ input: { id } }))
  const exampleText = useExampleText()
  const [isDropping, setIsDropping] = useState(false)
  const [isHiding, setIsHiding] = useState(false)
  const send = useMutation({
    mutationFn: async () => {
      if (!data) return
      const { people } = await clientOutsideForms.sendings.preview({ whom: data.whom, withSms: data.withSms })
      const sent = await clientOutsideForms.sendings.sendPlanned({
        id,
        seen: people.map(({ guardianId }) => guardianId),
      })
      notifications.show({ message: `Envoyé à ${counted(sent.people, 'personne')}.` })
    },
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const {
    subject,
    text,
    by,
    audience,
    difference,
    files,
    state,
    isLate,
    obstacle,
    planned,
    notice,
    recipients,
    fates,
  } = data
  return (
    <Panel label="Envoi" title={subject} subtitle={`${whenText(data)}, par ${by}`}>
      <p className="small soft">
        {audience}
        {files.length > 0 ? `, avec ${files.join(', ')}` : ''}
      </p>
      {difference === '' ? null : <Note>{difference}.</Note>}
      <p className="sending-bubble">{text}</p>
      {exampleText === '' ? null : <Note>{exampleText}</Note>}
      {state === 'planned' ? (
        <div className="stack">
          {isLate ? (
            <Note tone="warn">
              {obstacle ??
                'Cet envoi n’est pas parti tout seul\u00a0: le logiciel était fermé à son heure, ou les données ont été reprises d’une sauvegarde.'}{' '}
              Ce qu’il dit est-il encore vrai&nbsp;?
            </Note>
          ) : null}
          {planned ? (
            <p className="small">
              Aujourd’hui, il toucherait <b>{counted(planned.people, 'personne')}</b>
              {planned.smsParts > 0
                ? `, dont ${counted(planned.smsParts, 'SMS', 'SMS')}\u00a0: ${smsCostText(planned.costThousandths)}`
                : ''}
              .
            </p>
          ) : null}
          <div className="row">
            <ActionButton label="Envoyer maintenant" loading={send.isPending} onAction={() => send.mutate()} />
            <ActionButton label="Ne pas envoyer" onAction={() => setIsDropping(true)} />
          </div>
        </div>
      ) : null}
      {fates.length > 0 ? <Fates fates={fates} /> : null}
      {notice === null ? null : <OnPortal notice={notice} onExchanged={refetch} onHide={() => setIsHiding(true)} />}
      <ConfirmDialog
        opened={isHiding}
        title="Retirer ce message du portail&nbsp;?"
        confirm="Retirer du portail"
        onConfirm={(client) => client.sendings.removeNotice({ id })}
        onClose={() => setIsHiding(false)}
      >
        Les familles ne le lisent plus après le prochain échange. Les mails et les SMS qui sont partis le restent.
      </ConfirmDialog>
      <Recipients recipients={recipients} />
      <ConfirmDialog
        opened={isDropping}
        title="Ne pas envoyer ce message&nbsp;?"
        confirm="Ne pas envoyer"
        onConfirm={(client) => client.sendings.drop({ id })}
        onClose={() => setIsDropping(false)}
      >
        Il reste dans la liste, abandonné. Personne ne le reçoit.
      </ConfirmDialog>
    </Panel>
  )
}

/** Whether parents read the message on the portal yet, and the exchange that brings it there. */
const OnPortal = ({
  notice,
  onExchanged,
  onHide,
}: {
  notice: NonNullable<SendingRead['notice']>
  onExchanged: () => unknown
  onHide: () => void
}) => {
  const may = useMay()
  const { data: exchange } = useExchangeState()
  const now = useExchangeNow()
  const lastDone = exchange?.lastDone?.id
  // What the portal has is no change of the desk's data, which would be told.
  useEffect(() => {
    if (lastDone) void onExchanged()
  }, [lastDone, onExchanged])
  const until = `jusqu’au ${shortDay(notice.untilDay)}`
  const isWaiting = exchange?.portal && !notice.isPublished
  return (
    <p className="row small">
      <span className={isWaiting ? 'grow warn' : 'grow soft'}>
        {isWaiting
          ? exchange.running
            ? 'L’échange avec le portail est en cours'
            : 'Pas encore sur le portail'
          : `Sur le portail ${until}`}
      </span>
      {isWaiting && !exchange.running && may('portal') ? (
        <PlainAction label="Échanger maintenant" disabled={now.isPending} onAction={() => now.mutate({})} />
      ) : null}
      <PlainAction label="Retirer du portail" onAction={onHide} />
    </p>
  )
}

/** The recipients of a message; by default only those about whom a person must decide. */
const Recipients = ({ recipients }: { recipients: readonly SendingRecipient[] }) => {
  const [isWhole, setIsWhole] = useState(false)
  const toDecide = recipients.filter(({ mayResend }) => mayResend)
  const shown = isWhole ? recipients : toDecide
  return (
    <>
      <ul className="sending-list small">
        {shown.map((one) => (
          <Recipient key={one.id} recipient={one} />
        ))}
      </ul>
      {recipients.length > toDecide.length ? (
        <p className="small">
          <PlainAction
            label={
              isWhole
                ? 'Seulement ceux à décider'
                : recipients.length === 1
                  ? 'Voir la personne'
                  : `Voir les ${recipients.length} personnes`
            }
            onAction={() => setIsWhole(!isWhole)}
          />
        </p>
      ) : null}
    </>
  )
}

const Recipient = ({ recipient }: { recipient: SendingRecipient }) => {
  const { id, familyId, name, channel, address, fate, mayResend, mayWithdraw } = recipient
  const resend = useMutation(orpcOutsideForms.mails.resend.mutationOptions())
  const withdraw = useMutation(orpcOutsideForms.mails.withdraw.mutationOptions())
  return (
    <li>
      <span>
        {familyId === null ? (
          name
        ) : (
          <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
            {name}
          </Link>
        )}
        <br />
        <span className="soft">{address === '' ? 'sans numéro' : addressText(address)}</span>
      </span>
      <span className="sending-fate">
        <Badge tone={fateTones[fate]}>{fateText(fate, channel)}</Badge>
        {mayResend ? (
          <span className="row">
            {mayWithdraw && fate === 'toCall' ? (
              <PlainAction
                label="Prévenu"
                aria={`${name} est prévenu par téléphone`}
                disabled={withdraw.isPending}
                onAction={() => withdraw.mutate({ ids: [id] })}
              />
            ) : null}
            <PlainAction
              label="Renvoyer"
              aria={`Renvoyer à ${name}`}
              disabled={resend.isPending}
              onAction={() => resend.mutate({ ids: [id] })}
            />
          </span>
        ) : null}
      </span>
    </li>
  )
}

/** The fates of the last message, below the form of a new one. */
export const LastSending = () => {
  const { data } = useQuery(orpc.sendings.list.queryOptions({ input: { from: 0, count: 1 } }))
  const [last] = data?.rows ?? []
  if (!last) return null
  return (
    <Section
      title="Le dernier envoi"
      subtitle={`«\u00a0${last.subject}\u00a0», ${whenText(last)}${last.state === 'sent' ? `, ${costText(last)}` : ''}`}
      action={
        <Link to="/messages" search={{ onglet: 'envois' }}>
          Tous les envois
        </Link>
      }
    >
      {last.fates.length > 0 ? <Fates fates={last.fates} /> : null}
    </Section>
  )
}
