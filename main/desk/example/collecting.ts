import { addDays, addMonths, type Day, dayAt, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BankColumns } from '../../../shared/rules/money/bank/columns.ts'
import { bankDayFrom } from '../../../shared/rules/money/debit/collection-day.ts'
import { usualDebitSettings } from '../../../shared/rules/money/debit/debit-settings.ts'
import { hasIsoKey } from '../../../shared/rules/money/iban.ts'
import { monthlyParts } from '../../../shared/rules/money/recovery/plan.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { readFile } from '../bank/bank.ts'
import { closePeriod, readClosings } from '../closings/closings.ts'
import {
  collect,
  freeze,
  listCollections,
  previewCollection,
  readCollection,
  recordReturns,
  saveMandate,
  saveSettings,
  writeFile,
} from '../debits/debits.ts'
import { openDebts } from '../invoicing/invoicing.ts'
import { recordPayment, recordRefund } from '../payments/payments.ts'
import {
  handOverDebts,
  listUnpaid,
  makePlan,
  prepareRun,
  readOutstanding,
  readUnpaid,
  remind,
} from '../recovery/recovery.ts'
import { listRegies, saveRegie } from '../regies/regies.ts'
import type { Agenda } from './agenda.ts'
import { dayOfRun, firstDebitMonth, hasSigned } from './billing.ts'
import { type SchoolYear, workingDayUntil } from './calendar.ts'
import type { Activity } from './service.ts'
import type { Town, TownHome } from './town.ts'

const regieId = firstRegieId

/**
 * Adds what a régie does beside taking payments: mandates and direct debits since the last summer, reminders and plans
 * since the winter before, one list handed over to the Treasury, and the closing of each month.
 */
export const addCollecting = (town: Town, agenda: Agenda, { firstMonth }: SchoolYear): void => {
  agenda.add(addMonths(firstMonth, -24), '08:30', () => openRegie(town))
  for (let month = addMonths(firstMonth, -22); month <= town.today; month = addMonths(month, 1))
    agenda.add(addDays(month, 13), '16:00', () => closeMonths(town, addMonths(month, -1)))
  for (let month = addMonths(firstMonth, -9); month <= town.today; month = addMonths(month, 1)) {
    const runDay = dayOfRun(month)
    agenda.add(addDays(runDay, 15), '10:30', () => remindAll(town))
    agenda.add(addDays(runDay, 17), '15:30', () => keepPlan(town))
  }
  const spring = dayOfRun(addMonths(firstMonth, -7))
  agenda.add(addDays(spring, 16), '11:00', () => agreePlans(town))
  agenda.add(addDays(dayOfRun(addMonths(firstMonth, -3)), 16), '14:30', () => handOverToTreasury(town))
  const yesterday = workingDayUntil(addDays(town.today, -1))
  agenda.at(instantOf(yesterday, timeOfDay('10:40')), () => limitVouchers(town))
  agenda.at(instantOf(yesterday, timeOfDay('10:50')), () => readTransfers(town))
  agenda.at(instantOf(yesterday, timeOfDay('11:10')), () => payTooMuch(town))
  const signing = firstDebitMonth(firstMonth)
  agenda.add(addDays(signing, 8), '14:00', () => signMandates(town))
  for (let month = signing; month <= town.today; month = addMonths(month, 1)) addDebits(town, agenda, dayOfRun(month))
}

const openRegie = ({ core, staff: { sandrine }, service }: Town) => {
  const [regie] = listRegies(core)
  if (!regie) throw new RangeError('the town has a régie')
  const { holders: _holders, isNumbered: _isNumbered, activities: _activities, ...settings } = regie
  const { canteens, care, wednesday, stays, youth } = service
  saveRegie(core, sandrine, {
    ...settings,
    decision: '2024-31',
    natures: [
      nature('7067', 'Restauration scolaire', 'REP', canteens),
      nature('7067', 'Garderies du matin et du soir', 'GAR', [care.nursery, care.primary]),
      nature('7066', 'ALSH mercredi', 'MER', [wednesday.nursery, wednesday.primary]),
      nature('7066', 'ALSH vacances', 'VAC', [stays.nursery, stays.primary]),
      nature('70631', 'Espace jeunes', 'JEU', [youth]),
    ],
    iban: ibanNumbered(0),
    allowsPlans: true,
    paysRefunds: true,
  })
  saveSettings(core, sandrine, {
    regieId,
    ...usualDebitSettings,
    // The creditor identifier of the examples that banks print: it is nobody's.
    creditorId: 'FR72ZZZ123456',
    iban: ibanNumbered(0),
    bic: '',
    onPortal: true,
    treasuryName: '',
    treasuryIban: '',
    treasuryBic: '',
    treasuryPost: '',
    treasuryService: '',
  })
}

/** The council's table: CESU pay the care of the youngest, holiday vouchers pay stays and Wednesdays. */
const limitVouchers = ({ core, staff: { sandrine }, service: { wednesday, stays } }: Town) => {
  const [regie] = listRegies(core)
  if (!regie) throw new RangeError('the town has a régie')
  const { holders: _holders, isNumbered: _isNumbered, activities: _activities, ...settings } = regie
  const leisure = [stays.nursery, stays.primary, wednesday.nursery, wednesday.primary].map(({ id }) => id)
  saveRegie(core, sandrine, {
    ...settings,
    voucherRules: [
      { means: 'cesu', activityIds: null, fiscal: 'garde', belowAge: 6 },
      { means: 'holidayVouchers', activityIds: leisure, fiscal: null, belowAge: null },
    ],
  })
}

/** Two refunds to make: a home that left paid more than it owed, and another paid twice and asks for its money. */
const payTooMuch = ({ core, staff: { cashier }, townHomes }: Town) => {
  const receivedOn = dayAt(core.clock())
  const owedBy = ({ id }: TownHome) => openDebts(core.store, id).reduce((sum, { leftCents }) => sum + leftCents, 0)
  const gone = townHomes.find(({ leftOn }) => leftOn !== null && leftOn <= receivedOn)
  const settled = townHomes.find((home) => home.leftOn === null && home.planned.pays === 'atOnce' && owedBy(home) === 0)
  for (const [home, tooMuchCents] of [[gone, 3850] as const, [settled, 6240] as const])
    if (home)
      recordPayment(core, cashier, {
        familyId: home.id,
        regieId,
        means: 'transfer',
        amountCents: owedBy(home) + tooMuchCents,
        receivedOn,
        payer: home.planned.family.home.beneficiaryName,
        reference: '',
        chosen: null,
      })
  if (settled)
    recordRefund(core, cashier, {
      familyId: settled.id,
      regieId,
      means: 'paymentOrder',
      amountCents: 6240,
      reason: 'Octobre payé deux fois',
      paidOn: null,
      reference: '',
    })
}

const nature = (account: string, label: string, productCode: string, activities: readonly Activity[]) => ({
  account,
  label,
  productCode,
  activityIds: activities.map(({ id }) => id),
  fiscal: null,
})

/** An account of a bank that does not exist (00000), with a right key. */
const ibanNumbered = (number: number): string => {
  const account = `0000000000${String(number).padStart(11, '0')}00`
  for (let key = 2; key < 99; key += 1) {
    const iban = `FR${String(key).padStart(2, '0')}${account}`
    if (hasIsoKey(iban)) return iban
  }
  throw new RangeError(`no key makes an IBAN of ${account}`)
}

// ---- Direct debits

const signMandates = (town: Town) => {
  const { core, staff, townHomes } = town
  const on = dayAt(core.clock())
  for (const home of townHomes.filter((one) => hasSigned(town, one, on)))
    saveMandate(core, staff.cashier, {
      familyId: home.id,
      thirdPartyId: null,
      regieId,
      reference: '',
      kind: 'recurrent',
      signedOn: addDays(on, -5),
      debtor: home.planned.family.home.beneficiaryName,
      iban: ibanNumbered(home.id),
      bic: '',
    })
}

/** Frozen ten days after the invoices, collected on their due day; one debit of each collection comes back. */
const addDebits = (town: Town, agenda: Agenda, runDay: Day) => {
  const { core } = town
  const on = bankDayFrom(addDays(runDay, 31))
  const latest = () => {
    const found = listCollections(core, regieId).find((one) => one.on === on)
    return found && readCollection(core, found.id)
  }
  agenda.add(addDays(runDay, 10), '11:30', async () => {
    const { debits } = previewCollection(core, { regieId, on })
    if (debits.length === 0) return
    const seenCents = debits.reduce((sum, { cents }) => sum + cents, 0)
    await freeze(core, town.staff.cashier, {
      regieId,
      on,
      mandateIds: debits.map(({ mandateId }) => mandateId),
      seenCents,
    })
  })
  agenda.add(addDays(on, -6), '10:00', async () => {
    const made = latest()
    if (made) await writeFile(core, town.staff.cashier, made.id)
  })
  agenda.add(on, '16:30', async () => {
    const made = latest()
    if (made) await collect(core, town.staff.cashier, made.id)
  })
  agenda.add(addDays(on, 4), '09:40', () => {
    const [returned] = (latest()?.debits ?? []).slice(3)
    if (returned)
      recordReturns(core, town.staff.cashier, [
        { debitId: returned.id, code: 'AM04', cameBack: 'returned', on: addDays(on, 2) },
      ])
  })
}

// ---- Recovery

const remindAll = async ({ core, staff }: Town) => {
  const { payers: listed } = await listUnpaid(core, { regieId })
  const payers = listed.flatMap(({ familyId, thirdPartyId, step, skipped, dueCents }) =>
    step.kind === 'remind' && skipped === null ? [{ familyId, thirdPartyId, level: step.level, dueCents }] : [],
  )
  if (payers.length === 0) return
  const run = { regieId, payers }
  await remind(core, staff.cashier, { ...run, ...(await prepareRun(core, run)) })
}

const homesWithPlan = 2

/** Two homes agree to pay in six parts; only the first one pays them. */
const agreePlans = async ({ core, staff }: Town) => {
  const on = dayAt(core.clock())
  let agreed = 0
  for (const { familyId, thirdPartyId } of (await listUnpaid(core, { regieId })).payers) {
    const home = { familyId, thirdPartyId, regieId }
    const debts = (readUnpaid(core, home).plannable ?? []).filter(({ hold }) => hold === null)
    const cents = debts.reduce((sum, { leftCents }) => sum + leftCents, 0)
    if (cents < 12_000) continue
    makePlan(core, staff.cashier, {
      ...home,
      debts: debts.map(({ invoiceId, openingDebtId, leftCents }) => ({ invoiceId, openingDebtId, leftCents })),
      parts: monthlyParts(cents, 6, addDays(on, 20)),
    })
    agreed += 1
    if (agreed === homesWithPlan) return
  }
}

const keepPlan = ({ core, staff }: Town) => {
  const on = dayAt(core.clock())
  const keeper = core.store
    .statement('select family_id from payment_plan where family_id is not null order by id limit 1')
    .pluck()
    .get() as number | undefined
  if (keeper === undefined) return
  const [plan] = readUnpaid(core, { familyId: keeper, thirdPartyId: null, regieId }).plans
  const amountCents = (plan?.parts ?? []).reduce(
    (sum, { dueOn, leftCents }) => (dueOn <= addDays(on, 20) ? sum + leftCents : sum),
    0,
  )
  if (amountCents > 0)
    recordPayment(core, staff.cashier, {
      familyId: keeper,
      regieId,
      means: 'card',
      amountCents,
      receivedOn: on,
      payer: '',
      reference: '',
      chosen: null,
    })
}

const debtorsHandedOver = 3

const handOverToTreasury = async ({ core, staff }: Town) => {
  const payers = readOutstanding(core, { regieId }).payers.filter(({ debts, isProposed }) => debts > 0 && isProposed)
  if (payers.length > 0)
    await handOverDebts(core, staff.cashier, {
      regieId,
      payers: payers
        .slice(0, debtorsHandedOver)
        .map(({ familyId, thirdPartyId, cents }) => ({ familyId, thirdPartyId, cents })),
    })
}

// ---- Bank

/** A list of the bank: a transfer that names its invoice, one that does not, and one from nobody known. */
const readTransfers = async (town: Town) => {
  const { core, staff, townHomes } = town
  const on = numericDay(dayAt(core.clock()))
  const owing = townHomes.flatMap(({ id, planned, leftOn }) => {
    const [debt, ...others] = planned.pays === 'late' && leftOn === null ? openDebts(core.store, id) : []
    return debt && others.length === 0 ? [{ debt, payer: planned.family.home.beneficiaryName.toUpperCase() }] : []
  })
  const [first, second] = owing
  if (!first || !second) return
  const line = (label: string, reference: string, payer: string, cents: number) =>
    `${on};${label};${reference};${payer};${(cents / 100).toFixed(2).replace('.', ',')}`
  const text = [
    'Date opération;Libellé opération;Référence;Émetteur;Montant',
    line('VIR RECU', first.debt.name, first.payer, first.debt.leftCents),
    line('VIR RECU', 'FACTURE CENTRE DE LOISIRS', second.payer, second.debt.leftCents),
    line('VIR RECU', 'CANTINE', 'M OU MME DURAND-LEGRAND', 4250),
  ].join('\r\n')
  const columns: BankColumns = [
    { field: 'on', head: 'Date opération' },
    { field: 'label', head: 'Libellé opération' },
    { field: 'reference', head: 'Référence' },
    { field: 'payer', head: 'Émetteur' },
    { field: 'amount', head: 'Montant' },
  ]
  await readFile(core, staff.cashier, { regieId, file: new File([text], 'releve.csv'), columns })
}

// ---- Closing

/**
 * Closes, as the year goes, the months that are over and complete, up to `last`; each year is closed before the month
 * after it. A month whose cash is not counted yet waits for the next time.
 */
const closeMonths = async ({ core, staff }: Town, last: Day) => {
  for (let reached: Day | null = null; reached === null || reached < last; ) {
    const { open } = await readClosings(core, regieId)
    const next = open.findLast(({ checks }) => checks.every(({ isDone }) => isDone))
    if (!next) return
    const { kind, from, statement } = next
    await closePeriod(core, staff.cashier, { regieId, kind, from, dueAfterCents: statement.dueAfterCents })
    reached = from
  }
}
