import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Found, Rule } from './rule.ts'

/* Rules on lines of bank statements, and on their matches. */

const lineText = ({ id, day }: Found): string => `Relevé, ligne ${id} du ${numericDay(day as Day)}`

const lines = 'bank_line line join bank_account account on account.id = line.account_id'

export const bankRules: readonly Rule[] = [
  {
    table: 'bank_line',
    sql: `select line.id, line.on_day as day, line.amount_cents as amount, sum(match.amount_cents) as matched
      from ${lines} join bank_match match on match.line_id = line.id
      where not exists (select 1 from payment where payment.id = match.payment_id and payment.act_id = match.act_id
        and payment.cancelled_at is not null)
      group by line.id having abs(matched) > abs(amount) or (matched < 0) <> (amount < 0)`,
    sentence: (found) =>
      `${lineText(found)} de ${formatEuros(Number(found['amount']))}\u00a0: ce qu’elle paie fait ${formatEuros(Number(found['matched']))}.`,
  },
  {
    table: 'bank_match',
    sql: `select line.id, line.on_day as day from ${lines} join bank_match match on match.line_id = line.id
      left join payment on payment.id = match.payment_id left join deposit_slip slip on slip.id = match.slip_id
      left join debit_collection collection on collection.id = match.collection_id
      where coalesce(payment.regie_id, slip.regie_id, collection.regie_id, account.regie_id) <> account.regie_id
        or payment.amount_cents <> match.amount_cents`,
    sentence: (found) => `${lineText(found)}\u00a0: elle ne dit pas ce que dit le règlement.`,
  },
  {
    table: 'bank_line',
    sql: `select line.id, line.on_day as day from bank_line line join bank_statement statement on statement.id = bank_statement_id
      where statement.account_id <> line.account_id or line.on_day not between statement.from_day and statement.to_day`,
    sentence: (found) => `${lineText(found)}\u00a0: elle n’est pas de son relevé.`,
  },
]
