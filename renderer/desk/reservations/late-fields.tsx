import { Radio } from '@mantine/core'
import { type ListedReason, listedReasons } from '../../../shared/rules/cell/cell-actions.ts'

type Input = {
  readonly value?: string | null
  readonly error?: React.ReactNode
  readonly onChange?: (value: string) => void
}

/** Why staff act past the deadline. No default, so that pressing Enter alone does not accept late changes. */
export const ListedReasonField = (input: Input) => (
  <Radio.Group label="Motif" {...input} value={input.value ?? null}>
    <div className="stack">
      {Object.entries(listedReasons).map(([code, words], at) => (
        <Radio key={code} value={code} label={words} data-autofocus={at === 0 || undefined} />
      ))}
    </div>
  </Radio.Group>
)

/** Whether a booking cancelled late stays billed. No default, so that staff decide. */
export const ChargedField = ({ label = 'Facturation', ...input }: Input & { readonly label?: string }) => (
  <Radio.Group label={label} {...input} value={input.value ?? null}>
    <div className="row row-wide">
      <Radio value="charged" label="Reste facturée" />
      <Radio value="free" label="N’est pas facturée" />
    </div>
  </Radio.Group>
)

export type ChargedChoice = 'charged' | 'free' | null

/** Messages of a form when the reason or the billing is not chosen. */
export const noReasonMessage = (code: ListedReason | null): string | null =>
  code === null ? 'Choisissez un motif.' : null
export const notChargedMessage = (charged: ChargedChoice): string | null =>
  charged === null ? 'Dites si la place reste facturée.' : null
