import { Button, Checkbox, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Consulted, ConsultedHome } from '../../../shared/contract/desk/money/quotients.ts'
import { addMonths, type Day, firstOfMonth, type Month, monthKey } from '../../../shared/rules/calendar/day.ts'
import { counted, longDate, monthText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { useAskRepricingOfAct } from '../invoicing/repricing-question.tsx'
import { Note, Progress } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import './quotients.css'

/** The number of months for which a fund still answers, including the current one. */
const monthsKnown = 24

/**
 * Asks the CAF or the MSA for the quotients of one home, or of all that consented. Each difference is shown, and
 * recorded only when accepted.
 * @param familyId null for every home that consented
 */
export const ConsultDialog = ({ familyId, onClose }: { familyId: number | null; onClose: () => void }) => {
  const { today } = useNow()
  const [month, setMonth] = useState<Month | null>(null)
  const [fromDay, setFromDay] = useState<Day>(firstOfMonth(today))
  const [consulted, setConsulted] = useState<Consulted>()
  const { data: consented } = useQuery(orpc.quotients.consented.queryOptions({ enabled: familyId === null }))
  const task = useLongTask()
  const ask = async () => {
    const found = await task.start('Questions à l’API Particulier', (signal) =>
      clientOutsideForms.quotients.consult(
        { familyIds: familyId === null ? null : [familyId], month, fromDay },
        { signal },
      ),
    )
    if (found) setConsulted(found)
  }
  return (
    <Dialog opened title="Demander à la CAF ou à la MSA" width="wide" onClose={task.underway ? task.stop : onClose}>
      {consulted ? (
        <Answers consulted={consulted} onClose={onClose} />
      ) : (
        <div className="dialog-form">
          <p>
            {familyId === null && consented
              ? `${counted(consented.homes, 'famille a donné son accord', 'familles ont donné leur accord')}. `
              : ''}
            Rien n’est enregistré avant que vous ayez vu chaque réponse.
          </p>
          <div className="form-pair">
            <Select
              label="Quotient du mois de"
              description="En janvier, les ressources changent&nbsp;: elles comptent dans le quotient de février."
              data={[
                { value: '', label: 'Mois en cours' },
                ...Array.from({ length: monthsKnown - 1 }, (_, back) => {
                  const on = firstOfMonth(addMonths(today, -back - 1))
                  return { value: monthKey(on), label: monthText(on) }
                }),
              ]}
              value={month ?? ''}
              allowDeselect={false}
              onChange={(value) => setMonth(value === '' || value === null ? null : value)}
            />
            <RequiredDayField label="Valable à partir du" value={fromDay} onChange={setFromDay} />
          </div>
          {task.underway ? (
            <Progress
              {...task.underway}
              trailing={
                <Button size="compact-xs" onClick={task.stop}>
                  Arrêter
                </Button>
              }
            />
          ) : null}
          <div className="dialog-foot">
            <Button variant="default" onClick={task.underway ? task.stop : onClose}>
              Annuler
            </Button>
            <Button variant="filled" data-autofocus loading={task.underway !== undefined} onClick={() => void ask()}>
              Demander
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

const Answers = ({ consulted, onClose }: { consulted: Consulted; onClose: () => void }) => {
  const { ticket, fromDay, rows } = consulted
  const different = rows.filter(({ state }) => state === 'different')
  // A difference with a doubt about the person is not accepted by default: staff decide.
  const [accepted, setAccepted] = useState<ReadonlySet<number>>(
    new Set(different.filter(({ doubts }) => doubts.length === 0).map(({ familyId }) => familyId)),
  )
  const [isSaving, setIsSaving] = useState(false)
  const askRepricing = useAskRepricingOfAct()
  const tick = (familyId: number, isTicked: boolean) => {
    const next = new Set(accepted)
    if (isTicked) next.add(familyId)
    else next.delete(familyId)
    setAccepted(next)
  }
  const accept = async () => {
    setIsSaving(true)
    try {
      const { actId, recorded } = await clientOutsideForms.quotients.acceptConsulted({
        ticket,
        familyIds: [...accepted],
      })
      notifications.show({
        color: 'green',
        message: `${counted(recorded, 'quotient enregistré', 'quotients enregistrés')}, au ${longDate(fromDay)}.`,
      })
      onClose()
      await askRepricing(actId)
    } catch (error) {
      notifyRefusal(error)
    } finally {
      setIsSaving(false)
    }
  }
  return (
    <div className="dialog-form">
      <p>{summaryText(rows)}</p>
      <div className="quotients-answers">
        <Table
          label="Réponses"
          items={rows}
          idOf={({ familyId }) => familyId}
          columns={[tickColumn(accepted, tick), ...columns]}
        />
      </div>
      <div className="dialog-foot">
        <Button variant="default" onClick={onClose}>
          {different.length === 0 ? 'Fermer' : 'Ne rien enregistrer'}
        </Button>
        {different.length === 0 ? null : (
          <Button
            variant="filled"
            disabled={accepted.size === 0}
            loading={isSaving}
            data-autofocus
            onClick={() => void accept()}
          >
            Enregistrer {counted(accepted.size, 'quotient')} au {longDate(fromDay)}
          </Button>
        )}
      </div>
    </div>
  )
}

const tickColumn = (
  accepted: ReadonlySet<number>,
  tick: (familyId: number, isTicked: boolean) => void,
): TableColumn<ConsultedHome> => ({
  id: 'tick',
  title: <span className="unseen">Accepter</span>,
  width: 40,
  show: ({ familyId, family, state }) => (
    <Checkbox
      aria-label={`Accepter pour la famille ${family}`}
      checked={accepted.has(familyId)}
      disabled={state !== 'different'}
      onChange={({ currentTarget }) => tick(familyId, currentTarget.checked)}
    />
  ),
})

const summaryText = (rows: readonly ConsultedHome[]): string => {
  const count = (state: ConsultedHome['state']) => rows.filter((row) => row.state === state).length
  const parts = [
    ...(count('different') > 0 ? [counted(count('different'), 'quotient nouveau', 'quotients nouveaux')] : []),
    ...(count('same') > 0 ? [counted(count('same'), 'déjà connu', 'déjà connus')] : []),
    ...(count('silent') > 0 ? [counted(count('silent'), 'famille sans réponse', 'familles sans réponse')] : []),
  ]
  return `${parts.join(', ')}.`
}

const columns: readonly TableColumn<ConsultedHome>[] = [
  {
    id: 'family',
    title: 'Famille',
    width: 200,
    show: ({ family, guardian }) => (
      <>
        <b>{family}</b> <span className="soft small">{guardian}</span>
      </>
    ),
  },
  { id: 'here', title: 'Connu ici', width: 170, show: ({ here }) => here || <span className="soft">inconnu</span> },
  {
    id: 'there',
    title: 'Réponse',
    show: ({ state, there, month, doubts, said }) =>
      state === 'silent' ? (
        <span className="soft quotients-said">{said}</span>
      ) : (
        <span className="quotients-said">
          {there}
          {month === null ? '' : `, ${monthText(`${month}-01` as Day)}`}
          {state === 'same' ? <span className="soft"> déjà connu</span> : null}
          {doubts.map((doubt) => (
            <Note key={doubt} tone="warn">
              {doubt}
            </Note>
          ))}
        </span>
      ),
  },
]
