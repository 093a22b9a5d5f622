import { Button, NumberInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { PossibleDouble } from '../../../shared/contract/desk/people/families.ts'
import { guardianPhones } from '../../../shared/rules/people/fields.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { quotientQuestion } from '../../../shared/rules/price/family-quotient.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import {
  AddressFields,
  ChildFields,
  emptyAddress,
  emptyChild,
  emptyGuardian,
  emptyHome,
  emptySchooling,
  fieldPropsOf,
  GuardianFields,
  type GuardianValues,
  HomeFields,
  type HomeValues,
  SchoolingFields,
  type SchoolingValues,
  toGuardianInput,
  toHomeInput,
  toSchoolingInput,
} from './fields.tsx'
import { PossibleDoubles } from './possible-doubles.tsx'

/** A person already recorded, chosen instead of the typed person. */
type Existing = { existing: PossibleDouble | null }
const notExisting: Existing = { existing: null }

type Values = {
  home: HomeValues
  guardians: (GuardianValues & Existing)[]
  move: { fromDay: string; address: typeof emptyAddress }
  quotient: { fromDay: string; value: number | '' }
  children: (typeof emptyChild & Existing & { schooling: SchoolingValues })[]
}

/** The form of a new family: guardians, home, address, quotient and children, recorded in one act. */
export const NewFamilyDialog = ({ onClose, onCreated }: { onClose: () => void; onCreated: (id: number) => void }) => {
  const { today } = useNow()
  const { data: organisation } = useQuery(orpc.settings.organisation.queryOptions())
  const form = useForm<Values>({
    initialValues: {
      home: emptyHome,
      guardians: [{ ...emptyGuardian, ...notExisting }],
      move: { fromDay: today, address: emptyAddress },
      // From the start of the school year, since its days may already be booked, or be billed later.
      quotient: { fromDay: schoolYearStart(today), value: '' },
      children: [],
    },
  })
  const field = fieldPropsOf(form)
  // The dialog closes automatically once the family is recorded: the new family is opened then.
  const created = useRef<number>(undefined)
  const close = () => (created.current === undefined ? onClose() : onCreated(created.current))
  const { guardians, children, move, quotient } = form.values
  const [first] = guardians
  const newChild = () => ({
    ...emptyChild,
    ...notExisting,
    lastName: first?.lastName ?? '',
    schooling: { ...emptySchooling, fromDay: schoolYearStart(today) as string },
  })
  const submit = async (client: FormClient, values: Values) => {
    const { value, fromDay } = values.quotient
    const source = values.home.benefitScheme
    const { address } = values.move
    const { id } = await client.families.create({
      home: { ...toHomeInput(values.home), name: values.home.name || values.guardians[0]?.lastName || '' },
      guardians: values.guardians.map(({ existing, ...typed }) =>
        existing ? { existingId: existing.id } : toGuardianInput(typed),
      ),
      move: Object.values(address).every((text) => text.trim() === '') ? null : { ...values.move, resident: null },
      quotient: value === '' ? null : { fromDay, value, source, updatedOn: today },
      children: values.children.map(({ existing, schooling, ...child }) =>
        existing ? { existingId: existing.id } : { ...child, schooling: toSchoolingInput(schooling) },
      ),
    })
    created.current = id
  }
  return (
    <FormDialog
      opened
      title="Nouvelle famille"
      draft="nouvelle famille"
      width="wide"
      form={form}
      submit="Créer la famille"
      onSubmit={submit}
      onClose={close}
    >
      {guardians.map((guardian, position) => (
        <fieldset key={`guardian-${String(position)}`} className="form-part">
          <legend>{position === 0 ? 'Parent 1, qui reçoit les factures' : 'Parent 2'}</legend>
          {guardian.existing ? (
            <ExistingPerson
              person={guardian.existing}
              onGiveUp={() => form.setFieldValue(`guardians.${position}.existing`, null)}
            />
          ) : (
            <>
              <GuardianFields field={field} at={`guardians.${position}.`} livesElsewhere={guardian.livesElsewhere} />
              <PossibleDoubles
                typed={{
                  kind: 'guardian',
                  lastName: guardian.lastName,
                  firstName: guardian.firstName,
                  phones: guardianPhones(guardian),
                  email: guardian.email,
                }}
                choose={{
                  label: 'C’est cette personne',
                  act: (double) => form.setFieldValue(`guardians.${position}.existing`, double),
                }}
              />
            </>
          )}
        </fieldset>
      ))}
      <div>
        {guardians.length < 2 ? (
          <Button
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('guardians', { ...emptyGuardian, ...notExisting })}
          >
            Ajouter le parent 2
          </Button>
        ) : (
          <Button variant="subtle" onClick={() => form.removeListItem('guardians', 1)}>
            Retirer le parent 2
          </Button>
        )}
      </div>
      <fieldset className="form-part">
        <legend>Foyer</legend>
        <div className="form-pair">
          <TextInput
            label="Nom du foyer"
            placeholder={first?.lastName || 'celui du parent 1'}
            {...field('home.name')}
          />
          <TextInput label="Tél domicile" inputMode="tel" {...field('home.homePhone')} />
        </div>
        <AddressFields field={field} at="move.address." />
        {move.address.postcode === '' && organisation ? (
          <div>
            <PlainAction
              label={`Compléter par ${organisation.postcode} ${organisation.town}`}
              onAction={() =>
                form.setFieldValue('move.address', {
                  ...move.address,
                  postcode: organisation.postcode,
                  town: organisation.town,
                })
              }
            />
          </div>
        ) : null}
      </fieldset>
      <fieldset className="form-part">
        <legend>Revenus et allocations</legend>
        <div className="form-pair">
          <NumberInput
            label="Quotient familial"
            placeholder="inconnu&nbsp;: tarif le plus haut"
            decimalScale={2}
            decimalSeparator=","
            description={quotientQuestion(quotient.value === '' ? null : quotient.value)}
            {...field('quotient.value')}
          />
          <DayField label="Valable à partir du" {...field('quotient.fromDay')} />
        </div>
        <HomeFields field={field} at="home." />
      </fieldset>
      {children.map((child, position) => (
        <fieldset key={`child-${String(position)}`} className="form-part">
          <legend>{child.firstName || `Enfant ${position + 1}`}</legend>
          {child.existing ? (
            <ExistingPerson
              person={child.existing}
              onGiveUp={() => form.setFieldValue(`children.${position}.existing`, null)}
            />
          ) : (
            <>
              <ChildFields field={field} at={`children.${position}.`} />
              <SchoolingFields
                field={field}
                at={`children.${position}.schooling.`}
                values={child.schooling}
                line1={move.address.line1}
              />
              <PossibleDoubles
                typed={{
                  kind: 'child',
                  lastName: child.lastName,
                  firstName: child.firstName,
                  birthDay: child.birthDay,
                }}
                choose={{
                  label: 'C’est cet enfant\u00a0: ce foyer est son second',
                  act: (double) => form.setFieldValue(`children.${position}.existing`, double),
                }}
              />
            </>
          )}
          <div>
            <Button variant="subtle" onClick={() => form.removeListItem('children', position)}>
              Retirer cet enfant
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button leftSection={<IconPlus size={14} />} onClick={() => form.insertListItem('children', newChild())}>
          Ajouter un enfant
        </Button>
      </div>
    </FormDialog>
  )
}

const ExistingPerson = ({ person, onGiveUp }: { person: PossibleDouble; onGiveUp: () => void }) => (
  <Note>
    <b>{person.name}</b>, famille {listed(person.families.map(({ name }) => name))}&nbsp;: sa fiche est reprise telle
    quelle. <PlainAction label="Ce n’est pas cette fiche" onAction={onGiveUp} />
  </Note>
)
