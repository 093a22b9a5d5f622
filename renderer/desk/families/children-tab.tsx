import { Button } from '@mantine/core'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Child, Family, Pickup, Schooling } from '../../../shared/contract/desk/people/families.ts'
import { longDate, ofName, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpcOutsideForms } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { ChildConsents } from '../consents/child-consents.tsx'
import { DossierBadge } from '../dossiers/family-dossier.tsx'
import { OwnFieldsOfHome } from '../fields/own-fields.tsx'
import { HistoryButton } from '../history/history-button.tsx'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { AidsOfChild } from '../payers/aids-of-family.tsx'
import { PhotoAction, Portrait, Thumbnail } from '../photos/person-photo.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { childLine, schoolLine } from './child-texts.ts'
import { CustodySection } from './custody/custody.tsx'
import { ChildDialog, HealthDialog, PickupDialog, SchoolingDialog } from './dialogs.tsx'
import { doAllFetch, forbiddenText, guardiansFetchingText } from './fetching.ts'
import { SecondHomeDialog } from './second-home-dialog.tsx'

type Edited =
  | { what: 'child'; child: Child | 'new' }
  | { what: 'schooling'; child: Child; schooling: Schooling | 'new' }
  | { what: 'pickup'; child: Child; pickup: Pickup | 'new' }
  | { what: 'health'; child: Child }
  | { what: 'secondHome'; child: Child }

/** The family's children: identity, school and class, who may fetch them, health record. */
export const ChildrenTab = ({ family }: { family: Family }) => {
  const [edited, setEdited] = useState<Edited>()
  const may = useMay()
  const close = () => setEdited(undefined)
  const add = may('families.write') ? (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited({ what: 'child', child: 'new' })}>
      Ajouter un enfant
    </Button>
  ) : undefined
  return (
    <div className="family-alone">
      {family.children.length === 0 ? (
        <EmptyState title="Aucun enfant" action={add}>
          Ajoutez l’enfant, puis inscrivez-le.
        </EmptyState>
      ) : (
        <>
          {family.children.map((child) => (
            <ChildFile key={child.id} family={family} child={child} onEdit={setEdited} />
          ))}
          {add}
        </>
      )}
      {edited?.what === 'child' ? <ChildDialog family={family} child={edited.child} onClose={close} /> : null}
      {edited?.what === 'schooling' ? (
        <SchoolingDialog family={family} child={edited.child} schooling={edited.schooling} onClose={close} />
      ) : null}
      {edited?.what === 'pickup' ? (
        <PickupDialog family={family} child={edited.child} pickup={edited.pickup} onClose={close} />
      ) : null}
      {edited?.what === 'secondHome' ? <SecondHomeDialog child={edited.child} onClose={close} /> : null}
      {edited?.what === 'health' ? (
        <HealthDialog family={family} child={edited.child} mayWrite={may('health.write')} onClose={close} />
      ) : null}
    </div>
  )
}

const ChildFile = ({ family, child, onEdit }: { family: Family; child: Child; onEdit: (edited: Edited) => void }) => {
  const familyId = family.id
  const { today } = useNow()
  const may = useMay()
  const mayWrite = may('families.write')
  return (
    <article className="family-file" aria-label={`${child.firstName} ${child.lastName}`}>
      <div className="row">
        <Portrait familyId={familyId} owner={{ childId: child.id }} letters={child.firstName.charAt(0)} />
        <h2>
          {child.firstName} {child.lastName}
        </h2>
        <span className="soft">{childLine(child, today)}</span>
        {child.hasHealthAlert ? (
          <Badge tone="danger">
            <IconFirstAidKit size={14} aria-hidden="true" />
            santé
          </Badge>
        ) : null}
        <DossierBadge familyId={familyId} childId={child.id} />
        <Link
          to="/familles/$familyId/enfants/$childId"
          params={{ familyId: String(familyId), childId: String(child.id) }}
          aria-label={`Dossier ${ofName(child.firstName)}`}
        >
          Dossier
        </Link>
        <span className="grow" />
        <HistoryButton entity="child" id={child.id} title={`${child.firstName} ${child.lastName}`} />
        {mayWrite ? (
          <Button aria-label={`Modifier ${child.firstName}`} onClick={() => onEdit({ what: 'child', child })}>
            Modifier
          </Button>
        ) : null}
        {mayWrite && child.otherFamilies.length === 0 ? (
          <Button
            aria-label={`Second foyer ${ofName(child.firstName)}`}
            onClick={() => onEdit({ what: 'secondHome', child })}
          >
            Second foyer…
          </Button>
        ) : null}
        <PhotoAction familyId={familyId} owner={{ childId: child.id }} isButton />
        {may('health.read') && child.hasHealthAlert === null ? (
          <span className="soft small">Fiche sanitaire&nbsp;: au site de son inscription</span>
        ) : may('health.read') ? (
          <Button
            leftSection={<IconFirstAidKit size={14} />}
            aria-label={`Fiche sanitaire ${ofName(child.firstName)}`}
            onClick={() => onEdit({ what: 'health', child })}
          >
            Fiche sanitaire
          </Button>
        ) : null}
      </div>
      <div className="family-columns">
        <Section
          title="École et classe"
          action={
            mayWrite ? (
              <PlainAction
                label="Nouvelle classe"
                aria={`Nouvelle classe ${ofName(child.firstName)}`}
                onAction={() => onEdit({ what: 'schooling', child, schooling: 'new' })}
              />
            ) : undefined
          }
        >
          {child.schoolings.length === 0 ? <p className="small soft">Aucune école ni classe connue.</p> : null}
          {child.exemptionAsked === null ? null : <Note tone="warn">{child.exemptionAsked}</Note>}
          <ul className="family-people">
            {child.schoolings.map((schooling) => (
              <li key={schooling.id}>
                <span>
                  {schoolLine(schooling) || 'n’est plus à l’école ici'}
                  <br />
                  <span className="soft">
                    depuis le {longDate(schooling.fromDay)}
                    {schooling.exemption ? `, par dérogation\u00a0: ${schooling.exemption}` : ''}
                  </span>
                </span>
                {mayWrite ? (
                  <PlainAction
                    label="Corriger"
                    aria={`Corriger la classe du ${longDate(schooling.fromDay)}`}
                    onAction={() => onEdit({ what: 'schooling', child, schooling })}
                  />
                ) : null}
              </li>
            ))}
          </ul>
        </Section>
        <Pickups family={family} child={child} mayWrite={mayWrite} onEdit={onEdit} />
        {may('aids') ? <AidsOfChild familyId={familyId} childId={child.id} /> : null}
        <OwnFieldsOfHome
          familyId={familyId}
          subject="child"
          id={child.id}
          name={`${child.firstName} ${child.lastName}`}
        />
        {child.otherFamilies.length > 0 || child.notes !== '' ? (
          <Section title="À savoir">
            {child.otherFamilies.map(({ id, name }) => (
              <p key={id} className="small">
                A un second foyer&nbsp;:{' '}
                <Link to="/familles/$familyId" params={{ familyId: String(id) }} search={{}}>
                  {name}
                </Link>
              </p>
            ))}
            {child.notes === '' ? null : <p className="small">{child.notes}</p>}
          </Section>
        ) : null}
      </div>
      <ChildConsents child={child} />
      {child.otherFamilies.length > 0 ? <CustodySection child={child} /> : null}
    </article>
  )
}

const OpenDecision = ({ id }: { id: number }) => (
  <>
    {', '}
    <PlainAction
      label="lire la décision"
      onAction={() => void clientOutsideForms.papers.open({ id }).then(readPaper, notifyRefusal)}
    />
  </>
)

const Pickups = ({
  family,
  child,
  mayWrite,
  onEdit,
}: {
  family: Family
  child: Child
  mayWrite: boolean
  onEdit: (edited: Edited) => void
}) => {
  const remove = useMutation(orpcOutsideForms.families.removePickup.mutationOptions())
  return (
    <Section
      title="Qui vient chercher"
      action={
        mayWrite ? (
          <PlainAction
            label="Ajouter"
            aria={`Ajouter une personne pour ${child.firstName}`}
            onAction={() => onEdit({ what: 'pickup', child, pickup: 'new' })}
          />
        ) : undefined
      }
    >
      <p className={doAllFetch(child) ? 'small soft' : 'small'}>
        {guardiansFetchingText(family, child)}
        {child.pickups.some(({ allowed }) => allowed) ? '' : '. Personne d’autre'}.
      </p>
      <ul className="family-people">
        {child.pickups.map((pickup) => (
          <li key={pickup.id}>
            {pickup.allowed ? <Thumbnail familyId={family.id} owner={{ pickupId: pickup.id }} /> : null}
            <span className={pickup.allowed ? 'grow' : 'grow danger'}>
              {pickup.name} <span className="soft">{pickup.relation}</span>
              <br />
              {pickup.allowed ? (
                <span className="soft">{withUnbrokenNumbers(pickup.phone)}</span>
              ) : (
                <>
                  {forbiddenText(pickup)}
                  {pickup.decisionPaperId === null ? null : <OpenDecision id={pickup.decisionPaperId} />}
                </>
              )}
            </span>
            {mayWrite ? (
              <span className="row">
                {pickup.allowed ? <PhotoAction familyId={family.id} owner={{ pickupId: pickup.id }} /> : null}
                <PlainAction
                  label="Modifier"
                  aria={`Modifier ${pickup.name}`}
                  onAction={() => onEdit({ what: 'pickup', child, pickup })}
                />
                <PlainAction
                  label="Retirer"
                  aria={`Retirer ${pickup.name}`}
                  onAction={() => remove.mutate({ id: pickup.id })}
                />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  )
}
