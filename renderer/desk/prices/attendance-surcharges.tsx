import { Checkbox, Select } from '@mantine/core'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { isOwedByRegistration } from '../../../shared/rules/price/tariff.ts'
import { optionsOf } from './options.ts'
import { Add, type DefinitionProps, Euros, Percent, Remove, Whole } from './rule-fields.tsx'

type Surcharges = NonNullable<Definition['beside']>
type Surcharge = NonNullable<Surcharges['unbooked']>
type Step = NonNullable<Surcharges['lateCancellation']>[number]

/** The surcharges for a child who came without a booking, for an absence without notice, and for late demandes. */
export const AttendanceSurchargeFields = ({ definition, isLocked, onChange }: DefinitionProps) => {
  const { beside = {}, ...kept } = definition
  const set = (next: Surcharges) => {
    const isEmpty = Object.values(next).every((one) => one === undefined)
    onChange(isEmpty ? kept : { ...kept, beside: next })
  }
  return (
    <>
      <OptionalSurcharge
        label="Venu sans réserver&nbsp;: majoration par plage"
        surcharge={beside.unbooked}
        isLocked={isLocked}
        onChange={(unbooked) => set({ ...beside, unbooked })}
      />
      <OptionalSurcharge
        label="Absence que personne n’a signalée&nbsp;: majoration par plage"
        surcharge={beside.untoldAbsence}
        isLocked={isLocked}
        onChange={(untoldAbsence) => set({ ...beside, untoldAbsence })}
      />
      <OptionalSurcharge
        label="Réservation hors délai&nbsp;: majoration par plage"
        surcharge={beside.lateBooking}
        isLocked={isLocked}
        onChange={(lateBooking) => set({ ...beside, lateBooking })}
      />
      <CancellationSteps
        steps={beside.lateCancellation ?? []}
        isLocked={isLocked}
        onChange={(steps) => set({ ...beside, lateCancellation: steps.length === 0 ? undefined : steps })}
      />
      <p className="soft small">
        Hors délai&nbsp;: quand le délai de l’activité dit «&nbsp;au prix du tarif&nbsp;», et que la famille l’accepte
        ou que le service le choisit.
      </p>
      {beside.lateCancellation && definition.lines.some(isOwedWithoutBooking) ? (
        <p className="soft small">
          Un forfait dû dès l’inscription n’a pas de jour à rendre&nbsp;: ces règles ne valent pas pour lui. Comptez-le
          «&nbsp;dès un jour réservé&nbsp;» pour que son annulation en laisse une part due.
        </p>
      ) : null}
    </>
  )
}

const isOwedWithoutBooking = ({ count }: Definition['lines'][number]): boolean =>
  count.per === 'forfait' && isOwedByRegistration(count.by)

/** What remains due of a place given back late, by days of notice; the last step is without notice. */
const CancellationSteps = ({
  steps,
  isLocked,
  onChange,
}: {
  steps: readonly Step[]
  isLocked: boolean
  onChange: (steps: Step[]) => void
}) => {
  const change = (at: number, more: Partial<Step>) =>
    onChange(steps.map((step, place) => (place === at ? { ...step, ...more } : step)))
  return (
    <fieldset className="tariff-deductions">
      <legend>Annulation hors délai&nbsp;: selon les jours qui restent, du plus grand nombre à 0</legend>
      {steps.map(({ notice, surcharge }, at) => (
        // Steps have no identity except their position.
        <div key={at} className="tariff-step">
          <Whole
            label="Jours avant"
            value={notice}
            least={0}
            most={365}
            isLocked={isLocked}
            onChange={(next) => change(at, { notice: next })}
          />
          <SurchargeFields
            label="Reste dû"
            surcharge={surcharge}
            mostPercent={100}
            isLocked={isLocked}
            onChange={(next) => change(at, { surcharge: next })}
          />
          <Remove label="Retirer ce palier" isLocked={isLocked} onRemove={() => onChange(steps.toSpliced(at, 1))} />
        </div>
      ))}
      <Add
        label="Ajouter un palier"
        isLocked={isLocked}
        onAdd={() => onChange([...steps, { notice: 0, surcharge: { percent: 100 } }])}
      />
    </fieldset>
  )
}

const OptionalSurcharge = ({
  label,
  surcharge,
  isLocked,
  onChange,
}: {
  label: string
  surcharge: Surcharge | undefined
  isLocked: boolean
  onChange: (surcharge: Surcharge | undefined) => void
}) => (
  <>
    <Checkbox
      label={label}
      disabled={isLocked}
      checked={surcharge !== undefined}
      onChange={(event) => onChange(event.currentTarget.checked ? { cents: 250 } : undefined)}
    />
    {surcharge ? (
      <div className="tariff-rule-fields">
        <SurchargeFields surcharge={surcharge} mostPercent={1000} isLocked={isLocked} onChange={onChange} />
      </div>
    ) : null}
  </>
)

const surchargeKinds = { cents: 'un montant', percent: 'part du prix' } as const

const SurchargeFields = ({
  label = 'Majoration',
  surcharge,
  mostPercent,
  isLocked,
  onChange,
}: {
  label?: string
  surcharge: Surcharge
  mostPercent: number
  isLocked: boolean
  onChange: (surcharge: Surcharge) => void
}) => (
  <>
    <Select
      label={label}
      disabled={isLocked}
      data={optionsOf(surchargeKinds)}
      value={'cents' in surcharge ? 'cents' : 'percent'}
      onChange={(kind) => kind !== null && onChange(kind === 'cents' ? { cents: 250 } : { percent: 50 })}
    />
    {'cents' in surcharge ? (
      <Euros label="En euros" cents={surcharge.cents} isLocked={isLocked} onChange={(cents) => onChange({ cents })} />
    ) : (
      <Percent
        label="En %"
        value={surcharge.percent}
        most={mostPercent}
        isLocked={isLocked}
        onChange={(percent) => onChange({ percent })}
      />
    )}
  </>
)
