import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountRequest } from '../../../shared/contract/desk/money/debits.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { ReasonDialog } from '../payments/reason-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { useChosenRegie, useRegieNames } from '../regies/regie-choice.tsx'
import { Mandates } from './mandates.tsx'
import { PortalProblems } from './portal-mandates.tsx'

/** The mandates of a home, those that it signed on the portal, and those that it is asked to sign. */
export const MandatesOfFamily = ({ family }: { family: Family }) => {
  const { data: portal = [] } = useQuery(orpc.debits.portalMandates.queryOptions({ input: { familyId: family.id } }))
  const [first] = family.guardians
  return (
    <Mandates
      payer={{
        familyId: family.id,
        thirdPartyId: null,
        name: family.name,
        holder: first ? `${first.firstName} ${first.lastName}` : '',
      }}
    >
      <PortalProblems items={portal} />
      <AccountRequests familyId={family.id} />
    </Mandates>
  )
}

/** « Demander un IBAN »: shown to the home on the portal until it signs a mandate, or staff withdraw the request. */
const AccountRequests = ({ familyId }: { familyId: number }) => {
  const { regie } = useChosenRegie()
  const names = useRegieNames()
  const { data: mandates = [] } = useQuery(
    orpc.debits.mandatesOf.queryOptions({ input: { familyId, thirdPartyId: null } }),
  )
  const isPaying = mandates.some(({ state }) => state === 'active')
  const { data: requests } = useQuery(orpc.debits.accountRequests.queryOptions({ input: { familyId } }))
  const ask = useMutation({
    mutationFn: () => clientOutsideForms.debits.askAccount({ familyId, regieId: regie.id }),
    onError: notifyRefusal,
  })
  const [dropping, setDropping] = useState<AccountRequest>()
  if (!requests) return null
  return (
    <>
      {requests.map((request) => (
        <p key={request.id} className="small">
          IBAN demandé le {shortDay(request.askedOn)}
          {names.has(request.regieId) ? `, ${names.get(request.regieId)}` : ''}&nbsp;: la famille le lit sur le portail.{' '}
          <PlainAction label="Ne plus demander…" onAction={() => setDropping(request)} />
        </p>
      ))}
      {requests.length === 0 && !isPaying ? (
        <p>
          <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
            Demander un IBAN
          </Button>
        </p>
      ) : null}
      {dropping ? (
        <ReasonDialog
          title="Ne plus demander l’IBAN"
          label="Motif"
          missing="Indiquez le motif."
          submit="Ne plus demander"
          onSubmit={(client, reason) => client.debits.dropAccountRequest({ id: dropping.id, reason })}
          onClose={() => setDropping(undefined)}
        >
          <p>La famille ne lit plus la demande sur le portail.</p>
        </ReasonDialog>
      ) : null}
    </>
  )
}
