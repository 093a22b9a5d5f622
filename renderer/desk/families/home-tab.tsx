import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type {
  Child,
  DatedAddress,
  DatedQuotient,
  Family,
  Guardian,
  PriceCategory,
} from '../../../shared/contract/desk/people/families.ts'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { guardianPhones } from '../../../shared/rules/people/fields.ts'
import { deliveryNames } from '../../../shared/rules/people/names.ts'
import { quotientStateText } from '../../../shared/rules/price/family-quotient.ts'
import {
  capitalised,
  instantText,
  longDate,
  numericDay,
  ofName,
  withUnbrokenNumbers,
} from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { OwnFieldsOfHome } from '../fields/own-fields.tsx'
import { showHistory } from '../history/undoing.tsx'
import { NotesSection } from '../notes/notes-section.tsx'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Note, Properties, Timeline } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { PhotoAction, Portrait } from '../photos/person-photo.tsx'
import { HomeConsent } from '../quotients/consent.tsx'
import { StateBadge } from '../registrations/state-badge.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { Bonds } from './bonds.tsx'
import { Categories, CategoryDialog } from './category-dialog.tsx'
import { childLine, initials } from './child-texts.ts'
import { AddressDialog, ChildDialog, GuardianDialog, QuotientDialog } from './dialogs.tsx'
import { doAllFetch, guardianPlace, guardiansFetchingText } from './fetching.ts'
import { LeaveDialog } from './leave-dialog.tsx'
import { AccountTable } from './money-tab.tsx'
import { isCurrent } from './registrations-tab.tsx'

type Edited =
  | { what: 'guardian'; guardian: Guardian | 'new' }
  | { what: 'address'; address: DatedAddress | 'new' }
  | { what: 'quotient'; quotient: DatedQuotient | 'new' }
  | { what: 'category'; category: PriceCategory | 'new' }
  | { what: 'child' }
  | { what: 'leave' }
  | { what: 'out'; guardian: Guardian }

const formFromAddress = (saisir: 'qf' | 'adresse' | undefined): Edited | undefined => {
  if (saisir === 'qf') return { what: 'quotient', quotient: 'new' }
  return saisir === 'adresse' ? { what: 'address', address: 'new' } : undefined
}

/** The home at a glance: its children and what they attend, its money, its people. */
export const HomeTab = ({ family }: { family: Family }) => {
  const may = useMay()
  const mayWrite = may('families.write')
  const { saisir } = useSearch({ from: '/desk/familles/$familyId' })
  const navigate = useNavigate()
  const [edited, setEdited] = useState<Edited | undefined>(mayWrite ? formFromAddress(saisir) : undefined)
  const close = () => {
    setEdited(undefined)
    // Otherwise returning to this tab would open the form again.
    if (saisir) void navigate({ to: '.', search: {}, replace: true })
  }
  return (
    <>
      <Split side={316}>
        <div className="family-main stack stack-wide">
          <Children family={family} onAdd={mayWrite ? () => setEdited({ what: 'child' }) : undefined} />
          <Bonds family={family} mayWrite={mayWrite} />
          {may('invoices.read') ? <LatestMoney family={family} /> : null}
        </div>
        <Panel label="À côté">
          <People family={family} mayWrite={mayWrite} onEdit={setEdited} />
          <Pickups family={family} />
          <Income family={family} mayWrite={mayWrite} onEdit={setEdited} />
          <Addresses family={family} mayWrite={mayWrite} onEdit={setEdited} />
          <OwnFieldsOfHome familyId={family.id} subject="family" id={family.id} name={`famille ${family.name}`} />
          <NotesSection family={family} mayWrite={mayWrite} />
          {family.notes === '' ? null : (
            <Section title="Notes">
              <p className="small">{family.notes}</p>
            </Section>
          )}
          <LatestNews family={family} />
          {mayWrite ? <DepartureAction family={family} onLeave={() => setEdited({ what: 'leave' })} /> : null}
        </Panel>
      </Split>
      {edited?.what === 'guardian' ? (
        <GuardianDialog family={family} guardian={edited.guardian} onClose={close} />
      ) : null}
      {edited?.what === 'address' ? <AddressDialog family={family} address={edited.address} onClose={close} /> : null}
      {edited?.what === 'quotient' ? (
        <QuotientDialog family={family} quotient={edited.quotient} onClose={close} />
      ) : null}
      {edited?.what === 'category' ? (
        <CategoryDialog family={family} category={edited.category} onClose={close} />
      ) : null}
      {edited?.what === 'child' ? <ChildDialog family={family} child="new" onClose={close} /> : null}
      {edited?.what === 'leave' ? <LeaveDialog family={family} onClose={close} /> : null}
      {edited?.what === 'out' ? (
        <RemoveGuardianDialog family={family} guardian={edited.guardian} onClose={close} />
      ) : null}
    </>
  )
}

const Children = ({ family, onAdd }: { family: Family; onAdd: (() => void) | undefined }) => {
  const { today } = useNow()
  const { data: registrations = [] } = useQuery(
    orpc.registrations.ofFamily.queryOptions({ input: { familyId: family.id } }),
  )
  return (
    <Section title="Enfants" action={onAdd ? <PlainAction label="Ajouter un enfant" onAction={onAdd} /> : undefined}>
      {family.children.length === 0 ? (
        <EmptyState title="Aucun enfant">Ajoutez l’enfant, puis inscrivez-le.</EmptyState>
      ) : (
        family.children.map((child) => (
          <ChildLines
            key={child.id}
            child={child}
            registrations={registrations.filter((one) => one.childId === child.id && isCurrent(one, today))}
          />
        ))
      )}
    </Section>
  )
}

const ChildLines = ({ child, registrations }: { child: Child; registrations: readonly Registration[] }) => {
  const { today } = useNow()
  return (
    <section className="family-child" aria-label={child.firstName}>
      <div className="row">
        <span className="avatar" aria-hidden="true">
          {child.firstName.charAt(0)}
        </span>
        <b>{child.firstName}</b>
        <span className="soft">{childLine(child, today)}</span>
        {child.hasHealthAlert ? (
          <Badge tone="danger">
            <IconFirstAidKit size={14} aria-hidden="true" />
            santé
          </Badge>
        ) : null}
        {child.otherFamilies.map(({ id, name }) => (
          <Link key={id} className="small" to="/familles/$familyId" params={{ familyId: String(id) }} search={{}}>
            aussi chez {name}
          </Link>
        ))}
      </div>
      {child.exemptionAsked === null ? null : <Note tone="warn">{child.exemptionAsked}</Note>}
      {child.schooling?.exemption ? (
        <p className="soft small">Par dérogation&nbsp;: {child.schooling.exemption}</p>
      ) : null}
      {registrations.length === 0 ? (
        <p className="soft small">Aucune inscription en cours.</p>
      ) : (
        <table className="table table-flush" aria-label={`Inscriptions ${ofName(child.firstName)}`}>
          <tbody>
            {registrations.map((one) => (
              <tr key={one.id}>
                <td>{one.period}</td>
                <td className="soft">
                  {numericDay(one.startDay)} → {numericDay(one.endDay)}
                </td>
                <td>{one.state === 'asked' ? <StateBadge registration={one} /> : null}</td>
                <td className="num soft">{one.facility}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const LatestMoney = ({ family }: { family: Family }) => {
  const { data } = useQuery(orpc.payments.account.queryOptions({ input: { familyId: family.id } }))
  if (!data || data.lines.length === 0) return null
  return (
    <Section
      title="Factures et règlements"
      subtitle={`solde ${formatEuros(data.balanceCents)}`}
      action={
        <Link to="/familles/$familyId" params={{ familyId: String(family.id) }} search={{ onglet: 'argent' }} replace>
          Tout voir
        </Link>
      }
    >
      <AccountTable lines={data.lines.toReversed().slice(0, 5)} />
    </Section>
  )
}

type FamilySection = {
  family: Family
  mayWrite: boolean
  onEdit: (edited: Edited) => void
}

const People = ({ family, mayWrite, onEdit }: FamilySection) => {
  const swap = useMutation(orpcOutsideForms.families.swapGuardians.mutationOptions())
  return (
    <Section
      title="Responsables"
      action={
        mayWrite ? (
          <PlainAction label="Ajouter" onAction={() => onEdit({ what: 'guardian', guardian: 'new' })} />
        ) : undefined
      }
    >
      {family.guardians.map((guardian, at) => (
        <div key={guardian.id} className="family-person">
          <Portrait
            familyId={family.id}
            owner={{ guardianId: guardian.id }}
            letters={initials(guardian.firstName, guardian.lastName)}
          />
          <div className="grow">
            <b>
              {guardian.civility} {guardian.firstName} {guardian.lastName}
            </b>{' '}
            <span className="soft small">
              {guardianPlace(family, guardian.id, at + 1)}
              {at === 0 ? ', reçoit les factures' : ''}
            </span>
            <span className="small family-ways">
              {[...guardianPhones(guardian), ...(guardian.email === '' ? [] : [guardian.email])].map((text) => (
                <span key={text}>{withUnbrokenNumbers(text)}</span>
              ))}
            </span>
            {guardian.profession + guardian.employer === '' ? null : (
              <span className="small soft">
                {[guardian.profession, guardian.employer].filter((text) => text !== '').join(', ')}
              </span>
            )}
            {guardian.ownAddress ? (
              <span className="small soft">
                {guardian.ownAddress.line1}, {guardian.ownAddress.postcode} {guardian.ownAddress.town}
              </span>
            ) : null}
            {guardian.otherFamilies.map(({ id, name }) => (
              <Link key={id} className="small" to="/familles/$familyId" params={{ familyId: String(id) }} search={{}}>
                aussi dans la famille {name}
              </Link>
            ))}
            {mayWrite ? (
              <span className="row row-wide">
                <PhotoAction familyId={family.id} owner={{ guardianId: guardian.id }} />
                <PlainAction
                  label="Modifier"
                  aria={`Modifier ${guardian.firstName} ${guardian.lastName}`}
                  onAction={() => onEdit({ what: 'guardian', guardian })}
                />
                <PlainAction
                  label="Historique"
                  aria={`Historique\u00a0: ${guardian.firstName} ${guardian.lastName}`}
                  onAction={() =>
                    showHistory({
                      what: 'record',
                      entity: 'guardian',
                      id: guardian.id,
                      title: `${guardian.firstName} ${guardian.lastName}`,
                    })
                  }
                />
                {family.guardians.length > 1 ? (
                  <PlainAction
                    label="Retirer"
                    aria={`Retirer ${guardian.firstName} ${guardian.lastName}`}
                    onAction={() => onEdit({ what: 'out', guardian })}
                  />
                ) : null}
                {at > 0 ? (
                  <PlainAction
                    label="Mettre en parent 1"
                    aria={`Mettre en parent 1\u00a0: ${guardian.firstName} ${guardian.lastName}`}
                    onAction={() => swap.mutate({ familyId: family.id, guardianId: guardian.id })}
                  />
                ) : null}
              </span>
            ) : null}
            <OwnFieldsOfHome
              familyId={family.id}
              subject="guardian"
              id={guardian.id}
              name={`${guardian.firstName} ${guardian.lastName}`}
              isInline
            />
          </div>
        </div>
      ))}
      {family.homePhone === '' ? null : (
        <Properties entries={[['Tél domicile', withUnbrokenNumbers(family.homePhone)]]} />
      )}
    </Section>
  )
}

const RemoveGuardianDialog = ({
  family,
  guardian,
  onClose,
}: {
  family: Family
  guardian: Guardian
  onClose: () => void
}) => {
  return (
    <ConfirmDialog
      opened
      title={`Retirer ${guardian.firstName} ${guardian.lastName}\u00a0?`}
      confirm="Retirer de la famille"
      dangerous
      onConfirm={(client) => client.families.removeGuardian({ familyId: family.id, guardianId: guardian.id })}
      onClose={onClose}
    >
      Cette personne ne sera plus responsable dans ce foyer. L’historique garde sa trace.
    </ConfirmDialog>
  )
}

const Pickups = ({ family }: { family: Family }) => {
  const allowed = family.children.flatMap((child) => child.pickups.filter((one) => one.allowed))
  const forbidden = family.children.flatMap((child) =>
    child.pickups.filter((one) => !one.allowed).map((one) => ({ ...one, child: child.firstName })),
  )
  const uniqueAllowed = [...new Map(allowed.map((one) => [`${one.name} ${one.phone}`, one])).values()]
  const restricted = family.children.filter((child) => !doAllFetch(child))
  if (uniqueAllowed.length + forbidden.length + restricted.length === 0) return null
  return (
    <Section title="Peuvent venir chercher">
      {restricted.map((child) => (
        <p key={child.id} className="small">
          <b>{child.firstName}</b>&nbsp;: {guardiansFetchingText(family, child)}
        </p>
      ))}
      <ul className="family-people">
        {uniqueAllowed.map((one) => (
          <li key={one.id}>
            <span>
              {one.name} <span className="soft">{one.relation}</span>
            </span>
            <span>{withUnbrokenNumbers(one.phone)}</span>
          </li>
        ))}
        {forbidden.map((one) => (
          <li key={one.id} className="danger">
            <span>
              {one.name} <span>{one.relation}</span>
            </span>
            <span>
              {one.forbidding === 'disputed' ? 'appelez la direction' : 'interdit'} pour {one.child}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const Income = ({ family, mayWrite, onEdit }: FamilySection) => (
  <Section
    title="Revenus et allocations"
    action={
      mayWrite ? (
        <span className="row">
          <PlainAction label="Catégorie" onAction={() => onEdit({ what: 'category', category: 'new' })} />
          <PlainAction label="Nouveau QF" onAction={() => onEdit({ what: 'quotient', quotient: 'new' })} />
        </span>
      ) : undefined
    }
  >
    <Properties
      entries={[
        ...(family.benefitScheme === '' ? [] : ([['Régime', family.benefitScheme]] as const)),
        ...(family.beneficiaryName === '' ? [] : ([['Allocataire', family.beneficiaryName]] as const)),
        ...(family.beneficiaryNumber === '' ? [] : ([['N° allocataire', family.beneficiaryNumber]] as const)),
        ...(family.formerNumber === '' ? [] : ([['N° dans l’ancien logiciel', family.formerNumber]] as const)),
        ...(family.dependentChildren === null
          ? []
          : ([['Enfants à charge', String(family.dependentChildren)]] as const)),
        ...(family.lastIncomeCents === null
          ? []
          : ([['Derniers revenus', formatEuros(family.lastIncomeCents)]] as const)),
        ...(family.invoicesBy === '' ? [] : ([['Factures', deliveryNames[family.invoicesBy]]] as const)),
        ...(family.incomeUpdatedOn === null ? [] : ([['Mis à jour le', numericDay(family.incomeUpdatedOn)]] as const)),
      ]}
    />
    {family.quotients.length === 0 ? <p className="small soft">QF inconnu&nbsp;: tarif le plus haut.</p> : null}
    {family.quotient && family.quotient.value !== null && family.quotient.state !== 'counts' ? (
      <Note tone="warn">{capitalised(quotientStateText(family.quotient))}.</Note>
    ) : null}
    <ul className="family-people">
      {family.quotients.map((quotient) => (
        <li key={quotient.id}>
          <span className={quotient.id === family.quotient?.id ? 'quotient-value' : 'quotient-value soft'}>
            {quotient.value === null ? 'QF inconnu' : `QF ${formatNumber(quotient.value)}`}
          </span>
          <span>
            <span className={quotient.id === family.quotient?.id ? undefined : 'soft'}>
              depuis le {longDate(quotient.fromDay)}
              {quotient.value === null || quotient.lastDay === null ? null : `, jusqu’au ${longDate(quotient.lastDay)}`}
            </span>{' '}
            {mayWrite ? (
              <PlainAction
                label="Corriger"
                aria={`Corriger le QF du ${longDate(quotient.fromDay)}`}
                onAction={() => onEdit({ what: 'quotient', quotient })}
              />
            ) : null}
          </span>
        </li>
      ))}
    </ul>
    <Categories family={family} mayWrite={mayWrite} onEdit={(category) => onEdit({ what: 'category', category })} />
    <HomeConsent family={family} mayWrite={mayWrite} />
  </Section>
)

const Addresses = ({ family, mayWrite, onEdit }: FamilySection) => (
  <Section
    title="Adresses"
    action={
      mayWrite ? (
        <PlainAction label="Déménagement" onAction={() => onEdit({ what: 'address', address: 'new' })} />
      ) : undefined
    }
  >
    <ul className="family-people">
      {family.addresses.map((address) => (
        <li key={address.id}>
          <span className={address.id === family.address?.id ? undefined : 'soft'}>
            {address.line1}
            <br />
            {address.postcode} {address.town}
            <br />
            <span className="soft">
              depuis le {longDate(address.fromDay)}, {address.resident ? 'résident' : 'hors commune'}
            </span>
          </span>
          {mayWrite ? (
            <PlainAction
              label="Corriger"
              aria={`Corriger l’adresse ${address.line1}`}
              onAction={() => onEdit({ what: 'address', address })}
            />
          ) : null}
        </li>
      ))}
    </ul>
  </Section>
)

const LatestNews = ({ family }: { family: Family }) => {
  const { data } = useQuery(orpc.home.story.queryOptions({ input: { familyId: family.id, count: 4 } }))
  if (!data || data.length === 0) return null
  return (
    <Section
      title="Dernières nouvelles"
      action={
        <Link
          to="/familles/$familyId"
          params={{ familyId: String(family.id) }}
          search={{ onglet: 'historique' }}
          replace
        >
          Historique
        </Link>
      }
    >
      <Timeline
        events={data.map(({ actId, label, who, at }) => ({
          id: actId,
          what: label,
          when: `${instantText(at)}, ${who}`,
        }))}
      />
    </Section>
  )
}

const DepartureAction = ({ family, onLeave }: { family: Family; onLeave: () => void }) => {
  const back = useMutation(orpcOutsideForms.families.comeBack.mutationOptions())
  return (
    <div>
      {family.leftOn === null ? (
        <PlainAction label="La famille part…" onAction={onLeave} />
      ) : (
        <PlainAction label="La famille est revenue" onAction={() => back.mutate({ id: family.id })} />
      )}
    </div>
  )
}
