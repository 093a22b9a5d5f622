import { Button } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import type { Decidable } from '../../../shared/contract/desk/money/debt-decisions.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { CancelDecisionDialog } from './decision-dialog.tsx'
import './recovery.css'

type Decision = Decidable['decisions'][number]

/** Remissions, write-offs and transmissions for a third party; what the town gave up can be cancelled. */
export const DecisionsOfThirdParty = ({ thirdPartyId }: { thirdPartyId: number }) => {
  const may = useMay()
  const regies = useRegies()
  const [cancelled, setCancelled] = useState<Decision>()
  const decisions = useQueries({
    queries: regies.map(({ id: regieId }) =>
      orpc.recovery.decidable.queryOptions({ input: { familyId: null, thirdPartyId, regieId } }),
    ),
    combine: (answers) => answers.flatMap(({ data }) => data?.decisions ?? []),
  })
  if (decisions.length === 0) return null
  return (
    <Section title="Décisions" subtitle="ce qui lui est remis, ou parti à la Trésorerie">
      <div className="unpaid-runs decisions-taken">
        <ul>
          {decisions
            .toSorted((one, other) => other.id - one.id)
            .map((one) => (
              <li key={one.id}>
                <time dateTime={one.decidedOn}>{briefDay(one.decidedOn)}</time>
                <span>
                  {one.text} · <b>{formatEuros(one.cents)}</b> <span className="soft small">{one.reason}</span>
                </span>
                {one.cancelled ? (
                  <Badge>annulée le {shortDay(one.cancelled.on)}</Badge>
                ) : one.kind !== 'transmission' && may('debtDecisions') ? (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={`Annuler\u00a0: ${one.text}`}
                    onClick={() => setCancelled(one)}
                  >
                    Annuler…
                  </Button>
                ) : null}
              </li>
            ))}
        </ul>
      </div>
      {cancelled ? (
        <CancelDecisionDialog id={cancelled.id} text={cancelled.text} onClose={() => setCancelled(undefined)} />
      ) : null}
    </Section>
  )
}
