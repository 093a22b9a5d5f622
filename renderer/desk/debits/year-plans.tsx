import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { YearPlan } from '../../../shared/contract/desk/money/year-plans.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, Note, type Tone } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { useRegieNames, useRegies } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import './debits.css'
import { printYear, YearPlanDialog } from './year-plan-dialog.tsx'

const stateWords = {
  standing: ['en cours', 'good'],
  ended: ['terminée', 'neutral'],
  over: ['finie', 'neutral'],
} as const satisfies Record<YearPlan['state'], readonly [string, Tone]>

const partWords = {
  free: ['à prélever', 'neutral'],
  announced: ['gelée', 'accent'],
  taken: ['prélevée', 'good'],
  returned: ['rejetée, à reprendre', 'warn'],
} as const satisfies Record<YearPlan['parts'][number]['state'], readonly [string, Tone]>

/** The equal parts in which a home pays its years, on its page. */
export const YearPlansOfFamily = ({ family }: { family: Family }) => {
  const may = useMay()
  const { data: plans } = useQuery(orpc.debits.yearPlansOfFamily.queryOptions({ input: { familyId: family.id } }))
  const { data: mandates = [] } = useQuery(
    orpc.debits.mandatesOf.queryOptions({ input: { familyId: family.id, thirdPartyId: null } }),
  )
  const [opened, setOpened] = useState<'new' | { readonly change: YearPlan } | { readonly end: YearPlan }>()
  const close = () => setOpened(undefined)
  const regies = useRegies()
  if (!plans || (plans.length === 0 && mandates.length === 0)) return null
  const standing = new Set(plans.flatMap(({ state, regieId }) => (state === 'standing' ? [regieId] : [])))
  const mayBePlanned = mandates.some(({ state }) => state === 'active') && regies.some(({ id }) => !standing.has(id))
  return (
    <Section
      title="Mensualisation"
      action={may('debits') && mayBePlanned ? <Button onClick={() => setOpened('new')}>Mensualiser…</Button> : null}
    >
      {plans.length === 0 ? (
        <p className="soft small">Cette famille paie chaque facture à son échéance.</p>
      ) : (
        plans.map((plan) => (
          <OnePlan
            key={plan.id}
            plan={plan}
            onChange={() => setOpened({ change: plan })}
            onEnd={() => setOpened({ end: plan })}
          />
        ))
      )}
      {opened === 'new' ? <YearPlanDialog family={family} plan={null} onClose={close} /> : null}
      {typeof opened === 'object' && 'change' in opened ? (
        <YearPlanDialog family={family} plan={opened.change} onClose={close} />
      ) : null}
      {typeof opened === 'object' && 'end' in opened ? (
        <ReasonDialog
          title="Terminer la mensualisation"
          label="Motif"
          missing="Indiquez le motif."
          submit="Terminer"
          onSubmit={(client, reason) => client.debits.endYearPlan({ id: opened.end.id, reason })}
          onClose={close}
        >
          <p>
            Plus aucune mensualité n’est prélevée, sauf celle d’un prélèvement déjà gelé. Ce qui reste à payer est dû
            après le délai habituel, et les factures suivantes ont de nouveau leur échéance.
          </p>
        </ReasonDialog>
      ) : null}
    </Section>
  )
}

const OnePlan = ({ plan, onChange, onEnd }: { plan: YearPlan; onChange: () => void; onEnd: () => void }) => {
  const may = useMay()
  const regie = useRegieNames().get(plan.regieId)
  const { id, state, parts, balanceOn, endReason, hasMandate, billedCents, takenCents, leftCents, aheadCents } = plan
  const [word, tone] = stateWords[state]
  return (
    <article className="year-plan" aria-label={`Mensualisation, solde le ${shortDay(balanceOn)}`}>
      <header className="row">
        <Badge tone={tone}>{word}</Badge>
        <span>
          Solde le <b>{shortDay(balanceOn)}</b>
          {regie === undefined ? '' : `, ${regie}`}
          {endReason === '' ? '' : `\u00a0: ${endReason}`}
        </span>
        {state === 'standing' ? (
          <span className="row year-plan-actions">
            <PlainAction label="Imprimer l’échéancier" onAction={() => void printYear(id).catch(notifyRefusal)} />
            {may('debits') ? (
              <>
                <PlainAction label="Changer…" aria="Changer la mensualisation" onAction={onChange} />
                <PlainAction label="Terminer…" aria="Terminer la mensualisation" onAction={onEnd} />
              </>
            ) : null}
          </span>
        ) : null}
      </header>
      {state === 'standing' && !hasMandate ? (
        <Note tone="warn">
          Plus de mandat actif&nbsp;: rien n’est prélevé. Faites-en signer un autre, ou terminez la mensualisation.
        </Note>
      ) : null}
      <table className="table table-flush" aria-label="Mensualités">
        <tbody>
          {parts.map((part) => (
            <tr key={part.id}>
              <td>{shortDay(part.dueOn)}</td>
              <td className="num">{formatEuros(part.cents)}</td>
              <td>
                <Badge tone={partWords[part.state][1]}>{partWords[part.state][0]}</Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small">
        Facturé <b className="num">{formatEuros(billedCents)}</b>, prélevé{' '}
        <b className="num">{formatEuros(takenCents)}</b>
        {leftCents > 0 ? `\u00a0: reste ${formatEuros(leftCents)} pour le solde.` : ''}
        {aheadCents > 0 ? `\u00a0: ${formatEuros(aheadCents)} d’avance.` : ''}
        {leftCents + aheadCents === 0 ? '.' : ''}
      </p>
    </article>
  )
}
