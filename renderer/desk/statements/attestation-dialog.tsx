import { Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { addMonths, type Day, dayOf, lastOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { printPaper } from '../../connection/paper.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

type Kind = 'presence' | 'registered' | 'paid' | 'quote'

/** Prints an attestation that a home asks for at the counter. Nothing is stored. */
export const AttestationDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const may = useMay()
  const { today } = useNow()
  const firstDays: Readonly<Record<Kind, Day>> = {
    presence: schoolYearStart(today),
    registered: schoolYearStart(today),
    paid: dayOf(yearOf(today), 1, 1),
    quote: today,
  }
  const kinds: readonly (readonly [Kind, string])[] = [
    ...(family.children.length > 0
      ? ([
          ['presence', 'Présence'],
          ['registered', 'Inscription'],
        ] as const)
      : []),
    ...(may('invoices.read')
      ? ([
          ['paid', 'Paiement'],
          ['quote', 'Devis'],
        ] as const)
      : []),
  ]
  const first = kinds[0]?.[0] ?? 'paid'
  const form = useForm<{ kind: Kind; childId: string; from: Day; to: Day }>({
    initialValues: { kind: first, childId: String(family.children[0]?.id ?? ''), from: firstDays[first], to: today },
  })
  const { kind } = form.values
  return (
    <FormDialog
      opened
      title={`Attestation ou devis\u00a0: ${family.name}`}
      form={form}
      submit="Imprimer"
      onSubmit={async ({ statements }, { childId, from, to }) => {
        const home = { familyId: family.id, from, to }
        await printPaper(
          await (kind === 'paid' || kind === 'quote'
            ? statements[kind](home)
            : statements[kind]({ ...home, childId: Number(childId) })),
        )
      }}
      onClose={onClose}
    >
      <SegmentedControl
        label="Attester"
        value={kind}
        options={kinds}
        onChange={(one) =>
          form.setValues({
            kind: one,
            from: firstDays[one],
            to: one === 'quote' ? lastOfMonth(addMonths(today, 1)) : today,
          })
        }
      />
      {kind !== 'paid' && kind !== 'quote' && family.children.length > 1 ? (
        <Select
          label="Enfant"
          allowDeselect={false}
          data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
          {...form.getInputProps('childId')}
        />
      ) : null}
      <div className="form-pair">
        <RequiredDayField
          label="Du"
          value={form.values.from}
          onChange={(day) => form.setFieldValue('from', day)}
          error={form.errors['from']}
        />
        <RequiredDayField
          label="Au"
          value={form.values.to}
          onChange={(day) => form.setFieldValue('to', day)}
          error={form.errors['to']}
        />
      </div>
    </FormDialog>
  )
}
