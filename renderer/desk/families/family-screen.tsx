import IconBan from '@tabler/icons-react/icons/IconBan'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconCertificate from '@tabler/icons-react/icons/IconCertificate'
import IconClipboardPlus from '@tabler/icons-react/icons/IconClipboardPlus'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconHome2 from '@tabler/icons-react/icons/IconHome2'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconMapPin from '@tabler/icons-react/icons/IconMapPin'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconPhone from '@tabler/icons-react/icons/IconPhone'
import IconUser from '@tabler/icons-react/icons/IconUser'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ascending } from '../../../shared/collections.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { isOverdue } from '../../../shared/rules/money/payment/payment.ts'
import { coupleName } from '../../../shared/rules/people/names.ts'
import { quotientSinceText } from '../../../shared/rules/price/family-quotient.ts'
import { counted, listed, numericDay, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { DossierBadge } from '../dossiers/family-dossier.tsx'
import { HelpButton } from '../help/help-button.tsx'
import { HistoryButton } from '../history/history-button.tsx'
import { LetterDialog } from '../letters/letter-dialog.tsx'
import { FamilyMessages } from '../messages/family-messages.tsx'
import { AlertsOfFamily } from '../notes/alerts.tsx'
import { FamilyPapers } from '../papers/family-papers.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { DebtMarks } from '../parts/debt-marks.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { OtherViewers } from '../parts/other-viewers.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { FamilyAccess } from '../portal/family-access.tsx'
import { FamilyData } from '../protection/family-data.tsx'
import { RegistrationFlow } from '../registrations/registration-flow.tsx'
import { FamilyRequests } from '../requests/family-requests.tsx'
import { FamilyCalendar } from '../reservations/family-calendar.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { AttestationDialog } from '../statements/attestation-dialog.tsx'
import { ChildrenTab } from './children-tab.tsx'
import { HomeDialog } from './dialogs.tsx'
import { forbiddenPickups } from './fetching.ts'
import './families.css'
import { HistoryTab } from './history-tab.tsx'
import { HomeTab } from './home-tab.tsx'
import { MoneyTab } from './money-tab.tsx'
import { isCurrent, RegistrationsTab } from './registrations-tab.tsx'

/** A family's record in tabs; its head has the answers that people ask for at the counter. */
export const FamilyScreen = () => {
  const { familyId } = useParams({ from: '/desk/familles/$familyId' })
  const { data: family, error, refetch } = useQuery(orpc.families.one.queryOptions({ input: { id: Number(familyId) } }))
  // The family's creation was undone, or the family erased, on another workstation: do not show the cached record.
  const isGone = error !== null && refusalOf(error).why === 'refused'
  if (family && !isGone) return <FamilyFile key={family.id} family={family} />
  return (
    <Screen title="Famille">
      <ScreenHead title="Famille" />
      {isGone ? (
        <EmptyState
          title={refusalOf(error).sentence}
          action={
            <Link to="/familles" search={{}}>
              Voir les familles
            </Link>
          }
        />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Screen>
  )
}

const FamilyFile = ({ family }: { family: Family }) => {
  const may = useMay()
  const navigate = useNavigate()
  const [isEditing, setIsEditing] = useState(false)
  const [isRegistering, setIsRegistering] = useState(false)
  const [isWriting, setIsWriting] = useState(false)
  const [isAttesting, setIsAttesting] = useState(false)
  const { onglet = 'foyer' } = useSearch({ from: '/desk/familles/$familyId' })
  const { data: registrations } = useQuery(orpc.registrations.ofFamily.queryOptions({ input: { familyId: family.id } }))
  const { today } = useNow()
  const live = registrations?.filter((one) => isCurrent(one, today)).length
  const tabs: readonly (readonly [id: string, title: string, count: number | undefined, tab: () => ReactNode])[] = [
    ['foyer', 'Foyer', undefined, () => <HomeTab family={family} />],
    ['enfants', 'Enfants', family.children.length, () => <ChildrenTab family={family} />],
    [
      'inscriptions',
      'Inscriptions',
      live,
      () => <RegistrationsTab family={family} onRegister={() => setIsRegistering(true)} />,
    ],
    ['reservations', 'Réservations', undefined, () => <FamilyCalendar familyId={family.id} />],
    ...(may('invoices.read')
      ? ([['argent', 'Factures et règlements', undefined, () => <MoneyTab family={family} />]] as const)
      : []),
    ['pieces', 'Pièces', undefined, () => <FamilyPapers family={family} />],
    ['messages', 'Messages', undefined, () => <FamilyMessages family={family} />],
    ['historique', 'Historique', undefined, () => <HistoryTab family={family} />],
    ...(may('families.write')
      ? ([['donnees', 'Données', undefined, () => <FamilyData id={family.id} name={family.name} />]] as const)
      : []),
  ]
  const [, , , shown] = tabs.find(([id]) => id === onglet) ?? tabs[0] ?? ['', '', undefined, () => null]
  return (
    <Screen title={`Famille ${family.name}`}>
      <div className="family-head">
        <div className="grow">
          <div className="row">
            <h1>{family.name}</h1>
            <span className="soft">
              {[
                `Dossier ${familyNumberText(family.id)}`,
                ...(family.address ? [family.address.resident ? 'résident' : 'hors commune'] : []),
              ].join(' · ')}
            </span>
            <HelpButton />
            <DossierBadge familyId={family.id} />
            {family.leftOn === null ? null : <Badge tone="warn">partie le {numericDay(family.leftOn)}</Badge>}
          </div>
          <ContactLine family={family} />
        </div>
        <div className="row">
          <ActionButton
            combo="t"
            label="Attestation…"
            icon={<IconCertificate size={14} />}
            onAction={() => setIsAttesting(true)}
          />
          {may('messages') ? (
            <ActionButton
              combo="c"
              label="Courrier…"
              icon={<IconMail size={14} />}
              onAction={() => setIsWriting(true)}
            />
          ) : null}
          <HistoryButton main entity="family" id={family.id} title={`Famille ${family.name}`} />
          {may('families.write') ? (
            <ActionButton
              combo="m"
              label="Modifier"
              icon={<IconPencil size={14} />}
              onAction={() => setIsEditing(true)}
            />
          ) : null}
          {may('decisions') ? (
            <ActionButton
              combo="i"
              label="Inscrire"
              icon={<IconClipboardPlus size={14} />}
              onAction={() => setIsRegistering(true)}
            />
          ) : null}
          {may('payments') ? (
            <ActionButton
              main
              combo="e"
              label="Encaisser"
              icon={<IconCash size={14} />}
              onAction={() => void navigate({ to: '/reglements', search: { famille: family.id } })}
            />
          ) : null}
        </div>
      </div>
      <OtherViewers record={`family ${family.id}`} />
      <AlertsOfFamily familyId={family.id} />
      <FamilySummary family={family} live={live} />
      <nav className="tabs" aria-label="Dossier">
        {tabs.map(([id, title, count]) => (
          <Link
            key={id}
            to="/familles/$familyId"
            params={{ familyId: String(family.id) }}
            search={id === 'foyer' ? {} : { onglet: id }}
            replace
            activeOptions={{ exact: true }}
          >
            {title} {count === undefined ? null : <small>{count}</small>}
          </Link>
        ))}
      </nav>
      <div className="family-tab">{shown()}</div>
      {isEditing ? <HomeDialog family={family} onClose={() => setIsEditing(false)} /> : null}
      {isWriting ? <LetterDialog family={family} onClose={() => setIsWriting(false)} /> : null}
      {isAttesting ? <AttestationDialog family={family} onClose={() => setIsAttesting(false)} /> : null}
      {isRegistering ? (
        <RegistrationFlow
          familyId={family.id}
          onEnd={(isMade) => {
            setIsRegistering(false)
            if (isMade)
              void navigate({
                to: '/familles/$familyId',
                params: { familyId: String(family.id) },
                search: { onglet: 'inscriptions' },
                replace: true,
              })
          }}
        />
      ) : null}
    </Screen>
  )
}

const ContactLine = ({ family }: { family: Family }) => {
  const phone = [...family.guardians.map((one) => one.mobilePhone), family.homePhone].find((one) => one !== '')
  const { address } = family
  return (
    <p className="family-line">
      <span>
        <IconUser size={16} aria-hidden="true" />
        {coupleName(family.guardians) || 'Responsables à compléter'}
      </span>
      {phone ? (
        <span>
          <IconPhone size={16} aria-hidden="true" />
          {withUnbrokenNumbers(phone)}
        </span>
      ) : null}
      <span>
        <IconMapPin size={16} aria-hidden="true" />
        {address ? `${address.line1}, ${address.postcode} ${address.town}` : 'Adresse à compléter'}
      </span>
    </p>
  )
}

/** Balance, family quotient, children, portal account and requests: what people ask at the counter. */
const FamilySummary = ({ family, live }: { family: Family; live: number | undefined }) => {
  const may = useMay()
  const { data: owed } = useQuery(
    orpc.payments.owed.queryOptions({ input: { familyId: family.id }, enabled: may('invoices.read') }),
  )
  const alerts = family.children.filter(({ hasHealthAlert }) => hasHealthAlert)
  const shared = family.children.filter(({ otherFamilies }) => otherFamilies.length > 0)
  const marks = owed?.marks ?? []
  const forbidden = [
    ...Map.groupBy(
      family.children.flatMap((child) =>
        forbiddenPickups(child).map(({ name, forbidding }) => ({ name, forbidding, child: child.firstName })),
      ),
      ({ name, forbidding }) => `${forbidding} ${name}`,
    ).values(),
  ]
  const isPlain = forbidden.length + alerts.length + shared.length + marks.length === 0
  const { quotient } = family
  const debts = owed && owed.balanceCents > 0 ? owed.debts : []
  const [nextDue] = debts
    .flatMap(({ dueOn, leftCents }) => (dueOn === null ? [] : [{ dueOn, leftCents }]))
    .toSorted(ascending(({ dueOn }) => dueOn))
  const { today } = useNow()
  return (
    <dl className="family-answers">
      {may('invoices.read') ? (
        <div>
          <dt>{owed && owed.balanceCents < 0 ? 'En sa faveur' : 'Solde à régler'}</dt>
          <dd>{owed ? formatEuros(Math.abs(owed.balanceCents)) : '…'}</dd>
          {nextDue && isOverdue(nextDue, today) ? (
            <dd className="danger">en retard depuis le {numericDay(nextDue.dueOn)}</dd>
          ) : (
            <dd>{nextDue ? `échéance ${numericDay(nextDue.dueOn)}` : owed ? 'rien en retard' : ''}</dd>
          )}
        </div>
      ) : null}
      <div>
        <dt>Quotient familial</dt>
        <dd>{quotient?.value == null ? 'Inconnu' : formatNumber(quotient.value)}</dd>
        {quotient?.value == null ? (
          <dd>tarif le plus haut</dd>
        ) : quotient.state === 'counts' ? (
          <dd>{quotientSinceText(quotient)}</dd>
        ) : (
          <dd className="danger">
            {quotient.state === 'ended' ? 'plus valable\u00a0: tarif le plus haut' : 'plus valable, compte encore'}
          </dd>
        )}
      </div>
      <div>
        <dt>Enfants</dt>
        <dd>{family.children.length}</dd>
        <dd>{live === undefined ? '' : counted(live, 'inscription en cours', 'inscriptions en cours')}</dd>
      </div>
      <FamilyAccess familyId={family.id} />
      <FamilyRequests familyId={family.id} />
      <div>
        <dt>À savoir</dt>
        <dd className="row">
          {isPlain ? 'Rien' : null}
          {forbidden.map((rows) =>
            rows.slice(0, 1).map(({ name, forbidding }) => (
              <Badge key={`${forbidding} ${name}`} tone="danger">
                <IconBan size={14} aria-hidden="true" />
                {name}&nbsp;: {forbidding === 'disputed' ? 'appelez la direction' : 'interdit'} pour{' '}
                {listed(rows.map(({ child }) => child))}
              </Badge>
            )),
          )}
          {alerts.map(({ id, firstName }) => (
            <Badge key={id} tone="danger">
              <IconFirstAidKit size={14} aria-hidden="true" />
              Santé {firstName}
            </Badge>
          ))}
          {shared.map(({ id, firstName }) => (
            <Badge key={id} tone="accent">
              <IconHome2 size={14} aria-hidden="true" />
              Deux foyers {firstName}
            </Badge>
          ))}
          <DebtMarks marks={marks} />
        </dd>
        <dd>{isPlain ? 'de particulier' : ''}</dd>
      </div>
    </dl>
  )
}
