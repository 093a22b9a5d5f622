import IconCalendar from '@tabler/icons-react/icons/IconCalendar'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useSearchParams } from 'wouter'
import type { FamilyShown, RegistrationShown } from '../../../shared/contract/portal/home.ts'
import { noChildText } from '../../../shared/pages/page.ts'
import { registrationsHead } from '../../../shared/pages/registrations.ts'
import { isActive, registrationStateNames } from '../../../shared/rules/people/registration.ts'
import { withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Face } from '../parts/card.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
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
                  <b>Déjà inscrit&nbsp;?</b> Ne demandez pas une nouvelle inscription. Ajoutez des jours avec «&nbsp;Mes
                  réservations&nbsp;».
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
  const current = child.registrations.filter(({ state }) => isActive(state))
  const ended = child.registrations.filter(({ state }) => !isActive(state))
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
          <p>
            {child.firstName} n’a pas d’inscription en cours. Demandez-en une&nbsp;: vous réserverez ses jours ensuite.
          </p>
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
        <ButtonLink kind="second" isWide to={`/nouvelle-inscription?enfant=${child.id}`}>
          <IconPlus className="icon" aria-hidden />
          Nouvelle inscription pour {child.firstName}
        </ButtonLink>
      </div>
      {ended.length > 0 && (
        <details className="why registrations-over">
          <summary>Inscriptions passées ({ended.length})</summary>
          <ul className="registrations">
            {ended.map((registration) => (
              <li key={registration.id} className="registration">
                <div className="row-between">
                  <h3>{registration.activity}</h3>
                  <Badge>{registrationStateNames[registration.state]}</Badge>
                </div>
                <RegistrationFacts registration={registration} />
              </li>
            ))}
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
}) => (
  <li className="registration">
    <div className="row-between">
      <h3>{registration.activity}</h3>
      {registration.state === 'asked' ? (
        <QuestionMark />
      ) : (
        <Badge kind="good">
          <IconCheck className="icon" aria-hidden />
          {registrationStateNames[registration.state]}
        </Badge>
      )}
    </div>
    <RegistrationFacts registration={registration} />
    {registration.state === 'asked' ? (
      <>
        <p className="small">
          <b>
            {registration.isSent
              ? 'Demande envoyée à la mairie, pas encore décidée.'
              : 'Demande enregistrée, envoyée à la mairie au plus tard cette nuit.'}
          </b>{' '}
          Vous pourrez réserver quand elle sera acceptée.
        </p>
        {registration.demande !== null && (
          <Withdraw demande={registration.demande} label={registration.label} onDone={onWithdrawn} />
        )}
      </>
    ) : (
      <ButtonLink isWide to={`/mes-reservations/${registration.id}`}>
        <IconCalendar className="icon" aria-hidden />
        Mes réservations
        <span className="vh">
          &nbsp;: {child.firstName}, {registration.label}
        </span>
      </ButtonLink>
    )}
  </li>
)

const RegistrationFacts = ({ registration: { facility, label, from, to } }: { registration: RegistrationShown }) => (
  <dl className="registration-facts">
    <div>
      <dt>Équipement&nbsp;:</dt> <dd>{facility}</dd>
    </div>
    <div>
      <dt>Libellé inscription&nbsp;:</dt> <dd>{label}</dd>
    </div>
    <div>
      <dt>Date début&nbsp;:</dt> <dd>{shortDay(from)}</dd>
    </div>
    <div>
      <dt>Date fin&nbsp;:</dt> <dd>{shortDay(to)}</dd>
    </div>
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
