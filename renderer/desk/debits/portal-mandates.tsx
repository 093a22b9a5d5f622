import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { PortalMandate } from '../../../shared/contract/desk/money/debits.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'

const words = { signed: 'signé', stopped: 'arrêté' } as const

/**
 * The mandates that parents signed or stopped on the portal in the last two months; those that could not be recorded
 * come first.
 */
export const PortalMandates = () => {
  const { data } = useQuery(orpc.debits.portalMandates.queryOptions({ input: { familyId: null } }))
  if (!data || data.length === 0) return null
  const problems = data.filter(({ problem }) => problem !== null)
  const rows = [...problems, ...data.filter(({ problem }) => problem === null)]
  return (
    <Section
      title="Mandats du portail"
      subtitle={problems.length > 0 ? `${counted(problems.length, 'mandat')} à vérifier` : 'depuis deux mois'}
    >
      <table className="table table-flush" aria-label="Mandats signés et arrêtés sur le portail">
        <tbody>
          {rows.slice(0, 12).map(({ id, what, reference, recordedAt, familyId, family, problem, dismissed }) => (
            <tr key={id}>
              <td className="portal-mandate">
                {familyId === null ? (
                  'Famille inconnue'
                ) : (
                  <Link to="/familles/$familyId" params={{ familyId: String(familyId) }} search={{ onglet: 'argent' }}>
                    {family}
                  </Link>
                )}
                <span className="soft small">
                  {reference}, {words[what]} le {instantText(recordedAt)}
                </span>
                {dismissed === null ? null : <span className="soft small">vérifié&nbsp;: {dismissed}</span>}
                {problem === null ? null : (
                  <span className="small">
                    <Badge tone="danger">à vérifier</Badge> {problem}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** On a home's page: mandates signed or stopped on the portal that could not be recorded. */
export const PortalProblems = ({ items }: { items: readonly PortalMandate[] }) => {
  const [dismissing, setDismissing] = useState<PortalMandate>()
  return (
    <>
      {items.map((item) =>
        item.problem === null ? null : (
          <Note key={item.id} tone="warn">
            À vérifier&nbsp;: mandat {item.reference}, {words[item.what]} sur le portail le{' '}
            {instantText(item.recordedAt)}. {item.problem}{' '}
            {item.canDismiss ? (
              <PlainAction
                label="C’est vérifié…"
                aria={`Le mandat ${item.reference} est vérifié`}
                onAction={() => setDismissing(item)}
              />
            ) : null}
          </Note>
        ),
      )}
      {dismissing ? (
        <ReasonDialog
          title={`Mandat ${dismissing.reference} vérifié`}
          label="Ce qui a été vu avec la famille"
          missing="Indiquez ce qui a été vu avec la famille."
          submit="C’est vérifié"
          onSubmit={(client, reason) => client.debits.dismissMandate({ id: dismissing.id, reason })}
          onClose={() => setDismissing(undefined)}
        >
          <p>Rien n’est prélevé par ce mandat. Il n’est plus «&nbsp;à vérifier&nbsp;».</p>
        </ReasonDialog>
      ) : null}
    </>
  )
}
