import IconCalendar from '@tabler/icons-react/icons/IconCalendar'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useSearchParams } from 'wouter'
import type { FamilyShown, RegistrationShown } from '../../../shared/contract/portal/home.ts'
import { type Entry, noChildText } from '../../../shared/pages/page.ts'
import {
  alreadyRegisteredText,
  registrationShown,
  registrationsHead,
  registrationsOf,
} from '../../../shared/pages/registrations.ts'
import { withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Face } from '../parts/card.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { Words } from '../parts/words.tsx'
import { queries } from '../queries.ts'
import { QuestionMark } from './question-mark.tsx'
import './registrations.css'

type Child = FamilyShown['children'][number]

export const RegistrationsPage = () => {
  const children = useQuery(orpc.home.registrations.queryOptions())
  const [search] = useSearchParams()
  return (
    <Page head={registrationsHead}>
      <QueryState query={children}>
        {(shown) => (
          <div className="stack">
            {shown.length === 0 && <Empty>{noChildText}</Empty>}
            <div className="stack cols-2">
              {shown.map((child) => (
                <ChildRegistrations key={child.id} child={child} isAskedFor={search.get('enfant') === `${child.id}`} />
              ))}
            </div>
            {shown.length > 0 && (
              <Notice kind="warn">
                <p>
                  <Words of={alreadyRegisteredText} />
                </p>
              </Notice>
            )}
          </div>
        )}
      </QueryState>
    </Page>
  )
}

/** `isAskedFor`: the parent followed the link « Inscriptions en cours » of this child. */
const ChildRegistrations = ({ child, isAskedFor }: { child: Child; isAskedFor: boolean }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isAskedFor) return
    heading.current?.scrollIntoView({ block: 'center' })
    heading.current?.focus({ preventScroll: true })
  }, [isAskedFor])
  const { current, ended, endedTitle, none, add } = registrationsOf(child)
  return (
    <section className="card" aria-labelledby={`enfant-${child.id}`}>
      <div className="card-head">
        <Face name={child.firstName} />
        <h2 id={`enfant-${child.id}`} ref={heading} tabIndex={-1}>
          {child.firstName}
        </h2>
      </div>
      {current.length === 0 ? (
        <Empty>
          <p>{none}</p>
        </Empty>
      ) : (
        <ul className="registrations">
          {current.map((registration) => (
            <Registration
              key={registration.id ?? registration.demande}
              registration={registration}
              child={child}
              onWithdrawn={() => heading.current?.focus()}
            />
          ))}
        </ul>
      )}
      <div className="registrations-new">
        <ButtonLink kind="second" isWide to={add.path}>
          <IconPlus className="icon" aria-hidden />
          {add.name}
        </ButtonLink>
      </div>
      {ended.length > 0 && (
        <details className="why registrations-over">
          <summary>{endedTitle}</summary>
          <ul className="registrations">
            {ended.map((registration) => {
              const { title, state, entries } = registrationShown(registration)
              return (
                <li key={registration.id} className="registration">
                  <div className="row-between">
                    <h3>{title}</h3>
                    <Badge>{state}</Badge>
                  </div>
                  <RegistrationFacts entries={entries} />
                </li>
              )
            })}
          </ul>
        </details>
      )}
    </section>
  )
}

const Registration = ({
  registration,
  child,
  onWithdrawn,
}: {
  registration: RegistrationShown
  child: Child
  onWithdrawn: () => void
}) => {
  const { title, state, entries, waiting, reservations } = registrationShown(registration)
  return (
    <li className="registration">
      <div className="row-between">
        <h3>{title}</h3>
        {state === null ? (
          <QuestionMark />
        ) : (
          <Badge kind="good">
            <IconCheck className="icon" aria-hidden />
            {state}
          </Badge>
        )}
      </div>
      <RegistrationFacts entries={entries} />
      {waiting && (
        <p className="small">
          <Words of={waiting} />
        </p>
      )}
      {waiting && registration.demande !== null && (
        <Withdraw demande={registration.demande} label={registration.label} onDone={onWithdrawn} />
      )}
      {reservations && (
        <ButtonLink isWide to={reservations.path}>
          <IconCalendar className="icon" aria-hidden />
          {reservations.name}
          <span className="vh">
            &nbsp;: {child.firstName}, {registration.label}
          </span>
        </ButtonLink>
      )}
    </li>
  )
}

const RegistrationFacts = ({ entries }: { entries: readonly Entry[] }) => (
  <dl className="registration-facts">
    {entries.map(([label, value]) => (
      <div key={label}>
        <dt>{label}</dt> <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

/** A registration can be withdrawn until the town has decided. */
const Withdraw = ({ demande, label, onDone }: { demande: string; label: string; onDone: () => void }) => {
  const withdraw = useMutation(
    orpc.demandes.withdraw.mutationOptions({
      onSuccess: () => {
        showToast('La demande d’inscription est retirée.')
        onDone()
      },
      onSettled: () => queries.invalidateQueries(),
    }),
  )
  return (
    <ConfirmButton
      words={withdrawTexts(null)}
      kind="quiet"
      isBusy={withdraw.isPending}
      onYes={() => withdraw.mutate({ demande })}
    >
      <span className="vh">&nbsp;: {label}</span>
    </ConfirmButton>
  )
}
