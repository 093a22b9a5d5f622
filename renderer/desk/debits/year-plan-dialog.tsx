import { NumberInput, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import type { YearPlan, YearProposal } from '../../../shared/contract/desk/money/year-plans.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { addDays, type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { balanceDay, maxYearParts, yearParts } from '../../../shared/rules/money/debit/year-plan.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { notifyRefusal } from '../queries.ts'
import { useChosenRegie } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'

/** Prints « Échéancier annuel » for a home that does not read the portal. */
export const printYear = async (id: number): Promise<void> =>
  printPaper(await clientOutsideForms.debits.yearPlanFile({ id }))

/** The parts of a year, as they are agreed or changed. @param plan null for a new one */
export const YearPlanDialog = ({
  family,
  plan,
  onClose,
}: {
  family: Family
  plan: YearPlan | null
  onClose: () => void
}) => {
  const { regies, regie, chooseRegie } = useChosenRegie()
  const regieId = plan?.regieId ?? regie.id
  const { data: proposal, error } = useQuery(
    orpc.debits.proposeYear.queryOptions({ input: { familyId: family.id, regieId }, gcTime: 0 }),
  )
  useEffect(() => {
    if (!error) return
    notifyRefusal(error)
    onClose()
  }, [error, onClose])
  if (!proposal) return null
  return (
    <Form
      key={regieId}
      family={family}
      plan={plan}
      regieId={regieId}
      proposal={proposal}
      regieChoice={
        plan === null && regies.length > 1 ? (
          <Select
            label="Régie"
            allowDeselect={false}
            data={regies.map(({ id, name }) => ({ value: String(id), label: name }))}
            value={String(regieId)}
            onChange={(value) => chooseRegie(Number(value))}
          />
        ) : null
      }
      onClose={onClose}
    />
  )
}

type Wish = {
  readonly euros: number | string
  readonly count: number
  readonly firstOn: string
  readonly balanceOn: string
}

/** The initial values of a change: the parts that no collection took and that can still be announced in time. */
const wishOf = (plan: YearPlan, { noticeDays }: YearProposal, today: Day): Wish => {
  const earliest = addDays(today, noticeDays)
  const later = plan.parts.filter(({ dueOn, state }) => dueOn >= earliest && (state === 'free' || state === 'returned'))
  return {
    euros: later.reduce((sum, { cents }) => sum + cents, 0) / 100,
    count: Math.max(1, later.length),
    firstOn: later[0]?.dueOn ?? earliest,
    balanceOn: plan.balanceOn,
  }
}

const Form = ({
  family,
  plan,
  regieId,
  proposal,
  regieChoice,
  onClose,
}: {
  family: Family
  plan: YearPlan | null
  regieId: number
  proposal: YearProposal
  regieChoice: ReactNode
  onClose: () => void
}) => {
  const { today } = useNow()
  const { cents: forecastCents, firstOn, count, balanceOn, unpricedDays } = proposal
  const form = useForm<Wish>({
    mode: 'controlled',
    initialValues: plan
      ? wishOf(plan, proposal, today)
      : { euros: Math.max(0, forecastCents) / 100, count, firstOn, balanceOn },
  })
  const typed = form.values
  const cents = Math.round((Number(typed.euros) || 0) * 100)
  const isWhole = isDay(typed.firstOn) && typed.count >= 1 && typed.count <= maxYearParts && cents > 0
  return (
    <FormDialog
      opened
      title={`${plan ? 'Changer la mensualisation' : 'Mensualiser'}, ${family.name}`}
      form={form}
      submit={plan ? 'Changer et imprimer' : 'Mensualiser et imprimer'}
      onClose={onClose}
      onSubmit={async (client, values) => {
        const wish = {
          cents,
          count: values.count,
          firstOn: values.firstOn as Day,
          balanceOn: values.balanceOn as Day,
        }
        const { id } = plan
          ? await client.debits.changeYearPlan({ id: plan.id, ...wish })
          : await client.debits.makeYearPlan({ familyId: family.id, regieId, ...wish })
        notifications.show({
          color: 'green',
          message: `Mensualisation\u00a0: ${formatEuros(cents)} en ${counted(values.count, 'mensualité')}.`,
        })
        await printYear(id).catch(notifyRefusal)
      }}
    >
      {plan ? (
        <p className="soft small">
          Les mensualités d’avant la première restent comme elles ont été annoncées&nbsp;; les suivantes sont
          remplacées.
        </p>
      ) : (
        <p className="soft small">
          Prévu d’ici la fin de l’année scolaire, d’après ce qui est réservé&nbsp;: <b>{formatEuros(forecastCents)}</b>.
          {unpricedDays > 0 ? ` ${counted(unpricedDays, 'jour')} sans tarif ne sont pas comptés.` : ''} Les mensualités
          sont des avances&nbsp;: elles paient les factures, et le solde fait les comptes.
        </p>
      )}
      {regieChoice}
      <div className="row row-wide">
        <EuroField label="Somme des mensualités" data-autofocus data-core="cents" {...form.getInputProps('euros')} />
        <NumberInput
          label="Nombre de mensualités"
          min={1}
          max={maxYearParts}
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps('count')}
        />
      </div>
      <div className="row row-wide">
        <DayField label="La première le" {...form.getInputProps('firstOn')} />
        <DayField label="Le solde le" {...form.getInputProps('balanceOn')} />
      </div>
      {isWhole ? (
        <table className="table table-flush year-parts" aria-label="Ce qui sera prélevé">
          <tbody>
            {yearParts({ cents, count: typed.count, firstOn: typed.firstOn }).map((part) => (
              <tr key={part.dueOn}>
                <td>{shortDay(part.dueOn)}</td>
                <td className="num">{formatEuros(part.cents)}</td>
              </tr>
            ))}
            {isDay(typed.balanceOn) ? (
              <tr>
                <td>{shortDay(balanceDay({ balanceOn: typed.balanceOn }))}</td>
                <td className="num soft">solde</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      ) : null}
      <Note>
        L’échéancier est sur le portail, et vaut avis pour chaque mensualité&nbsp;: postez-le à une famille qui ne le
        lit pas.
      </Note>
    </FormDialog>
  )
}
