import { Select } from '@mantine/core'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { YearProgress } from '../../../shared/contract/desk/year.ts'
import type { Right } from '../../../shared/rules/access/roles.ts'
import { type Day, monthOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Screen, ScreenBody, ScreenHead } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { CalendarStep } from './calendar-step.tsx'
import { ClassesStep } from './classes-step.tsx'
import { ClosingsStep } from './closings-step.tsx'
import { PeriodsStep } from './periods-step.tsx'
import { ReenrolStep } from './reenrol-step.tsx'
import './year.css'

type StepProgress = {
  /** `asNeeded`: the step has no measurable goal. */
  readonly state: 'done' | 'begun' | 'todo' | 'asNeeded'
  readonly text: string
}

type Step = {
  readonly id: string
  readonly title: string
  readonly needs: Right
  readonly does: string
  /** Progress of the step. */
  readonly stand: (progress: YearProgress) => StepProgress
  readonly show: (progress: YearProgress) => ReactNode
}

const steps: readonly Step[] = [
  {
    id: 'calendrier',
    title: 'Calendrier',
    needs: 'activities',
    does: 'Les vacances de l’année, du fichier du ministère.',
    stand: ({ schoolYear }) =>
      !schoolYear.isKnown
        ? { state: 'todo', text: 'Les vacances ne sont pas encore connues' }
        : schoolYear.isCertain
          ? { state: 'done', text: 'Vacances connues, dates du ministère' }
          : { state: 'begun', text: 'Vacances connues, dates à vérifier' },
    show: (progress) => <CalendarStep progress={progress} />,
  },
  {
    id: 'periodes',
    title: 'Périodes',
    needs: 'activities',
    does: 'Celles de l’année précédente, à leurs nouvelles dates.',
    stand: ({ periods: { before, copied } }) => ({
      state: before > 0 && copied === before ? 'done' : copied > 0 ? 'begun' : 'todo',
      text:
        before === 0
          ? 'Aucune période l’année précédente'
          : `${copied} sur ${counted(before, 'période a sa suite', 'périodes ont leur suite')}`,
    }),
    show: ({ schoolYear }) => <PeriodsStep key={schoolYear.year} year={schoolYear.year} />,
  },
  {
    id: 'classes',
    title: 'Classes',
    needs: 'families.write',
    does: 'Chaque enfant en classe supérieure, les CM2 quittent l’école.',
    stand: ({ classes: { children, done } }) => ({
      state: children > 0 && done === children ? 'done' : done > 0 ? 'begun' : 'todo',
      text: `${done} sur ${counted(children, 'enfant a sa nouvelle classe', 'enfants ont leur nouvelle classe')}`,
    }),
    show: ({ schoolYear }) => <ClassesStep key={schoolYear.year} year={schoolYear.year} />,
  },
  {
    id: 'reinscriptions',
    title: 'Réinscriptions',
    needs: 'decisions',
    does: 'Les enfants de l’an dernier sur les nouvelles périodes.',
    stand: ({ registrations: { before, now } }) => ({
      state: now > 0 && now >= before ? 'done' : now > 0 ? 'begun' : 'todo',
      text: `${counted(now, 'inscription')}, ${before} dans les périodes d’avant`,
    }),
    show: ({ schoolYear }) => <ReenrolStep key={schoolYear.year} year={schoolYear.year} />,
  },
  {
    id: 'fermetures',
    title: 'Fermetures',
    needs: 'activities',
    does: 'Un jour ou plusieurs, fermés pour toutes les activités ou certaines.',
    stand: ({ closedDays }) => ({
      state: 'asNeeded',
      text: closedDays > 0 ? counted(closedDays, 'jour fermé', 'jours fermés') : 'Aucun jour fermé dans l’année',
    }),
    show: () => <ClosingsStep />,
  },
]

/** From February to August, work is for the next school year; from September to January, for the current one. */
const yearOfWork = (today: Day): number =>
  yearOf(schoolYearStart(today)) + (monthOf(today) >= 2 && monthOf(today) <= 8 ? 1 : 0)

/** Prepares a school year from the previous one, step by step, with the progress of each step. */
export const YearScreen = () => {
  const { annee, etape } = useSearch({ from: '/desk/reglages/annee' })
  const navigate = useNavigate()
  const may = useMay()
  const { today } = useNow()
  const year = annee ?? yearOfWork(today)
  const { data, error, refetch } = useQuery(orpc.year.progress.queryOptions({ input: { year } }))
  const open = steps.filter(({ needs }) => may(needs))
  const current = open.find(({ id }) => id === etape)
  const go = (to?: string) =>
    void navigate({ to: '/reglages/annee', search: { annee: year, ...(to && { etape: to }) } })
  const choices = [yearOf(schoolYearStart(today)), yearOf(schoolYearStart(today)) + 1]
  return (
    <Screen title={current ? `${current.title}, année scolaire` : 'Année scolaire'}>
      <ScreenHead
        title={
          <>
            <span className="year-crumb">
              <Link to="/reglages">Réglages</Link>
              <IconChevronRight size={14} aria-hidden="true" />
            </span>{' '}
            Année scolaire
          </>
        }
        controls={
          <Select
            aria-label="Année scolaire"
            w={140}
            data={[...new Set([...choices, year])]
              .toSorted((one, other) => one - other)
              .map((one) => ({ value: String(one), label: schoolYearName(one) }))}
            value={String(year)}
            onChange={(value) =>
              void navigate({ to: '/reglages/annee', search: { annee: Number(value), ...(etape && { etape }) } })
            }
          />
        }
      />
      <nav className="tabs" aria-label="Étapes de l’année">
        <button type="button" aria-current={current ? undefined : 'page'} onClick={() => go()}>
          Où en est l’année
        </button>
        {open.map(({ id, title, stand }, at) => (
          <button key={id} type="button" aria-current={id === current?.id ? 'page' : undefined} onClick={() => go(id)}>
            {data && stand(data).state === 'done' ? (
              <IconCheck size={14} className="good" aria-label="fait" />
            ) : (
              <small aria-hidden="true">{at + 1}</small>
            )}
            {title}
          </button>
        ))}
      </nav>
      {error ? (
        <ScreenBody>
          <Failure error={error} onRetry={() => void refetch()} />
        </ScreenBody>
      ) : !data ? (
        <Loading />
      ) : current ? (
        current.show(data)
      ) : (
        <Overview progress={data} steps={open} onOpen={go} />
      )}
    </Screen>
  )
}

const marks = {
  done: <Badge tone="good">fait</Badge>,
  begun: <Badge tone="warn">commencé</Badge>,
  todo: <Badge>à faire</Badge>,
  asNeeded: <Badge>au besoin</Badge>,
} as const

const Overview = ({
  progress,
  steps: open,
  onOpen,
}: {
  progress: YearProgress
  steps: readonly Step[]
  onOpen: (id: string) => void
}) => {
  const next = open.find(({ stand }) => ['begun', 'todo'].includes(stand(progress).state))
  const { schoolYear } = progress
  return (
    <ScreenBody>
      <div className="stack stack-wide year-page">
        <p className="soft">
          De la rentrée du {longDate(schoolYear.start)} à la veille de la suivante. Chaque étape montre ce qu’elle va
          faire avant de le faire, et s’annule d’un geste.
        </p>
        <ol className="year-steps">
          {open.map((step) => {
            const { state, text } = step.stand(progress)
            return (
              <li key={step.id}>
                <div>
                  <h2>{step.title}</h2>
                  <p className="soft small">{step.does}</p>
                </div>
                <p>
                  {marks[state]} <span className="small">{text}</span>
                </p>
                {step === next ? (
                  <ActionButton
                    main
                    combo="c"
                    label={`Continuer\u00a0: ${step.title}`}
                    onAction={() => onOpen(step.id)}
                  />
                ) : (
                  <ActionButton label={`Ouvrir ${step.title}`} onAction={() => onOpen(step.id)} />
                )}
              </li>
            )
          })}
        </ol>
        {next ? null : <Note tone="good">L’année {schoolYear.name} est prête.</Note>}
      </div>
    </ScreenBody>
  )
}
