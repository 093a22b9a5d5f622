import { Button, Checkbox, NumberInput, Radio, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { pick } from '../../../shared/collections.ts'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type {
  Child,
  DatedAddress,
  DatedQuotient,
  Family,
  Guardian,
  HealthRecord as Health,
  Pickup,
  Schooling,
} from '../../../shared/contract/desk/people/families.ts'
import { type Day, dayAt, isDay } from '../../../shared/rules/calendar/day.ts'
import { standingText, vaccinationStanding } from '../../../shared/rules/dossier/vaccinations.ts'
import { fieldNames, guardianFields, guardianPhones, homeFields } from '../../../shared/rules/people/fields.ts'
import { entrustedText, mayHoldAuthority, serviceFirstName } from '../../../shared/rules/people/guardian-bond.ts'
import { isSamePickupPerson } from '../../../shared/rules/people/pickup.ts'
import { levels, schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { quotientQuestion } from '../../../shared/rules/price/family-quotient.ts'
import { quotientRuleText } from '../../../shared/rules/quotient/validity.ts'
import { paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { numericDay, ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { printPaper } from '../../connection/paper.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { useFamilyDossier } from '../dossiers/family-dossier.tsx'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import { PaperDialog } from '../papers/paper-dialog.tsx'
import { PapersToRead, usePapersToRead } from '../papers/papers-to-read.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import {
  AddressFields,
  ChildFields,
  emptyAddress,
  emptyChild,
  emptyGuardian,
  emptySchooling,
  type Field,
  fieldPropsOf,
  GuardianFields,
  HomeFields,
  type HomeValues,
  NotesField,
  SchoolingFields,
  toGuardianInput,
  toHomeInput,
  toSchoolingInput,
} from './fields.tsx'
import { HealthFields, HealthLacking, toHealthInput, toHealthValues, VaccinationFields } from './health-fields.tsx'
import { PossibleDoubles } from './possible-doubles.tsx'

export const HomeDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const { lastIncomeCents, ...fields } = pick(family, fieldNames(homeFields))
  const form = useForm<HomeValues>({
    initialValues: {
      ...fields,
      dependentChildren: family.dependentChildren ?? '',
      income: lastIncomeCents === null ? '' : lastIncomeCents / 100,
    },
  })
  const field = fieldPropsOf(form)
  return (
    <FormDialog
      opened
      title="Modifier le foyer"
      draft={`foyer ${family.id}`}
      width="wide"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.families.change({ id: family.id, ...toHomeInput(values) })}
      onClose={onClose}
    >
      <div className="form-pair">
        <TextInput label="Nom du foyer" data-autofocus {...field('name')} />
        <TextInput label="Tél domicile" inputMode="tel" {...field('homePhone')} />
      </div>
      <HomeFields field={field} at="" />
      <NotesField field={field} path="notes" />
    </FormDialog>
  )
}

export const GuardianDialog = ({
  family,
  guardian,
  onClose,
}: {
  family: Family
  guardian: Guardian | 'new'
  onClose: () => void
}) => {
  const isNew = guardian === 'new'
  const form = useForm({
    initialValues: {
      guardian: isNew
        ? emptyGuardian
        : {
            ...pick(guardian, fieldNames(guardianFields)),
            livesElsewhere: guardian.ownAddress !== null,
            ownAddress: guardian.ownAddress ?? emptyAddress,
          },
      isService: false,
      service: { referent: '' },
    },
  })
  const { guardian: typed, isService } = form.values
  const field = fieldPropsOf(form)
  const submit = async (client: FormClient, values: typeof form.values) => {
    const fields = toGuardianInput(values.guardian)
    if (isNew && isService)
      await client.families.addGuardian({
        familyId: family.id,
        guardian: { ...fields, civility: '', firstName: serviceFirstName },
        service: values.service,
      })
    else if (isNew) await client.families.addGuardian({ familyId: family.id, guardian: fields })
    else await client.families.changeGuardian({ id: guardian.id, guardian: fields })
  }
  return (
    <FormDialog
      opened
      title={isNew ? 'Ajouter un responsable' : 'Modifier le responsable'}
      draft={isNew ? `nouveau responsable ${family.id}` : `responsable ${guardian.id}`}
      width="wide"
      form={form}
      submit="Enregistrer"
      onSubmit={submit}
      onClose={onClose}
    >
      {isNew ? (
        <Radio.Group
          label="Qui est-ce&nbsp;?"
          value={isService ? 'service' : 'person'}
          onChange={(who) => form.setFieldValue('isService', who === 'service')}
        >
          <div className="row row-wide">
            <Radio value="person" label="une personne" />
            <Radio value="service" label="un service de l’ASE" />
          </div>
        </Radio.Group>
      ) : null}
      {isService ? (
        <ServiceFields field={field} />
      ) : (
        <GuardianFields field={field} at="guardian." livesElsewhere={typed.livesElsewhere} />
      )}
      <PossibleDoubles
        typed={{
          kind: 'guardian',
          lastName: typed.lastName,
          firstName: typed.firstName,
          phones: guardianPhones(typed),
          email: typed.email,
          ...(isNew ? {} : { exceptId: guardian.id }),
        }}
        {...(isNew && {
          choose: {
            label: 'C’est cette personne',
            act: ({ id }) =>
              void clientOutsideForms.families
                .addGuardian({ familyId: family.id, guardian: { existingId: id } })
                .then(onClose, (error: unknown) => form.setFieldError('guardian.lastName', refusalOf(error).sentence)),
          },
        })}
      />
    </FormDialog>
  )
}

/** A service of the ASE: its name, the person in charge of the child, and how to reach it. */
const ServiceFields = ({ field }: { field: Field }) => (
  <>
    <div className="form-pair">
      <TextInput label="Nom du service" placeholder="ASE du Calvados" data-autofocus {...field('guardian.lastName')} />
      <TextInput label="Référent de l’ASE" placeholder="Nom et téléphone" {...field('service.referent')} />
    </div>
    <div className="form-pair">
      <TextInput label="Portable" inputMode="tel" {...field('guardian.mobilePhone')} />
      <TextInput label="Tél. travail" inputMode="tel" {...field('guardian.workPhone')} />
      <TextInput label="E-mail" inputMode="email" {...field('guardian.email')} />
    </div>
    <p className="soft small">{entrustedText}</p>
  </>
)

export const AddressDialog = ({
  family,
  address,
  onClose,
}: {
  family: Family
  address: DatedAddress | 'new'
  onClose: () => void
}) => {
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const isNew = address === 'new'
  const form = useForm({
    initialValues: {
      fromDay: isNew ? today : address.fromDay,
      address: isNew
        ? emptyAddress
        : { line1: address.line1, line2: address.line2, postcode: address.postcode, town: address.town },
      resident: isNew ? 'town' : address.resident ? 'yes' : 'no',
    },
  })
  const field = fieldPropsOf(form)
  return (
    <FormDialog
      opened
      title={isNew ? 'Nouvelle adresse' : 'Corriger l’adresse'}
      draft={isNew ? `nouvelle adresse ${family.id}` : `adresse ${address.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, values) => {
        await client.families.setAddress({
          ...values,
          familyId: family.id,
          resident: values.resident === 'town' ? null : values.resident === 'yes',
        })
        await askRepricing({ familyId: family.id, fromDay: values.fromDay })
      }}
      onClose={onClose}
    >
      <AddressFields field={field} at="address." />
      <DayField label="À partir du" readOnly={!isNew} {...field('fromDay')} />
      <Radio.Group label="Tarif" {...field('resident')}>
        <div className="stack">
          <Radio value="town" label="Selon la commune" />
          <Radio value="yes" label="Résident" />
          <Radio value="no" label="Hors commune" />
        </div>
      </Radio.Group>
    </FormDialog>
  )
}

type QuotientValues = {
  value: number | ''
  isUnknown: boolean
  fromDay: string
  toDay: string
  source: string
  updatedOn: string
}

export const QuotientDialog = ({
  family,
  quotient,
  onClose,
}: {
  family: Family
  quotient: DatedQuotient | 'new'
  onClose: () => void
}) => {
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const isNew = quotient === 'new'
  const form = useForm<QuotientValues>({
    initialValues: {
      value: isNew ? '' : (quotient.value ?? ''),
      isUnknown: !isNew && quotient.value === null,
      fromDay: isNew ? firstDayOf(family, today) : quotient.fromDay,
      toDay: isNew ? '' : (quotient.toDay ?? ''),
      source: isNew ? family.benefitScheme : quotient.source,
      updatedOn: isNew ? today : quotient.updatedOn,
    },
    validate: {
      value: (value, { isUnknown }) =>
        value === '' && !isUnknown ? 'Écrivez un nombre, ou cochez «\u00a0inconnu\u00a0».' : null,
    },
  })
  const field = fieldPropsOf(form)
  const { data: settings } = useQuery(orpc.quotients.rule.queryOptions())
  const { value: _value, ...unknown } = form.getInputProps('isUnknown')
  return (
    <FormDialog
      opened
      title={isNew ? 'Nouveau quotient familial' : 'Corriger le quotient familial'}
      draft={isNew ? `nouveau quotient ${family.id}` : `quotient ${quotient.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, { isUnknown, value, toDay, ...values }) => {
        await client.families.setQuotient({
          ...values,
          toDay: toDay === '' || isUnknown ? null : toDay,
          familyId: family.id,
          value: isUnknown || value === '' ? null : value,
        })
        if (isDay(values.fromDay)) await askRepricing({ familyId: family.id, fromDay: values.fromDay })
      }}
      onClose={onClose}
    >
      <div className="form-pair">
        <NumberInput
          label="Quotient familial"
          data-autofocus
          disabled={form.values.isUnknown}
          decimalScale={2}
          decimalSeparator=","
          description={quotientQuestion(form.values.value === '' ? null : form.values.value)}
          {...field('value')}
        />
        <DayField label="Valable à partir du" readOnly={!isNew} {...field('fromDay')} />
      </div>
      <Checkbox
        label="Inconnu à partir de ce jour&nbsp;: tarif le plus haut"
        key={form.key('isUnknown')}
        {...unknown}
        checked={form.values.isUnknown}
      />
      <DayField
        label="Valable jusqu’au"
        description={`Seulement si le papier le dit. Sinon\u00a0: ${uncapitalised(quotientRuleText(settings?.rule ?? null))}`}
        clearable
        disabled={form.values.isUnknown}
        {...field('toDay')}
      />
      <div className="form-pair">
        <TextInput label="Source" placeholder="CAF, MSA, avis d’imposition" {...field('source')} />
        <DayField label="Mis à jour le" {...field('updatedOn')} />
      </div>
    </FormDialog>
  )
}

const uncapitalised = (text: string): string => text.charAt(0).toLocaleLowerCase('fr') + text.slice(1)

/**
 * Proposes 1 September for a home's first quotient, which then prices the whole school year; today for later quotients.
 */
const firstDayOf = ({ quotients }: Family, today: Day): Day =>
  quotients.some(({ value }) => value !== null) ? today : schoolYearStart(today)

export const ChildDialog = ({
  family,
  child,
  onClose,
}: {
  family: Family
  child: Child | 'new'
  onClose: () => void
}) => {
  const { today } = useNow()
  const isNew = child === 'new'
  const form = useForm({
    initialValues: {
      child: isNew
        ? { ...emptyChild, lastName: family.guardians[0]?.lastName ?? family.name }
        : {
            lastName: child.lastName,
            firstName: child.firstName,
            birthDay: child.birthDay,
            sex: child.sex,
            notes: child.notes,
          },
      schooling: { ...emptySchooling, fromDay: schoolYearStart(today) },
    },
  })
  const field = fieldPropsOf(form)
  const { child: typed } = form.values
  const submit = async (client: FormClient, values: typeof form.values) => {
    if (isNew)
      await client.families.addChild({
        familyId: family.id,
        child: values.child,
        schooling: toSchoolingInput(values.schooling),
      })
    else await client.families.changeChild({ id: child.id, child: values.child })
  }
  return (
    <FormDialog
      opened
      title={isNew ? 'Ajouter un enfant' : `Modifier ${child.firstName}`}
      draft={isNew ? `nouvel enfant ${family.id}` : `enfant ${child.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={submit}
      onClose={onClose}
    >
      <ChildFields field={field} at="child." />
      <PossibleDoubles
        typed={{
          kind: 'child',
          lastName: typed.lastName,
          firstName: typed.firstName,
          birthDay: typed.birthDay,
          ...(isNew ? {} : { exceptId: child.id }),
        }}
        {...(isNew && {
          choose: {
            label: 'C’est cet enfant\u00a0: le rattacher aussi à ce foyer',
            act: ({ id }) =>
              void clientOutsideForms.families
                .linkChild({ familyId: family.id, childId: id })
                .then(onClose, (error: unknown) => form.setFieldError('child.firstName', refusalOf(error).sentence)),
          },
        })}
      />
      {isNew ? (
        <SchoolingFields
          field={field}
          at="schooling."
          values={form.values.schooling}
          line1={family.address?.line1 ?? ''}
        />
      ) : null}
      <NotesField field={field} path="child.notes" />
    </FormDialog>
  )
}

export const SchoolingDialog = ({
  family,
  child,
  schooling,
  onClose,
}: {
  family: Family
  child: Child
  schooling: Schooling | 'new'
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({
    initialValues:
      schooling === 'new'
        ? { ...emptySchooling, fromDay: schoolYearStart(today) }
        : {
            fromDay: schooling.fromDay,
            schoolId: schooling.schoolId === null ? null : String(schooling.schoolId),
            level: levels.find((level) => level === schooling.level) ?? ('' as const),
            className: schooling.className,
            exemption: schooling.exemption,
          },
  })
  return (
    <FormDialog
      opened
      title={`École et classe ${ofName(child.firstName)}`}
      draft={schooling === 'new' ? `nouvelle classe ${child.id}` : `classe ${schooling.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { schoolId, exemption, ...values }) =>
        client.families.setSchooling({
          ...values,
          // For another class of the same school, the exemption stays as it was; a correction may also empty it.
          ...((schooling !== 'new' || exemption !== '') && { exemption }),
          childId: child.id,
          schoolId: schoolId === null ? null : Number(schoolId),
        })
      }
      onClose={onClose}
    >
      <SchoolingFields field={fieldPropsOf(form)} at="" values={form.values} line1={family.address?.line1 ?? ''} />
    </FormDialog>
  )
}

export const PickupDialog = ({
  family,
  child,
  pickup,
  onClose,
}: {
  family: Family
  child: Child
  pickup: Pickup | 'new'
  onClose: () => void
}) => {
  const isNew = pickup === 'new'
  const form = useForm({
    initialValues: isNew
      ? {
          name: '',
          relation: '',
          phone: '',
          allowed: 'yes',
          decidedBy: '',
          decidedOn: '',
          decidedUntil: '',
          decisionPaperId: '',
        }
      : {
          ...pick(pickup, ['name', 'relation', 'phone', 'decidedBy']),
          allowed: pickup.allowed ? 'yes' : 'no',
          decidedOn: pickup.decidedOn ?? '',
          decidedUntil: pickup.decidedUntil ?? '',
          decisionPaperId: String(pickup.decisionPaperId ?? ''),
        },
  })
  const isForbidden = form.values.allowed === 'no'
  const { data: papers } = useQuery(orpc.papers.ofFamily.queryOptions({ input: { familyId: family.id } }))
  const decisions = (papers?.received ?? []).filter(
    (paper) => paper.kind === 'courtDecision' && paper.childId === child.id && paper.state === 'accepted',
  )
  const holder = family.guardians.find(
    ({ id, firstName, lastName }) =>
      isSamePickupPerson({ name: `${firstName} ${lastName}` }, form.values) &&
      family.bonds.some((bond) => bond.guardianId === id && bond.childId === child.id && mayHoldAuthority(bond)),
  )
  const field = fieldPropsOf(form)
  const submit = async (client: FormClient, values: typeof form.values) => {
    const { decidedOn, decidedUntil, decisionPaperId } = values
    const fields = {
      ...values,
      allowed: values.allowed === 'yes',
      decidedOn: decidedOn === '' ? null : decidedOn,
      decidedUntil: decidedUntil === '' ? null : decidedUntil,
      decisionPaperId: decisionPaperId === '' ? null : Number(decisionPaperId),
    }
    if (isNew) await client.families.addPickup({ childId: child.id, ...fields })
    else await client.families.changePickup({ id: pickup.id, ...fields })
  }
  return (
    <FormDialog
      opened
      title={`Qui vient chercher ${child.firstName}`}
      draft={isNew ? `nouvelle personne ${child.id}` : `personne ${pickup.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus {...field('name')} />
      <div className="form-pair">
        <TextInput label="Lien" placeholder="grand-mère, voisin…" {...field('relation')} />
        <TextInput label="Téléphone" inputMode="tel" {...field('phone')} />
      </div>
      <Radio.Group label="Cette personne" {...field('allowed')}>
        <div className="stack">
          <Radio value="yes" label={`peut venir chercher ${child.firstName}`} />
          <Radio value="no" label={`ne doit pas emmener ${child.firstName}`} />
        </div>
      </Radio.Group>
      {isForbidden && holder ? (
        <Note tone="warn">
          {`${holder.firstName} peut avoir l’autorité parentale\u00a0: notez la décision du juge. Sans elle, l’équipe appelle la direction.`}
        </Note>
      ) : null}
      {isForbidden ? (
        <>
          <TextInput label="Juge ou tribunal" {...field('decidedBy')} />
          <div className="form-pair">
            <DayField label="Décision du" clearable {...field('decidedOn')} />
            <DayField
              label="Valable jusqu’au"
              description={'Vide\u00a0: jusqu’à une autre décision.'}
              clearable
              {...field('decidedUntil')}
            />
          </div>
          {decisions.length > 0 ? (
            <Select
              label="La décision elle-même"
              description={'Parmi les pièces reçues\u00a0: elle est gardée jusqu’à sa fin.'}
              clearable
              data={decisions.map(({ id, name, recordedAt }) => ({
                value: String(id),
                label: `${name}, reçue le ${numericDay(dayAt(recordedAt))}`,
              }))}
              {...field('decisionPaperId')}
            />
          ) : null}
        </>
      ) : null}
    </FormDialog>
  )
}

/** A child's health record. The core logs each opening as a consultation. */
export const HealthDialog = ({
  family,
  child,
  mayWrite,
  onClose,
}: {
  family: Family
  child: Child
  mayWrite: boolean
  onClose: () => void
}) => {
  // Not under the domain's key: a change elsewhere would read the record again, and each reading is logged.
  const { data, error } = useQuery({
    queryKey: ['health', child.id],
    queryFn: () => clientOutsideForms.families.health({ childId: child.id }),
    gcTime: 0,
    retry: false,
  })
  const mayDecide = useMay()('families.write')
  const [reading, setReading] = useState<ReceivedPaper>()
  if (reading) return <PaperDialog paper={reading} mayDecide={mayDecide} onClose={onClose} />
  if (data)
    return (
      <HealthForm
        family={family}
        child={child}
        health={data}
        mayWrite={mayWrite}
        onRead={setReading}
        onClose={onClose}
      />
    )
  return (
    <Dialog opened title={`Fiche sanitaire ${ofName(child.firstName)}`} onClose={onClose}>
      {error ? <Failure error={error} /> : <Loading />}
    </Dialog>
  )
}

/** Prints the record as it is saved, not as it is being typed. */
const PrintHealth = ({ childId }: { childId: number }) => {
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.attendance.healthSheets({ kind: 'child', childId })),
  })
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size={14} />}
      loading={print.isPending}
      onClick={() => print.mutate()}
    >
      Imprimer la fiche enregistrée
    </Button>
  )
}

const HealthForm = ({
  family,
  child,
  health,
  mayWrite,
  onRead,
  onClose,
}: {
  family: Family
  child: Child
  health: Health
  mayWrite: boolean
  /** Leaves the record for a paper that was sent about it. */
  onRead: (paper: ReceivedPaper) => void
  onClose: () => void
}) => {
  const { isLost, admittedOn, confirmedOn, confirmedBy, ...content } = health
  const { today } = useNow()
  const form = useForm({ initialValues: toHealthValues(content) })
  const field = fieldPropsOf(form)
  const isAsked = useFamilyDossier(family.id)?.items.some(
    ({ kind, childId, state, usualEnd }) =>
      kind === 'health' &&
      childId === child.id &&
      usualEnd !== null &&
      (state.kind === 'missing' || state.kind === 'renew'),
  )
  const [isGiven, setGiven] = useState(true)
  const toRead = usePapersToRead(family.id, child.id).filter(({ kind }) => paperKindRules[kind].isHealth)
  const standing = standingText(vaccinationStanding(content.vaccinationProof, admittedOn, today))
  return (
    <FormDialog
      opened
      title={`Fiche sanitaire ${ofName(child.firstName)}`}
      form={form}
      width="wide"
      submit={mayWrite ? 'Enregistrer' : 'Fermer'}
      onSubmit={async (client, values) => {
        const record = { childId: child.id, ...toHealthInput(values) }
        if (mayWrite && isAsked && isGiven) await client.dossiers.giveHealth({ familyId: family.id, ...record })
        else if (mayWrite) await client.families.changeHealth(record)
      }}
      onClose={onClose}
    >
      {isLost ? (
        <Note tone="danger">
          Cette fiche est illisible&nbsp;: elle a été scellée avec une clé perdue. Demandez-la de nouveau à la famille,
          puis retapez-la ici. Sans rien à signaler, enregistrez-la vide.
        </Note>
      ) : null}
      <PapersToRead papers={toRead} onOpen={onRead} />
      <fieldset className="form-part" disabled={!mayWrite}>
        <HealthFields field={field} />
        <HealthLacking values={form.values} />
        <VaccinationFields field={field} birth={child.birthDay} proof={form.values.vaccinationProof} />
      </fieldset>
      {mayWrite && isAsked ? (
        <Checkbox
          label="La famille a rendu cette fiche signée"
          description="Elle compte dans le dossier, vue aujourd’hui par vous."
          checked={isGiven}
          onChange={({ currentTarget }) => setGiven(currentTarget.checked)}
        />
      ) : null}
      {isLost ? null : <PrintHealth childId={child.id} />}
      {standing === '' ? null : <Note>{standing}</Note>}
      {confirmedOn === null ? null : (
        <Note>
          Confirmée par {confirmedBy} le {shortDay(confirmedOn)}.
        </Note>
      )}
      <Note>Cette consultation est inscrite au journal.</Note>
    </FormDialog>
  )
}
