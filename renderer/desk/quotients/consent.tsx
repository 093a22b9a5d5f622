import { Radio, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { QuotientConsent } from '../../../shared/contract/desk/money/quotients.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { franceCode } from '../../../shared/rules/quotient/birth-place.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import { ConsultDialog } from './consult-dialog.tsx'
import './quotients.css'

/** Shows whether the home consents to the fund being asked for its quotient; records the consent, and asks the fund. */
export const HomeConsent = ({ family, mayWrite }: { family: Family; mayWrite: boolean }) => {
  const { data: access } = useQuery(orpc.quotients.access.queryOptions())
  const { data: consents } = useQuery(orpc.quotients.consents.queryOptions({ input: { familyId: family.id } }))
  const [open, setOpen] = useState<'give' | 'revoke' | 'consult'>()
  if (!consents || !access || (access.service === null && consents.length === 0)) return null
  const inForce = consents.find(({ revokedOn }) => revokedOn === null)
  const [last] = consents
  const close = () => setOpen(undefined)
  return (
    <div className="stack small">
      <span className={inForce ? undefined : 'soft'}>
        {inForce
          ? `Accord de ${inForce.guardian} pour l’API Particulier, le ${longDate(inForce.givenOn)}${inForce.givenBy === 'portal' ? ', sur le portail' : ''}`
          : last?.revokedOn
            ? `Accord pour l’API Particulier retiré le ${longDate(last.revokedOn)}`
            : 'Pas d’accord pour l’API Particulier'}
      </span>
      {mayWrite ? (
        <span className="quotients-actions">
          {inForce && access.service !== null ? (
            <PlainAction label="Demander le QF…" onAction={() => setOpen('consult')} />
          ) : null}
          <PlainAction label={inForce ? 'Corriger l’accord' : 'Noter l’accord…'} onAction={() => setOpen('give')} />
          {inForce ? <PlainAction label="Retirer l’accord…" onAction={() => setOpen('revoke')} /> : null}
        </span>
      ) : null}
      {open === 'give' ? <ConsentDialog family={family} before={inForce} onClose={close} /> : null}
      {open === 'revoke' && inForce ? <RevokeDialog consent={inForce} onClose={close} /> : null}
      {open === 'consult' ? <ConsultDialog familyId={family.id} onClose={close} /> : null}
    </div>
  )
}

const ConsentDialog = ({
  family,
  before,
  onClose,
}: {
  family: Family
  before: QuotientConsent | undefined
  onClose: () => void
}) => {
  const { today } = useNow()
  const [first] = family.guardians
  const form = useForm({
    initialValues: {
      guardianId: String(before?.guardianId ?? first?.id ?? ''),
      givenOn: before?.givenOn ?? today,
      givenBy: before?.givenBy ?? 'paper',
      birthName: before?.birthName ?? first?.lastName ?? '',
      firstNames: before?.firstNames ?? first?.firstName ?? '',
      civilSex: before?.civilSex ?? (first?.civility === 'M.' ? 'M' : first?.civility === 'Mme' ? 'F' : ''),
      bornOn: before?.bornOn ?? '',
      birthCountry: before?.birthCountry || franceCode,
      birthTown: before?.birthTown ?? '',
    },
    validate: {
      birthName: (text) => (text.trim() === '' ? 'Notez le nom de naissance.' : null),
      firstNames: (text) => (text.trim() === '' ? 'Notez les prénoms.' : null),
      givenOn: (text) => (text === '' ? 'Quel jour\u00a0?' : null),
    },
  })
  return (
    <FormDialog
      opened
      title="Accord pour demander le quotient à la CAF ou à la MSA"
      form={form}
      submit="Enregistrer l’accord"
      onClose={onClose}
      onSubmit={(client, { guardianId, civilSex, bornOn, ...values }) =>
        client.quotients.giveConsent({
          ...values,
          familyId: family.id,
          guardianId: Number(guardianId),
          civilSex: civilSex === 'F' || civilSex === 'M' ? civilSex : null,
          bornOn: bornOn === '' ? null : bornOn,
        })
      }
    >
      <p className="small soft">
        L’allocataire, ou la personne qui vit avec, accepte que le service demande son quotient. L’état civil ne sert
        qu’à cela&nbsp;; il s’efface si l’accord est retiré.
      </p>
      <div className="form-pair">
        <Select
          label="Donné par"
          data={family.guardians.map(({ id, firstName, lastName }) => ({
            value: String(id),
            label: `${firstName} ${lastName}`,
          }))}
          allowDeselect={false}
          key={form.key('guardianId')}
          {...form.getInputProps('guardianId')}
        />
        <DayField label="Le" key={form.key('givenOn')} {...form.getInputProps('givenOn')} />
      </div>
      <Radio.Group label="Comment" key={form.key('givenBy')} {...form.getInputProps('givenBy')}>
        <div className="row row-wide">
          <Radio value="paper" label="Sur papier signé" />
          <Radio value="counter" label="Au guichet" />
          {before?.givenBy === 'portal' ? <Radio value="portal" label="Sur le portail" /> : null}
        </div>
      </Radio.Group>
      <div className="form-pair">
        <TextInput label="Nom de naissance" key={form.key('birthName')} {...form.getInputProps('birthName')} />
        <TextInput
          label="Prénoms, tous et dans l’ordre"
          key={form.key('firstNames')}
          {...form.getInputProps('firstNames')}
        />
      </div>
      <div className="form-pair">
        <Select
          label="Sexe à l’état civil"
          placeholder="Choisir…"
          clearable
          data={[
            { value: 'F', label: 'Féminin' },
            { value: 'M', label: 'Masculin' },
          ]}
          key={form.key('civilSex')}
          {...form.getInputProps('civilSex')}
        />
        <DayField label="Date de naissance" clearable key={form.key('bornOn')} {...form.getInputProps('bornOn')} />
      </div>
      <div className="form-pair">
        <TextInput
          label="Pays de naissance"
          description="Code INSEE&nbsp;: 99100 pour la France."
          key={form.key('birthCountry')}
          {...form.getInputProps('birthCountry')}
        />
        <TextInput
          label="Commune de naissance"
          description="Code INSEE, comme 14118 pour Caen. Vide à l’étranger."
          key={form.key('birthTown')}
          {...form.getInputProps('birthTown')}
        />
      </div>
    </FormDialog>
  )
}

const RevokeDialog = ({ consent, onClose }: { consent: QuotientConsent; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: { on: today },
    validate: { on: (text) => (text === '' ? 'Quel jour\u00a0?' : null) },
  })
  return (
    <FormDialog
      opened
      title="Retirer l’accord"
      width="narrow"
      form={form}
      submit="Retirer l’accord"
      onClose={onClose}
      onSubmit={(client, { on }) => client.quotients.revokeConsent({ id: consent.id, on })}
    >
      <p>
        Le service ne demandera plus le quotient de cette famille à la CAF ou à la MSA, et efface l’état civil noté pour
        cela. Les quotients déjà reçus restent.
      </p>
      <DayField label="Depuis le" key={form.key('on')} {...form.getInputProps('on')} />
    </FormDialog>
  )
}
