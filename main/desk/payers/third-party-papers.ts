import type { ToBill } from '../../../shared/contract/desk/money/payers.ts'
import { monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { aidLevel, useText } from '../../../shared/rules/money/aid.ts'
import type { PaperFacts, PaperKind } from '../../../shared/rules/money/invoice.ts'
import { type Cents, sumOf } from '../../../shared/rules/money/money.ts'
import { type PayerUnit, payerPartsOf, withoutOpposites } from '../../../shared/rules/money/payers.ts'
import { numberOf } from '../../../shared/rules/money/series.ts'
import { counted, listed } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { invoice, invoiceLine, payerPart } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  assignNumbers,
  finalizePaper,
  type InvoiceRow,
  letterheadOf,
  linesOf,
  natureColumns,
  type PreparedPaper,
  papersOfThirdParty,
  unitsOfPart,
} from '../invoicing/invoicing.ts'
import { regieOf } from '../regies/regies.ts'
import { givenBy, nothingGiven } from './aids.ts'
import { aidRow, namesOf, type PartRow, partsOfThirdParty, type ThirdPartyRow, thirdPartyRow } from './payers-store.ts'

/*
 * The papers of third parties. What issued papers of homes leave to a third party waits in a ledger. Staff bill it once
 * the homes of a month are issued, so that a third party gets one invoice a month. Days no longer owed are given back
 * by a credit note on the invoice that billed them.
 */

/** The content of a third party's next papers at one régie. */
type Papers = {
  readonly regieId: number
  /** Units to bill, above zero. */
  readonly added: readonly PayerUnit[]
  /** Units to take back, below zero, by the id of the invoice to correct. */
  readonly givenBack: ReadonlyMap<number, readonly PayerUnit[]>
  /** The ledger rows that these papers bill, once they are issued. */
  readonly rows: readonly PartRow[]
}

const papersToIssue = (store: Store, thirdPartyId: number): Papers[] => {
  const parts = Map.groupBy(partsOfThirdParty(store, thirdPartyId), ({ regieId }) => regieId)
  const invoices = papersOfThirdParty(store, thirdPartyId)
  return [...parts].map(([regieId, all]) =>
    papersAtRegie(
      regieId,
      all,
      invoices.filter((paper) => paper.regieId === regieId),
    ),
  )
}

const papersAtRegie = (
  regieId: number,
  all: readonly PartRow[],
  invoices: ReturnType<typeof papersOfThirdParty>,
): Papers => {
  const rows = all.filter(({ billedBy }) => billedBy === null)
  const units = withoutOpposites(rows.flatMap(unitsOfPart))
  const left = new Map(invoices.map(({ id, leftToCreditCents }) => [id, leftToCreditCents]))
  const billed = all.flatMap((row) =>
    row.billedBy === null ? [] : unitsOfPart(row).map((unit) => ({ unit, paperId: row.billedBy })),
  )
  const givenBack = new Map<number, PayerUnit[]>()
  for (const unit of units.filter(({ cents }) => cents < 0)) {
    const asked = billed.findLast(
      (one) => one.paperId !== null && isOpposite(one.unit, unit) && (left.get(one.paperId) ?? 0) >= 0 - unit.cents,
    )
    const paperId = asked?.paperId ?? [...left].findLast(([, cents]) => cents >= 0 - unit.cents)?.[0]
    if (paperId === undefined) continue
    if (asked) billed.splice(billed.indexOf(asked), 1)
    left.set(paperId, (left.get(paperId) ?? 0) + unit.cents)
    givenBack.set(paperId, [...(givenBack.get(paperId) ?? []), unit])
  }
  return { regieId, added: units.filter(({ cents }) => cents > 0), givenBack, rows }
}

const isOpposite = (one: PayerUnit, other: PayerUnit): boolean => withoutOpposites([one, other]).length === 0

/** What the next papers of a third party would bill and give back. */
export const toBillOf = (store: Store, thirdPartyId: number): ToBill => {
  const papers = papersToIssue(store, thirdPartyId)
  const taken = papers.flatMap(({ givenBack }) => [...givenBack.values()].flat())
  const units = [...papers.flatMap(({ added }) => added), ...taken]
  const children = namesOf(store, 'child', [...new Set(units.map(({ childId }) => childId))])
  const activities = namesOf(store, 'activity', [...new Set(units.map(({ activityId }) => activityId))])
  const months = units.map(({ day }) => monthKey(day)).toSorted()
  const [from, to] = [months[0], months.at(-1)]
  return {
    totalCents: sumOf(units),
    givenBackCents: sumOf(taken),
    children: children.size,
    months: from && to ? { from, to } : null,
    lines: payerPartsOf(units).map(({ childId, activityId, label, fiscal, unitCents, days, explanation }) => ({
      childId,
      child: children.get(childId) ?? '',
      activity: activities.get(activityId) ?? '',
      label,
      fiscal,
      quantity: days.length,
      unitCents,
      totalCents: unitCents * days.length,
      days: [...days],
      explanation,
    })),
  }
}

/** Issues the papers of third parties: an invoice for what is added, a credit note for each invoice that gives back. */
export const bill = (
  { store }: Core,
  person: Person,
  thirdPartyIds: readonly number[],
): { papers: { id: number; number: string }[]; totalCents: Cents } => {
  const parties = [...new Set(thirdPartyIds)].map((id) => {
    const found = thirdPartyRow(store, id)
    if (!found) throw new Refused('Ce tiers payeur n’existe plus.')
    return found
  })
  const [only] = parties
  const names = parties.length === 1 && only ? only.name : counted(parties.length, 'tiers payeur', 'tiers payeurs')
  return store.act(person, 'payers.bill', `Factures émises\u00a0: ${names}`, (write) => {
    const made = parties.map((party) => ({ party, papers: papersToIssue(store, party.id) }))
    const nothing = made.filter(({ papers }) =>
      papers.every(({ added, givenBack }) => added.length === 0 && givenBack.size === 0),
    )
    if (nothing.length > 0)
      throw new Refused(`Il n’y a rien à facturer à ${listed(nothing.map(({ party }) => party.name))}.`)
    const issued = made.flatMap(({ party, papers }) =>
      papers.flatMap((ofRegie) => issuePapers(store, write, party, ofRegie)),
    )
    return {
      papers: issued.map(({ row: { id }, number }) => ({ id, number })),
      totalCents: issued.reduce((sum, { row }) => sum + row.totalCents, 0),
    }
  })
}

type IssuedPaper = PreparedPaper & { readonly number: string }

/** Credit notes are issued first, so that the credit they leave pays the invoice. */
const issuePapers = (
  store: Store,
  write: Write,
  party: ThirdPartyRow,
  { regieId, added, givenBack, rows }: Papers,
): IssuedPaper[] => {
  const corrected = new Map(papersOfThirdParty(store, party.id).map((row) => [row.id, row]))
  // Each paper gets its number before the next one is written, because a third party has at most one draft.
  const issueOne = (paper: Omit<ToPrepare, 'regieId'>): IssuedPaper => {
    const prepared = preparePaper(store, write, party, { ...paper, regieId })
    const [number = ''] = assignNumbers(store, write, paper.kind, [prepared], 'thirdParty')
    return { ...prepared, number }
  }
  const notes = [...givenBack].map(([correctsId, units]) =>
    issueOne({ kind: 'creditNote', units, corrects: corrected.get(correctsId) ?? null }),
  )
  const invoices = added.length > 0 ? [issueOne({ kind: 'invoice', units: added, corrects: null })] : []
  const papers = [...notes, ...invoices]
  // A ledger row below zero belongs to the first credit note that gives back one of its days, a row above zero to the
  // invoice. A row that another one cancels may match neither: it goes with the first paper.
  for (const row of rows) {
    const note = notes.find(({ row: { correctsId } }) =>
      (givenBack.get(correctsId ?? 0) ?? []).some(
        (unit) => row.unitCents < 0 && row.days.includes(unit.day) && unit.aidId === row.aidId,
      ),
    )
    const billedBy = (row.unitCents < 0 ? note : invoices[0]) ?? papers.at(-1)
    if (billedBy) write.update(payerPart, row.id, { billedBy: billedBy.row.id })
  }
  return papers
}

type ToPrepare = {
  readonly kind: PaperKind
  readonly regieId: number
  readonly units: readonly PayerUnit[]
  /** The invoice that a credit note gives back. */
  readonly corrects: InvoiceRow | null
}

const preparePaper = (
  store: Store,
  write: Write,
  party: ThirdPartyRow,
  { kind, regieId, units, corrects }: ToPrepare,
): PreparedPaper => {
  const days = units.map(({ day }) => day).toSorted()
  const on = today(store.clock)
  const number = corrects ? (numberOf(corrects) ?? '') : ''
  const row = write.insert(invoice, {
    runId: null,
    thirdPartyId: party.id,
    regieId,
    kind,
    state: 'draft',
    fromDay: days[0] ?? on,
    toDay: days.at(-1) ?? on,
    totalCents: sumOf(units),
    journal: [],
    verdict: 'ready',
    correctsId: corrects?.id ?? null,
    reason: corrects ? `Changements après la facture ${number}` : '',
    sealVersion: 2,
  })
  const natures = regieOf(store, regieId).natures
  const parts = payerPartsOf(units).toSorted((one, other) => one.childId - other.childId)
  write.insertMany(
    invoiceLine,
    parts.map(
      ({ childId, activityId, label, unit, fiscal, explanation, days: ofPart, unitCents, aidId }, position) => ({
        invoiceId: row.id,
        position,
        childId,
        activityId,
        label,
        quantity: Math.sign(unitCents) * ofPart.length,
        unit,
        unitCents: Math.abs(unitCents),
        totalCents: unitCents * ofPart.length,
        fiscal,
        explanation,
        basis: {
          familyQuotient: null,
          bracket: null,
          resident: false,
          example: false,
          aid: aidId,
          thirdParty: party.id,
        },
        days: ofPart,
        reservationIds: [],
        ...natureColumns(natures, { activityId, fiscal }),
      }),
    ),
  )
  const lines = linesOf(store, [row.id]).get(row.id) ?? []
  return finalizePaper(write, { row, lines }, factsOf(store, party, { regieId, units, corrects: number }))
}

/** The text of a paper, as of today. */
const factsOf = (
  store: Store,
  party: ThirdPartyRow,
  {
    regieId,
    units,
    corrects,
  }: { readonly regieId: number; readonly units: readonly PayerUnit[]; readonly corrects: string },
): PaperFacts => {
  const { payment, ...letterhead } = letterheadOf(store, regieId)
  const transfer = payment.codes?.transfer
  const { siret, serviceCode, orderNumber, toTitle, isPublic } = party
  const children = namesOf(store, 'child', [...new Set(units.map(({ childId }) => childId))])
  const activities = namesOf(store, 'activity', [...new Set(units.map(({ activityId }) => activityId))])
  return {
    ...letterhead,
    familyNumber: '',
    debtor: {
      name: party.name,
      addressLines: [party.address, `${party.postcode} ${party.town}`]
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    },
    children: [...children].map(([id, name]) => ({ id, name })),
    activities: [...activities].map(([id, name]) => ({ id, name })),
    familyQuotients: [],
    explanations: [
      ...nearlyUsedAids(store, units, children),
      ...[...new Set(units.map(({ explanation }) => explanation))].slice(0, maxExplanations),
    ],
    remarks: [],
    // A third party pays each invoice by a separate order, so no invoice carries over the amount of another.
    carriedOver: [],
    // A third party has no account on the portal.
    payment: { ...payment, payfipNumber: '', carryBelowCents: 0, codes: { ...(transfer && { transfer }) } },
    thirdParty: { siret: isPublic ? siret : '', serviceCode: isPublic ? serviceCode : '', orderNumber, toTitle },
    corrects,
  }
}

/**
 * « Tom Delaunay, Vacances : 184,40 € pris sur 200,00 € ; il reste 15,60 € », for aids that have used nine tenths of a
 * ceiling.
 */
const nearlyUsedAids = (store: Store, units: readonly PayerUnit[], children: ReadonlyMap<number, string>): string[] => {
  const rows = [...new Set(units.map(({ aidId }) => aidId))].flatMap((id) => aidRow(store, id) ?? [])
  const given = givenBy(store, rows)
  return rows.flatMap((row) => {
    const use = given.get(row.id) ?? nothingGiven
    if (aidLevel(row, use) === 'open') return []
    const names = new Set(
      units.flatMap(({ aidId, childId }) => (aidId === row.id ? (children.get(childId) ?? []) : [])),
    )
    return [`${listed([...names])}, ${row.label}\u00a0: ${useText(row, use)}`]
  })
}

/** The paper explains how shares were computed as far as it has room; its lines give every amount anyway. */
const maxExplanations = 6
