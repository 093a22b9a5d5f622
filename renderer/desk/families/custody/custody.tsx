import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Child } from '../../../../shared/contract/desk/people/families.ts'
import type {
  CustodyChangeInput,
  CustodyPreview,
  CustodyRuleInput,
  CustodyYear,
} from '../../../../shared/contract/desk/reservations/custody.ts'
import { addDays, addMonths, type Day, daysBetween, yearOf } from '../../../../shared/rules/calendar/day.ts'
import { type HolidaysOn, withoutBridge } from '../../../../shared/rules/calendar/school-holidays.ts'
import { homeOf } from '../../../../shared/rules/people/custody.ts'
import { schoolYearStart } from '../../../../shared/rules/people/schooling.ts'
import { counted, listed, longDate, ofName, shortDay } from '../../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { beginForm, type FormClient, type OpenForm } from '../../../connection/form.ts'
import { refusalOf } from '../../../connection/refusal.ts'
import { Failure, Loading, Note } from '../../parts/feedback.tsx'
import { Section } from '../../parts/screen.tsx'
import { notifyRefusal } from '../../queries.ts'
import { useMay } from '../../staff/may.ts'
import { useNow } from '../../staff/now.ts'
import './custody.css'
import { PlainAction } from '../../parts/buttons.tsx'
import { useTownHolidays } from '../../year/holidays.ts'
import { CustodyCalendar } from './custody-calendar.tsx'
import { CustodyDecisionsDialog } from './custody-decisions.tsx'
import { CustodyRuleDialog } from './custody-rule-dialog.tsx'
import { atHome, ruleText } from './custody-texts.ts'

/** Shared custody: in which of two homes a child wakes up today, the rules, and each day of a school year. */
export const CustodySection = ({ child }: { child: Child }) => {
  const { today } = useNow()
  const holidays = withoutBridge(useTownHolidays())
  const [isOpen, setIsOpen] = useState(false)
  const [year, setYear] = useState(schoolYearStart(today))
  const to = addDays(addMonths(year, 12), -1)
  const { data, error, refetch } = useQuery(
    orpc.reservations.custody.queryOptions({ input: { childId: child.id, from: year, to } }),
  )
  const mayWrite = useMay()('decisions')
  const change = useCustodyChange(child.id)
  const [edited, setEdited] = useState<CustodyRuleInput | 'new'>()
  const edit = (rule: CustodyRuleInput | 'new') => {
    change.begin()
    setEdited(rule)
  }
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const title = `Garde alternée ${ofName(child.firstName)}`
  return (
    <Section
      title="Garde alternée"
      subtitle={todayText(data, today, holidays)}
      action={
        <span className="row">
          {mayWrite ? (
            <PlainAction
              label="Nouvelle règle"
              aria={`Nouvelle règle de garde ${ofName(child.firstName)}`}
              onAction={() => edit('new')}
            />
          ) : null}
          <PlainAction
            label={isOpen ? 'Fermer l’année' : 'Voir l’année'}
            aria={`${isOpen ? 'Fermer' : 'Voir'} l’année de garde ${ofName(child.firstName)}`}
            isExpanded={isOpen}
            onAction={() => setIsOpen(!isOpen)}
          />
        </span>
      }
    >
      {data.rules.length === 0 ? (
        <p className="small soft">Sans règle, chacun des deux foyers peut réserver tous les jours.</p>
      ) : null}
      <ul className="family-people">
        {data.rules.toReversed().map((rule) => (
          <li key={rule.from}>
            <span>
              {ruleText(rule, data.homes)}
              <br />
              <span className="soft">depuis le {longDate(rule.from)}</span>
            </span>
            {mayWrite ? (
              <span className="row">
                <PlainAction
                  label="Corriger"
                  aria={`Corriger la règle du ${longDate(rule.from)}`}
                  onAction={() => edit(rule)}
                />
                <PlainAction
                  label="Retirer"
                  aria={`Retirer la règle du ${longDate(rule.from)}`}
                  onAction={() => void change.request({ kind: 'removeRule', from: rule.from }).catch(notifyRefusal)}
                />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {data.unsettled > 0 ? (
        <Note tone="warn">
          {counted(data.unsettled, 'réservation à venir tombe', 'réservations à venir tombent')} un jour de l’autre
          foyer, sans décision.
          {mayWrite ? (
            <div className="row">
              <Button onClick={() => void change.request({ kind: 'asItIs' }).catch(notifyRefusal)}>Décider…</Button>
            </div>
          ) : null}
        </Note>
      ) : null}
      {isOpen ? (
        <div className="custody-year">
          <div className="row">
            <Button
              aria-label="Année scolaire précédente"
              onClick={() => setYear(schoolYearStart(addMonths(year, -12)))}
            >
              <IconChevronLeft size={14} />
            </Button>
            <b aria-live="polite">
              {yearOf(year)}-{yearOf(year) + 1}
            </b>
            <Button aria-label="Année scolaire suivante" onClick={() => setYear(schoolYearStart(addMonths(year, 12)))}>
              <IconChevronRight size={14} />
            </Button>
            <CalendarNotes data={data} from={year} to={to} />
          </div>
          <CustodyCalendar
            key={year}
            label={title}
            data={data}
            from={year}
            to={to}
            today={today}
            {...(mayWrite && {
              onGive: (days, home) => void change.request({ kind: 'days', days, home }).catch(notifyRefusal),
            })}
          />
        </div>
      ) : null}
      {edited ? (
        <CustodyRuleDialog
          child={child}
          homes={data.homes}
          zone={data.zone}
          rule={edited === 'new' ? undefined : edited}
          newFrom={data.newRuleFrom}
          onSubmit={(rule) => change.request({ kind: 'rule', rule })}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
      {change.pending ? (
        <CustodyDecisionsDialog
          homes={data.homes}
          {...change.pending.preview}
          onDecide={change.decide}
          onClose={() => {
            const { change: given } = change.pending ?? {}
            change.cancel()
            // Reopen the form with the typed rule.
            if (given?.kind === 'rule') setEdited(given.rule)
          }}
        />
      ) : null}
    </Section>
  )
}

type PendingChange = { readonly change: CustodyChangeInput; readonly preview: CustodyPreview }

/**
 * Records a custody change at once, or, if it affects bookings or demandes, after staff have decided on each booking.
 */
const useCustodyChange = (childId: number) => {
  const [pending, setPending] = useState<PendingChange>()
  const queries = useQueryClient()
  const openForm = useRef<OpenForm>(null)
  /** Begins a form with the data read now, so that a colleague's later change is not overwritten unseen. */
  const begin = () => {
    openForm.current = beginForm(queries)
    return openForm.current
  }
  const send = async <T,>(call: (client: FormClient) => Promise<T>): Promise<T> => {
    const form = openForm.current ?? begin()
    try {
      return await call(form.client)
    } catch (failure) {
      const { overwritten } = refusalOf(failure)
      if (overwritten) form.readUpTo(overwritten.revision)
      throw failure
    }
  }
  const make = async (
    change: CustodyChangeInput,
    decisions: Parameters<FormClient['reservations']['changeCustody']>[0]['decisions'],
  ) => {
    const done = await send((client) => client.reservations.changeCustody({ childId, change, decisions }))
    openForm.current = null
    setPending(undefined)
    const counts = [
      ...(done.moved > 0 ? [counted(done.moved, 'passée à l’autre foyer', 'passées à l’autre foyer')] : []),
      ...(done.freed > 0 ? [counted(done.freed, 'libérée', 'libérées')] : []),
      ...(done.kept > 0 ? [counted(done.kept, 'gardée', 'gardées')] : []),
    ]
    if (counts.length > 0) {
      notifications.show({
        color: 'green',
        message: `Réservations\u00a0: ${listed(counts)}.`,
      })
    }
  }
  return {
    pending,
    begin,
    request: async (change: CustodyChangeInput) => {
      if (change.kind !== 'rule' || !openForm.current) begin()
      const preview = await clientOutsideForms.reservations.custodyPreview({ childId, change })
      if (preview.bookings.length === 0 && preview.demandes.length === 0) await make(change, [])
      else setPending({ change, preview })
    },
    decide: async (decisions: Parameters<typeof make>[1]) => {
      if (pending) await make(pending.change, decisions)
    },
    cancel: () => setPending(undefined),
  }
}

/** « aujourd’hui chez Marchand, chez Duval à partir du lun. 14 déc. 2026 » */
const todayText = ({ rules, exceptions, homes }: CustodyYear, today: Day, holidays: HolidaysOn): string => {
  const custody = { rules, exceptions: new Map(exceptions.map(({ day, home }) => [day, home])) }
  const homeOn = (on: Day) => homeOf(custody, on, holidays)
  const now = homeOn(today)
  if (now === null) return ''
  const next = daysBetween(addDays(today, 1), addDays(today, 60)).find((on) => homeOn(on) !== now)
  const after = next === undefined ? null : homeOn(next)
  return next === undefined || after === null
    ? `aujourd’hui ${atHome(homes, now)}`
    : `aujourd’hui ${atHome(homes, now)}, ${atHome(homes, after)} à partir du ${shortDay(next)}`
}

/** Warns when a rule divides school holidays whose dates are unknown, or not confirmed by the ministry's calendar. */
const CalendarNotes = ({ data, from, to }: { data: CustodyYear; from: Day; to: Day }) => {
  const holidays = withoutBridge(useTownHolidays())
  if (!data.rules.some((rule) => rule.holidays && rule.from <= to)) return null
  const spans = new Set(daysBetween(from, to).map(holidays))
  const isUncertain = [...spans].some((span) => span?.certain === false)
  const isUnknown = [...spans].every((span) => span === null)
  if (!isUncertain && !isUnknown) return null
  return (
    <span className="small soft">
      {isUnknown
        ? 'Vacances de cette année pas encore connues\u00a0: les semaines continuent.'
        : `Dates des vacances, zone ${data.zone}\u00a0: à vérifier.`}
    </span>
  )
}
