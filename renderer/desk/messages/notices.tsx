import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconSpeakerphone from '@tabler/icons-react/icons/IconSpeakerphone'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Audience, NoticeRow } from '../../../shared/contract/desk/messages/messages.ts'
import { addDays } from '../../../shared/rules/calendar/day.ts'
import { maxMessageLength, maxSubjectLength } from '../../../shared/rules/requests/message.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { DayField, reportInvalidDay } from '../parts/forms/day-field.tsx'
import { ConfirmDialog, Dialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** Notices of the service to families on the portal, current and coming ones first. */
export const Notices = () => {
  const { data, error, refetch } = useQuery(orpc.messages.notices.queryOptions())
  const may = useMay()
  const [edited, setEdited] = useState<NoticeRow | 'new'>()
  const [removed, setRemoved] = useState<NoticeRow>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <Section
      title="Avis aux familles"
      subtitle="montrés sur le tableau de bord du portail"
      action={
        may('sendings.audience') ? (
          <ActionButton
            main
            combo="n"
            label="Écrire un avis"
            icon={<IconPlus size={14} />}
            onAction={() => setEdited('new')}
          />
        ) : null
      }
    >
      {data.length === 0 ? (
        <EmptyState icon={IconSpeakerphone} title="Aucun avis">
          Un avis s’adresse à toutes les familles, ou à celles d’une activité, d’une période ou d’une école.
        </EmptyState>
      ) : (
        <ul className="messages-notices">
          {data.map((one) => (
            <li key={one.id}>
              <div className="row">
                <b className="grow">{one.title}</b>
                <StateOf notice={one} />
                {may('sendings.audience') ? (
                  <>
                    <Button onClick={() => setEdited(one)}>Modifier</Button>
                    <Button onClick={() => setRemoved(one)}>Retirer</Button>
                  </>
                ) : null}
              </div>
              <p className="messages-text">{one.text}</p>
              <p className="soft small">
                {one.audienceName}, {counted(one.homes, 'foyer')} avec un accès · du {shortDay(one.fromDay)} au{' '}
                {shortDay(one.untilDay)}
                {one.byMail ? ' · aussi par mail' : ''}
              </p>
            </li>
          ))}
        </ul>
      )}
      {edited ? (
        <NoticeDialog notice={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      ) : null}
      <ConfirmDialog
        opened={removed !== undefined}
        title="Retirer cet avis&nbsp;?"
        confirm="Retirer l’avis"
        onConfirm={(client) => client.messages.removeNotice({ id: removed?.id ?? 0 })}
        onClose={() => setRemoved(undefined)}
      >
        Il quitte le portail au prochain échange. Un mail déjà parti ne revient pas.
      </ConfirmDialog>
    </Section>
  )
}

const StateOf = ({ notice: { fromDay, untilDay } }: { notice: NoticeRow }) => {
  const { today } = useNow()
  if (today < fromDay) return <Badge>à venir</Badge>
  return today > untilDay ? <Badge>passé</Badge> : <Badge tone="good">en cours</Badge>
}

const keyOf = (audience: Audience): string => (audience.kind === 'all' ? 'all' : `${audience.kind} ${audience.id}`)
const audienceOf = (key: string): Audience => {
  const [kind, id] = key.split(' ')
  return kind === 'activity' || kind === 'period' || kind === 'school' ? { kind, id: Number(id) } : { kind: 'all' }
}

const named = (kind: string, list: readonly { id: number; name: string }[] = []) =>
  list.map(({ id, name }) => ({ value: `${kind} ${id}`, label: name }))

const NoticeDialog = ({ notice, onClose }: { notice: NoticeRow | undefined; onClose: () => void }) => {
  const { today } = useNow()
  const { data: choices } = useQuery(orpc.messages.audiences.queryOptions())
  const [title, setTitle] = useState(notice?.title ?? '')
  const [text, setText] = useState(notice?.text ?? '')
  const [audience, setAudience] = useState(notice ? keyOf(notice.audience) : 'all')
  const [fromDay, setFromDay] = useState<string>(notice?.fromDay ?? today)
  const [untilDay, setUntilDay] = useState<string>(notice?.untilDay ?? addDays(today, 14))
  const [byMail, setByMail] = useState(notice?.byMail ?? false)
  const { data: reach } = useQuery(orpc.messages.reach.queryOptions({ input: { audience: audienceOf(audience) } }))
  const save = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: async () => {
      const given = { title, text, audience: audienceOf(audience), fromDay, untilDay, byMail }
      if (notice) await clientOutsideForms.messages.changeNotice({ ...given, id: notice.id })
      else await clientOutsideForms.messages.addNotice(given)
    },
    onSuccess: () => {
      notifications.show({ message: 'Avis enregistré. Les familles le verront après le prochain échange.' })
      onClose()
    },
  })
  const refused = save.error ? refusalOf(save.error) : undefined
  const errorOf = (field: string) => (refused?.field === field ? refused.sentence : undefined)
  return (
    <Dialog opened title={notice ? 'Modifier l’avis' : 'Écrire un avis'} onClose={onClose}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!reportInvalidDay(event.currentTarget)) save.mutate()
        }}
      >
        {refused && refused.field === undefined ? <Failure error={save.error} /> : null}
        <Select
          label="Pour"
          description={reach ? `${counted(reach.homes, 'foyer')} avec un accès au portail aujourd’hui` : ' '}
          searchable
          data={[
            { value: 'all', label: 'Toutes les familles' },
            { group: 'Activités', items: named('activity', choices?.activities) },
            { group: 'Périodes', items: named('period', choices?.periods) },
            { group: 'Écoles', items: named('school', choices?.schools) },
          ]}
          value={audience}
          onChange={(value) => value && setAudience(value)}
          error={errorOf('audience')}
        />
        <TextInput
          label="Titre"
          maxLength={maxSubjectLength}
          value={title}
          onChange={({ currentTarget }) => setTitle(currentTarget.value)}
          error={errorOf('title')}
        />
        <Textarea
          label="Texte"
          autosize
          minRows={4}
          maxRows={12}
          maxLength={maxMessageLength}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          error={errorOf('text')}
        />
        <div className="row">
          <DayField label="Du" value={fromDay} onChange={setFromDay} error={errorOf('fromDay')} />
          <DayField label="Au" value={untilDay} onChange={setUntilDay} error={errorOf('untilDay')} />
        </div>
        <Checkbox
          label="Aussi par mail, le premier jour, à celles qui acceptent ces mails"
          checked={byMail}
          onChange={({ currentTarget }) => setByMail(currentTarget.checked)}
        />
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button type="submit" variant="filled" loading={save.isPending}>
            Enregistrer l’avis
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
