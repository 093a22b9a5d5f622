import { Checkbox, NumberInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { UnpaidDetail } from '../../../shared/contract/desk/money/recovery.ts'
import { addMonths, isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { maxPlanParts, monthlyParts } from '../../../shared/rules/money/recovery/plan.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { useNow } from '../staff/now.ts'

type Of = { readonly regieId: number; readonly familyId: number | null; readonly thirdPartyId: number | null }
type Plannable = NonNullable<UnpaidDetail['plannable']>

/** Prints the paper of a plan, to be signed. */
export const printPlan = async (id: number): Promise<void> =>
  printPaper(await clientOutsideForms.recovery.planPaper({ id }))

const keyOf = ({ invoiceId, openingDebtId }: Plannable[number]): string => `${invoiceId}/${openingDebtId}`

const usualParts = 3

/** Agrees on a plan: which debts, how many parts, and their days. The last part takes the remainder. */
export const PlanDialog = ({
  of,
  name,
  plannable,
  onClose,
}: {
  of: Of
  name: string
  plannable: Plannable
  onClose: () => void
}) => {
  const { today } = useNow()
  const totalOf = (chosen: readonly string[]) =>
    plannable.filter((debt) => chosen.includes(keyOf(debt))).reduce((sum, { leftCents }) => sum + leftCents, 0)
  const partsFor = (chosen: readonly string[], count: number, firstOn: string) =>
    isDay(firstOn) && count >= 1 && count <= maxPlanParts
      ? monthlyParts(totalOf(chosen), count, firstOn).map(({ dueOn, cents }) => ({
          dueOn: dueOn as string,
          euros: cents / 100,
        }))
      : []
  const chosenFirst = plannable.filter(({ hold, dueOn }) => hold === null && dueOn < today).map(keyOf)
  const firstDay: string = addMonths(today, 1)
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      debts: chosenFirst,
      count: usualParts,
      firstOn: firstDay,
      parts: partsFor(chosenFirst, usualParts, firstDay),
    },
    validate: { debts: (debts) => (debts.length === 0 ? 'Choisissez ce que l’échéancier reprend.' : null) },
  })
  const { debts, count, firstOn, parts } = form.values
  const total = totalOf(debts)
  const restCents = total - parts.slice(0, -1).reduce((sum, { euros }) => sum + centsOf(euros), 0)
  /** The parts are computed again when one of these changes. */
  const change = (values: Partial<Pick<typeof form.values, 'debts' | 'count' | 'firstOn'>>) => {
    const next = { debts, count, firstOn, ...values }
    form.setValues({ ...next, parts: partsFor(next.debts, next.count, next.firstOn) })
  }
  return (
    <FormDialog
      opened
      title={`Échéancier, ${name}`}
      form={form}
      submit="Convenir et imprimer"
      onClose={onClose}
      onSubmit={async (client, values) => {
        const { id } = await client.recovery.plan({
          ...of,
          debts: plannable
            .filter((debt) => values.debts.includes(keyOf(debt)))
            .map(({ invoiceId, openingDebtId, leftCents }) => ({ invoiceId, openingDebtId, leftCents })),
          parts: values.parts.map(({ dueOn, euros }, index) => ({
            dueOn,
            cents: index === values.parts.length - 1 ? restCents : centsOf(euros),
          })),
        })
        notifications.show({
          color: 'green',
          message: `Échéancier convenu\u00a0: ${formatEuros(total)} en ${counted(values.parts.length, 'part')}.`,
        })
        await printPlan(id)
      }}
    >
      <Checkbox.Group
        label="Ce qu’il reprend"
        {...form.getInputProps('debts')}
        onChange={(chosen) => change({ debts: chosen })}
      >
        <div className="plan-debts">
          {plannable.map((debt) => (
            <Checkbox
              key={keyOf(debt)}
              value={keyOf(debt)}
              disabled={debt.hold !== null}
              label={`${[debt.number, debt.period].filter((text) => text !== '').join(', ')}, ${formatEuros(debt.leftCents)}`}
              description={debt.hold ?? `à payer avant le ${shortDay(debt.dueOn)}`}
            />
          ))}
        </div>
      </Checkbox.Group>
      <div className="row row-wide">
        <NumberInput
          label="Nombre de parts"
          data-autofocus
          min={2}
          max={maxPlanParts}
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps('count')}
          onChange={(typed) => change({ count: Number(typed) })}
        />
        <DayField
          label="La première avant le"
          {...form.getInputProps('firstOn')}
          onChange={(typed: string) => change({ firstOn: typed })}
        />
      </div>
      <fieldset className="plan-parts">
        <legend>Les parts{total > 0 ? `\u00a0: ${formatEuros(total)}` : ''}</legend>
        {parts.map(({ dueOn }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the plan
          <div key={index} role="group" aria-label={`Part ${index + 1}`}>
            <span className="soft num">{index + 1}</span>
            <DayField
              aria-label={`Part ${index + 1}, avant le`}
              {...form.getInputProps(`parts.${index}.dueOn`)}
              value={dueOn}
            />
            {index === parts.length - 1 ? (
              <EuroField
                aria-label={`Part ${index + 1}, somme`}
                data-core={`parts.${index}.cents`}
                readOnly
                allowNegative
                {...form.getInputProps(`parts.${index}.euros`)}
                value={restCents / 100}
              />
            ) : (
              <EuroField
                aria-label={`Part ${index + 1}, somme`}
                data-core={`parts.${index}.cents`}
                {...form.getInputProps(`parts.${index}.euros`)}
              />
            )}
          </div>
        ))}
        <p className="small soft">
          La dernière part prend le reste. Tant que chaque part est payée à son jour, aucune relance ne part.
        </p>
      </fieldset>
    </FormDialog>
  )
}

/** An emptied field counts as zero. */
const centsOf = (euros: number | string): number => Math.round((Number(euros) || 0) * 100)

export const EndPlanDialog = ({ id, name, onClose }: { id: number; name: string; onClose: () => void }) => {
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif.' : null) },
  })
  return (
    <FormDialog
      opened
      title={`Terminer l’échéancier, ${name}`}
      width="narrow"
      form={form}
      submit="Terminer l’échéancier"
      onClose={onClose}
      onSubmit={(client, { reason }) => client.recovery.endPlan({ id, reason })}
    >
      <Textarea
        label="Motif"
        description="Ce qui reste dû se relance de nouveau, comme toute dette échue."
        data-autofocus
        autosize
        minRows={2}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}
