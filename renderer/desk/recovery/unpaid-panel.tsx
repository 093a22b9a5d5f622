import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Unpaid, UnpaidDetail, UnpaidPayer } from '../../../shared/contract/desk/money/recovery.ts'
import { daysFrom } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { levelDelayText } from '../../../shared/rules/money/recovery/reminder-level.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { briefDay, counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { DecisionDialog } from './decision-dialog.tsx'
import { CallDialog, SetAsideDialog } from './note-dialogs.tsx'
import { EndPlanDialog, PlanDialog, printPlan } from './plan-dialog.tsx'

/** The overdue debts of a payer, the next step and the reason for it. */
export const UnpaidPanel = ({
  payer,
  regieId,
  levels,
}: {
  payer: UnpaidPayer
  regieId: number
  levels: Unpaid['levels']
}) => {
  const { familyId, thirdPartyId, name, about, children, phone } = payer
  const { data, error, refetch } = useQuery(
    orpc.recovery.detail.queryOptions({ input: { regieId, familyId, thirdPartyId } }),
  )
  return (
    <aside className="panel unpaid-panel" aria-label="Payeur choisi">
      <div>
        <div className="row between">
          <h2>{name}</h2>
          <RecordLink payer={payer} />
        </div>
        <p className="small soft">{[about, children, phoneText(phone)].filter((text) => text !== '').join(' · ')}</p>
      </div>
      <Proposal payer={payer} regieId={regieId} levels={levels} detail={data} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <Plans plans={data.plans} name={name} /> : null}
      {data ? <Owed detail={data} /> : null}
      {data && data.story.length > 0 ? (
        <section className="stack">
          <h2>Son histoire</h2>
          <ol className="story">
            {data.story.map(({ id, text, about: told, reminderId }) => (
              <li key={id}>
                {text}
                <span>
                  {told}
                  {reminderId === null ? null : (
                    <>
                      {' · '}
                      <PlainAction
                        label="lire"
                        aria={`Lire la lettre\u00a0: ${text}`}
                        onAction={() => void clientOutsideForms.recovery.letter({ id: reminderId }).then(readPaper)}
                      />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ol>
        </section>
      ) : null}
    </aside>
  )
}

const RecordLink = ({ payer: { familyId, thirdPartyId } }: { payer: UnpaidPayer }) => {
  const navigate = useNavigate()
  const target =
    familyId === null
      ? ({ to: '/facturation/tiers/$tiers', params: { tiers: String(thirdPartyId) } } as const)
      : ({ to: '/familles/$familyId', params: { familyId: String(familyId) }, search: { onglet: 'argent' } } as const)
  useShortcut('f', 'ouvrir la fiche', () => void navigate(target))
  return (
    <Link className="small" {...target}>
      {familyId === null ? 'Ouvrir le tiers' : 'Ouvrir la famille'} <Key combo="f" />
    </Link>
  )
}

/** The next step, the reason for it, and what staff can do. */
const Proposal = ({
  payer,
  regieId,
  levels,
  detail,
}: {
  payer: UnpaidPayer
  regieId: number
  levels: Unpaid['levels']
  detail: UnpaidDetail | undefined
}) => {
  const may = useMay()
  const navigate = useNavigate()
  const [opened, setOpened] = useState<'call' | 'aside' | 'decision' | 'plan'>()
  const { familyId, thirdPartyId, skipped, dueCents, plan } = payer
  const plannable = detail?.plannable ?? null
  const of = { regieId, familyId, thirdPartyId }
  const close = () => setOpened(undefined)
  useShortcut(
    'e',
    'encaisser',
    () =>
      void navigate({
        to: '/reglements',
        search: familyId === null ? { tiers: thirdPartyId ?? 0 } : { famille: familyId },
      }),
    { enabled: may('payments') },
  )
  return (
    <section className="next-step" aria-label="Suite proposée">
      <h3>Suite proposée</h3>
      <b>{stepTitle(payer, levels)}</b>
      <p>
        {skipped?.cause === 'plan' ? (
          'Rien à demander tant que chaque part est payée à son jour.'
        ) : (
          <StepReason payer={payer} levels={levels} />
        )}
        {plan && !plan.isKept ? ` ${plan.sentence}.` : null}
        {detail?.promise
          ? ` Paiement promis pour le ${briefDay(detail.promise.promisedOn)}\u00a0: rien n’est arrivé.`
          : null}
      </p>
      {detail?.payBefore && skipped?.cause !== 'plan' ? (
        <p className="soft">
          Elle demande {formatEuros(dueCents)} avant le {briefDay(detail.payBefore)}, sans frais.
        </p>
      ) : null}
      <div className="next-acts">
        <ActionButton
          combo="l"
          label="Lire"
          onAction={() => void clientOutsideForms.recovery.preview(of).then(readPaper)}
        />
        {may('reminders') ? (
          <>
            <ActionButton combo="n" label="Noter un appel…" onAction={() => setOpened('call')} />
            {plannable?.some(({ hold }) => hold === null) ? (
              <ActionButton combo="p" label="Échéancier…" onAction={() => setOpened('plan')} />
            ) : null}
            {skipped?.cause === 'aside' ? (
              <ActionButton label="Relancer de nouveau" onAction={() => void clientOutsideForms.recovery.takeUp(of)} />
            ) : (
              <ActionButton combo="x" label="De côté…" onAction={() => setOpened('aside')} />
            )}
          </>
        ) : null}
      </div>
      {may('debtDecisions') ? (
        <div className="next-acts">
          <ActionButton combo="g" label="Remise gracieuse…" onAction={() => setOpened('decision')} />
        </div>
      ) : null}
      {opened === 'decision' ? <DecisionDialog of={of} name={payer.name} onClose={close} /> : null}
      {opened === 'call' ? <CallDialog of={of} name={payer.name} onClose={close} /> : null}
      {opened === 'plan' && plannable ? (
        <PlanDialog of={of} name={payer.name} plannable={plannable} onClose={close} />
      ) : null}
      {opened === 'aside' ? <SetAsideDialog of={of} name={payer.name} onClose={close} /> : null}
    </section>
  )
}

const stepTitle = ({ step, skipped }: UnpaidPayer, levels: Unpaid['levels']): string => {
  if (skipped) return skipped.sentence
  if (step.kind === 'statement') return 'Plus de relance'
  const name = (levels[step.level - 1]?.name ?? 'plus de relance').toLocaleLowerCase('fr')
  return step.kind === 'remind'
    ? `Niveau\u00a0${step.level}, ${name}`
    : `Rien avant le ${shortDay(step.from)}\u00a0: ${name}`
}

/** « La relance de niveau 1 a 35 jours (règle : 30). » */
const StepReason = ({ payer: { step, last, daysLate }, levels }: { payer: UnpaidPayer; levels: Unpaid['levels'] }) => {
  const { today } = useNow()
  if (step.kind === 'statement') return <>Chaque niveau est passé, et le délai du dernier aussi.</>
  const level = levels[step.level - 1]
  const rule = level ? ` (règle\u00a0: ${levelDelayText(level, step.level)})` : ''
  return step.level === 1 || !last ? (
    <>
      L’échéance est passée depuis {counted(daysLate, 'jour')}
      {rule}.
    </>
  ) : (
    <>
      La relance de niveau&nbsp;{last.level} a {counted(daysFrom(last.on, today), 'jour')}
      {rule}.
    </>
  )
}

/** The current plans of a payer, with what is left of each part; ended plans take one line each. */
const Plans = ({ plans, name }: { plans: UnpaidDetail['plans']; name: string }) => {
  const may = useMay()
  const [ending, setEnding] = useState<number>()
  if (plans.length === 0) return null
  return (
    <Section title="Échéancier">
      {plans.map(({ id, madeOn, by, state, sentence, parts }) => (
        <div key={id} className="unpaid-plan">
          {state === 'kept' || state === 'broken' ? (
            <ol>
              {parts.map(({ dueOn, cents, leftCents }) => (
                <li key={dueOn}>
                  <span>{shortDay(dueOn)}</span>
                  <span className="soft">{partText(cents, leftCents)}</span>
                  <span className="num">{formatEuros(cents)}</span>
                </li>
              ))}
            </ol>
          ) : (
            <p>{sentence}</p>
          )}
          <p className="small soft">
            Convenu le {briefDay(madeOn)} par {by} ·{' '}
            <PlainAction
              label="imprimer"
              aria={`Imprimer l’échéancier du ${shortDay(madeOn)}`}
              onAction={() => void printPlan(id)}
            />
            {may('reminders') && (state === 'kept' || state === 'broken') ? (
              <>
                {' · '}
                <PlainAction label="terminer…" aria="Terminer l’échéancier…" onAction={() => setEnding(id)} />
              </>
            ) : null}
          </p>
        </div>
      ))}
      {ending === undefined ? null : <EndPlanDialog id={ending} name={name} onClose={() => setEnding(undefined)} />}
    </Section>
  )
}

const partText = (cents: number, leftCents: number): string =>
  leftCents === 0 ? 'payée' : leftCents < cents ? `reste ${formatEuros(leftCents)}` : ''

const Owed = ({ detail: { debts, upcoming } }: { detail: UnpaidDetail }) => {
  const [next] = upcoming
  const later = upcoming.reduce((sum, { cents }) => sum + cents, 0)
  return (
    <Section
      title="Ce qui est dû"
      subtitle={next ? `et ${formatEuros(later)} à échoir le ${briefDay(next.dueOn)}` : undefined}
    >
      <table className="table table-flush" aria-label="Ce qui est dû">
        <tbody>
          {debts.map(({ number, period, daysLate, leftCents, isPlanned }) => (
            <tr key={number}>
              <td>
                {number} <span className="soft">{isPlanned ? `${period}, échéancier` : period}</span>
              </td>
              <td className="num soft">{daysLate}&nbsp;j</td>
              <td className="num">{formatEuros(leftCents)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>Dû échu</td>
            <td className="num">{formatEuros(debts.reduce((sum, { leftCents }) => sum + leftCents, 0))}</td>
          </tr>
        </tfoot>
      </table>
    </Section>
  )
}
