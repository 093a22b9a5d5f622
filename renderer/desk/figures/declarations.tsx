import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { addDays, daysOfMonth, type Month, monthKey } from '../../../shared/rules/calendar/day.ts'
import { ageGroupNames } from '../../../shared/rules/figures/child-group.ts'
import { hoursText } from '../../../shared/rules/figures/hours-rule.ts'
import { monthSpanName } from '../../../shared/rules/figures/month-span.ts'
import { monthText, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** The declarations of the months on screen, and the button that keeps a new one. */
export const Declarations = ({ months }: { months: readonly Month[] }) => {
  const may = useMay()
  return may('figures', 'everywhere') ? <OfMonths months={months} /> : null
}

const OfMonths = ({ months }: { months: readonly Month[] }) => {
  const may = useMay()
  const { today } = useNow()
  const { data = [] } = useQuery(orpc.figures.declarations.queryOptions())
  const [isDeclaring, setIsDeclaring] = useState(false)
  const [first, last] = [months[0], months.at(-1)]
  if (!first || !last) return null
  const [from, to] = [daysOfMonth(first).from, daysOfMonth(last).to]
  const own = data.filter((one) => one.fromDay <= to && one.toDay >= from)
  const isOver = addDays(to, 1) <= today
  return (
    <section aria-label="Déclarations gardées">
      <h2 className="row">
        Déclarations gardées
        <span className="grow" />
        {may('activities') && isOver ? (
          <PlainAction label="Garder ces chiffres…" onAction={() => setIsDeclaring(true)} />
        ) : null}
      </h2>
      {own.length === 0 ? (
        <p className="soft small">
          {isOver
            ? 'Rien n’a été gardé de ces mois. Gardez les chiffres le jour où vous les envoyez.'
            : 'Ces mois ne sont pas finis.'}
        </p>
      ) : null}
      {own.map(({ id }, at) => (
        <Declared key={id} id={id} isOpen={at === 0} />
      ))}
      {isDeclaring ? <DeclareDialog from={first} to={last} onClose={() => setIsDeclaring(false)} /> : null}
    </section>
  )
}

const Declared = ({ id, isOpen }: { id: number; isOpen: boolean }) => {
  const { data, error, refetch } = useQuery(orpc.figures.declaration.queryOptions({ input: { id } }))
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const file = await clientOutsideForms.figures.declarationFile({ id, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const { differences } = data
  return (
    <details className="figures-declared" open={isOpen}>
      <summary>
        {numericDay(data.declaredOn)}, {hoursText(data.minutes)}{' '}
        <span className="soft small">{monthSpanName(monthKey(data.fromDay), monthKey(data.toDay))}</span>
      </summary>
      <p className="soft small">
        {data.by}
        {data.note === '' ? '' : `\u00a0: ${data.note}`} ·{' '}
        <PlainAction label="Excel" aria="Déclaration en Excel" onAction={() => saved.mutate('xlsx')} /> ·{' '}
        <PlainAction label="PDF" aria="Déclaration gardée en PDF" onAction={() => saved.mutate('pdf')} />
      </p>
      {differences.length === 0 ? (
        <p className="small">Rien n’a changé depuis.</p>
      ) : (
        <table className="table table-flush figures-days" aria-label="Ce qui a changé depuis">
          <thead>
            <tr>
              <th scope="col">Changé depuis</th>
              <th scope="col" className="num">
                Déclarées
              </th>
              <th scope="col" className="num">
                Auj.
              </th>
            </tr>
          </thead>
          <tbody>
            {differences.map((one) => (
              <tr key={`${one.accueil} ${one.ageGroup} ${one.month}`}>
                <th scope="row">
                  {one.accueil}
                  <br />
                  <span className="soft small">
                    {ageGroupNames[one.ageGroup]}, {monthText(daysOfMonth(one.month).from)}
                  </span>
                </th>
                <td className="num">{hoursText(one.declared)}</td>
                <td className="num">{hoursText(one.now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}

const DeclareDialog = ({ from, to, onClose }: { from: Month; to: Month; onClose: () => void }) => {
  const form = useForm({ mode: 'controlled', initialValues: { note: '' } })
  return (
    <FormDialog
      opened
      title={`Garder les chiffres, ${monthSpanName(from, to)}`}
      draft={`déclaration ${from} ${to}`}
      form={form}
      submit="Garder"
      onSubmit={async (client, { note }) => {
        await client.figures.declare({ from, to, note })
        onClose()
      }}
      onClose={onClose}
    >
      <p className="small">
        Les heures de tous les sites et leurs règles sont gardées telles qu’elles sont comptées maintenant. Rien ne les
        change ensuite&nbsp;: ce qui change dans le logiciel se lit à côté.
      </p>
      <Textarea
        data-autofocus
        label="Note"
        placeholder="Envoyée sur Mon Compte Partenaire"
        autosize
        minRows={2}
        {...form.getInputProps('note')}
      />
    </FormDialog>
  )
}
