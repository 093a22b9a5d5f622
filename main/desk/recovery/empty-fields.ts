import type { Day } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import type { ReminderLevel } from '../../../shared/rules/money/recovery/reminder-level.ts'
import { reminderValues } from '../../../shared/rules/templates/reminder-values.ts'
import { missingFields } from '../../../shared/rules/templates/resolved-document.ts'
import { labelOfField, missingText } from '../../../shared/rules/templates/template-fields.ts'
import { reminderKey } from '../../../shared/rules/templates/template-kinds.ts'
import type { Store } from '../../store/store.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { cashierOn } from '../regies/regies.ts'
import { requireTemplate } from '../templates/templates.ts'

type Reminded = {
  readonly debtor: string
  readonly addressLines: readonly string[]
  readonly familyId: number | null
  /** « Léa, Tom » */
  readonly children: string
  readonly last: { readonly on: Day } | null
  readonly oldest: { readonly dueOn: Day }
}

/**
 * Names the fields of a level's template that are empty for a payer and have no words to print instead. That payer's
 * reminder cannot be made: the payer is skipped, and the other reminders are made. « Le champ « Numéro de dossier » est
 * vide, modèle « 2e relance » »; null when no field is missing.
 */
export const emptyFieldsOf = (store: Store, regieId: number, levels: readonly ReminderLevel[], on: Day) => {
  const { organisation, payment, complaints } = letterheadOf(store, regieId)
  const cashier = cashierOn(store, regieId, on)
  const templates = levels.map((_, at) => requireTemplate(store, reminderKey(at + 1)))
  return (number: number, { debtor, addressLines, familyId, children, last, oldest }: Reminded): string | null => {
    const [level, template] = [levels[number - 1], templates[number - 1]]
    if (!level || !template) return null
    // The debts are left out: the template shows them as a list, which is never empty, and no field depends on them.
    const values = reminderValues(
      {
        organisation,
        payment,
        complaints,
        cashier,
        debtor: { name: debtor, addressLines },
        familyNumber: familyId === null ? '' : familyNumberText(familyId),
        children: children === '' ? [] : children.split(', '),
        levelName: level.name,
        levels: levels.length,
        consequence: level.consequence,
        previousOn: last && last.on > oldest.dueOn ? last.on : null,
        debts: [],
        upcoming: [],
        promise: null,
      },
      { date: on, payBefore: on, amount: 0 },
    )
    const missing = missingFields(template.document, values).map((id) => labelOfField(id, []))
    if (missing.length === 0) return null
    const text = missingText(missing)
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}, modèle «\u00a0${template.name}\u00a0»`
  }
}
