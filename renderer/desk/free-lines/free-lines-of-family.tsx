import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FreeLineOfHome } from '../../../shared/contract/desk/money/free-lines.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { FreeLineDialog } from './free-line-dialog.tsx'
import './free-lines.css'

/** The free lines of a home on its page: those that wait to be billed, and those billed. */
export const FreeLinesOfFamily = ({ family }: { family: Family }) => {
  const may = useMay()
  const { data: lines } = useQuery(orpc.freeLines.ofHome.queryOptions({ input: { familyId: family.id } }))
  const [isAdding, setIsAdding] = useState(false)
  if (!lines || (lines.length === 0 && !may('freeLines'))) return null
  return (
    <Section
      title="Lignes libres"
      action={may('freeLines') ? <Button onClick={() => setIsAdding(true)}>Ajouter une ligne…</Button> : undefined}
    >
      {lines.length === 0 ? (
        <p className="soft small">Aucune ligne écrite à la main.</p>
      ) : (
        <table className="table table-flush" aria-label="Lignes libres">
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <td>{shortDay(line.day)}</td>
                <td>
                  {line.label} {line.quantity > 1 ? <span className="soft">× {line.quantity}</span> : null}{' '}
                  <span className="soft">{[line.child, line.reason].filter((text) => text !== '').join(', ')}</span>
                </td>
                <td>
                  <State line={line} />
                </td>
                <td className="num">{formatEuros(line.totalCents)}</td>
                <td className="num">{mayRemove(line, may) ? <Remove line={line} /> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isAdding ? <FreeLineDialog family={family} onClose={() => setIsAdding(false)} /> : null}
    </Section>
  )
}

const mayRemove = ({ isBilled, unitCents }: FreeLineOfHome, may: ReturnType<typeof useMay>): boolean =>
  !isBilled && may(unitCents < 0 ? 'freeLines.negative' : 'freeLines')

const State = ({ line: { waitingCents, totalCents } }: { line: FreeLineOfHome }) => {
  if (waitingCents === 0) return <Badge tone="good">facturée</Badge>
  if (waitingCents === totalCents) return <Badge>à facturer</Badge>
  return <Badge tone="warn">reste {formatEuros(waitingCents)}</Badge>
}

const Remove = ({ line }: { line: FreeLineOfHome }) => {
  const removal = useMutation({
    mutationFn: (id: number) => clientOutsideForms.freeLines.remove({ id }),
    onError: notifyRefusal,
  })
  return (
    <Button
      variant="subtle"
      loading={removal.isPending}
      aria-label={`Retirer ${line.label}`}
      onClick={() => removal.mutate(line.id)}
    >
      Retirer
    </Button>
  )
}
