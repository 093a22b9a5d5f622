import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Found, Rule } from './rule.ts'

/* Rules on collections of direct debits and their lines. */

const lineText = ({ id, day }: Found): string => `Prélèvement du ${numericDay(day as Day)}, ligne ${id}`

const lineColumns = 'debit.id, collection.collect_on as day'
const lines = 'debit join debit_collection collection on collection.id = debit.collection_id'

export const debitRules: readonly Rule[] = [
  {
    table: 'debit',
    sql: `select ${lineColumns}, debit.amount_cents as amount, coalesce(sum(part.amount_cents), 0) as parts
      from ${lines} left join debit_part part on part.debit_id = debit.id group by debit.id having amount <> parts`,
    sentence: (found) =>
      `${lineText(found)} de ${formatEuros(Number(found['amount']))}\u00a0: ses dettes font ${formatEuros(Number(found['parts']))}.`,
  },
  {
    table: 'debit_collection',
    sql: `select collection.id, collection.collect_on as day from debit_collection collection
      left join debit_file file on file.collection_id = collection.id
      where (collection.state = 'frozen') <> (file.id is null)`,
    sentence: ({ day }) => `Prélèvement du ${numericDay(day as Day)}\u00a0: son état et son fichier se contredisent.`,
  },
  {
    table: 'debit',
    sql: `select ${lineColumns} from ${lines} join mandate on mandate.id = debit.mandate_id
      left join payment on payment.id = debit.payment_id
      where mandate.regie_id <> collection.regie_id
        or (debit.payment_id is not null and (payment.amount_cents <> debit.amount_cents
          or payment.regie_id <> collection.regie_id or payment.third_party_id is not mandate.third_party_id
          or payment.means <> 'directDebit' or debit.removed_on is not null
          or (debit.came_back is not null and payment.cancelled_at is null)))`,
    sentence: (found) => `${lineText(found)}\u00a0: elle ne dit pas ce que disent son mandat et son règlement.`,
  },
  {
    table: 'debit',
    sql: `select ${lineColumns} from ${lines}
      where collection.state = 'collected' and debit.removed_on is null and debit.came_back is null
        and debit.payment_id is null`,
    sentence: (found) => `${lineText(found)}\u00a0: prélevée sans règlement.`,
  },
  {
    table: 'debit_part',
    sql: `select ${lineColumns} from ${lines} join debit_part part on part.debit_id = debit.id
      where debit.removed_on is null and debit.came_back is null and debit.payment_id is null
      group by coalesce('invoice ' || part.invoice_id, 'opening ' || part.opening_debt_id, 'year ' || part.year_part_id)
      having count(*) > 1`,
    sentence: (found) => `${lineText(found)}\u00a0: une de ses dettes est dans deux prélèvements.`,
  },
  {
    table: 'debit_part',
    sql: `select ${lineColumns} from ${lines} join debit_part taken on taken.debit_id = debit.id
      join mandate on mandate.id = debit.mandate_id join year_part part on part.id = taken.year_part_id
      join year_plan plan on plan.id = part.plan_id
      where taken.amount_cents <> part.amount_cents or plan.regie_id <> collection.regie_id
        or (debit.removed_on is null and debit.came_back is null and part.dropped_on is not null)`,
    sentence: (found) => `${lineText(found)}\u00a0: elle ne dit pas ce que dit sa mensualité.`,
  },
]
