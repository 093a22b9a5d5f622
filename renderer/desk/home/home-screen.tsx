import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardText from '@tabler/icons-react/icons/IconClipboardText'
import IconFileText from '@tabler/icons-react/icons/IconFileText'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconUrgent from '@tabler/icons-react/icons/IconUrgent'
import IconUserPlus from '@tabler/icons-react/icons/IconUserPlus'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Today } from '../../../shared/contract/desk/home.ts'
import type { KindCount } from '../../../shared/contract/desk/requests.ts'
import { addDays, type TimeOfDay, timeAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import {
  briefDay,
  capitalised,
  counted,
  instantText,
  longDay,
  monthText,
  ofName,
  timeText,
} from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Cell, CellIcon } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { FirstDayInvitation } from '../help/first-day-invitation.tsx'
import { MyTasks } from '../notes/my-tasks.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Screen, ScreenBody, ScreenHead, Section } from '../parts/screen.tsx'
import { LatePlans } from '../sendings/late-plans.tsx'
import { UrgentClosingDialog } from '../sendings/urgent-closing.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { FirstSteps } from './first-steps.tsx'
import './home.css'
import { LastExchange } from './last-exchange.tsx'

/** Today at a glance: expected children, freed places, waiting requests, money owed. */
export const HomeScreen = () => {
  const { data: today, error, refetch } = useQuery(orpc.home.today.queryOptions())
  const navigate = useNavigate()
  const may = useMay()
  const [isClosing, setIsClosing] = useState(false)
  /** While a service is new, its first steps are shown and cards without content are left out. */
  const shows = (hasContent: boolean) => today?.beginning === null || hasContent
  return (
    <Screen title="Accueil">
      <ScreenHead title={today ? capitalised(longDay(today.day)) : 'Accueil'} subtitle={today && expectedWords(today)}>
        {may('activities') && may('sendings.audience') ? (
          <ActionButton
            combo="u"
            label="Fermeture en urgence"
            icon={<IconUrgent size={14} />}
            onAction={() => setIsClosing(true)}
          />
        ) : null}
        {may('families.write') ? (
          <ActionButton
            combo="n"
            label="Nouvelle famille"
            icon={<IconUserPlus size={14} />}
            onAction={() => void navigate({ to: '/familles', search: { nouvelle: true } })}
          />
        ) : null}
        {may('attendance') ? (
          <ActionButton
            main
            combo="p"
            label="Pointer"
            icon={<IconChecklist size={14} />}
            onAction={() => void navigate({ to: '/pointage' })}
          />
        ) : null}
      </ScreenHead>
      <ScreenBody>
        {isClosing ? (
          <UrgentClosingDialog
            activityIds={today?.activities?.map(({ activityId }) => activityId) ?? []}
            onClose={() => setIsClosing(false)}
          />
        ) : null}
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {today ? (
          <div className="home">
            <div className="home-main">
              <FirstDayInvitation />
              {may('sendings') ? <LatePlans /> : null}
              {today.beginning ? <FirstSteps beginning={today.beginning} /> : null}
              {today.activities && shows(today.activities.length > 0 || today.next !== null) ? (
                <Activities activities={today.activities} closed={today.closed ?? []} next={today.next} />
              ) : null}
              {today.promotable && shows(today.freeing > 0) ? (
                <FreedPlaces lists={today.promotable} freeing={today.freeing} />
              ) : null}
              {shows(today.windows.length > 0) ? <UpcomingWindows windows={today.windows} /> : null}
              {today.files && shows(Object.values(today.files).some((count) => count > 0)) ? (
                <IncompleteFiles files={today.files} />
              ) : null}
            </div>
            <div className="home-side">
              {may('notes') ? <MyTasks isShownEmpty={shows(false)} /> : null}
              {today.requests && shows(today.requests.waiting + (today.papers ?? 0) > 0) ? (
                <Requests requests={today.requests} papers={today.papers ?? 0} />
              ) : null}
              {today.money && shows(hasMoney(today.money)) ? <Money money={today.money} /> : null}
              {today.aids && today.aids.nearlyUsed + today.aids.endingSoon > 0 ? (
                <AidsToWatch aids={today.aids} />
              ) : null}
              {may('portal') ? <LastExchange /> : null}
              {may('backups') ? <LastBackup backup={today.lastBackup} /> : null}
            </div>
          </div>
        ) : error ? null : (
          <Loading>La journée arrive…</Loading>
        )}
      </ScreenBody>
    </Screen>
  )
}

const expectedWords = ({ activities, children }: Today): string | undefined => {
  if (!activities || !children) return undefined
  if (activities.length === 0) return 'aucun accueil aujourd’hui'
  return `${counted(children.expected, 'enfant attendu', 'enfants attendus')}, ${counted(children.present, 'présent')}`
}

const Activities = ({
  activities,
  closed,
  next,
}: {
  activities: NonNullable<Today['activities']>
  closed: NonNullable<Today['closed']>
  next: Today['next']
}) => (
  <>
    {activities.length + closed.length > 0 ? (
      <Section title="Aujourd’hui">
        <ActivityTable label="Aujourd’hui, par activité" activities={activities} closed={closed} />
      </Section>
    ) : null}
    {activities.length > 0 ? null : <NextOpenDay next={next} />}
  </>
)

const NextOpenDay = ({ next }: { next: Today['next'] }) =>
  next ? (
    <Section
      title={capitalised(longDay(next.day))}
      subtitle="rien n’ouvre aujourd’hui, voici le prochain jour ouvert"
      action={
        <Link to="/pointage" search={{ jour: next.day }}>
          Voir les listes
        </Link>
      }
    >
      <ActivityTable label="Prochain jour ouvert, par activité" activities={next.activities} isToCome />
    </Section>
  ) : (
    <Section title="Aujourd’hui">
      <p className="soft small">Rien n’ouvre aujourd’hui, ni les jours qui viennent.</p>
    </Section>
  )

const ActivityTable = ({
  label,
  activities,
  closed = [],
  isToCome = false,
}: {
  label: string
  activities: NonNullable<Today['activities']>
  closed?: NonNullable<Today['closed']>
  /** The day is in the future: no attendance is shown. */
  isToCome?: boolean
}) => (
  <table className="table table-flush" aria-label={label}>
    <thead>
      <tr>
        <th scope="col">Activité</th>
        <th scope="col">Heures</th>
        <th scope="col" className="num">
          Attendus
        </th>
        <th scope="col" className="num">
          Sur la capacité
        </th>
        {isToCome ? null : (
          <>
            <th scope="col" className="num">
              Présents
            </th>
            <th scope="col">À&nbsp;pointer</th>
          </>
        )}
      </tr>
    </thead>
    <tbody>
      {activities.map((one) => (
        <tr key={one.activityId}>
          <td>{one.activity}</td>
          <td className="soft small">
            {timeText(one.start as TimeOfDay)} → {timeText(one.end as TimeOfDay)}
          </td>
          <td className="num">
            <b>{one.expected}</b>
          </td>
          <td className="num">
            <Gauge line held={one.held} capacity={one.capacity} />
          </td>
          {isToCome ? null : (
            <>
              <td className="num">{one.present === 0 && one.toMark > 0 ? '–' : one.present}</td>
              <td className="small">{one.toMark > 0 ? one.toMark : one.expected > 0 ? 'tout est pointé' : ''}</td>
            </>
          )}
        </tr>
      ))}
      {closed.map(({ activityId, activity, reason }) => (
        <tr key={activityId}>
          <td>{activity}</td>
          <td className="soft" colSpan={5}>
            <b>fermé</b>, {reason}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const FreedPlaces = ({ lists, freeing }: { lists: NonNullable<Today['promotable']>; freeing: number }) => (
  <Section
    title="Places qui se libèrent"
    subtitle={freeing === 0 ? undefined : 'la liste d’attente peut avancer'}
    action={<Link to="/calendrier/attente">Voir les listes d’attente</Link>}
  >
    {freeing === 0 ? (
      <p className="soft small">Aucune liste d’attente ne peut avancer.</p>
    ) : (
      <table className="table table-flush" aria-label="Listes d’attente qui peuvent avancer">
        <tbody>
          {lists.map((one) => (
            <tr key={`${one.registrationId} ${one.day} ${one.slotId}`}>
              <td className="home-cell">
                <Cell face={{ state: 'waitlisted', rank: 1 }} text="En attente, rang 1" />
              </td>
              <td>
                <Link to="/calendrier/attente" search={{ periode: one.periodId, jour: one.day, plage: one.slotId }}>
                  {one.name}
                </Link>{' '}
                <span className="soft small">{one.age}</span>
              </td>
              <td className="soft">
                <Link to="/calendrier" search={{ periode: one.periodId, jour: one.day }}>
                  {briefDay(one.day)}, {one.slot}
                </Link>
              </td>
              <td className="soft small">
                {one.period}
                {one.stopped === null ? null : <p className="warn">{one.stopped}</p>}
              </td>
              <td className="num small">{counted(one.free, 'place libre', 'places libres')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    {freeing > lists.length ? <p className="soft small">et {freeing - lists.length} autres</p> : null}
  </Section>
)

const UpcomingWindows = ({ windows }: { windows: Today['windows'] }) => (
  <Section title="Cette semaine">
    {windows.length === 0 ? (
      <p className="soft small">Aucune période ne s’ouvre ni ne se ferme d’ici une semaine.</p>
    ) : (
      <table className="table table-flush" aria-label="Ouvertures et fermetures de la semaine">
        <tbody>
          {windows.map((one) => (
            <tr key={`${one.at} ${one.period} ${one.what} ${one.does}`}>
              <td className="soft small home-day">{briefDay(one.on)}</td>
              <td>
                {windowWords[one.does]} des {one.what === 'registrations' ? 'inscriptions' : 'réservations'}&nbsp;:{' '}
                <b>{one.period}</b>
                {one.does === 'opensToResidents' ? ', pour les familles de la commune' : ''} à{' '}
                {timeText(timeAt(one.at))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Section>
)

const windowWords = { opens: 'Ouverture', opensToResidents: 'Ouverture', closes: 'Fermeture' } as const

const IncompleteFiles = ({ files }: { files: NonNullable<Today['files']> }) => {
  const lines = [
    [
      files.withoutQuotient,
      'famille inscrite sans quotient familial\u00a0: tarif le plus haut',
      'familles inscrites sans quotient familial\u00a0: tarif le plus haut',
    ],
    [files.withoutAddress, 'famille sans adresse', 'familles sans adresse'],
    [files.withoutGuardian, 'famille sans responsable', 'familles sans responsable'],
  ] as const
  const isAllowed = useMay()('dossiers')
  const { data: dossiers } = useQuery({
    ...orpc.dossiers.list.queryOptions({
      input: { activityId: null, periodId: null, schoolId: null, requiredId: null },
    }),
    enabled: isAllowed,
  })
  const incomplete = dossiers?.incomplete ?? 0
  const missing = [
    [
      incomplete,
      <Link key="dossiers" to="/familles/dossiers" search={{}}>
        {incomplete < 2 ? 'enfant à qui il manque une pièce' : 'enfants à qui il manque une pièce'}
      </Link>,
    ] as const,
    ...lines.map(([count, one, many]) => [count, count < 2 ? one : many] as const),
  ].filter(([count]) => count > 0)
  return (
    <Section
      title="Dossiers à compléter"
      action={
        <span className="row row-wide">
          <Link to="/familles/quotients">QF qui expirent</Link>
          <Link to="/familles" search={{}}>
            Familles
          </Link>
        </span>
      }
    >
      {missing.length === 0 ? (
        <p className="soft small">Tous les dossiers ont un responsable, une adresse et un quotient.</p>
      ) : (
        <Figures lines={missing.map(([count, words]) => [words, String(count), ''])} first />
      )}
    </Section>
  )
}

const Requests = ({ requests, papers }: { requests: NonNullable<Today['requests']>; papers: number }) => {
  const { waiting, bookings, cancellations, registrations, changes, signUps } = requests
  if (waiting + papers === 0)
    return (
      <Section title="Demandes à décider">
        <p className="soft small">Aucune demande n’attend.</p>
      </Section>
    )
  const kinds = [
    ['Réservations', bookings, <CellIcon key="sign" face={{ state: 'requestSent' }} />],
    ['Annulations', cancellations, <CellIcon key="sign" face={{ state: 'cancelSent' }} />],
    ['Inscriptions', registrations, <IconClipboardText key="sign" size={18} aria-hidden="true" />],
    ['Changements', changes, <IconPencil key="sign" size={18} aria-hidden="true" />],
    ['Comptes à ouvrir', signUps, <IconUserPlus key="sign" size={18} aria-hidden="true" />],
  ] as const
  return (
    <Section title="Demandes à décider" action={<Link to="/demandes">Ouvrir la file</Link>}>
      <table className="table table-flush" aria-label="Demandes à décider, par nature">
        <thead>
          <tr>
            <th scope="col">Nature</th>
            <th scope="col" className="num">
              Nombre
            </th>
            <th scope="col" className="num">
              Réponse promise
            </th>
          </tr>
        </thead>
        <tbody>
          {kinds
            .filter(([, { count }]) => count > 0)
            .map(([words, counts, sign]) => (
              <tr key={words}>
                <td>
                  <Link to="/demandes" className="home-kind">
                    <span>{sign}</span>
                    {words}
                  </Link>
                </td>
                <td className="num">
                  <b>{counts.count}</b>
                </td>
                <td className="num small">
                  <DueDate counts={counts} />
                </td>
              </tr>
            ))}
          {papers === 0 ? null : (
            <tr>
              <td>
                <Link to="/demandes/pieces" className="home-kind">
                  <span>
                    <IconFileText size={18} aria-hidden="true" />
                  </span>
                  Pièces à lire
                </Link>
              </td>
              <td className="num">
                <b>{papers}</b>
              </td>
              <td className="num small soft">–</td>
            </tr>
          )}
        </tbody>
      </table>
    </Section>
  )
}

/** When the first answer is due: « 2 en retard », « pour demain ». */
const DueDate = ({ counts: { late, dueOn } }: { counts: KindCount }) => {
  const { today } = useNow()
  if (late > 0) return <span className="danger">{late} en retard</span>
  if (dueOn === null) return null
  const day = dueOn === today ? 'aujourd’hui' : dueOn === addDays(today, 1) ? 'demain' : `le ${briefDay(dueOn)}`
  return <span className="soft">pour {day}</span>
}

const Money = ({ money }: { money: NonNullable<Today['money']> }) => (
  <Section
    title="Argent"
    action={useMay()('invoices.read', 'everywhere') ? <Link to="/facturation">Facturation</Link> : null}
  >
    <Figures
      lines={[
        ...(money.toBill ?? []).map(
          ({ month, cells }) =>
            [
              'À facturer',
              formatNumber(cells),
              `${cells < 2 ? 'plage' : 'plages'} ${ofName(monthText(month))}`,
            ] as const,
        ),
        ['À régler', formatEuros(money.owedCents), counted(money.owingFamilies, 'famille')],
        [
          money.overdueCents > 0 ? <Link to="/reglements/impayes">En retard</Link> : 'En retard',
          <span key="late" className={money.overdueCents > 0 ? 'danger' : undefined}>
            {formatEuros(money.overdueCents)}
          </span>,
          counted(money.overdueFamilies, 'famille'),
        ],
        ...(money.brokenPlans > 0
          ? [
              [
                <Link key="plans" to="/reglements/impayes">
                  Échéanciers rompus
                </Link>,
                <span key="broken" className="danger">
                  {formatNumber(money.brokenPlans)}
                </span>,
                'une part n’est pas payée',
              ] as const,
            ]
          : []),
        ...(money.toForwardCents > 0
          ? [
              [
                <Link key="forward" to="/reglements/etat-des-restes">
                  À reverser à la Trésorerie
                </Link>,
                formatEuros(money.toForwardCents),
                'reçu pour des dettes transmises',
              ] as const,
            ]
          : []),
        ['Encaissé aujourd’hui', formatEuros(money.receivedCents), counted(money.payments, 'règlement')],
      ]}
    />
    {money.fullTills.map(({ regieId, regie, cashCents }) => (
      <Note key={regieId} tone="warn">
        {regie}&nbsp;: le plafond d’encaisse est atteint, {formatEuros(cashCents)} en caisse.{' '}
        <Link to="/reglements" search={{ remise: regieId }}>
          Remettre les espèces
        </Link>
      </Note>
    ))}
  </Section>
)

const AidsToWatch = ({ aids: { nearlyUsed, endingSoon } }: { aids: NonNullable<Today['aids']> }) => {
  const lines = [
    [nearlyUsed, 'aide à 90\u00a0% de son plafond', 'aides à 90\u00a0% de leur plafond'],
    [endingSoon, 'aide qui finit d’ici un mois', 'aides qui finissent d’ici un mois'],
  ] as const
  return (
    <Section title="Aides à surveiller" action={<Link to="/facturation/tiers">Aides et tiers payeurs</Link>}>
      <Figures
        lines={lines
          .filter(([count]) => count > 0)
          .map(([count, one, many]) => [count < 2 ? one : many, String(count), ''])}
        first
      />
    </Section>
  )
}

const hasMoney = ({ toBill, owedCents, toForwardCents, payments, fullTills }: NonNullable<Today['money']>): boolean =>
  fullTills.length > 0 || (toBill ?? []).length > 0 || owedCents > 0 || toForwardCents > 0 || payments > 0

const LastBackup = ({ backup }: { backup: Today['lastBackup'] }) => (
  <Section
    title="Sauvegarde"
    action={
      <Link to="/reglages" search={{ onglet: 'sauvegardes' }}>
        Sauvegardes
      </Link>
    }
  >
    {backup ? (
      <p className={`small ${backup.verified ? 'good' : 'warn'}`}>
        {backup.verified ? 'Faite et vérifiée' : 'Faite, non vérifiée'} {instantText(backup.at)}
      </p>
    ) : (
      <p className="soft small">Aucune sauvegarde encore&nbsp;: la première se fait d’elle-même.</p>
    )}
  </Section>
)

/** Lines of a label, a detail and a figure at the right; `first` puts the figure before its label. */
const Figures = ({
  lines,
  first = false,
}: {
  lines: readonly (readonly [words: ReactNode, figure: ReactNode, detail: string])[]
  first?: boolean
}) => (
  <table className="table table-flush">
    <tbody>
      {lines.map(([words, figure, detail], at) => (
        <tr key={`line-${String(at)}`}>
          {first ? (
            <td className="num home-count">
              <b>{figure}</b>
            </td>
          ) : null}
          <td>{words}</td>
          {detail === '' ? null : <td className="soft small">{detail}</td>}
          {first ? null : (
            <td className="num">
              <b>{figure}</b>
            </td>
          )}
        </tr>
      ))}
    </tbody>
  </table>
)
