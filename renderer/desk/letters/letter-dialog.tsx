import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { partialMatchKey, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LetterChoice } from '../../../shared/contract/desk/messages/letters.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { missingText } from '../../../shared/rules/templates/template-fields.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { beginForm } from '../../connection/form.ts'
import { printPaper, readPaper } from '../../connection/paper.ts'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog, useLeaveConfirmation } from '../parts/forms/dialogs.tsx'
import { LetterPage } from '../templates/letter-page.tsx'
import { TemplateField, type Typed, TypedFields, typedFor } from './letter-fields.tsx'
import './letters.css'

/** « Courrier… »: writes a letter to a home from a template. Staff read it before it is printed or mailed. */
export const LetterDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const { data, error, refetch } = useQuery(orpc.letters.choices.queryOptions())
  const [typed, setTyped] = useState<Typed>({})
  const { close, leave, question } = useLeaveConfirmation(
    () => Object.values(typed).some((words) => words !== ''),
    onClose,
  )
  // Renders nothing until the data is here, so that the dialog opens with the focus on its first field.
  if (!data && !error) return null
  return (
    <Dialog opened title={`Courrier\u00a0: ${family.name}`} width="widest" onClose={leave}>
      {question}
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data.length === 0 ? (
        <EmptyState title="Aucun modèle">La direction en ajoute dans Réglages, Modèles.</EmptyState>
      ) : (
        <Writing family={family} choices={data} typed={typed} onType={setTyped} onClose={close} />
      )}
    </Dialog>
  )
}

const Writing = ({
  family,
  choices,
  typed,
  onType,
  onClose,
}: {
  family: Family
  choices: readonly LetterChoice[]
  typed: Typed
  onType: (typed: Typed) => void
  onClose: () => void
}) => {
  const [key, setKey] = useState(choices[0]?.key ?? '')
  const [childId, setChildId] = useState(family.children[0]?.id ?? null)
  const [registrationId, setRegistrationId] = useState<number | null>(null)
  const [guardianId, setGuardianId] = useState<number | null>(null)
  const chosen = choices.find((one) => one.key === key)
  const { data: registrations } = useQuery(
    orpc.registrations.ofFamily.queryOptions({
      input: chosen?.needsRegistration ? { familyId: family.id } : skipToken,
    }),
  )
  // A letter of refusal is about a refused registration; other kinds are about one that was not refused.
  const fitting = (registrations ?? []).filter(({ state }) => (state === 'refused') === (chosen?.kind === 'refusal'))
  const about = registrationId ?? fitting[0]?.id ?? null
  const to = {
    familyId: family.id,
    childId: chosen?.needsChild && !chosen.needsRegistration ? childId : null,
    registrationId: chosen?.needsRegistration ? about : null,
    guardianId,
  }
  const written = { key, typed: typedFor(chosen, typed) }
  const isUsable = chosen !== undefined && chosen.problem === null
  const [asked] = useDebouncedValue({ ...written, recipients: [to] }, 200)
  const prepared = useQuery(
    orpc.letters.prepare.queryOptions({
      input: isUsable && asked.key === key ? asked : skipToken,
      placeholderData: (before, query) =>
        query && partialMatchKey(query.queryKey, orpc.letters.prepare.key({ input: { key } })) ? before : undefined,
      staleTime: 0,
    }),
  )
  const [reader] = prepared.data?.recipients ?? []
  const queries = useQueryClient()
  const [{ client }] = useState(() => beginForm(queries))
  const draft = useMutation({
    mutationFn: async () => readPaper(await clientOutsideForms.letters.draft({ ...written, to })),
  })
  /** The letter is stored at this point: if printing fails, only the paper is missing. */
  const print = useMutation({
    mutationFn: async (actId: number) => printPaper(await clientOutsideForms.letters.run({ actId })),
  })
  const make = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: async (by: 'print' | 'mail') => {
      const announced = (prepared.data?.recipients ?? []).map(({ digest }) => digest)
      const { actId } = await client.letters.make({ ...written, recipients: [to], by, announced })
      return { actId, by }
    },
    onSuccess: ({ actId, by }) => {
      if (by === 'print') print.mutate(actId)
      notifications.show({
        color: 'green',
        message:
          by === 'mail' ? 'Le courrier part par mail.' : 'Le courrier est fait\u00a0: il est gardé dans Messages.',
      })
      onClose()
    },
  })
  /** Whether the preview shows the present choices: only a letter that was read can be made. */
  const isCurrent =
    !prepared.isPlaceholderData && JSON.stringify(asked) === JSON.stringify({ ...written, recipients: [to] })
  const isHeld = !isCurrent || !reader || reader.missing.length > 0
  const whyNoMail = !reader
    ? null
    : (prepared.data?.onPaperOnly ??
      (reader.email === null
        ? `Aucun mail du service ne lui arrive${reader.hasAddress ? '\u00a0: imprimez' : ''}.`
        : null))
  return (
    <div className="dialog-form">
      <div className="letter-writing">
        <div className="dialog-form">
          {make.error ? <Failure error={make.error} /> : null}
          {prepared.error ? <Failure error={prepared.error} /> : null}
          <TemplateField label="Modèle" isFirst choices={choices} value={key} onChange={setKey} />
          {chosen?.problem ? <Note tone="warn">{chosen.problem}</Note> : null}
          <div className="form-pair">
            {family.guardians.length > 1 ? (
              <Select
                label="À"
                data={family.guardians.map(({ id, firstName, lastName }) => ({
                  value: String(id),
                  label: `${firstName} ${lastName}`,
                }))}
                value={String(guardianId ?? reader?.guardianId ?? family.guardians[0]?.id)}
                onChange={(id) => setGuardianId(Number(id))}
              />
            ) : null}
            {chosen?.needsRegistration ? (
              <Select
                label="Inscription"
                placeholder="Aucune inscription"
                data={fitting.map(({ id, firstName, period, startDay }) => ({
                  value: String(id),
                  label: `${firstName}, ${period}, du ${numericDay(startDay)}`,
                }))}
                value={about === null ? null : String(about)}
                onChange={(id) => setRegistrationId(Number(id))}
              />
            ) : chosen?.needsChild && family.children.length > 0 ? (
              <Select
                label="Enfant"
                data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
                value={String(childId)}
                onChange={(id) => setChildId(Number(id))}
              />
            ) : null}
          </div>
          <TypedFields choice={chosen} typed={typed} onType={onType} />
          <div aria-live="polite">
            {reader && reader.missing.length > 0 ? (
              <Note tone="warn">
                {reader.name}&nbsp;: {missingText(reader.missing)}. Complétez, ou choisissez un autre modèle.
              </Note>
            ) : reader ? (
              <p className="soft small">
                À {reader.name}
                {reader.email === null ? '' : `, ${reader.email}`}.{' '}
                {reader.hasAddress ? '' : 'Son adresse postale manque ou n’est pas entière\u00a0: rien ne s’imprime. '}
                {whyNoMail ?? ''}
              </p>
            ) : null}
          </div>
        </div>
        {prepared.data ? (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls is reached by the keyboard
          <div className="letter-shown" role="region" aria-label="Aperçu" tabIndex={0}>
            <LetterPage label="Aperçu du courrier" {...prepared.data.shown} />
          </div>
        ) : isUsable ? (
          <Loading />
        ) : null}
      </div>
      <div className="dialog-foot">
        <Button disabled={!reader} loading={draft.isPending} onClick={() => draft.mutate()}>
          Voir le projet
        </Button>
        <Button
          leftSection={<IconMail size={14} aria-hidden="true" />}
          disabled={isHeld || whyNoMail !== null}
          loading={make.isPending && make.variables === 'mail'}
          onClick={() => make.mutate('mail')}
        >
          Envoyer par mail
        </Button>
        <Button
          variant="filled"
          leftSection={<IconPrinter size={14} aria-hidden="true" />}
          disabled={isHeld || !reader.hasAddress}
          loading={make.isPending && make.variables === 'print'}
          onClick={() => make.mutate('print')}
        >
          Imprimer
        </Button>
      </div>
    </div>
  )
}
