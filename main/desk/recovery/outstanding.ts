import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Outstanding } from '../../../shared/contract/desk/money/outstanding.ts'
import {
  addMonths,
  type Day,
  dayAt,
  firstOfMonth,
  type Month,
  monthKey,
  today,
  yearOf,
} from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, allocate as shareOut } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import {
  keptText,
  type OutstandingColumn,
  type OutstandingDebtor,
  type OutstandingFacts,
  type OutstandingFormat,
  outstandingColumns,
  splitOutstanding,
} from '../../../shared/rules/money/recovery/outstanding.ts'
import { withoutNatureText } from '../../../shared/rules/money/regie.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { counted, isWholeAddress } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { amountRows, withNature } from '../../store/closing-rows.ts'
import { lastKnownNumber, nextNumber, numbersUnknown } from '../../store/numbers.ts'
import {
  debtDecision,
  finalSpan,
  outstandingFile,
  outstandingStatement,
  paymentPlan,
  regie,
} from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtsInCollections } from '../debits/debits.ts'
import { plannedDebts, standingPlans } from '../debts/debts.ts'
import { debtorsOf } from '../families/families.ts'
import { allocate, debtsBeingPaid, openDebts, type PayerIds, payerKey } from '../invoicing/invoicing.ts'
import { bookedDay, cashierOn, refuseUnlessHolder, regieName, regieOf, seriesOfRegie } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { outstandingFiles } from './outstanding-files.ts'
import {
  finalMonths,
  type InvoiceFacts,
  invoiceFacts,
  invoicesWithDraft,
  lastStatementNumber,
  remindersByDebt,
  statementFileRow,
  statementRows,
} from './outstanding-store.ts'
import { notesOf, overdueDebts, thirdPartiesIn } from './recovery-store.ts'
import { payersAside, peopleOf, shortName, unpaidPayers } from './unpaid.ts'

/** « État des restes »: what a régie may hand to the Treasury, what stays and why, and the lists it handed over. */
export const readOutstanding = ({ store, clock }: Core, { regieId }: { readonly regieId: number }): Outstanding => {
  const on = today(clock)
  const { transmitFromCents, outstandingColumns: columns } = regieOf(store, regieId)
  const payers = outstandingPayers(store, regieId, on, null)
  const steps = new Map(
    unpaidPayers(store, regieId, overdueDebts(store, regieId, on), on).map((one) => [one.key, one.step]),
  )
  return {
    on,
    transmitFromCents,
    columns: [...(columns ?? outstandingColumns)],
    payers: payers
      .filter(({ debts }) => debts.some(({ wasReminded }) => wasReminded))
      .map(({ key, familyId, thirdPartyId, name, split: { sent, kept }, aside }) => ({
        key,
        familyId,
        thirdPartyId,
        name,
        debts: sent.length,
        cents: sumOf(sent),
        isProposed: sent.length > 0 && steps.get(key)?.kind === 'statement',
        kept: kept.map(({ debt, cause }) => ({
          number: debt.number,
          cents: debt.leftCents,
          cause,
          why: keptText(cause, { aside, transmitFromCents }),
        })),
      }))
      .toSorted((one, other) => one.name.localeCompare(other.name, 'fr') || one.key.localeCompare(other.key)),
    statements: statementRows(store, regieId).map(({ series, year, number, ...row }) => ({
      ...row,
      number: numberIn(series, year, number),
    })),
  }
}

const sumOf = (debts: readonly { readonly leftCents: number }[]): number =>
  debts.reduce((sum, { leftCents }) => sum + leftCents, 0)

/**
 * Every payer with an overdue debt at a régie, and which of these debts would be handed over.
 * @param chosen keys of the payers that staff chose; null for all
 */
const outstandingPayers = (store: Store, regieId: number, on: Day, chosen: ReadonlySet<string> | null) => {
  const overdue = overdueDebts(store, regieId, on)
  const reminded = remindersByDebt(store, regieId)
  const collected = debtsInCollections(store, regieId)
  const beingPaid = debtsBeingPaid(store)
  const drafted = invoicesWithDraft(store, regieId)
  const planned = plannedDebts(store, regieId, on)
  const aside = payersAside(notesOf(store, regieId, null), on)
  const { transmitFromCents } = regieOf(store, regieId)
  const people = peopleOf(store, overdue, on)
  return [...Map.groupBy(overdue, payerKey)].flatMap(([key, own]) => {
    const [first] = own
    const person = people.get(key)
    if (!first || !person) return []
    const { familyId, thirdPartyId } = first
    const names = namesOfDebts(store, { familyId, thirdPartyId })
    const debts = own.map((debt) => ({
      ...debt,
      number: names.get(debtKey(debt)) ?? '',
      wasReminded: reminded.has(debtKey(debt)),
      isCollected: collected.has(debtKey(debt)),
      isBeingPaid: beingPaid.has(debtKey(debt)),
      isPlanned: planned.get(debtKey(debt))?.kind === 'kept',
      hasDraft: debt.invoiceId !== null && drafted.has(debt.invoiceId),
    }))
    const payer = {
      debts,
      isChosen: chosen?.has(key) ?? true,
      aside: aside.get(key) ?? null,
      hasAddress: isWholeAddress(person.addressLines),
    }
    return [
      { ...payer, key, familyId, thirdPartyId, name: person.name, split: splitOutstanding(payer, transmitFromCents) },
    ]
  })
}

const debtsOfPayer = (store: Store, { familyId, thirdPartyId }: PayerIds) =>
  openDebts(store, familyId ?? thirdPartyId ?? 0, familyId === null ? 'thirdParty' : 'family')

const namesOfDebts = (store: Store, payer: PayerIds): ReadonlyMap<string, string> =>
  new Map(debtsOfPayer(store, payer).map((debt) => [debtKey(debt), shortName(debt.name)]))

type Chosen = PayerIds & { readonly cents: number }

/**
 * Hands the debts of these payers over to the Treasury, all of them or none: a numbered list with its files, and a
 * transmission for each payer. From then on the régie takes no money for these debts, and no run prices the months that
 * they bill.
 * @throws Refused when one of them has changed since the person read it: it was paid, or somebody else handed it over
 */
export const handOverDebts = async (
  core: Core,
  person: Person,
  { regieId, payers }: { readonly regieId: number; readonly payers: readonly Chosen[] },
): Promise<{ id: number; number: string; debtors: number; cents: number }> => {
  const { store, clock } = core
  refuseUnlessHolder(core, person, regieId)
  const { columns, ...plan } = planOf(store, regieId, payers, today(clock))
  // The files are made before the act, because an act cannot wait for them. The act is refused when their content has
  // changed meanwhile.
  const files = await outstandingFiles(plan, { columns, createdAt: clock() })
  const { number, facts, on } = plan
  const cents = facts.debtors.reduce((sum, debtor) => sum + debtor.cents, 0)
  const label = `État des restes ${number}\u00a0: ${counted(facts.debtors.length, 'débiteur')}, ${formatEuros(cents)}`
  return store.act(person, 'recovery.handOver', label, (write) => {
    refuseUnlessHolder(core, person, regieId)
    const { columns: _, ...now } = planOf(store, regieId, payers, dayAt(write.at))
    if (JSON.stringify(now) !== JSON.stringify(plan))
      throw new Refused('Une dette a changé pendant que l’état se faisait\u00a0: rien n’est transmis, recommencez.')
    const series = seriesOfRegie(store, regieId, 'E')
    const year = yearOf(on)
    const given = nextNumber(store, `${series}${year}`, lastStatementNumber(store, series, year))
    const [id = 0] = write.insertMany(outstandingStatement, [
      { regieId, series, year, number: given, madeOn: on, amountCents: cents, facts },
    ])
    write.insertMany(
      outstandingFile,
      files.map(({ format, name, bytes }) => ({
        statementId: id,
        format,
        name,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sealed: store.key.seal(gzipSync(bytes).toString('base64'), associatedDataOf(id, format)),
      })),
    )
    const transmitted = new Set(facts.debtors.flatMap(({ debts }) => debts.map(debtKey)))
    for (const { id: planId, paper } of standingPlans(store, regieId))
      if (paper.debts.some((debt) => transmitted.has(debtKey(debt))))
        write.update(paymentPlan, planId, { endedOn: on, endReason: `transmis à la Trésorerie, état ${number}` })
    for (const debtor of facts.debtors) transmit(store, write, regieId, debtor)
    return { id, number, debtors: facts.debtors.length, cents }
  })
}

const associatedDataOf = (statementId: number, format: OutstandingFormat): string =>
  `outstanding_file ${statementId} ${format}`

const transmit = (
  store: Store,
  write: Write,
  regieId: number,
  { familyId, thirdPartyId, debts }: OutstandingDebtor,
) => {
  const on = dayAt(write.at)
  const { id: decisionId } = write.insert(debtDecision, {
    regieId,
    familyId,
    thirdPartyId,
    kind: 'transmission',
    decidedOn: on,
    onDay: bookedDay(store, regieId, on),
  })
  allocate(
    store,
    write,
    debts.map(({ invoiceId, openingDebtId, leftCents }) => ({
      decisionId,
      invoiceId,
      openingDebtId,
      amountCents: leftCents,
    })),
  )
  if (familyId === null) return
  const invoices = invoiceFacts(
    store,
    debts.flatMap(({ invoiceId }) => invoiceId ?? []),
  )
  const final = finalMonths(store, familyId, regieId)
  for (const month of new Set([...invoices.values()].flatMap(monthsOf)))
    if (!final.has(month)) write.insert(finalSpan, { familyId, month, regieId, cause: 'transmitted' })
}

const monthsOf = ({ from, to }: Pick<InvoiceFacts, 'from' | 'to'>): Month[] => {
  const months: Month[] = []
  for (let first = firstOfMonth(from); first <= to; first = addMonths(first, 1)) months.push(monthKey(first))
  return months
}

/**
 * What the list would contain, with its number. @throws Refused when nothing may be handed over, or something has
 * changed
 */
const planOf = (store: Store, regieId: number, payers: readonly Chosen[], on: Day) => {
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const chosen = new Map(payers.map((one) => [payerKey(one), one]))
  if (chosen.size < payers.length) throw new Refused('Un payeur est choisi deux fois.', 'payers')
  const found = outstandingPayers(store, regieId, on, new Set(chosen.keys()))
  for (const [key, { cents }] of chosen) {
    const row = found.find((one) => one.key === key)
    if (row === undefined || row.split.sent.length === 0 || sumOf(row.split.sent) !== cents)
      throw new Refused(
        `La liste a changé depuis que vous l’avez lue${row ? `, pour ${row.name}` : ''}\u00a0: rien n’est transmis. Relisez-la, puis recommencez.`,
        'payers',
      )
  }
  const settings = regieOf(store, regieId)
  const { transmitFromCents } = settings
  const series = seriesOfRegie(store, regieId, 'E')
  const year = yearOf(on)
  const last = Math.max(lastStatementNumber(store, series, year), lastKnownNumber(store, `${series}${year}`))
  const facts: OutstandingFacts = {
    organisation: organisationOf(store).name,
    regie: regieName(settings),
    cashier: cashierOn(store, regieId, on),
    transmitFromCents,
    debtors: debtorsOfList(store, regieId, found, on),
    kept: found
      .filter(({ debts }) => debts.some(({ wasReminded }) => wasReminded))
      .flatMap(({ name, aside, split: { kept } }) =>
        kept.map(({ debt, cause }) => ({
          name,
          number: debt.number,
          cents: debt.leftCents,
          why: keptText(cause, { aside, transmitFromCents }),
        })),
      ),
  }
  return {
    on,
    number: numberIn(series, year, last + 1),
    facts,
    columns: settings.outstandingColumns ?? outstandingColumns,
  }
}

/** Debtors by name, each with its debts as the list shows them. */
const debtorsOfList = (
  store: Store,
  regieId: number,
  payers: ReturnType<typeof outstandingPayers>,
  on: Day,
): OutstandingDebtor[] => {
  const sent = payers.filter(({ split }) => split.sent.length > 0)
  const homes = debtorsOf(
    store,
    sent.flatMap(({ familyId }) => familyId ?? []),
    on,
  )
  const parties = new Map(
    thirdPartiesIn(
      store,
      sent.flatMap(({ thirdPartyId }) => thirdPartyId ?? []),
    ).map((row) => [row.id, row]),
  )
  const reminded = remindersByDebt(store, regieId)
  const { natures } = regieOf(store, regieId)
  const invoices = invoiceFacts(
    store,
    sent.flatMap(({ split }) => split.sent.flatMap(({ invoiceId }) => invoiceId ?? [])),
  )
  return sent
    .toSorted((one, other) => one.name.localeCompare(other.name, 'fr') || one.key.localeCompare(other.key))
    .map(({ familyId, thirdPartyId, name, split }) => {
      const home = homes.get(familyId ?? 0)
      const party = parties.get(thirdPartyId ?? 0)
      const open = new Map(debtsOfPayer(store, { familyId, thirdPartyId }).map((debt) => [debtKey(debt), debt]))
      return {
        familyId,
        thirdPartyId,
        familyNumber: familyId === null ? '' : familyNumberText(familyId),
        civility: home?.person?.civility ?? '',
        lastName: home?.person?.lastName ?? party?.name ?? name,
        firstName: home?.person?.firstName ?? '',
        line1: home?.address?.line1 ?? party?.address ?? '',
        line2: home?.address?.line2 ?? '',
        postcode: home?.address?.postcode ?? party?.postcode ?? '',
        town: home?.address?.town ?? party?.town ?? '',
        cents: sumOf(split.sent),
        debts: split.sent.map((debt) => {
          const { invoiceId, openingDebtId, dueOn, leftCents, number } = debt
          const invoice = invoices.get(invoiceId ?? 0)
          const known = open.get(debtKey(debt))
          return {
            invoiceId,
            openingDebtId,
            number,
            period: known?.period ?? '',
            on: invoice?.issuedOn ?? known?.on ?? dueOn,
            dueOn,
            totalCents: known?.totalCents ?? leftCents,
            leftCents,
            natures: invoice
              ? naturesLeft(store, invoice, leftCents, natures)
              : [{ nature: withoutNatureText, cents: leftCents }],
            reminders: (reminded.get(debtKey(debt)) ?? []).map(({ series, year, number: given, level, on: made }) => ({
              number: numberIn(series, year, given),
              level,
              on: made,
            })),
          }
        }),
      }
    })
}

/** What is left of an invoice, by nature: its lines, less those that credit notes took back. */
const naturesLeft = (
  store: Store,
  { id, notes }: InvoiceFacts,
  leftCents: number,
  natures: ReturnType<typeof regieOf>['natures'],
): { nature: string; cents: number }[] => {
  const byNature = new Map<string, number>()
  for (const row of amountRows(store, [id, ...(JSON.parse(notes) as number[])])) {
    const nature = withNature(row, natures).nature ?? withoutNatureText
    byNature.set(nature, (byNature.get(nature) ?? 0) + row.cents)
  }
  const some = [...byNature].filter(([, cents]) => cents > 0)
  if (some.length === 0) return [{ nature: withoutNatureText, cents: leftCents }]
  const shares = shareOut(
    leftCents,
    some.map(([, cents]) => cents),
  )
  return some.flatMap(([nature], index) => {
    const cents = shares[index] ?? 0
    return cents === 0 ? [] : [{ nature, cents }]
  })
}

/** The stored file, always with the same bytes. @throws Refused when they no longer match their recorded hash */
export const statementFile = (
  { store }: Core,
  { id, format }: { readonly id: number; readonly format: OutstandingFormat },
): File => {
  const row = statementFileRow(store, id, format)
  if (!row) throw new Refused('Cet état n’existe plus.')
  const bytes = gunzipSync(Buffer.from(store.key.open(row.sealed, associatedDataOf(id, format)), 'base64'))
  if (createHash('sha256').update(bytes).digest('hex') !== row.sha256)
    throw new Refused('Ce fichier n’est plus celui qui a été fait\u00a0: ne l’envoyez pas, et vérifiez la base.')
  return new File([new Uint8Array(bytes)], row.name, { type: types[format] })
}

const types: Readonly<Record<OutstandingFormat, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Saves the threshold below which a payer is not handed over, and the columns of the lists made from now on. */
export const saveOutstandingRules = (
  { store }: Core,
  person: Person,
  {
    regieId,
    transmitFromCents,
    columns,
  }: { readonly regieId: number; readonly transmitFromCents: number; readonly columns: readonly OutstandingColumn[] },
): { id: number } =>
  store.act(person, 'recovery.outstandingRules', 'Réglage de l’état des restes enregistré', (write) => {
    regieOf(store, regieId)
    if (new Set(columns).size < columns.length) throw new Refused('Une colonne est choisie deux fois.', 'columns')
    write.update(regie, regieId, { transmitFromCents, outstandingColumns: columns })
    return { id: regieId }
  })
