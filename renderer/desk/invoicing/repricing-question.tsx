import { Radio, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { create } from 'zustand'
import type { Repricing, RepricingScope } from '../../../shared/contract/desk/money/invoicing.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import { Dialog, FormFields } from '../parts/forms/dialogs.tsx'
import { notifyRefusal, queries } from '../queries.ts'
import { useMay } from '../staff/may.ts'

const useQuestion = create<{ readonly asked: RepricingScope | null }>()(() => ({ asked: null }))

/**
 * @returns a function to call after a quotient, an address, a tariff or the hours of slots were recorded: it asks
 * whether the billed months keep their prices, if some of these would change. A person who may not invoice is not
 * asked, and the months keep their prices.
 */
export const useAskRepricing = (): ((scope: RepricingScope) => Promise<void>) => {
  const may = useMay()
  return async (scope) => {
    if (!may('invoicing')) return
    try {
      const found = await queries.fetchQuery(
        orpc.invoicing.repricingPreview.queryOptions({ input: scope, staleTime: 0 }),
      )
      if (found) useQuestion.setState({ asked: scope })
    } catch (error) {
      notifyRefusal(error)
    }
  }
}

/** The same for an act that may have written quotients and addresses of many homes: one question for all of them. */
export const useAskRepricingOfAct = (): ((actId: number) => Promise<void>) => {
  const may = useMay()
  const ask = useAskRepricing()
  return async (actId) => {
    if (!may('invoicing')) return
    try {
      const fromDay = await clientOutsideForms.invoicing.firstDeclaredDay({ actId })
      if (fromDay !== null) await ask({ actId, fromDay })
    } catch (error) {
      notifyRefusal(error)
    }
  }
}

/** The question of `useAskRepricing`, shown once the form that recorded the change has closed. */
export const RepricingQuestion = () => {
  const asked = useQuestion((question) => question.asked)
  const isFormClosed = useDialogHosts(({ hosts }) => hosts.length === 0)
  const [shown, setShown] = useState<RepricingScope | null>(null)
  if (asked !== shown && (asked === null || isFormClosed)) setShown(asked)
  return shown ? (
    <RepricingDialog key={JSON.stringify(shown)} scope={shown} onClose={() => useQuestion.setState({ asked: null })} />
  ) : null
}

const RepricingDialog = ({ scope, onClose }: { scope: RepricingScope; onClose: () => void }) => {
  const form = useForm<{ choice: 'keep' | 'reprice'; fromDay: Day; reason: string }>({
    mode: 'controlled',
    initialValues: { choice: 'keep', fromDay: scope.fromDay, reason: '' },
    validate: {
      reason: (reason, { choice }) => (choice === 'reprice' && reason.trim() === '' ? 'Indiquez le motif.' : null),
    },
  })
  const { choice, fromDay } = form.values
  const { data, error } = useQuery(orpc.invoicing.repricingPreview.queryOptions({ input: { ...scope, fromDay } }))
  return (
    <Dialog opened title="Des mois sont déjà facturés" onClose={onClose}>
      <FormFields
        form={form}
        submit={choice === 'keep' ? 'Garder leur prix' : 'Refaire les comptes'}
        onSubmit={async (client, { reason }) => {
          if (choice === 'keep') return onClose()
          const { spans } = await client.invoicing.reprice({ ...scope, fromDay, reason })
          onClose()
          notifications.show({
            color: 'green',
            message: `Comptes refaits pour ${counted(spans, 'mois facturé', 'mois facturés')}. La prochaine facturation propose la différence.`,
          })
        }}
      >
        <div role="status" aria-label="Ce qui changerait">
          {error ? <Failure error={error} /> : null}
          {data === undefined && !error ? <Loading>Calcul des mois facturés…</Loading> : null}
          {data === null ? <p>Aucun mois facturé ne change de prix à partir de ce jour.</p> : null}
          {data ? <Amounts {...data} isOfHome={'familyId' in scope} /> : null}
        </div>
        <Radio.Group label="Que faire de ces mois&nbsp;?" {...form.getInputProps('choice')}>
          <div className="stack">
            <Radio
              value="keep"
              label="Ils gardent leur prix"
              description="Le changement ne compte que pour ce qui n’est pas encore facturé."
              data-autofocus
            />
            <Radio
              value="reprice"
              label="Refaire les comptes"
              description="La prochaine facturation propose la différence, en factures et en avoirs."
            />
          </div>
        </Radio.Group>
        {choice === 'reprice' ? (
          <>
            <RequiredDayField
              label="Depuis le"
              data-path="fromDay"
              value={fromDay}
              error={form.errors['fromDay']}
              onChange={(day) => form.setFieldValue('fromDay', day)}
            />
            <Textarea label="Motif" autosize minRows={2} {...form.getInputProps('reason')} />
          </>
        ) : null}
      </FormFields>
    </Dialog>
  )
}

/** « 3 mois déjà facturés changeraient de prix : 2,00 € de plus, 4,00 € de moins. » */
const Amounts = ({ spans, families, upCents, downCents, isOfHome }: Repricing & { isOfHome: boolean }) => (
  <p>
    <b>
      {counted(spans, 'mois déjà facturé changerait', 'mois déjà facturés changeraient')} de prix
      {isOfHome ? '' : `, pour ${counted(families, 'famille')}`}
    </b>
    {'\u00a0'}: {amountsText({ upCents, downCents })}.
  </p>
)

const amountsText = ({ upCents, downCents }: Pick<Repricing, 'upCents' | 'downCents'>): string =>
  [
    ...(upCents > 0 ? [`${formatEuros(upCents)} de plus`] : []),
    ...(downCents > 0 ? [`${formatEuros(downCents)} de moins`] : []),
  ].join(', et ')
