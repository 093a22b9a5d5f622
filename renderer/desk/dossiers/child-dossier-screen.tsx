import { Button } from '@mantine/core'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type { FamilyDossier } from '../../../shared/contract/desk/people/dossiers.ts'
import type { Child, Family } from '../../../shared/contract/desk/people/families.ts'
import { yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import { isStillAsked, itemStateText } from '../../../shared/rules/dossier/dossier.ts'
import { callDirectorText } from '../../../shared/rules/people/pickup.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, ofName, shortDay, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { RemindDialog } from '../campaign/remind-dialog.tsx'
import { ChildConsents } from '../consents/child-consents.tsx'
import { EmergencyHealth } from '../emergency/emergency-health.tsx'
import { childLine, initials } from '../families/child-texts.ts'
import { HealthDialog } from '../families/dialogs.tsx'
import {
  doAllFetch,
  forbiddenPickups,
  forbiddenText,
  guardianPlace,
  guardiansFetching,
  guardiansFetchingText,
} from '../families/fetching.ts'
import { PaperDialog } from '../papers/paper-dialog.tsx'
import { PapersToRead, usePapersToRead } from '../papers/papers-to-read.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Panel, Screen, ScreenBody, ScreenHead, Section, ShortcutBar, Split } from '../parts/screen.tsx'
import { Portrait } from '../photos/person-photo.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import './dossiers.css'
import { DossierBadge, FamilyDossierSection, useFamilyDossier } from './family-dossier.tsx'

type Item = FamilyDossier['items'][number]

/** The dossier of one child: first what is missing, then its papers and the answers of its guardians. */
export const ChildDossierScreen = () => {
  const { familyId, childId } = useParams({ from: '/desk/familles/$familyId/enfants/$childId' })
  const { data: family, error, refetch } = useQuery(orpc.families.one.queryOptions({ input: { id: Number(familyId) } }))
  const child = family?.children.find(({ id }) => id === Number(childId))
  if (family && child) return <ChildDossier key={child.id} family={family} child={child} />
  const isGone = error ? refusalOf(error).why === 'refused' : family !== undefined
  return (
    <Screen title="Dossier">
      <ScreenHead title="Dossier" />
      {isGone ? (
        <EmptyState title="Cet enfant n’est pas de cette famille">
          <Link to="/familles" search={{}}>
            Voir les familles
          </Link>
        </EmptyState>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Screen>
  )
}

const ChildDossier = ({ family, child }: { family: Family; child: Child }) => {
  const may = useMay()
  const { today } = useNow()
  const dossier = useFamilyDossier(family.id)
  const [opensHealth, setOpensHealth] = useState(false)
  const toRead = usePapersToRead(family.id, child.id)
  const [reading, setReading] = useState<ReceivedPaper>()
  const own = (dossier?.items ?? []).filter(({ childId }) => childId === null || childId === child.id)
  const toTreat = own.filter(({ state }) => state.kind !== 'there')
  return (
    <Screen title={`Dossier ${ofName(child.firstName)}`}>
      <ScreenHead
        above={
          <Link to="/familles/$familyId" params={{ familyId: String(family.id) }} search={{ onglet: 'enfants' }}>
            {family.name}
          </Link>
        }
        title={child.firstName}
        subtitle={childLine(child, today)}
        controls={
          <>
            <Portrait familyId={family.id} owner={{ childId: child.id }} letters={child.firstName.charAt(0)} />
            {child.hasHealthAlert ? (
              <Badge tone="danger">
                <IconFirstAidKit size={14} aria-hidden="true" />
                santé
              </Badge>
            ) : null}
            <DossierBadge familyId={family.id} childId={child.id} />
            {toRead.length > 0 ? <Badge tone="warn">{counted(toRead.length, 'pièce')} à lire</Badge> : null}
          </>
        }
      >
        <span className="soft">Dossier {schoolYearName(yearOf(schoolYearStart(today)))}</span>
        {may('health.read') && child.hasHealthAlert === null ? (
          <span className="soft small">Fiche sanitaire&nbsp;: au site de son inscription</span>
        ) : may('health.read') ? (
          <ActionButton
            combo="s"
            label="Fiche sanitaire"
            icon={<IconFirstAidKit size={14} />}
            onAction={() => setOpensHealth(true)}
          />
        ) : null}
        <EmergencyHealth childId={child.id} firstName={child.firstName} />
      </ScreenHead>
      <Split side={300}>
        <ScreenBody label={`Dossier ${ofName(child.firstName)}`}>
          <div className="child-dossier stack">
            <PapersToRead papers={toRead} onOpen={setReading} />
            {dossier && own.length > 0 ? (
              <Missing family={family} items={toTreat} remindedOn={dossier.remindedOn} />
            ) : (
              <p className="soft">Rien n’est exigé de cet enfant là où vous le voyez inscrit.</p>
            )}
            <FamilyDossierSection family={family} childId={child.id} />
            <ChildConsents child={child} />
          </div>
        </ScreenBody>
        <People family={family} child={child} />
      </Split>
      <ShortcutBar keys={[['s', 'fiche sanitaire']]} />
      {opensHealth ? (
        <HealthDialog
          family={family}
          child={child}
          mayWrite={may('health.write')}
          onClose={() => setOpensHealth(false)}
        />
      ) : null}
      {reading ? (
        <PaperDialog paper={reading} mayDecide={may('families.write')} onClose={() => setReading(undefined)} />
      ) : null}
    </Screen>
  )
}

/** What is missing or ends soon, and one message or letter that asks for all of it. */
const Missing = ({
  family,
  items,
  remindedOn,
}: {
  family: Family
  items: readonly Item[]
  remindedOn: FamilyDossier['remindedOn']
}) => {
  const may = useMay()
  const missing = items.filter(({ state }) => isStillAsked(state)).length
  const letters = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.campaign.letters({ familyIds: [family.id] })),
  })
  const [isReminding, setReminding] = useState(false)
  return (
    <Section title="Ce qui manque" subtitle={missing === 0 ? undefined : counted(missing, 'chose')}>
      {items.length === 0 ? <p className="soft">Rien ne manque.</p> : null}
      <ul className="child-missing">
        {items.map((item) => (
          <li key={`${item.requiredId} ${item.childId}`} data-tone={item.state.kind === 'missing' ? 'danger' : 'warn'}>
            {item.state.kind === 'missing' ? (
              <IconAlertCircle size={16} aria-hidden="true" />
            ) : (
              <IconClock size={16} aria-hidden="true" />
            )}
            <b>{item.name}</b> <span>{itemStateText(item.state)}</span>
            {item.childId === null ? <span className="soft">pour le foyer</span> : null}
          </li>
        ))}
      </ul>
      {remindedOn === null ? null : (
        <p className="soft small">Dernier rappel à la famille le {shortDay(remindedOn)}.</p>
      )}
      {isReminding ? <RemindDialog familyIds={[family.id]} onClose={() => setReminding(false)} /> : null}
      {missing > 0 && may('dossiers') ? (
        <Note tone="accent">
          <span className="child-proposal">
            <span>
              <b>Proposé&nbsp;:</b> un seul message à la famille pour tout ce qui manque, avec le lien de «&nbsp;Mon
              dossier&nbsp;».
            </span>
            <Button
              variant="default"
              leftSection={<IconPrinter size={14} aria-hidden="true" />}
              loading={letters.isPending}
              onClick={() => letters.mutate()}
            >
              Imprimer la lettre
            </Button>
            <ActionButton main label="Relancer" onAction={() => setReminding(true)} />
          </span>
        </Note>
      ) : null}
    </Section>
  )
}

const People = ({ family, child }: { family: Family; child: Child }) => {
  const allowed = child.pickups.filter((one) => one.allowed)
  const forbidden = forbiddenPickups(child)
  return (
    <Panel label="Peuvent venir le chercher" title="Peuvent venir chercher">
      <ul className="child-people">
        {guardiansFetching(family, child).map(({ id, rank, firstName, lastName, mobilePhone }) => (
          <Person
            key={id}
            portrait={
              <Portrait familyId={family.id} owner={{ guardianId: id }} letters={initials(firstName, lastName)} />
            }
            name={`${firstName} ${lastName}`}
            about={[guardianPlace(family, id, rank), withUnbrokenNumbers(mobilePhone)]}
            warning={child.disputed.includes(id) ? callDirectorText : undefined}
          />
        ))}
        {allowed.map(({ id, name, relation, phone }) => (
          <Person
            key={id}
            portrait={<Portrait familyId={family.id} owner={{ pickupId: id }} letters={name.charAt(0)} />}
            name={name}
            about={[relation, withUnbrokenNumbers(phone)]}
          />
        ))}
      </ul>
      {doAllFetch(child) ? null : <p className="small">{guardiansFetchingText(family, child)}.</p>}
      {forbidden.length === 0 ? <p className="small soft">Personne d’interdit.</p> : null}
      {forbidden.map((one) => (
        <p key={one.id} className="danger">
          <b>{one.name}</b> {one.relation}
          <br />
          {forbiddenText(one)}
        </p>
      ))}
    </Panel>
  )
}

const Person = ({
  portrait,
  name,
  about,
  warning,
}: {
  portrait: ReactNode
  name: string
  about: readonly string[]
  warning?: string | undefined
}) => (
  <li>
    {portrait}
    <span>
      <b>{name}</b>
      <br />
      <span className="soft small">{about.filter((text) => text !== '').join(' · ')}</span>
      {warning === undefined ? null : (
        <>
          <br />
          <span className="danger small">{warning}</span>
        </>
      )}
    </span>
  </li>
)
