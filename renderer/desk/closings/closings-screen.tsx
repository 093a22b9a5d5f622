import { Button, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Closing, OpenPeriod } from '../../../shared/contract/desk/money/closings.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { accountRows, closedPeriodText, receiptsText } from '../../../shared/rules/money/closing.ts'
import { capitalised, instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Screen, ScreenBody, ScreenHead, Section, ShortcutBar } from '../parts/screen.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { notifyRefusal } from '../queries.ts'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { BookDialog } from './book-dialog.tsx'
import './closings.css'
import { ReceivedTable } from './received-table.tsx'

const title = 'Clôture'

/** The next month to close at a régie, with its conditions and account, and the closed periods. */
export const ClosingsScreen = () => {
  const { regies, regie, chooseRegie } = useChosenRegie()
  const [chosen, setChosen] = useState<string | null>(null)
  const { data: read, error, refetch } = useQuery(orpc.closings.read.queryOptions({ input: { regieId: regie.id } }))
  const all = read ? [...read.open, ...read.closed] : []
  const period = all.find((one) => keyOf(one) === chosen) ?? all[0]
  return (
    <Screen title={title}>
      <ScreenHead
        above={<Link to="/reglements">Règlements</Link>}
        title={title}
        controls={
          <>
            <RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />
            {period ? (
              <Select
                aria-label="Période"
                allowDeselect={false}
                data={all.map((one) => ({ value: keyOf(one), label: capitalised(closedPeriodText(one)) }))}
                value={keyOf(period)}
                onChange={setChosen}
              />
            ) : null}
          </>
        }
      >
        {period ? <Acts key={`${regie.id} ${keyOf(period)}`} regie={regie} period={period} /> : null}
      </ScreenHead>
      <ScreenBody>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : !read ? (
          <Loading />
        ) : !period ? (
          <EmptyState title="Rien n’est à clore">
            Une régie se clôt mois par mois, dès qu’un compte y a bougé&nbsp;: facture, règlement ou solde repris.
          </EmptyState>
        ) : (
          <div className="stack closings">
            <NumbersUnknown />
            <PeriodOf period={period} before={read.closed[0]} />
          </div>
        )}
      </ScreenBody>
      <ShortcutBar
        keys={[['mod+p', 'imprimer']]}
        chosen="Clos, un mois ne change plus&nbsp;: une correction se date d’après."
      />
    </Screen>
  )
}

const keyOf = ({ kind, from }: Pick<OpenPeriod, 'kind' | 'from'>): string => `${kind} ${from}`

type AnyPeriod = OpenPeriod | Closing

const isClosed = (period: AnyPeriod): period is Closing => 'closedAt' in period

const Acts = ({ regie, period }: { regie: RegieChoice; period: AnyPeriod }) => {
  const may = useMay()
  const [asks, setAsks] = useState(false)
  const [writes, setWrites] = useState(false)
  const { kind, from } = period
  const asked = { regieId: regie.id, kind, from }
  const name = closedPeriodText(period)
  const make = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx' | 'csv') => {
      const file = await clientOutsideForms.closings.file({ ...asked, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
    onError: notifyRefusal,
  })
  const saveBook = useMutation({
    mutationFn: async () => savePaper(await clientOutsideForms.closings.bookFile(asked)),
    onError: notifyRefusal,
  })
  const mayWrite = may('closing') && regie.takesMoney
  const isUnnumbered = useNumbersUnknown()
  const { data: bookExport } = useQuery(orpc.closings.bookExport.queryOptions({ input: { regieId: regie.id } }))
  const canClose = !isClosed(period) && mayWrite && !isUnnumbered && period.checks.every(({ isDone }) => isDone)
  useShortcut('mod+p', 'imprimer', () => make.mutate('pdf'))
  useShortcut('mod+Enter', 'clore', () => setAsks(true), { enabled: canClose })
  return (
    <>
      <Button disabled={make.isPending} onClick={() => make.mutate('csv')}>
        CSV
      </Button>
      <Button disabled={make.isPending} onClick={() => make.mutate('xlsx')}>
        Excel
      </Button>
      {isClosed(period) && bookExport ? (
        <Button disabled={saveBook.isPending} onClick={() => (mayWrite ? setWrites(true) : saveBook.mutate())}>
          {mayWrite ? 'Écritures…' : 'Écritures'}
        </Button>
      ) : null}
      <Button leftSection={<IconPrinter size={14} />} loading={make.isPending} onClick={() => make.mutate('pdf')}>
        {isClosed(period) ? 'Imprimer' : 'État provisoire'}
      </Button>
      {!isClosed(period) && mayWrite ? (
        <Button
          variant="filled"
          leftSection={<IconLock size={14} />}
          disabled={!canClose}
          onClick={() => setAsks(true)}
        >
          Clore {name}…
        </Button>
      ) : null}
      {writes && isClosed(period) && bookExport ? (
        <BookDialog regie={regie} closing={period} bookExport={bookExport} onClose={() => setWrites(false)} />
      ) : null}
      {asks ? (
        <ConfirmDialog
          opened
          title={`Clore ${name}`}
          confirm="Clore"
          onClose={() => setAsks(false)}
          onConfirm={async (client) => {
            const made = await client.closings.close({ ...asked, dueAfterCents: period.statement.dueAfterCents })
            notifications.show({
              color: 'green',
              message: `${capitalised(name)} est clos\u00a0: état n°\u00a0${made.number}.`,
            })
          }}
        >
          <p>
            Une clôture ne se rouvre pas. Ce qui arrivera encore à une date de {name} sera compté au premier jour ouvert
            d’après&nbsp;: la quittance gardera le jour du règlement.
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  )
}

const PeriodOf = ({ period, before }: { period: AnyPeriod; before: Closing | undefined }) => (
  <>
    <div className="closings-top">
      {isClosed(period) ? (
        <Section title={`État n°\u00a0${period.number}`}>
          <p>
            Clos le {instantText(period.closedAt)} par {period.closedBy}.
          </p>
          <p className="soft small closings-fingerprint">
            Empreinte {period.hash}. Elle porte celle de l’état d’avant&nbsp;: rien ne peut changer sans que cela se
            voie.
          </p>
        </Section>
      ) : (
        <Section
          title="Avant de clore"
          subtitle={`${period.checks.filter(({ isDone }) => isDone).length} sur ${period.checks.length}`}
        >
          <ul className="closings-checks" aria-label="Avant de clore">
            {period.checks.map(({ what, isDone, title: name, detail }) => (
              <li key={what}>
                {isDone ? (
                  <IconCheck size={18} className="closings-done" aria-label="fait" />
                ) : (
                  <IconAlertCircle size={18} className="closings-missing" aria-label="à faire" />
                )}
                <div>
                  {isDone ? name : <b>{name}</b>}
                  <div className="soft small">{detail}</div>
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={period.kind === 'month' ? 'Le compte du mois' : 'Le compte de l’année'}>
        <dl className="closings-account">
          {accountRows(period.statement, period).map(([label, amount]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{amount}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </div>
    <Section
      title="Encaissé par nature et par moyen"
      subtitle={period.receipts ? `en euros, ${receiptsText(period.receipts)}` : 'en euros'}
    >
      <ReceivedTable received={period.statement.received} labels={period.natureLabels} />
    </Section>
    {!isClosed(period) && before ? (
      <p className="soft small">
        {capitalised(closedPeriodText(before))} est l’état n°&nbsp;{before.number}, empreinte {before.hash.slice(0, 8)}…
        Celui de {closedPeriodText(period)}, n°&nbsp;{period.number}, la portera&nbsp;: rien ne peut changer sans que
        cela se voie.
      </p>
    ) : null}
  </>
)
