import { Checkbox, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { skipToken, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Activity } from '../../../shared/contract/desk/activities.ts'
import type { Registration, RegistrationCheck } from '../../../shared/contract/desk/registrations.ts'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ageOn, isDay } from '../../../shared/rules/calendar/day.ts'
import { bornWord } from '../../../shared/rules/people/names.ts'
import { endedAfter, isLiveOn } from '../../../shared/rules/people/registration.ts'
import {
  ageText,
  capitalised,
  counted,
  instantText,
  longDate,
  ofName,
  shortDay,
} from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { DossierBadge } from '../dossiers/family-dossier.tsx'
import { OwnFieldsOfRegistration } from '../fields/own-fields.tsx'
import { HistoryButton } from '../history/history-button.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { OtherViewers } from '../parts/other-viewers.tsx'
import { Panel } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { ChildGroupOf } from './child-group.tsx'
import { ChildSublistsOf } from './child-sublists.tsx'
import { ConditionChecks, OverrideField } from './condition-checks.tsx'
import { freedText, type Week, weekText } from './registration-texts.ts'
import { StateBadge } from './state-badge.tsx'
import { slotsOfPeriods, WeekField } from './week-field.tsx'

type OpenDialog = 'accept' | 'acceptWithoutDays' | 'refuse' | 'withdraw' | 'change' | 'end'

/** One registration, step by step from the child to the decision, with its possible actions. */
export const RegistrationPanel = ({
  registration,
  activity,
  onWeekApplied,
}: {
  registration: Registration
  activity: Activity | undefined
  onWeekApplied: (result: WeekResult) => void
}) => {
  const may = useMay()
  const { today } = useNow()
  const [opened, setOpened] = useState<OpenDialog>()
  const { id, state, childId, familyId, periodId, startDay, endDay, typicalWeek } = registration
  const isOpen = state === 'asked' || state === 'refused'
  const check = useQuery(
    orpc.registrations.check.queryOptions({
      input: isOpen ? { childId, familyId, periodId, startDay, endDay, registrationId: id } : skipToken,
    }),
  )
  const registered = { id, firstName: registration.firstName, isLive: isLiveOn({ state, to: endDay }, today) }
  const close = () => setOpened(undefined)
  const accept = async (client: Client, overrideReason: string, withDays: boolean) => {
    const seen = state === 'refused' ? 'refused' : 'asked'
    if (withDays && typicalWeek.length > 0) {
      onWeekApplied(await client.reservations.acceptWithWeek({ registrationId: id, overrideReason, seen }))
    } else await client.registrations.accept({ id, overrideReason, seen })
  }
  const decide = (withDays: boolean) => {
    if (check.data && check.data.unmet.length > 0) setOpened(withDays ? 'accept' : 'acceptWithoutDays')
    else accept(clientOutsideForms, '', withDays).catch(notifyRefusal)
  }
  return (
    <Panel
      label={`Inscription ${ofName(registration.firstName)} ${registration.lastName}`}
      icon={
        state === 'asked' ? (
          <b className="registration-mark" role="img" aria-label="à décider">
            ?
          </b>
        ) : undefined
      }
      title={`${registration.firstName} ${registration.lastName}, ${ageText(ageOn(registration.birthDay, today))}`}
      subtitle={
        state === 'asked'
          ? `Demandée ${instantText(registration.askedAt)}.`
          : registration.decidedAt
            ? `Décidée ${instantText(registration.decidedAt)}.`
            : undefined
      }
    >
      <OtherViewers record={`registration ${registration.id}`} />
      <ol className="registration-steps">
        <Step title="1. Enfant et foyer">
          <p className="soft">
            {capitalised(bornWord[registration.sex])} le {longDate(registration.birthDay)}.
          </p>
          <p className="row row-wide">
            <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
              Famille {registration.family}
            </Link>
            <Link
              to="/familles/$familyId/enfants/$childId"
              params={{ familyId: String(familyId), childId: String(childId) }}
              aria-label={`Dossier ${ofName(registration.firstName)}`}
            >
              Dossier
            </Link>
            <DossierBadge familyId={familyId} childId={childId} />
          </p>
        </Step>
        <Step title="2. Activité et période">
          <p className="soft">
            {registration.facility}, {registration.period}.
            <br />
            Du {shortDay(startDay)} au {shortDay(endDay)}.
          </p>
          <ChildGroupOf registration={registered} />
          {/* A refused child may still be listed, without a place that counts: staff can then take it off. */}
          <ChildSublistsOf registration={{ ...registered, isLive: registered.isLive || state === 'refused' }} />
        </Step>
        {isOpen ? (
          <Step title="3. Conditions" step={check.data?.unmet.length === 0 ? 'done' : 'now'}>
            <CheckList check={check.data} error={check.error} />
          </Step>
        ) : registration.overrideReason ? (
          <Step title="3. Conditions">
            <p className="soft">Passées outre&nbsp;: {registration.overrideReason}</p>
          </Step>
        ) : (
          <Step title="3. Conditions">
            <p className="soft">Remplies.</p>
          </Step>
        )}
        <Step title="4. Semaine type">
          <p className="soft">
            {typicalWeek.length === 0 ? 'Aucune\u00a0: les jours se réservent au calendrier.' : null}
            {typicalWeek.length > 0 && activity ? weekText(typicalWeek, activity.slots) : null}
          </p>
        </Step>
        <Step title="5. Décision" step={state === 'asked' ? 'now' : 'done'}>
          <p>
            <StateBadge registration={registration} />
          </p>
          {registration.reason && state !== 'refused' ? <p className="soft">{registration.reason}</p> : null}
        </Step>
      </ol>
      <OwnFieldsOfRegistration
        registrationId={id}
        name={`inscription ${ofName(registration.firstName)} ${registration.lastName}`}
      />
      {may('decisions') ? (
        <div className="registration-acts">
          {isOpen ? (
            <ActionButton
              main
              fullWidth
              combo="a"
              label={typicalWeek.length > 0 ? 'Accepter, et réserver la semaine type' : 'Accepter'}
              onAction={() => decide(true)}
            />
          ) : null}
          {isOpen && typicalWeek.length > 0 ? (
            <ActionButton fullWidth combo="j" label="Accepter sans les jours" onAction={() => decide(false)} />
          ) : null}
          {state === 'asked' ? (
            <div className="row">
              <ActionButton fullWidth combo="r" label="Refuser…" onAction={() => setOpened('refuse')} />
              <ActionButton fullWidth combo="x" label="Retirer…" onAction={() => setOpened('withdraw')} />
            </div>
          ) : null}
          {state === 'asked' || state === 'accepted' ? (
            <div className="row">
              <ActionButton fullWidth combo="m" label="Modifier…" onAction={() => setOpened('change')} />
              {state === 'accepted' ? (
                <ActionButton fullWidth combo="t" label="Terminer…" onAction={() => setOpened('end')} />
              ) : null}
            </div>
          ) : null}
        </div>
      ) : null}
      <HistoryButton main fullWidth entity="registration" id={registration.id} title="cette inscription" />
      {opened === 'accept' || opened === 'acceptWithoutDays' ? (
        <AcceptDialog
          check={check.data}
          onAccept={(client, reason) => accept(client, reason, opened === 'accept')}
          onClose={close}
        />
      ) : null}
      {opened === 'refuse' || opened === 'withdraw' ? (
        <ReasonDialog registration={registration} act={opened} onClose={close} />
      ) : null}
      {opened === 'change' && activity ? (
        <ChangeDialog registration={registration} activity={activity} onClose={close} />
      ) : null}
      {opened === 'end' ? <EndDialog registration={registration} onClose={close} /> : null}
    </Panel>
  )
}

const Step = ({ title, step = 'done', children }: { title: string; step?: 'done' | 'now'; children: ReactNode }) => (
  <li data-step={step}>
    <h3>{title}</h3>
    {children}
  </li>
)

const CheckList = ({ check, error }: { check: RegistrationCheck | undefined; error: unknown }) => {
  if (error) return <Failure error={error} />
  if (!check) return <Loading />
  return (
    <>
      {check.obstacle ? <Note tone="danger">{check.obstacle}</Note> : null}
      <ConditionChecks check={check} />
    </>
  )
}

const AcceptDialog = ({
  check,
  onAccept,
  onClose,
}: {
  check: RegistrationCheck | undefined
  onAccept: (client: FormClient, overrideReason: string) => Promise<void>
  onClose: () => void
}) => {
  const form = useForm({ mode: 'controlled', initialValues: { overrideReason: '' } })
  return (
    <FormDialog
      opened
      title="Accepter malgré les conditions"
      form={form}
      submit="Passer outre et accepter"
      onSubmit={(client, { overrideReason }) => onAccept(client, overrideReason)}
      onClose={onClose}
    >
      {check ? <ConditionChecks check={check} /> : null}
      <OverrideField
        reason={form.values.overrideReason}
        error={form.errors['overrideReason']}
        onChange={(reason) => form.setFieldValue('overrideReason', reason)}
      />
    </FormDialog>
  )
}

const ReasonDialog = ({
  registration: { id, firstName },
  act,
  onClose,
}: {
  registration: Registration
  act: 'refuse' | 'withdraw'
  onClose: () => void
}) => {
  const form = useForm({ mode: 'uncontrolled', initialValues: { reason: '' } })
  return (
    <FormDialog
      opened
      title={
        act === 'refuse' ? `Refuser l’inscription ${ofName(firstName)}` : `Retirer l’inscription ${ofName(firstName)}`
      }
      form={form}
      submit={act === 'refuse' ? 'Refuser' : 'Retirer'}
      onSubmit={(client, { reason }) =>
        act === 'refuse' ? client.registrations.refuse({ id, reason }) : client.registrations.withdraw({ id, reason })
      }
      onClose={onClose}
    >
      <TextInput
        label="Motif"
        description={act === 'refuse' ? 'La famille le lira.' : 'Facultatif.'}
        data-autofocus
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}

const ChangeDialog = ({
  registration,
  activity,
  onClose,
}: {
  registration: Registration
  activity: Activity
  onClose: () => void
}) => {
  const { id, startDay, endDay, typicalWeek, periodId, overrideReason } = registration
  const { data: period } = useQuery(orpc.activities.period.queryOptions({ input: { id: periodId } }))
  const form = useForm<{ startDay: string; endDay: string; typicalWeek: Week; overrideReason: string }>({
    mode: 'controlled',
    initialValues: { startDay, endDay, typicalWeek, overrideReason },
  })
  return (
    <FormDialog
      opened
      title={`Modifier l’inscription ${ofName(registration.firstName)}`}
      draft={`inscription ${id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.registrations.change({ id, ...values })}
      onClose={onClose}
    >
      <div className="registration-form">
        <DayField label="Date de début" {...form.getInputProps('startDay')} />
        <DayField label="Date de fin" {...form.getInputProps('endDay')} />
      </div>
      {period ? (
        <WeekField
          slots={slotsOfPeriods([activity], [period])}
          weekdays={period.weekdays}
          week={form.values.typicalWeek}
          onChange={(week) => form.setFieldValue('typicalWeek', week)}
        />
      ) : null}
      <p className="soft small">
        La semaine type ne change aucune réservation déjà faite&nbsp;: appliquez-la depuis le calendrier de l’enfant.
      </p>
      {form.errors['overrideReason'] ? (
        <OverrideField
          reason={form.values.overrideReason}
          error={form.errors['overrideReason']}
          onChange={(reason) => form.setFieldValue('overrideReason', reason)}
        />
      ) : (
        <input type="hidden" data-path="overrideReason" />
      )}
    </FormDialog>
  )
}

const EndDialog = ({ registration, onClose }: { registration: Registration; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm<{ lastDay: string; reason: string; charged: boolean }>({
    mode: 'controlled',
    initialValues: { lastDay: today, reason: '', charged: false },
    validate: { lastDay: (text) => (isDay(text) ? null : 'Choisissez le dernier jour.') },
  })
  const { lastDay } = form.values
  const isWithdrawn = isDay(lastDay) && endedAfter(registration.startDay, lastDay) === 'withdrawn'
  const { data, error } = useQuery(
    orpc.reservations.endingPreview.queryOptions({
      input: isDay(lastDay) ? { registrationId: registration.id, lastDay } : skipToken,
      staleTime: 0,
    }),
  )
  return (
    <FormDialog
      opened
      title={`Terminer l’inscription ${ofName(registration.firstName)}`}
      form={form}
      submit="Terminer l’inscription"
      onSubmit={(client, values) => client.reservations.endRegistration({ registrationId: registration.id, ...values })}
      onClose={onClose}
    >
      <DayField label="Dernier jour" {...form.getInputProps('lastDay')} />
      <TextInput label="Motif" data-autofocus {...form.getInputProps('reason')} />
      {error ? <Failure error={error} /> : null}
      {isWithdrawn ? (
        <Note tone="warn">
          Ce jour vient avant le début de l’inscription, le {shortDay(registration.startDay)}&nbsp;: elle est retirée,
          aucun de ses jours ne reste.
        </Note>
      ) : null}
      {data ? (
        freedText(data) === '' ? (
          <Note tone="good">Aucune réservation après ce jour.</Note>
        ) : (
          <Note tone="warn">
            <b>{freedText(data)}.</b>
            {data.billed > 0
              ? ` Dont ${counted(data.billed, 'déjà facturée', 'déjà facturées')}\u00a0: un avoir sera proposé.`
              : null}
          </Note>
        )
      ) : null}
      <Checkbox
        label="Facturer quand même les réservations libérées"
        {...form.getInputProps('charged', { type: 'checkbox' })}
      />
    </FormDialog>
  )
}
