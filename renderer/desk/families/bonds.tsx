import { Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Bond, Child, Family, Guardian } from '../../../shared/contract/desk/people/families.ts'
import {
  type Authority,
  authorities,
  authorityNames,
  type BondKind,
  bondKinds,
  bondNames,
  entrustedText,
  isEntrusted,
  ordinaryPairs,
  powerNames,
  powers,
  powersOf,
} from '../../../shared/rules/people/guardian-bond.ts'
import { counted, listed, numericDay, ofName } from '../../../shared/rules/text/french.ts'
import { orpcOutsideForms } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { fieldPropsOf } from './fields.tsx'

/** The bonds of a home: a row for each guardian, a column for each child. */
export const Bonds = ({ family, mayWrite }: { family: Family; mayWrite: boolean }) => {
  const [edited, setEdited] = useState<Bond>()
  const confirm = useMutation(orpcOutsideForms.families.confirmBonds.mutationOptions())
  const { guardians, children, bonds } = family
  if (guardians.length === 0 || children.length === 0) return null
  const toConfirm = bonds.filter(({ authority }) => authority === 'unconfirmed').length
  const ofTwoHomes = new Set(children.filter((child) => child.otherFamilies.length > 0).map(({ id }) => id))
  const isOrdinary = ordinaryPairs(guardians.length, ofTwoHomes, bonds).length > 0
  return (
    <Section
      title="Autorité parentale"
      subtitle={toConfirm === 0 ? undefined : `${counted(toConfirm, 'lien')} à confirmer`}
      action={
        mayWrite && isOrdinary ? (
          <PlainAction
            label="Confirmer"
            aria={`Confirmer que ${listed(guardians.map(({ firstName }) => firstName))} ont l’autorité parentale`}
            disabled={confirm.isPending}
            onAction={() => confirm.mutate({ familyId: family.id })}
          />
        ) : undefined
      }
    >
      <table className="table table-flush family-bonds" aria-label="Autorité parentale">
        <thead>
          <tr>
            <th scope="col">Responsable</th>
            {children.map(({ id, firstName }) => (
              <th key={id} scope="col">
                {firstName}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {guardians.map((guardian) => (
            <tr key={guardian.id}>
              <th scope="row">
                {guardian.firstName} {guardian.lastName}
              </th>
              {children.map((child) => {
                const bond = bonds.find((one) => one.guardianId === guardian.id && one.childId === child.id)
                return (
                  <td key={child.id}>
                    {bond ? (
                      <BondCell
                        bond={bond}
                        guardian={guardian}
                        child={child}
                        onEdit={mayWrite ? () => setEdited(bond) : undefined}
                      />
                    ) : null}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {edited ? <BondDialog family={family} bond={edited} onClose={() => setEdited(undefined)} /> : null}
    </Section>
  )
}

const BondCell = ({
  bond,
  guardian,
  child,
  onEdit,
}: {
  bond: Bond
  guardian: Guardian
  child: Child
  onEdit: (() => void) | undefined
}) => {
  const { kind, authority, decidedOn, decidedBy, referent, overrideReason } = bond
  const lacking = powers.filter((power) => !bond.powers[power])
  return (
    <div className="family-bond">
      <span>
        {bondNames[kind]}{' '}
        <Badge tone={authority === 'unconfirmed' ? 'warn' : authority === 'no' ? 'danger' : 'neutral'}>
          {authorityWords[authority]}
        </Badge>
      </span>
      {decidedOn === null ? null : (
        <span className="small soft">
          {decidedBy}, {numericDay(decidedOn)}
        </span>
      )}
      {referent === '' ? null : <span className="small soft">référent&nbsp;: {referent}</span>}
      {lacking.length === 0 ? null : <span className="small">{lackingText(lacking)}</span>}
      {overrideReason === '' ? null : <span className="small soft">{overrideReason}</span>}
      {onEdit ? (
        <PlainAction
          label="Modifier"
          aria={`Modifier le lien ${ofName(guardian.firstName)} ${guardian.lastName} avec ${child.firstName}`}
          onAction={onEdit}
        />
      ) : null}
    </div>
  )
}

const authorityWords: Readonly<Record<Authority, string>> = {
  unconfirmed: 'à confirmer',
  yes: 'a l’autorité',
  decision: 'autorité par décision',
  no: 'sans autorité',
}

const lackingWords = {
  sees: 'ne voit pas l’enfant',
  asks: 'ne demande rien',
  fetches: 'ne vient pas chercher',
  told: 'n’est pas prévenu',
} as const satisfies Readonly<Record<(typeof powers)[number], string>>

const lackingText = (lacking: readonly (typeof powers)[number][]): string =>
  listed(lacking.map((power) => lackingWords[power]))

type BondValues = Omit<Bond, 'decidedOn' | 'powers'> & { decidedOn: string }

const BondDialog = ({ family, bond, onClose }: { family: Family; bond: Bond; onClose: () => void }) => {
  const { powers: _powers, decidedOn, ...values } = bond
  const guardian = family.guardians.find(({ id }) => id === bond.guardianId)
  const child = family.children.find(({ id }) => id === bond.childId)
  const form = useForm<BondValues>({ initialValues: { ...values, decidedOn: decidedOn ?? '' } })
  const field = fieldPropsOf(form)
  const typed = form.values
  const given = powersOf(typed)
  const ruled = powersOf({ ...typed, overrides: { sees: null, asks: null, fetches: null, told: null } })
  const isOverridden = powers.some((power) => given[power] !== ruled[power])
  const submit = (client: FormClient, { decidedOn: day, ...sent }: BondValues) =>
    client.families.setBond({ ...sent, decidedOn: day === '' ? null : day })
  return (
    <FormDialog
      opened
      title={`${guardian?.firstName ?? ''} ${guardian?.lastName ?? ''} et ${child?.firstName ?? ''}`}
      draft={`lien ${bond.guardianId} ${bond.childId}`}
      form={form}
      submit="Enregistrer"
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="form-pair">
        <Select
          label={`Lien avec ${child?.firstName ?? 'l’enfant'}`}
          data-autofocus
          allowDeselect={false}
          data={bondKinds.map((kind) => ({ value: kind, label: bondNames[kind] }))}
          {...field('kind')}
          onChange={(kind) => form.setFieldValue('kind', (kind ?? 'parent') as BondKind)}
        />
        <Select
          label="Autorité parentale"
          allowDeselect={false}
          data={authorities.map((authority) => ({ value: authority, label: authorityNames[authority] }))}
          {...field('authority')}
          onChange={(authority) => form.setFieldValue('authority', (authority ?? 'unconfirmed') as Authority)}
        />
      </div>
      {typed.authority === 'decision' ? (
        <div className="form-pair">
          <TextInput
            label="Juge ou tribunal"
            placeholder="Juge aux affaires familiales de Caen"
            {...field('decidedBy')}
          />
          <DayField label="Décision du" {...field('decidedOn')} />
        </div>
      ) : null}
      {typed.kind === 'childWelfare' ? (
        <TextInput label="Référent de l’ASE" placeholder="Nom et téléphone" {...field('referent')} />
      ) : null}
      <fieldset className="family-powers stack">
        <legend>{`Ce que ${guardian?.firstName ?? ''} peut faire pour ${child?.firstName ?? ''}`}</legend>
        {typed.authority === 'no' && isEntrusted(typed) ? <p className="soft small">{entrustedText}</p> : null}
        {powers.map((power) => (
          <Checkbox
            key={power}
            label={powerNames[power]}
            checked={given[power]}
            error={power === 'sees' ? form.errors['overrides.sees'] : undefined}
            onChange={({ currentTarget: { checked } }) =>
              form.setFieldValue(`overrides.${power}`, checked === ruled[power] ? null : checked)
            }
          />
        ))}
      </fieldset>
      {isOverridden ? (
        <TextInput
          label="Pourquoi"
          description={`La règle dit autre chose d’après le lien et l’autorité ${ofName(guardian?.firstName ?? '')}.`}
          {...field('overrideReason')}
        />
      ) : null}
    </FormDialog>
  )
}
