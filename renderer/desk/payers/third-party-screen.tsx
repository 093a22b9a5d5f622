import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { ShownAid, ThirdPartyPage } from '../../../shared/contract/desk/money/payers.ts'
import { addMonths, daysOfMonth, type Month, monthKey } from '../../../shared/rules/calendar/day.ts'
import { aidText, aidUnitNames, ceilingsText, leftText } from '../../../shared/rules/money/aid.ts'
import { formatAmount, formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { thirdPartyKindNames } from '../../../shared/rules/money/third-party.ts'
import { briefDay, counted, listed, monthText, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { Mandates } from '../debits/mandates.tsx'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { Panel, Screen, ScreenBody, ScreenHead, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { MoneyAhead } from '../payments/refund-dialog.tsx'
import { notifyRefusal } from '../queries.ts'
import { DecisionsOfThirdParty } from '../recovery/decisions-of-third-party.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { AidDialog } from './aid-dialog.tsx'
import { PromiseDialog } from './promise-dialog.tsx'
import { RefuseDialog } from './refuse-dialog.tsx'
import { monthsText, PapersTable, PaymentsTable } from './third-party-account.tsx'
import { ThirdPartyDialog } from './third-party-dialog.tsx'
import './payers.css'

/** A third party: what it owes, the homes that it helps, what is left of its aids, its papers. */
export const ThirdPartyScreen = () => {
  const { tiers } = useParams({ strict: false })
  const id = Number(tiers)
  const { data: page, error, refetch } = useQuery(orpc.payers.thirdParty.queryOptions({ input: { id } }))
  if (!page)
    return (
      <Screen title="Tiers payeur">
        <ScreenHead title="Tiers payeur" />
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Screen>
    )
  return <PageOf key={id} page={page} />
}

type Opened = 'party' | 'promise' | 'bill' | { readonly aid: ShownAid } | { readonly refuse: ShownAid }

const PageOf = ({ page }: { page: ThirdPartyPage }) => {
  const { thirdParty, aids, toBill, papers, payments } = page
  const may = useMay()
  const navigate = useNavigate()
  const [opened, setOpened] = useState<Opened>()
  const [chosenId, setChosenId] = useState<number>()
  const chosen = aids.find(({ id }) => id === chosenId) ?? aids[0]
  const close = () => setOpened(undefined)
  const last = papers.find(({ kind }) => kind === 'invoice')
  const see = useMutation({
    mutationFn: async (id: number) => readPaper(await clientOutsideForms.invoicing.pdf({ ids: [id] })),
    onError: notifyRefusal,
  })
  return (
    <Screen title={thirdParty.name}>
      <ScreenHead
        above={<Link to="/facturation/tiers">Aides et tiers payeurs</Link>}
        title={thirdParty.name}
        subtitle={`${thirdPartyKindNames[thirdParty.kind]}${thirdParty.toTitle ? ', à titrer' : ''}`}
      >
        <ActionButton combo="m" label="Modifier…" onAction={() => setOpened('party')} />
        {last ? <ActionButton combo="v" label="Voir la facture" onAction={() => see.mutate(last.id)} /> : null}
        {page.balanceCents > 0 && !thirdParty.toTitle && may('payments') ? (
          <ActionButton
            combo="e"
            label="Encaisser…"
            onAction={() => void navigate({ to: '/reglements', search: { tiers: thirdParty.id } })}
          />
        ) : null}
        {toBill.lines.length > 0 ? (
          <ActionButton combo="f" label="Facturer…" onAction={() => setOpened('bill')} />
        ) : null}
        <ActionButton main combo="n" label="Promettre une aide…" onAction={() => setOpened('promise')} />
      </ScreenHead>
      <Facts page={page} />
      <Split side={320}>
        <ScreenBody label={`Aides et factures de ${thirdParty.name}`}>
          <div className="payers-page">
            <Section title="Enfants et aides" subtitle={levelsText(aids)}>
              <Table
                label="Enfants et aides"
                items={aids}
                idOf={({ id }) => id}
                columns={aidColumns}
                chosen={chosen?.id}
                onChoose={({ id }) => setChosenId(id)}
                onOpen={(aid) => setOpened({ aid })}
                empty={<EmptyState title="Aucune aide promise">Promettez-en une à un ou plusieurs enfants.</EmptyState>}
              />
            </Section>
            <Section title="Factures" subtitle="leur série, leur solde">
              <PapersTable papers={papers} onSee={(id) => see.mutate(id)} />
            </Section>
            {may('mandates') && !thirdParty.toTitle ? (
              <Mandates
                payer={{ familyId: null, thirdPartyId: thirdParty.id, name: thirdParty.name, holder: thirdParty.name }}
              />
            ) : null}
            <DecisionsOfThirdParty thirdPartyId={thirdParty.id} />
            {payments.length > 0 ? (
              <Section title="Règlements" subtitle="ce qu’il a payé">
                <MoneyAhead payer={{ thirdPartyId: thirdParty.id }} name={thirdParty.name} />
                <PaymentsTable payments={payments} />
              </Section>
            ) : null}
          </div>
        </ScreenBody>
        {chosen ? (
          <AidPanel
            aid={chosen}
            month={last ? monthKey(last.to) : null}
            onChange={() => setOpened({ aid: chosen })}
            onRefuse={() => setOpened({ refuse: chosen })}
          />
        ) : null}
      </Split>
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'enfant suivant'],
          ['Enter', 'modifier l’aide'],
        ]}
        chosen="Ce qu’un tiers paie n’est jamais réclamé à la famille."
      />
      {opened === 'party' ? <ThirdPartyDialog party={thirdParty} onClose={close} /> : null}
      {opened === 'promise' ? <PromiseDialog thirdPartyId={thirdParty.id} onClose={close} /> : null}
      {opened === 'bill' ? <BillDialog page={page} onClose={close} /> : null}
      {typeof opened === 'object' && 'aid' in opened ? <AidDialog aid={opened.aid} onClose={close} /> : null}
      {typeof opened === 'object' && 'refuse' in opened ? <RefuseDialog aid={opened.refuse} onClose={close} /> : null}
    </Screen>
  )
}

const Facts = ({ page: { thirdParty, balanceCents, dueOn, toBill, aids, families } }: { page: ThirdPartyPage }) => {
  const children = new Set(aids.map(({ familyId, childId }) => childId ?? `home ${familyId}`)).size
  const months = toBill.months
  const facts = [
    {
      name: 'Solde à régler',
      value: formatEuros(balanceCents),
      note: dueOn ? `échéance ${briefDay(dueOn)}` : '',
    },
    {
      name: months
        ? `À facturer, ${monthsText(daysOfMonth(months.from).from, daysOfMonth(months.to).to)}`
        : 'À facturer',
      value: formatEuros(toBill.totalCents),
      note: toBill.children > 0 ? counted(toBill.children, 'enfant') : '',
    },
    { name: 'Enfants aidés', value: String(children), note: counted(families, 'famille') },
    { name: 'Référence à porter', value: thirdParty.orderNumber || '–', note: 'sur chaque facture' },
    {
      name: 'Contact',
      value: thirdParty.contactName || '–',
      note: [thirdParty.phone, thirdParty.email].filter((text) => text !== '').join(' · '),
    },
  ]
  return (
    <dl className="payers-facts">
      {facts.map(({ name, value, note }) => (
        <div key={name}>
          <dt className="soft small">{name}</dt>
          <dd>
            <b>{value}</b>
            {note ? <span className="soft small">{note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const levelsText = (aids: readonly ShownAid[]): string => {
  const of = (level: ShownAid['level']) => aids.filter((aid) => aid.level === level).length
  return listed([
    counted(aids.length, 'aide promise', 'aides promises'),
    ...(of('nearlyUsed') > 0 ? [`${of('nearlyUsed')} à surveiller`] : []),
    ...(of('usedUp') > 0 ? [counted(of('usedUp'), 'épuisée')] : []),
  ])
}

const aidColumns: readonly TableColumn<ShownAid>[] = [
  { id: 'child', title: 'Enfant', show: ({ child, family }) => child ?? `famille ${family}` },
  {
    id: 'aid',
    title: 'Aide',
    show: (aid) => (
      <>
        {aidText(aid)} {aid.state === 'refused' ? <span className="payers-usedUp">refusée</span> : null}
      </>
    ),
  },
  {
    id: 'cents',
    title: 'Pris sur le plafond, en euros',
    number: true,
    width: 190,
    show: ({ givenCents, ceilingCents, level }) => (
      <span className={`payers-${level}`}>
        {ceilingCents === null ? null : (
          <meter
            className={`payers-meter payers-meter-${level}`}
            min={0}
            max={ceilingCents}
            value={givenCents}
            aria-hidden="true"
          />
        )}
        {formatAmount(givenCents)}
        {ceilingCents === null ? '' : `/${formatAmount(ceilingCents)}`}
      </span>
    ),
  },
  {
    id: 'units',
    title: 'En quantité',
    number: true,
    width: 130,
    show: ({ givenUnits, ceilingUnits, per, level }) => (
      <span className={`soft payers-${level}`}>
        {formatNumber(givenUnits)}
        {ceilingUnits === null ? '' : `/${ceilingUnits}`}{' '}
        {(ceilingUnits ?? givenUnits) > 1 ? aidUnitNames[per].many : aidUnitNames[per].one}
      </span>
    ),
  },
  {
    id: 'last',
    title: 'Dernière facture',
    number: true,
    width: 120,
    show: ({ lastCents }) => (lastCents === 0 ? <span className="soft">–</span> : <b>{formatEuros(lastCents)}</b>),
  },
]

const AidPanel = ({
  aid,
  month,
  onChange,
  onRefuse,
}: {
  aid: ShownAid
  /** The month shown first; null for the current one. */
  month: Month | null
  onChange: () => void
  onRefuse: () => void
}) => {
  const ceilings = ceilingsText(aid)
  return (
    <Panel label="Aide choisie" title={aid.child ?? `Famille ${aid.family}`} subtitle={`famille ${aid.family}`}>
      <p>
        <Link to="/familles/$familyId" params={{ familyId: String(aid.familyId) }} search={{ onglet: 'argent' }}>
          Ouvrir la famille
        </Link>
      </p>
      <h3 className="payers-panel-title">
        {aidText(aid)} {aid.state === 'promised' ? <PlainAction label="Modifier" onAction={onChange} /> : null}
      </h3>
      <dl className="payers-terms small">
        <dt>Du {shortDay(aid.from)}</dt>
        <dd>{aid.to ? `au ${shortDay(aid.to)}` : 'sans fin'}</dd>
        {aid.decidedOn ? (
          <>
            <dt>Décision</dt>
            <dd>du {shortDay(aid.decidedOn)}</dd>
          </>
        ) : null}
        <dt>Plafond</dt>
        <dd>{ceilings || 'aucun'}</dd>
        {aid.state === 'refused' ? (
          <>
            <dt>Refusée</dt>
            <dd>
              {aid.refusedOn ? `le ${shortDay(aid.refusedOn)}` : ''}, {aid.refusalReason}
            </dd>
          </>
        ) : null}
      </dl>
      {aid.childId === null ? null : (
        <WhoPaysOf key={aid.childId} familyId={aid.familyId} childId={aid.childId} first={month} />
      )}
      {aid.ceilingCents !== null || aid.ceilingUnits !== null ? (
        <>
          <h3 className="payers-panel-title">Avant que ça manque</h3>
          <p className="small">Il reste {leftText(aid, { cents: aid.givenCents, units: aid.givenUnits })}.</p>
          <p className="small soft">Au plafond, la famille paie ce que l’aide ne prend plus.</p>
        </>
      ) : null}
      {aid.state === 'promised' ? (
        <Button variant="subtle" color="red" onClick={onRefuse}>
          L’aide est refusée…
        </Button>
      ) : null}
    </Panel>
  )
}

/** « Qui paie quoi »: the price of a child's month, and the part of each payer. */
const WhoPaysOf = ({ familyId, childId, first }: { familyId: number; childId: number; first: Month | null }) => {
  const { today } = useNow()
  const [month, setMonth] = useState<Month>(first ?? monthKey(today))
  const { data } = useQuery(orpc.payers.whoPays.queryOptions({ input: { familyId, childId, month } }))
  const { from } = daysOfMonth(month)
  const shift = (by: number) => setMonth(monthKey(addMonths(from, by)))
  return (
    <>
      <h3 className="payers-panel-title">
        Qui paie quoi, {monthText(from)} <span className="soft small">{data ? counted(data.days, 'journée') : ''}</span>
      </h3>
      <span className="row">
        <PlainAction label="Mois d’avant" onAction={() => shift(-1)} />
        <PlainAction label="Mois d’après" onAction={() => shift(1)} />
      </span>
      {data ? (
        <table className="table table-flush payers-who" aria-label="Qui paie quoi">
          <tbody>
            {data.prices.map(({ label, quantity, unitCents, totalCents }) => (
              <tr key={`${label} ${unitCents}`}>
                <td>
                  {label}, {quantity} × {formatEuros(unitCents)}
                </td>
                <td className="num">{formatEuros(totalCents)}</td>
              </tr>
            ))}
            {data.aids.map(({ aidId, label, thirdParty, form, cents, use }) => (
              <tr key={aidId}>
                <td>
                  {thirdParty ?? label}, {form}
                  {use ? <small className="soft payers-use">{use}</small> : null}
                </td>
                <td className="num">{formatEuros(-cents)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">La famille paie</th>
              <td className="num">
                <b>{formatEuros(data.familyCents)}</b>
              </td>
            </tr>
          </tbody>
        </table>
      ) : (
        <Loading />
      )}
    </>
  )
}

/** « 12,00 € à facturer et 2,20 € à rendre par avoir » */
const sumsText = ({ totalCents, givenBackCents }: ThirdPartyPage['toBill']): string =>
  listed([
    ...(totalCents > givenBackCents ? [`${formatEuros(totalCents - givenBackCents)} à facturer`] : []),
    ...(givenBackCents < 0 ? [`${formatEuros(-givenBackCents)} à rendre par avoir`] : []),
  ])

const BillDialog = ({ page: { thirdParty, toBill }, onClose }: { page: ThirdPartyPage; onClose: () => void }) => (
  <ConfirmDialog
    opened
    title={`Facturer ${thirdParty.name}`}
    confirm="Émettre"
    onClose={onClose}
    onConfirm={async (client) => {
      const { papers } = await client.payers.bill({ thirdPartyIds: [thirdParty.id] })
      notifications.show({ color: 'green', message: `Émis\u00a0: ${listed(papers.map(({ number }) => number))}.` })
    }}
  >
    <p>
      {sumsText(toBill)}, pour {counted(toBill.children, 'enfant')}. Un papier émis ne change plus.
    </p>
    <ul className="small payers-lines">
      {toBill.lines.map((line) => (
        <li key={`${line.childId} ${line.activity} ${line.label} ${line.fiscal} ${line.unitCents} ${line.days[0]}`}>
          {line.child}, {line.activity}, {line.label}&nbsp;: {line.quantity} × {formatEuros(line.unitCents)} ={' '}
          <b>{formatEuros(line.totalCents)}</b>
        </li>
      ))}
    </ul>
  </ConfirmDialog>
)
