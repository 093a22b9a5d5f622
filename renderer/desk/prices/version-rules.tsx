import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { bracketText } from '../../../shared/rules/price/bracket.ts'
import { deductionUnits, membershipPerNames, yearNames } from '../../../shared/rules/price/tariff-words.ts'
import { ordinal } from '../../../shared/rules/text/french.ts'
import { Section } from '../parts/screen.tsx'
import { optionsOf } from './options.ts'
import { Euros, Percent, Whole } from './rule-fields.tsx'
import type { UnitPrice } from './tariff-edit.ts'

type Change = (definition: Definition) => void
type Deduction = NonNullable<Definition['deductions']>[number]

const deductionPerNames: Readonly<Record<Deduction['per'], string>> = {
  day: deductionUnits.day.one,
  meal: deductionUnits.meal.one,
}

const ceilingNames: Readonly<Record<'none' | NonNullable<Deduction['cap']>['per'], string>> = {
  none: 'aucun',
  month: 'par mois',
  schoolYear: 'par année',
}

/** Price rules outside the grid: absences, siblings, aids, yearly membership, minimum. */
export const VersionRules = ({
  definition,
  isLocked,
  onChange,
  children,
}: {
  definition: Definition
  isLocked: boolean
  onChange: Change
  children: React.ReactNode
}) => {
  const { absence, siblings, membership, minimum } = definition
  const without = (key: 'siblings' | 'membership' | 'minimum') => {
    const { [key]: _gone, ...kept } = definition
    onChange(kept)
  }
  return (
    <Section title="Absences et déductions">
      <Checkbox
        label="Absence justifiée à temps&nbsp;: non facturée"
        disabled={isLocked}
        checked={absence.justifiedInTime === 'notBilled'}
        onChange={(event) =>
          onChange({
            ...definition,
            absence: { ...absence, justifiedInTime: event.currentTarget.checked ? 'notBilled' : 'billed' },
          })
        }
      />
      <Checkbox
        label="Absence non justifiée&nbsp;: facturée"
        disabled={isLocked}
        checked={absence.unjustified === 'billed'}
        onChange={(event) =>
          onChange({
            ...definition,
            absence: { ...absence, unjustified: event.currentTarget.checked ? 'billed' : 'notBilled' },
          })
        }
      />
      <Checkbox
        label="Deuxième enfant et suivants&nbsp;: réduction"
        disabled={isLocked}
        checked={siblings !== undefined}
        onChange={(event) =>
          event.currentTarget.checked
            ? onChange({ ...definition, siblings: { percents: [10], on: ['garde'] } })
            : without('siblings')
        }
      />
      {siblings ? (
        <div className="tariff-rule-fields">
          <SiblingSteps
            siblings={siblings}
            isLocked={isLocked}
            onChange={(next) => onChange({ ...definition, siblings: next })}
          />
          <Checkbox
            label="pour tous, selon leur nombre"
            disabled={isLocked}
            checked={siblings.by === 'count'}
            onChange={(event) =>
              onChange({
                ...definition,
                siblings: { ...siblings, by: event.currentTarget.checked ? 'count' : 'rank' },
              })
            }
          />
          <Checkbox
            label="sur les repas aussi"
            disabled={isLocked}
            checked={siblings.on.includes('repas')}
            onChange={(event) =>
              onChange({
                ...definition,
                siblings: { ...siblings, on: event.currentTarget.checked ? ['garde', 'repas'] : ['garde'] },
              })
            }
          />
        </div>
      ) : null}
      <Checkbox
        label="Adhésion, une fois par an"
        disabled={isLocked}
        checked={membership !== undefined}
        onChange={(event) =>
          event.currentTarget.checked
            ? onChange({
                ...definition,
                membership: {
                  label: 'Adhésion',
                  per: 'child',
                  year: 'school',
                  price: { method: 'fixed', cents: 0, nonResident: { rule: 'same' } },
                },
              })
            : without('membership')
        }
      />
      {membership ? <MembershipFields {...{ definition, membership, isLocked, onChange }} /> : null}
      <Checkbox
        label="Minimum de facturation, par famille et par mois"
        disabled={isLocked}
        checked={minimum !== undefined}
        onChange={(event) =>
          event.currentTarget.checked ? onChange({ ...definition, minimum: { cents: 500 } }) : without('minimum')
        }
      />
      {minimum ? (
        <div className="tariff-rule-fields">
          <Euros
            label="Au moins, en euros"
            cents={minimum.cents}
            isLocked={isLocked}
            onChange={(cents) => onChange({ ...definition, minimum: { cents } })}
          />
        </div>
      ) : null}
      <Deductions definition={definition} isLocked={isLocked} onChange={onChange} />
      {children}
    </Section>
  )
}

const MembershipFields = ({
  definition,
  membership,
  isLocked,
  onChange,
}: {
  definition: Definition
  membership: NonNullable<Definition['membership']>
  isLocked: boolean
  onChange: Change
}) => {
  const { price } = membership
  const change = (more: Partial<typeof membership>) =>
    onChange({ ...definition, membership: { ...membership, ...more } })
  return (
    <div className="tariff-rule-fields">
      <Select
        label="Due par"
        disabled={isLocked}
        data={optionsOf(membershipPerNames)}
        value={membership.per}
        onChange={(per) => per !== null && change({ per })}
      />
      <Select
        label="Année"
        disabled={isLocked}
        data={optionsOf(yearNames)}
        value={membership.year}
        onChange={(year) => year !== null && change({ year })}
      />
      <MembershipPrice
        definition={definition}
        price={price}
        isLocked={isLocked}
        onChange={(next) => change({ price: next })}
      />
      {definition.brackets.length > 0 ? (
        <Checkbox
          label="un prix par tranche"
          disabled={isLocked}
          checked={price.method === 'bracket'}
          onChange={(event) => {
            const known = firstAmount(price)
            const nonResident = 'nonResident' in price ? price.nonResident : ({ rule: 'same' } as const)
            change({
              price: event.currentTarget.checked
                ? { method: 'bracket', cents: definition.brackets.map(() => known), nonResident }
                : { method: 'fixed', cents: known, nonResident: { rule: 'same' } },
            })
          }}
        />
      ) : null}
    </div>
  )
}

const MembershipPrice = ({
  definition,
  price,
  isLocked,
  onChange,
}: {
  definition: Definition
  price: UnitPrice
  isLocked: boolean
  onChange: (price: UnitPrice) => void
}) => {
  switch (price.method) {
    case 'bracket':
      return definition.brackets.map((bracket, at) => (
        <Euros
          key={bracket.label}
          label={`QF ${bracketText(bracket)}`}
          cents={price.cents[at] ?? 0}
          isLocked={isLocked}
          onChange={(next) => onChange({ ...price, cents: price.cents.with(at, next) })}
        />
      ))
    case 'fixed':
      return (
        <Euros
          label="Prix, en euros"
          cents={price.cents}
          isLocked={isLocked}
          onChange={(cents) => onChange({ ...price, cents })}
        />
      )
    case 'effortRate':
    case 'cases':
    case 'together':
      return null
  }
}

const firstAmount = (price: UnitPrice): number => {
  switch (price.method) {
    case 'fixed':
      return price.cents
    case 'bracket':
      return price.cents[0] ?? 0
    case 'effortRate':
    case 'cases':
    case 'together':
      return 0
  }
}

const Deductions = ({
  definition,
  isLocked,
  onChange,
}: {
  definition: Definition
  isLocked: boolean
  onChange: Change
}) => {
  const deductions = definition.deductions ?? []
  const set = (next: Deduction[]) => onChange({ ...definition, deductions: next })
  const change = (at: number, more: Partial<Deduction>) =>
    set(deductions.map((one, place) => (place === at ? { ...one, ...more } : one)))
  return (
    <fieldset className="tariff-deductions">
      <legend>Aides déduites, dans cet ordre</legend>
      {deductions.map((one, at) => (
        // Aids have no identity except their position: their names are being typed.
        <div key={at} className="tariff-rule-fields">
          <TextInput
            label="Aide"
            disabled={isLocked}
            value={one.label}
            onChange={(event) => change(at, { label: event.currentTarget.value })}
          />
          <Euros label="Euros" cents={one.cents} isLocked={isLocked} onChange={(cents) => change(at, { cents })} />
          <Select
            label="Par"
            disabled={isLocked}
            data={optionsOf(deductionPerNames)}
            value={one.per}
            onChange={(per) => per !== null && change(at, { per })}
          />
          <TextInput
            label="Jusqu’au QF"
            description="Lu comme les tranches&nbsp;: 620 vaut pour 620,50."
            placeholder="tous"
            inputMode="decimal"
            disabled={isLocked}
            defaultValue={one.upTo === null ? '' : String(one.upTo).replace('.', ',')}
            onBlur={(event) => {
              const typed = event.currentTarget.value.trim().replace(',', '.')
              const value = Number(typed)
              if (!Number.isNaN(value)) change(at, { upTo: typed === '' ? null : value })
            }}
          />
          <Euros
            label="Reste à payer"
            cents={one.leaves}
            isLocked={isLocked}
            onChange={(leaves) => change(at, { leaves })}
          />
          <Select
            label="Plafond"
            disabled={isLocked}
            data={optionsOf(ceilingNames)}
            value={one.cap?.per ?? 'none'}
            onChange={(per) =>
              change(at, {
                cap: per === null || per === 'none' ? null : { per, cents: one.cap?.cents ?? one.cents },
              })
            }
          />
          {one.cap ? (
            <Euros
              label="Plafond, euros"
              cents={one.cap.cents}
              isLocked={isLocked}
              onChange={(cents) => {
                if (one.cap) change(at, { cap: { ...one.cap, cents } })
              }}
            />
          ) : null}
          <Button
            aria-label={`Retirer ${one.label || 'cette aide'}`}
            disabled={isLocked}
            onClick={() => set(deductions.filter((_, place) => place !== at))}
          >
            <IconTrash size={14} />
          </Button>
        </div>
      ))}
      {isLocked ? null : (
        <Button
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() =>
            set([
              ...deductions,
              {
                label: deductions.length === 0 ? 'Aide CAF' : '',
                per: 'day',
                cents: 400,
                upTo: null,
                leaves: 0,
                cap: null,
              },
            ])
          }
        >
          Ajouter une aide
        </Button>
      )}
    </fieldset>
  )
}

type Siblings = NonNullable<Definition['siblings']>
type SiblingKind = 'percents' | 'cents' | 'bracketsDown'

const siblingKindNames: Readonly<Record<SiblingKind, string>> = {
  percents: 'en\u00a0%',
  cents: 'en euros',
  bracketsDown: 'en tranches au-dessous',
}

/** The reduction of each rank, in one of three kinds. */
const SiblingSteps = ({
  siblings,
  isLocked,
  onChange,
}: {
  siblings: Siblings
  isLocked: boolean
  onChange: (siblings: Siblings) => void
}) => {
  const { percents, cents, bracketsDown, ...rule } = siblings
  const kind: SiblingKind = cents ? 'cents' : bracketsDown ? 'bracketsDown' : 'percents'
  const steps = cents ?? bracketsDown ?? percents
  const set = (next: SiblingKind, values: number[]) =>
    onChange({
      ...rule,
      percents: next === 'percents' ? values : [],
      ...(next === 'cents' && { cents: values }),
      ...(next === 'bracketsDown' && { bracketsDown: values }),
    })
  const change = (at: number) => (value: number) => set(kind, steps.with(at, value))
  return (
    <>
      <Select
        label="Réduction"
        disabled={isLocked}
        data={optionsOf(siblingKindNames)}
        value={kind}
        onChange={(next) =>
          next !== null &&
          set(
            next,
            steps.map(() => firstStep[next]),
          )
        }
      />
      {steps.map((step, at) => {
        const label = `${ordinal(at + 2)}${at === steps.length - 1 ? ' et plus' : ''}, ${siblingKindNames[kind]}`
        // Ranks have no identity except their position.
        const field = { key: `${kind} ${at}`, label, isLocked, onChange: change(at) }
        switch (kind) {
          case 'percents':
            return <Percent {...field} key={field.key} value={step} most={100} />
          case 'cents':
            return <Euros {...field} key={field.key} cents={step} />
          case 'bracketsDown':
            return <Whole {...field} key={field.key} value={step} least={0} most={29} />
        }
      })}
      <Button
        aria-label="Ajouter un rang"
        disabled={isLocked}
        onClick={() => set(kind, [...steps, steps.at(-1) ?? firstStep[kind]])}
      >
        <IconPlus size={14} />
      </Button>
    </>
  )
}

const firstStep: Readonly<Record<SiblingKind, number>> = { percents: 10, cents: 100, bracketsDown: 1 }
