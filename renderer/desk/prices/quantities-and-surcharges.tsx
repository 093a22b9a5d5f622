import { Checkbox, Select, TextInput } from '@mantine/core'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { rankingNames } from '../../../shared/rules/price/printed/tariff-poster.ts'
import { defaultRanking } from '../../../shared/rules/price/tariff.ts'
import { pluralOf } from '../../../shared/rules/text/french.ts'
import { Section } from '../parts/screen.tsx'
import { AttendanceSurchargeFields } from './attendance-surcharges.tsx'
import { optionsOf } from './options.ts'
import { Add, Euros, type DefinitionProps as Props, Remove, Whole } from './rule-fields.tsx'

type Ranking = NonNullable<Definition['ranking']>
type Reduction = NonNullable<Definition['reductions']>[number]
type Limit = NonNullable<Definition['limits']>[number]

/** Reductions and limits, late pick-ups, and surcharges for attendance that differs from the booking. */
export const QuantitiesAndSurcharges = (props: Props) => (
  <div className="tariff-two">
    <Section title="Quantités">
      <Reductions {...props} />
      <Limits {...props} />
      <RankingFields {...props} />
    </Section>
    <Section title="Retard et marge de la réservation">
      <LatePickUpFields {...props} />
      <AttendanceSurchargeFields {...props} />
    </Section>
  </div>
)

const periodNames: Readonly<Record<Reduction['per'], string>> = {
  week: 'la semaine',
  month: 'le mois',
  period: 'la période',
}

const Reductions = ({ definition, isLocked, onChange }: Props) => {
  const reductions = definition.reductions ?? []
  const set = (next: Reduction[]) => onChange(withRows(definition, 'reductions', next))
  const change = (at: number, more: Partial<Reduction>) =>
    set(reductions.map((one, place) => (place === at ? { ...one, ...more } : one)))
  return (
    <fieldset className="tariff-deductions">
      <legend>Réductions selon le nombre de jours</legend>
      {reductions.map((one, at) => (
        // Reductions have no identity except their position.
        <div key={at} className="tariff-rule-fields">
          <Whole
            label="Dès"
            value={one.from}
            least={2}
            most={366}
            isLocked={isLocked}
            onChange={(from) => change(at, { from })}
          />
          <Select
            label="jours dans"
            disabled={isLocked}
            data={optionsOf(periodNames)}
            value={one.per}
            onChange={(per) => per !== null && change(at, { per })}
          />
          <Euros
            label="Euros de moins"
            cents={one.cents}
            isLocked={isLocked}
            onChange={(cents) => change(at, { cents })}
          />
          <Checkbox
            label="sur les repas aussi"
            disabled={isLocked}
            checked={one.on.includes('repas')}
            onChange={(event) => change(at, { on: event.currentTarget.checked ? ['garde', 'repas'] : ['garde'] })}
          />
          <Remove
            label="Retirer cette réduction"
            isLocked={isLocked}
            onRemove={() => set(reductions.toSpliced(at, 1))}
          />
        </div>
      ))}
      <Add
        label="Ajouter une réduction"
        isLocked={isLocked}
        onAdd={() => set([...reductions, { per: 'week', from: 5, cents: 1500, on: ['garde'] }])}
      />
    </fieldset>
  )
}

const limitPerNames: Readonly<Record<Limit['per'], string>> = { day: 'par jour', month: 'par mois' }
const limitOfNames: Readonly<Record<Limit['of'], string>> = { child: 'par enfant', home: 'par foyer' }

const Limits = ({ definition, isLocked, onChange }: Props) => {
  const limits = definition.limits ?? []
  const set = (next: Limit[]) => onChange(withRows(definition, 'limits', next))
  const change = (at: number, more: Partial<Limit>) =>
    set(limits.map((one, place) => (place === at ? { ...one, ...more } : one)))
  return (
    <fieldset className="tariff-deductions">
      <legend>Au moins, au plus, avant les aides</legend>
      {limits.map((one, at) => (
        // Limits have no identity except their position.
        <div key={at} className="tariff-rule-fields">
          <Select
            label="Limite"
            disabled={isLocked}
            data={optionsOf(limitPerNames)}
            value={one.per}
            onChange={(per) => per !== null && change(at, { per })}
          />
          <Select
            label="Pour"
            disabled={isLocked}
            data={optionsOf(limitOfNames)}
            value={one.of}
            onChange={(of) => of !== null && change(at, { of })}
          />
          <Euros
            label="Au moins (0&nbsp;: rien)"
            cents={one.least ?? 0}
            isLocked={isLocked}
            onChange={(least) => change(at, { least: least === 0 ? null : least })}
          />
          <Euros
            label="Au plus (0&nbsp;: rien)"
            cents={one.most ?? 0}
            isLocked={isLocked}
            onChange={(most) => change(at, { most: most === 0 ? null : most })}
          />
          <Remove label="Retirer cette limite" isLocked={isLocked} onRemove={() => set(limits.toSpliced(at, 1))} />
        </div>
      ))}
      <Add
        label="Ajouter une limite"
        isLocked={isLocked}
        onAdd={() => set([...limits, { per: 'day', of: 'child', least: null, most: 1000 }])}
      />
    </fieldset>
  )
}

/** Leaves the key out when no row is left: equal definitions are then equal. */
const withRows = <Key extends 'reductions' | 'limits'>(
  definition: Definition,
  key: Key,
  rows: NonNullable<Definition[Key]>,
): Definition => {
  const { [key]: _before, ...kept } = definition
  return rows.length === 0 ? (kept as Definition) : { ...definition, [key]: rows }
}

const overNames: Readonly<Record<Ranking['over'], string>> = {
  home: 'toutes activités ensemble',
  activity: 'activité par activité',
}

const RankingFields = ({ definition, isLocked, onChange }: Props) => {
  const ranking = definition.ranking ?? defaultRanking
  const set = (more: Partial<Ranking>) => {
    const next = { ...ranking, ...more }
    const { ranking: _before, ...kept } = definition
    const isDefault = next.among === defaultRanking.among && next.over === defaultRanking.over
    onChange(isDefault ? kept : { ...definition, ranking: next })
  }
  return (
    <div className="tariff-rule-fields">
      <Select
        label="Le rang et le nombre comptent les enfants"
        disabled={isLocked}
        data={optionsOf(rankingNames)}
        value={ranking.among}
        onChange={(among) => among !== null && set({ among })}
      />
      {ranking.among === 'dependent' ? null : (
        <Select
          label="Dans"
          w={220}
          disabled={isLocked}
          data={optionsOf(overNames)}
          value={ranking.over}
          onChange={(over) => over !== null && set({ over })}
        />
      )}
    </div>
  )
}

const latePerNames: Readonly<Record<NonNullable<Definition['latePickUp']>['per'], string>> = {
  child: 'par enfant',
  home: 'par foyer, une fois le soir',
}
const latePartNames = { part: 'par part commencée', evening: 'par soir' } as const

const LatePickUpFields = ({ definition, isLocked, onChange }: Props) => {
  const { latePickUp, ...kept } = definition
  const change = (more: Partial<NonNullable<Definition['latePickUp']>>) =>
    latePickUp && onChange({ ...definition, latePickUp: { ...latePickUp, ...more } })
  return (
    <>
      <Checkbox
        label="Retard après la dernière plage&nbsp;: facturé"
        disabled={isLocked}
        checked={latePickUp !== undefined}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? {
                  ...definition,
                  latePickUp: {
                    label: 'Retard',
                    fiscal: 'autre',
                    free: 5,
                    part: 15,
                    per: 'child',
                    unit: { one: 'part commencée', many: 'parts commencées' },
                    price: { method: 'fixed', cents: 500, nonResident: { rule: 'same' } },
                  },
                }
              : kept,
          )
        }
      />
      {latePickUp ? (
        <div className="tariff-rule-fields">
          <Whole
            label="Minutes offertes"
            value={latePickUp.free}
            least={0}
            most={240}
            isLocked={isLocked}
            onChange={(free) => change({ free })}
          />
          <Select
            label="Compté"
            disabled={isLocked}
            data={optionsOf(latePartNames)}
            value={latePickUp.part === null ? 'evening' : 'part'}
            onChange={(value) => value !== null && change({ part: value === 'part' ? 15 : null })}
          />
          {latePickUp.part === null ? null : (
            <Whole
              label="Minutes d’une part"
              value={latePickUp.part}
              least={1}
              most={240}
              isLocked={isLocked}
              onChange={(part) => change({ part })}
            />
          )}
          <Select
            label="Dû"
            disabled={isLocked}
            data={optionsOf(latePerNames)}
            value={latePickUp.per}
            onChange={(per) => per !== null && change({ per })}
          />
          <TextInput
            label="Unité, sur la facture"
            w={184}
            disabled={isLocked}
            value={latePickUp.unit.one}
            onChange={({ currentTarget: { value } }) => change({ unit: { one: value, many: pluralOf(value) } })}
          />
        </div>
      ) : null}
      {latePickUp ? <p className="soft small">Son prix se tape dans la grille, dernière ligne.</p> : null}
    </>
  )
}
