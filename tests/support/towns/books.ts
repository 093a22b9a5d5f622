import type { Core } from '../../../main/desk/core.ts'
import { family } from '../../../main/store/schema/index.ts'
import { systemActor } from '../../../main/store/store.ts'

/**
 * Many homes billed each month of 2025 for care and meals, one in twenty of which does not pay. Written without runs
 * and payments, because their audit would take longer than the test: for benches and kill tests only.
 */
export const fillBooksTown = ({ store }: Pick<Core, 'store'>, homes: number): void =>
  store.act(systemActor, 'families.create', 'Une ville qui tient ses livres', (write) => {
    const range = Array.from({ length: homes }, (_, index) => index + 1)
    const [first = 1] = write.insertMany(
      family,
      range.map((home) => ({ name: `FAMILLE ${String(home).padStart(5, '0')}` })),
    )
    store.sqlite.exec(`
      create temp table month_of_home as
        with recursive month(m) as (select 1 union all select m + 1 from month where m < 12),
          home(h) as (select 0 union all select h + 1 from home where h < ${homes - 1})
        select m * ${homes} + h as id, h, m, ${first} + h as family_id, printf('2025-%02d', m) as month,
          1000 + (h * 37 + m * 11) % 20000 as cents
        from month cross join home;
      insert into invoice (id, family_id, regie_id, kind, state, from_day, to_day, total_cents, verdict, journal, month, act_id)
        select id, family_id, 1, 'invoice', 'draft', month || '-01', month || '-28', cents, 'ready', '[]', month,
          ${write.actId} from month_of_home;
      insert into invoice_line (invoice_id, position, label, quantity, unit, unit_cents, total_cents, fiscal, explanation,
          basis, days, reservation_ids, nature, act_id)
        select id, position, label, 1, '{}', part, part, fiscal, '', '{}', '[]', '[]', nature, ${write.actId} from (
          select id, 1 as position, 'Repas' as label, 400 as part, 'repas' as fiscal, '7067' as nature from month_of_home
          union all select id, 2, 'Accueil', cents - 400, 'garde', '7066' from month_of_home);
      update invoice set state = 'issued', series = 'F', year = 2025, number = id, issued_on = month || '-05',
        due_on = month || '-25', hash = id where id in (select id from month_of_home);
      insert into payment (id, family_id, regie_id, means, amount_cents, received_on, booked_on, recorded_at, receipt_year,
          receipt_number, act_id)
        select id, family_id, 1,
          case h % 4 when 0 then 'cheque' when 1 then 'card' when 2 then 'transfer' else 'online' end, cents,
          month || '-20', month || '-20', month || '-20T09:00:00.000Z', 2025, id, ${write.actId}
        from month_of_home where h % 20 > 0;
      insert into allocation (payment_id, invoice_id, on_day, amount_cents, act_id)
        select id, id, month || '-20', cents, ${write.actId} from month_of_home where h % 20 > 0;
      drop table month_of_home`)
  })
