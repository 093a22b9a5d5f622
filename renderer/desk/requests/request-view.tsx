import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type {
  AnswerAction,
  ProposedChange,
  RequestDetail,
  RequestPart,
} from '../../../shared/contract/desk/requests.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { legend } from '../../../shared/rules/cell/cell.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { proposalAnswerText } from '../../../shared/rules/requests/answer.ts'
import {
  briefDay,
  capitalised,
  counted,
  instantText,
  listed,
  shortDay,
  withFullStop,
  withUnbrokenNumbers,
} from '../../../shared/rules/text/french.ts'
import { Cell } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { Badge, Note, type Tone } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { ConditionChecks } from '../registrations/condition-checks.tsx'
import '../registrations/registrations.css'

/** A demande next to the current state, with the answer that the rules suggest for each day. */
export const RequestView = ({
  request,
  chosen,
  onToggle,
}: {
  request: RequestDetail
  chosen: ReadonlySet<number>
  onToggle: (index: number) => void
}) => (
  <>
    <div className="requests-head">
      <div className="grow">
        <h2>
          {request.child.firstName} {request.child.lastName}
        </h2>
        <p className="soft small">
          {request.key.kind === 'proposals' ? (
            proposedText(request)
          ) : (
            <>
              {request.age} · {request.period}
              {request.together.length > 0 ? `, demandé avec ${listed(request.together)}` : ''}
            </>
          )}
          <br />
          {askedText(request)}, {dueText(request)}
        </p>
      </div>
      <Link className="small nowrap" to="/familles/$familyId" params={{ familyId: String(request.family.id) }}>
        Ouvrir la famille <Key combo="f" />
      </Link>
    </div>
    {request.parts.map((part, index) => (
      <Part
        key={`${part.day} ${String(part.slots[0]?.id)}`}
        part={part}
        wish={request.key.kind === 'cells' ? request.key.wish : 'book'}
        choice={
          request.parts.length > 1 ? (
            <Checkbox
              size="xs"
              aria-label={`Décider le ${shortDay(part.day)}`}
              checked={chosen.has(index)}
              onChange={() => onToggle(index)}
            />
          ) : null
        }
      />
    ))}
    {request.registration ? <Registration registration={request.registration} /> : null}
    {request.proposals.length > 0 ? (
      <Proposals proposals={request.proposals} chosen={chosen} onToggle={onToggle} />
    ) : null}
  </>
)

/**
 * « Propose 2 changements pour la famille Marchand », « Propose : ajouter Karim Benali pour Tao et Noa, famille Moisson
 * »
 */
const proposedText = ({ pickups, proposals, family }: RequestDetail): string =>
  pickups === ''
    ? `Propose ${counted(proposals.length, 'changement')} pour la famille ${family.name}`
    : `Propose\u00a0: ${pickups}, famille ${family.name}`

/**
 * « Enregistrée sur le portail le … par Camille Lecerf, reçu R-2026-004817 », « Demandée le …, saisie par Sandrine »
 */
const askedText = ({ recordedAt, enteredBy, askedBy, receipt }: RequestDetail): string => {
  const on = instantText(recordedAt)
  if (askedBy === '') return `Demandée le ${on}${enteredBy ? `, saisie par ${enteredBy}` : ''}`
  return `Reçue du portail\u00a0: enregistrée le ${on} par ${askedBy}${receipt ? `, reçu ${receipt}` : ''}`
}

/**
 * Proposed changes by field: the value that the parent saw, the proposed value, and the current one if it has changed.
 */
const Proposals = ({
  proposals,
  chosen,
  onToggle,
}: {
  proposals: readonly ProposedChange[]
  chosen: ReadonlySet<number>
  onToggle: (index: number) => void
}) => (
  <section className="requests-part" aria-label="Changements proposés">
    <table className="table table-flush requests-table requests-changes">
      <thead>
        <tr>
          <th>Information</th>
          <th>Avant</th>
          <th>Après</th>
        </tr>
      </thead>
      <tbody>
        {proposals.map(({ id, whose, label, before, after, now, isOvertaken, obstacle }, index) => (
          <tr key={id}>
            <td>
              <Checkbox
                size="sm"
                checked={chosen.has(index)}
                onChange={() => onToggle(index)}
                label={
                  <>
                    {label}
                    <br />
                    <span className="soft small">{whose}</span>
                  </>
                }
              />
            </td>
            <td className="soft">
              <Lines text={before} beside={after} isNew={false} />
              {isOvertaken ? (
                <p className="warn small requests-lines">
                  changé depuis, aujourd’hui&nbsp;: {withUnbrokenNumbers(now) || 'vide'}
                </p>
              ) : null}
            </td>
            <td>
              <Lines text={after} beside={before} isNew />
              {obstacle ? <p className="danger small">{obstacle}</p> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

/** Lines of a value, highlighted where the other side lacks them. */
const Lines = ({ text, beside, isNew }: { text: string; beside: string; isNew: boolean }) => {
  const isList = `${text}${beside}`.includes('\n')
  const otherLines = new Set(beside.split('\n'))
  const Apart = isNew ? 'b' : isList ? 'del' : 'span'
  if (text === '') return isNew ? <b>vide</b> : 'vide'
  return text.split('\n').map((line, at) => (
    <div key={`${at} ${line}`} className="requests-line">
      {otherLines.has(line) ? withUnbrokenNumbers(line) : <Apart>{withUnbrokenNumbers(line)}</Apart>}
    </div>
  ))
}

const dueText = ({ lateBy, dueOn }: RequestDetail): string => {
  if (lateBy > 0) return `réponse promise le ${briefDay(dueOn)}`
  if (lateBy === 0) return 'à décider aujourd’hui'
  return `à décider au plus tard le ${briefDay(dueOn)}`
}

const Part = ({ part, wish, choice }: { part: RequestPart; wish: 'book' | 'cancel' | 'leave'; choice: ReactNode }) => (
  <section className="requests-part" aria-label={shortDay(part.day)}>
    <header>
      {choice}
      <h3>{shortDay(part.day)}</h3>
      <span className={part.deadline.kept ? 'soft small' : 'warn small'}>{part.deadline.text}</span>
      <span className="grow" />
      <Badge tone={tones[part.suggested.act]}>{badges[part.suggested.act]}</Badge>
    </header>
    <table className="table table-flush requests-table">
      <thead>
        <tr>
          <th>Demande</th>
          <th>Aujourd’hui</th>
          <th className="num">Places prises</th>
          <th className="num">En attente</th>
        </tr>
      </thead>
      <tbody>
        {part.slots.map(({ id, name, state, held, capacity, waiting }) => (
          <tr key={id}>
            <td>
              <span className="row">
                <Cell face={{ state }} text={legend[state].words} />
                {name}
              </span>
            </td>
            <td className="soft">{nowWords[wish]}</td>
            <td className="num">
              <Gauge held={held} capacity={capacity} line />
            </td>
            <td className="num soft">{waiting === 0 ? '–' : waiting}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <p className="small soft">{part.suggested.why}</p>
  </section>
)

const nowWords = { book: 'libre', cancel: 'réservée', leave: 'en liste d’attente' } as const

const badges: Readonly<Record<AnswerAction, string>> = {
  accept: 'Accord proposé',
  waitList: 'Liste d’attente proposée',
  refuse: 'Refus proposé',
  acceptCancel: 'Accord proposé',
  refuseCancel: 'Refus proposé',
  leave: 'À retirer de la liste',
  takeBack: 'À clôturer',
  expire: 'À classer',
}

const tones: Readonly<Record<AnswerAction, Tone>> = {
  accept: 'good',
  waitList: 'warn',
  refuse: 'danger',
  acceptCancel: 'good',
  refuseCancel: 'danger',
  leave: 'good',
  takeBack: 'neutral',
  expire: 'neutral',
}

const Registration = ({ registration }: { registration: NonNullable<RequestDetail['registration']> }) => {
  const { startDay, endDay, check, week, weekGives, suggested } = registration
  return (
    <section className="requests-part" aria-label="Inscription demandée">
      <header>
        <h3>
          Du {shortDay(startDay)} au {shortDay(endDay)}
        </h3>
        <span className="grow" />
        <Badge tone={tones[suggested.act]}>{badges[suggested.act]}</Badge>
      </header>
      {check.obstacle ? <Note tone="danger">{check.obstacle}</Note> : null}
      <ConditionChecks check={check} />
      {week === '' ? (
        <p className="small soft">Sans semaine type&nbsp;: les jours se réservent ensuite au calendrier.</p>
      ) : (
        <p className="small soft">
          Semaine type&nbsp;: {week}. Accepter donne aujourd’hui{' '}
          {listed([
            counted(weekGives.filled.length, 'réservation'),
            ...(weekGives.waitListed.length > 0 ? [`${weekGives.waitListed.length} en liste d’attente`] : []),
            ...(weekGives.skipped.length > 0
              ? [counted(weekGives.skipped.length, 'case sautée', 'cases sautées')]
              : []),
          ])}
          .
        </p>
      )}
    </section>
  )
}

/** The answer that the family will read, the cost, the children who wait before. */
export const RequestSidePanel = ({ request }: { request: RequestDetail }) => {
  const { parts, registration, proposals } = request
  const waiting = parts.find((part) => part.waiting.length > 0)
  const priced = parts.filter(({ cost }) => cost.cents !== null || cost.explanations.length > 0)
  return (
    <aside className="panel" aria-label="Réponse proposée">
      <section className="stack">
        <h3>Ce que la famille lira</h3>
        <div className="note requests-reads">
          {registration ? <p>{registration.familyReads}</p> : null}
          {proposals.length > 0 ? <p>{proposalAnswerText('accepted')}</p> : null}
          {parts.map((part) => (
            <p key={`${part.day} ${String(part.slots[0]?.id)}`}>
              <b>{withFullStop(capitalised(briefDay(part.day)))}</b> {part.familyReads}
            </p>
          ))}
        </div>
      </section>
      {priced.length > 0 ? (
        <section className="stack">
          <h3>Coût pour la famille</h3>
          <dl className="facts">
            {priced.map(({ day, slots, cost }) => (
              <div key={`${day} ${String(slots[0]?.id)}`} className="requests-cost">
                <dt>
                  {briefDay(day)}, {slots.map(({ name }) => name.toLocaleLowerCase('fr')).join(', ')}
                </dt>
                <dd>{cost.cents === null ? '–' : signed(cost.cents)}</dd>
              </div>
            ))}
          </dl>
          {[...new Set(priced.flatMap(({ cost }) => cost.explanations))].slice(0, 4).map((text) => (
            <p key={text} className="small soft">
              {text}
            </p>
          ))}
        </section>
      ) : null}
      {waiting ? (
        <section className="stack">
          <h3>Liste d’attente du {briefDay(waiting.day)}</h3>
          <ol className="stack small">
            {waiting.waiting.slice(0, 6).map(({ name, since }, index) => (
              <li key={`${name} ${since}`} className="row">
                <Cell
                  face={{ state: 'waitlisted', rank: index + 1 }}
                  text={`${legend.waitlisted.words}, place ${index + 1}`}
                />
                <span className="grow">{name}</span>
                <span className="soft">{briefDay(dayAt(since))}</span>
              </li>
            ))}
          </ol>
        </section>
      ) : null}
    </aside>
  )
}

const signed = (cents: number): string => (cents > 0 ? `+\u00a0${formatEuros(cents)}` : formatEuros(cents))
