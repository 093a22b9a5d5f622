import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { dataFileName } from '../../../main/store/store.ts'
import { triggers } from '../../../main/store/triggers.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { aNewStore } from '../../support/new-file.ts'
import { fillSmallTown } from '../../support/towns/small-town.ts'

const room = mkdtempSync(join(tmpdir(), 'espace-jeunesse-'))
const folder = join(room, 'donnees')
let town: ReturnType<typeof fillSmallTown>
beforeAll(() => {
  const store = aNewStore(() => instant('2026-11-25T08:00:00.000Z'), folder)
  town = fillSmallTown(store)
  store.close()
  return () => rmSync(room, { recursive: true, force: true })
})

const aCopy = () => {
  const path = join(folder, `${Math.random()}.sqlite`)
  copyFileSync(join(folder, dataFileName), path)
  const sqlite = new Sqlite(path)
  onTestFinished(() => void sqlite.close())
  return sqlite
}

/** The sentences about a file broken behind the back of its locks, which are put back after. */
const afterBreaking = (...statements: readonly string[]) => {
  const sqlite = aCopy()
  sqlite.pragma('foreign_keys = OFF')
  sqlite.pragma('ignore_check_constraints = ON')
  for (const { name } of triggers) sqlite.exec(`drop trigger ${name}`)
  for (const statement of statements) sqlite.exec(statement)
  for (const { sql } of triggers) sqlite.exec(sql)
  sqlite.pragma('ignore_check_constraints = OFF')
  return checkFile(sqlite).map(({ sentence }) => sentence)
}

const copyOf = (table: string, id: number, changes: Record<string, string>) => {
  const sqlite = aCopy()
  const columns = (sqlite.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => changes[name] ?? (name === 'id' ? 'null' : `"${name}"`))
  return `insert into ${table} select ${values.join(', ')} from ${table} where id = ${id}`
}

/** A give-up of all that the credit note of the town gives back. */
const aGiveUp = (changes: Readonly<Record<string, string>> = {}) => {
  const given = {
    family_id: '1',
    month: `'2026-12'`,
    kind: `'days'`,
    child_id: '1',
    activity_id: '1',
    product: `'Matin'`,
    fiscal: `'garde'`,
    days: `'["2026-12-09"]'`,
    unit_cents: '500',
    reason: `'Geste'`,
    credit_line_id: '3',
    act_id: '1',
    ...changes,
  }
  return `insert into give_up (${Object.keys(given).join(', ')}) values (${Object.values(given).join(', ')})`
}

describe('the judge', () => {
  it('finds nothing in a sound file, and writes nothing in it', () => {
    const sqlite = aCopy()
    sqlite.pragma('query_only = ON')
    expect(checkFile(sqlite)).toEqual([])
  })

  it('says so when the bytes are damaged', () => {
    const path = aCopy().name
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xa5, 4096 * 3, 4096 * 12))
    const sqlite = new Sqlite(path)
    onTestFinished(() => void sqlite.close())
    const findings = checkFile(sqlite)
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.every(({ kind }) => kind === 'damage')).toBe(true)
  })

  it('reports each missing trigger', () => {
    const sqlite = aCopy()
    const names = triggers.map(({ name }) => name)
    for (const name of names) sqlite.exec(`drop trigger ${name}`)
    expect(checkFile(sqlite).map(({ sentence }) => sentence)).toEqual(
      names.map((name) => `Le verrou «\u00a0${name}\u00a0» manque.`),
    )
  })

  it('misses an index, a changed lock, and refuses what is not ours', () => {
    const sqlite = aCopy()
    sqlite.exec('drop index registration_live')
    sqlite.exec('drop trigger audit_kept')
    sqlite.exec('create trigger audit_kept before update on audit begin select 1; end')
    sqlite.exec('create view everything as select * from family')
    expect(checkFile(sqlite).map(({ sentence }) => sentence)).toEqual([
      'L’index «\u00a0registration_live\u00a0» manque.',
      'Le verrou «\u00a0audit_kept\u00a0» a été changé.',
      'L’affichage «\u00a0everything\u00a0» n’est pas de ce logiciel.',
    ])
  })

  it('finds a row without its parent', () => {
    expect(afterBreaking('delete from slot where id = 2').join()).toContain('renvoie à «\u00a0slot\u00a0»')
  })

  it('accepts a credit note that names its line, and what it gives up', () => {
    const found = afterBreaking('update invoice_line set corrects_line_id = 2 where id = 3', aGiveUp())
    // Nothing but the row itself, which no act wrote.
    expect(found).toEqual(['Une ligne de «\u00a0give_up\u00a0» (1) n’a été écrite par aucune opération.'])
  })

  const act = `insert into act (kind, label, actor, actor_name, started_at, state, closed_at)`
  it.each<[string, () => readonly string[], string]>([
    [
      'an act left open',
      () => [`${act} values ('x', 'Import', 'system', 'x', 'x', 'open', null)`],
      'L’opération «\u00a0Import\u00a0» est restée ouverte.',
    ],
    [
      'an act without trace',
      () => [`${act} values ('x', 'Import', 'system', 'x', 'x', 'closed', 'x')`],
      'n’a laissé aucune trace',
    ],
    [
      'a row that no act wrote',
      () => [`insert into school (name) values ('École')`],
      'Une ligne de «\u00a0school\u00a0» (1) n’a été écrite par aucune opération.',
    ],
    [
      'a row of a batch that no act wrote',
      () => [`insert into family (name, act_id) values ('Intrus', 1)`],
      'Une ligne de «\u00a0family\u00a0» (3) n’a été écrite',
    ],
    [
      'a row erased without trace',
      () => ['delete from payment where id = 2'],
      'Une ligne de «\u00a0payment\u00a0» a disparu sans trace.',
    ],
    [
      'a row of a batch erased without trace',
      () => [
        "insert into family (id, name, act_id) values (9, 'x', 1)",
        "delete from audit where entity_id is null and entity = 'family'",
        `insert into audit (act_id, entity, operation, after) values (1, 'family', 'insertMany', '{"rows":9,"ids":[[1,9]]}')`,
      ],
      'Une ligne de «\u00a0family\u00a0» a disparu',
    ],
    [
      'a trail that was thinned',
      () => [`delete from audit where entity = 'child' and entity_id = 2`],
      'Une ligne de «\u00a0child\u00a0» (2) n’a été écrite',
    ],
    [
      'a registration outside its period',
      () => [`update registration set end_day = '2028-01-01' where id = 1`],
      'Inscription 1\u00a0: ses dates sortent',
    ],
    [
      'a cell of another period',
      () => [copyOf('period', 1, {}), 'update reservation set period_id = 2 where id = 1'],
      'la période n’est pas celle de l’inscription',
    ],
    [
      'a slot of another activity',
      () => [copyOf('activity', 1, {}), 'update slot set activity_id = 2 where id = 2'],
      'la plage n’est pas de cette activité',
    ],
    [
      'a place without registration',
      () => [`update registration set state = 'withdrawn' where id = 1`],
      'une place est tenue sans inscription acceptée',
    ],
    [
      'a place outside the registration',
      () => [`update registration set end_day = '2026-10-01' where id = 1`],
      'en dehors des dates de l’inscription',
    ],
    [
      'a refused cancellation of nothing',
      () => ['update reservation set cancel_denied = 1 where id = 4'],
      'une annulation est refusée sans réservation validée',
    ],
    [
      'an answer without demande',
      () => ['update reservation set collected = 1 where id = 1'],
      'une réponse est attendue sans demande',
    ],
    [
      'a demande taken back before it left',
      () => [`update reservation set ask = 'cancel', recorded_at = 'x', taken_back = 1 where id = 1`],
      'une demande non envoyée est notée comme retirée',
    ],
    [
      'an overbooking of nothing',
      () => ['update reservation set overbooked = 1 where id = 4'],
      'un dépassement de capacité est noté sans réservation',
    ],
    [
      'a charged cancellation that holds',
      () => [`update reservation set charged_reason = 'x' where id = 1`],
      'une annulation facturée est notée sur une réservation validée',
    ],
    [
      'a negative surcharge',
      () => ['update reservation set surcharge_cents = -1 where id = 1'],
      'la majoration est négative',
    ],
    [
      'a late cancellation that holds',
      () => ['update reservation set cancel_surcharge_cents = 500 where id = 1'],
      'une annulation tardive est notée sur une réservation validée',
    ],
    [
      'a place billed as a late cancellation',
      () => ['update reservation set billed_cancellation = 1 where id = 1'],
      'Réservation 1, 09/12/2026\u00a0: facturée pour autre chose que ce que dit sa ligne.',
    ],
    [
      'a shared rank',
      () => [
        `update reservation set waiting_number = 1 where id = 4`,
        `update reservation set held = 'waitlisted', waiting_since = (select waiting_since from reservation where id = 4), waiting_number = 1 where id = 3`,
      ],
      'deux enfants ont le même rang',
    ],
    [
      'two bookings at the same hours',
      () => [`update slot set start = '11:00' where id = 2`],
      'Réservation 2, 09/12/2026\u00a0: l’enfant a déjà une réservation validée à ces heures.',
    ],
    [
      'a place too many',
      () => ['update opening set capacity = 1 where id = 1'],
      'Le 09/12/2026, 2\u00a0places tenues pour 1\u00a0place, sans dépassement décidé.',
    ],
    [
      'a place where nothing is open',
      () => ['delete from opening where id = 2'],
      'Le 09/12/2026, 1\u00a0place tenue sur une plage qui n’est pas ouverte.',
    ],
    [
      'a total that is not the sum of its lines',
      () => ['update invoice set total_cents = 900 where id = 1'],
      'Facture 2026-000001\u00a0: le total est de 9,00\u00a0€, ses lignes font 10,00\u00a0€.',
    ],
    [
      'a paper without its date',
      () => ['update invoice set issued_on = null where id = 1'],
      'Facture 2026-000001\u00a0: émise sans sa date',
    ],
    [
      'a credit note that adds',
      () => [`update invoice set kind = 'creditNote', corrects_id = null where id = 1`],
      'le signe du total n’est pas celui de ce papier',
    ],
    [
      'a credit note of another family',
      () => ['update invoice set family_id = 2 where id = 3'],
      'l’avoir ne corrige aucune facture de cette famille',
    ],
    [
      'credit notes beyond the invoice',
      () => ['update invoice set total_cents = 400 where id = 2'],
      'Facture 2026-000002\u00a0: ses avoirs dépassent son montant.',
    ],
    [
      'a payment used beyond its amount',
      () => ['update allocation set amount_cents = 900 where id = 1'],
      'Règlement 1 de 8,00\u00a0€\u00a0: 9,00\u00a0€ sont affectés',
    ],
    [
      'a cancelled payment still used',
      () => [`update payment set cancelled_at = 'x', cancel_reason = 'x' where id = 1`],
      'Règlement 1 de 8,00\u00a0€',
    ],
    [
      'a credit note used beyond its amount',
      () => ['update allocation set amount_cents = 600 where id = 2'],
      'Avoir 2026-A00003\u00a0: 6,00\u00a0€ d’avoir sont affectés',
    ],
    [
      'an invoice paid twice',
      () => [copyOf('allocation', 1, { payment_id: '2' })],
      'Facture 2026-000001 de 10,00\u00a0€\u00a0: 17,00\u00a0€ de règlements',
    ],
    [
      'a credit taken over used beyond its amount',
      () => ['update allocation set amount_cents = 150 where id = 3'],
      'Solde de −4,00\u00a0€ repris au 31/08/2026\u00a0: 4,50\u00a0€ y sont affectés.',
    ],
    [
      'a debt taken over paid beyond its amount',
      () => ['update opening_balance set amount_cents = 200 where id = 2'],
      'Solde de 2,00\u00a0€ repris au 31/07/2026\u00a0: 3,00\u00a0€ y sont affectés.',
    ],
    [
      'a debt taken over spent as a credit',
      () => ['update opening_balance set amount_cents = 400 where id = 1'],
      'Solde de 4,00\u00a0€ repris au 31/08/2026\u00a0: 4,00\u00a0€ y sont affectés.',
    ],
    [
      'a debt taken over paid by another family',
      () => ['update opening_balance set family_id = 2 where id = 2'],
      'Affectation 4\u00a0: le règlement d’un payeur paie ce que doit un autre.',
    ],
    [
      'a payment for another family',
      () => ['update payment set family_id = 2 where id = 1'],
      'Affectation 1\u00a0: le règlement d’un payeur paie ce que doit un autre.',
    ],
    [
      'a mark without invoice',
      () => ['update reservation set billed_by = 2 where id = 3'],
      'Réservation 3, 09/12/2026\u00a0: notée comme facturée',
    ],
    [
      'an invoice without mark',
      () => ['update reservation set billed_by = null where id = 1'],
      'Réservation 1, 09/12/2026\u00a0: facturée par une ligne émise, sans en porter la marque.',
    ],
    [
      'a month with cells that no run would price',
      () => ['delete from billing_span where family_id = 1'],
      'Famille 1, décembre 2026\u00a0: ce mois a des cases à facturer et n’est pas suivi.',
    ],
    [
      'a balance of the list that is not what the home owes',
      () => ['update home_balance set cents = cents + 100 where family_id = 1'],
      'la liste des familles dit',
    ],
    [
      'a line taken back that the corrected invoice does not have',
      () => ['update invoice_line set corrects_line_id = 1 where id = 3'],
      'Avoir 2026-A00003\u00a0: une ligne reprend une ligne qui n’est pas de la facture corrigée.',
    ],
    [
      'a line taken back for another child',
      () => [
        'update invoice_line set corrects_line_id = 2 where id = 3',
        'update invoice_line set child_id = 2 where id = 2',
      ],
      'Avoir 2026-A00003\u00a0: une ligne reprend une ligne qui n’est pas de la facture corrigée.',
    ],
    [
      'a day given back more often than billed',
      () => [`update invoice_line set corrects_line_id = 2, days = '["2026-12-09","2026-12-09"]' where id = 3`],
      'Facture 2026-000002\u00a0: le 09/12/2026 a été rendu plus de fois qu’il n’a été facturé.',
    ],
    [
      'a line given back for more than it asks',
      () => ['update invoice_line set corrects_line_id = 2, unit_cents = 501, total_cents = -501 where id = 3'],
      'Facture 2026-000002\u00a0: une de ses lignes a été rendue pour plus qu’elle ne demande.',
    ],
    [
      'a give-up of more than its credit note gives back',
      () => [aGiveUp({ unit_cents: '501' })],
      'Famille 1, décembre 2026\u00a0: ce qui a été abandonné n’est pas ce que dit l’avoir.',
    ],
    [
      'a give-up that an invoice says',
      () => [aGiveUp({ credit_line_id: '2' })],
      'Famille 1, décembre 2026\u00a0: ce qui a été abandonné n’est pas ce que dit l’avoir.',
    ],
    [
      'a give-up of another home than its credit note',
      () => [aGiveUp({ family_id: '2' })],
      'Famille 2, décembre 2026\u00a0: ce qui a été abandonné n’est pas ce que dit l’avoir.',
    ],
    [
      'a credit note that goes with an invoice of another month',
      () => [`update invoice set goes_with_id = 2, month = '2026-12' where id = 3`],
      'Avoir 2026-A00003\u00a0: la facture qui va avec cet avoir n’est pas du même mois ou du même état.',
    ],
    [
      'a credit note issued without the invoice that it goes with',
      () => [
        'update invoice set goes_with_id = 2 where id = 3',
        `update invoice set state = 'draft', number = null, hash = null where id = 2`,
      ],
      'Avoir 2026-A00003\u00a0: la facture qui va avec cet avoir n’est pas du même mois ou du même état.',
    ],
    [
      'days of another month than the paper’s',
      () => [`update invoice set month = '2026-11' where id = 1`],
      'Facture 2026-000001\u00a0: ses jours ne sont pas d’un seul mois.',
    ],
    [
      'an invoice of version 2 without a month',
      () => ['update invoice set seal_version = 2 where id = 1'],
      'Facture 2026-000001\u00a0: ses jours ne sont pas d’un seul mois.',
    ],
    [
      'a month billed with a definition that is gone',
      () => [
        `insert into tariff (name) values ('Mercredis')`,
        `insert into tariff_version (tariff_id, from_day, definition, revision) values (1, '2026-09-01', '{}', 3)`,
        `insert into price_book (id, digest, book, act_id)
          values (7, 'x', '{"tariffs":[{"id":1,"versions":[{"id":1,"revision":2,"from":"2026-09-01"}]}]}', 1)`,
        `insert into billed_span (family_id, month, book_id, quotients, residence, act_id)
          values (1, '2026-12', 7, '[]', '[]', 1)`,
      ],
      'Barème 7\u00a0: des mois ont été facturés avec une version de tarif qui n’existe plus.',
    ],
    [
      'a draft of a month that is final',
      () => [
        `insert into final_span (family_id, month, cause, act_id) values (1, '2026-12', 'town', 1)`,
        `insert into invoice (family_id, kind, state, from_day, to_day, total_cents, verdict, journal, month, act_id)
          values (1, 'invoice', 'draft', '2026-12-01', '2026-12-31', 0, 'ready', '[]', '2026-12', 1)`,
      ],
      'Famille 1, décembre 2026\u00a0: ce mois est arrêté, et un brouillon le facture.',
    ],
    [
      'a cell billed by two invoices',
      () => [`update invoice_line set reservation_ids = '[1,3]' where id = 2`],
      'Réservation 1\u00a0: facturée par 2\u00a0factures.',
    ],
    [
      'a receipt that is missing',
      () => ['update payment set receipt_number = 3 where id = 2'],
      'Quittances de 2026\u00a0: 2\u00a0quittances pour une dernière au numéro 3.',
    ],
    [
      'a number that is missing',
      () => ['update invoice set number = 4 where id = 3'],
      'Le numéro 2026-000003 manque avant 2026-000004.',
    ],
    [
      'a line changed after issue',
      () => [`update invoice_line set label = 'Soir' where id = 1`],
      'La facture 2026-000001 a été modifiée après son émission.',
    ],
    [
      'a chain that was cut',
      () => [`update invoice set previous_hash = 'x' where id = 2`],
      'La facture 2026-000002 n’est plus liée à celle qui la précède.',
    ],
  ])('finds %s', (_, statements, sentence) => {
    expect(afterBreaking(...statements()).join('\n')).toContain(sentence)
  })

  it('lets a capacity be lowered under what is held, when an act says so', () => {
    const id = town.opening.id
    expect(
      afterBreaking(
        `update opening set capacity = 1 where id = ${id}`,
        `insert into audit (act_id, entity, entity_id, operation, before, after) values (1, 'opening', ${id}, 'update', '{"capacity":2}', '{"capacity":1}')`,
      ),
    ).toEqual([])
  })
})
