import { setImmediate } from 'node:timers/promises'
import type { AccountLine } from '../../../shared/contract/desk/money/payments.ts'
import type { CertificateRow, FamilyYear } from '../../../shared/contract/desk/money/statements.ts'
import { type Day, dayAt, dayOf, instantOf, timeOfDay, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import type { PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import {
  accountYear,
  type FiscalAmount,
  type HomeAccount,
  hasTwoHomesIn,
  type TaxCertificate,
  taxCertificates,
  type YoungChild,
} from '../../../shared/rules/money/tax-statement.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import type { Organisation } from '../../documents/letterhead.ts'
import type { TaxCertificatePaper, YearStatementPaper } from '../../documents/letters/year-papers-pdf.ts'
import type { PaperFile } from '../../documents/render-paper.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { withEligible } from '../../store/closing-rows.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { custodiesOf, type Debtor, debtorsOf } from '../families/families.ts'
import { letterheadOf, openingBalances } from '../invoicing/invoicing.ts'
import { accountOf } from '../payments/payments.ts'
import { regiesOf } from '../regies/regies.ts'
import { letterFoot, logoOf, organisationOf } from '../settings/settings.ts'
import {
  accountMovements,
  activityNames,
  type ChildRow,
  childRows,
  fiscalAmountRows,
  paperRows,
  partRows,
  payingForCare,
  paymentRows,
} from './statements-store.ts'

/*
 * The papers of a year: the movements of a family's account, and what it paid for the care of young children. Nothing
 * of them is stored: they are computed from invoices and payments, so that a correction shows in the next print.
 */

/** Last day of the year that a paper covers: today while the year lasts. */
const lastDayCovered = (year: number, now: Day): Day => {
  const end = dayOf(year, 12, 31)
  return now < end ? now : end
}

/** A home with the data that its certificates are made of. */
type Home = {
  readonly familyId: number
  readonly debtor: Debtor
  readonly account: HomeAccount
  /** Days on which payments of a year, their allocations and the credit notes involved were written. */
  readonly writtenOn: (year: number) => readonly Day[]
  readonly certificates: (year: number) => readonly TaxCertificate[]
}

/** Reads many homes at once: seven queries, whatever the number of homes. */
const readHomes = (store: Store, familyIds: readonly number[], now: Day): Home[] => {
  const debtors = debtorsOf(store, familyIds, now)
  const papers = paperRows(store, familyIds)
  const amounts = Map.groupBy(
    fiscalAmountRows(
      store,
      papers.map(({ id }) => id),
    ),
    ({ invoiceId }) => invoiceId,
  )
  const people = childrenOf(store, unique([...amounts.values()].flat().map(({ childId }) => childId)))
  const papersOf = Map.groupBy(papers, ({ familyId }) => familyId)
  const payments = withEligible(
    store,
    paymentRows(store, familyIds),
    ({ childId, activityId, fiscal, cents }): FiscalAmount => ({ childId, activityId, fiscal, cents }),
  )
  const paymentsOf = Map.groupBy(payments, ({ familyId }) => familyId)
  const partsOf = Map.groupBy(partRows(store, familyIds), ({ familyId }) => familyId)
  const openings = Map.groupBy(openingBalances(store, familyIds), ({ familyId }) => familyId)
  return familyIds.flatMap((familyId): Home[] => {
    const debtor = debtors.get(familyId)
    if (!debtor) return []
    const own = papersOf.get(familyId) ?? []
    const received = paymentsOf.get(familyId) ?? []
    const parts = partsOf.get(familyId) ?? []
    const charged = (kind: 'invoice' | 'creditNote') =>
      own
        .filter((paper) => paper.kind === kind)
        .map(({ id, correctsId }) => ({ id, correctsId, amounts: amounts.get(id) ?? [] }))
    // An opening debt comes from the previous program: its child and activity are unknown, so none of it counts as
    // care.
    const openingInvoices = (openings.get(familyId) ?? []).map(({ id, amountCents }) => ({
      id: -id,
      amounts: [{ childId: 0, activityId: 0, fiscal: 'autre' as const, cents: Math.max(0, amountCents) }],
    }))
    const account: HomeAccount = {
      invoices: [...charged('invoice'), ...openingInvoices],
      creditNotes: charged('creditNote'),
      payments: received
        .filter(({ cancelledAt }) => cancelledAt === null)
        .map((one) => ({ ...one, payer: isHomeItself(one.payer, debtor) ? '' : one.payer })),
      parts,
    }
    return [
      {
        familyId,
        debtor,
        account,
        writtenOn: (year) => {
          const paid = received.filter(({ on }) => yearOf(on) === year)
          const ids = new Set(paid.map(({ id }) => id))
          const used = parts.filter(({ paymentId }) => paymentId !== null && ids.has(paymentId))
          const settled = new Set(used.map(({ invoiceId }) => invoiceId))
          const notes = own.filter(({ correctsId }) => correctsId !== null && settled.has(correctsId))
          const noteIds = new Set(notes.map(({ id }) => id))
          const onwards = parts.filter(({ creditNoteId }) => creditNoteId !== null && noteIds.has(creditNoteId))
          const written = [
            ...paid.flatMap(({ recordedAt, cancelledAt }) => [recordedAt, ...(cancelledAt ? [cancelledAt] : [])]),
            ...[...used, ...onwards].map(({ at }) => at),
          ]
          return [...written.map(dayAt), ...notes.map(({ issuedOn }) => issuedOn)]
        },
        certificates: (year) =>
          taxCertificates(account, year, youngChildren(people, year)).filter(({ careCents }) => careCents > 0),
      },
    ]
  })
}

/** Whether the receipt names nobody, or the home's own debtor. */
const isHomeItself = (payer: string, debtor: Debtor): boolean =>
  payer === '' || folded(payer) === folded(debtor.name) || folded(payer) === folded(debtor.familyName)

type Person = ChildRow & { readonly isSharedIn: (year: number) => boolean }

const childrenOf = (store: Store, ids: readonly number[]): ReadonlyMap<number, Person> => {
  const custodies = custodiesOf(store, ids)
  return new Map(
    childRows(store, ids).map((row) => [
      row.id,
      { ...row, isSharedIn: (year: number) => hasTwoHomesIn(custodies.get(row.id)?.rules ?? [], year) },
    ]),
  )
}

const youngChildren = (people: ReadonlyMap<number, Person>, year: number): ReadonlyMap<number, YoungChild> =>
  new Map([...people].map(([id, { birth, isSharedIn: isShared }]) => [id, { birth, isShared: isShared(year) }]))

// ---- One family

/** Years of a family's account, latest first, with the papers that each year can print. */
export const yearsOf = ({ store, clock }: Core, familyId: number): FamilyYear[] => {
  const now = today(clock)
  const [home] = readHomes(store, [familyId], now)
  if (!home) throw new Refused('Cette famille n’existe plus.')
  const { lines } = accountOf(store, familyId)
  const years = [...new Set(lines.map(({ on }) => yearOf(on)))].toSorted((one, other) => other - one)
  return years.map((year) => {
    const { openingCents, closingCents, lines: moved } = accountYear(lines, year)
    return {
      year,
      isClosed: yearOf(now) > year,
      openingCents,
      closingCents,
      paidCents: moved.reduce(
        (sum, { kind, chargedCents, settledCents }) =>
          kind === 'payment' ? sum + settledCents : takesBack[kind] ? sum - chargedCents : sum,
        0,
      ),
      certificates: rowsOf(store, home, year),
    }
  })
}

/** Lines of an account that give back what was paid. */
const takesBack: Readonly<Partial<Record<AccountLine['kind'], true>>> = { cancelled: true, refund: true }

const rowsOf = (store: Store, home: Home, year: number): CertificateRow[] => {
  const certificates = home.certificates(year)
  const names = namesFor(store, certificates)
  return certificates.map((one) => rowOf(home, one, names))
}

const unique = (ids: readonly number[]): number[] => [...new Set(ids)]

type Names = { readonly children: ReadonlyMap<number, ChildRow>; readonly activities: ReadonlyMap<number, string> }

const namesFor = (store: Store, certificates: readonly TaxCertificate[]): Names => {
  const children = certificates.flatMap((one) => one.children)
  return {
    children: new Map(childRows(store, unique(children.map(({ childId }) => childId))).map((row) => [row.id, row])),
    activities: activityNames(
      store,
      unique(children.flatMap(({ activities }) => activities.map(({ activityId }) => activityId))),
    ),
  }
}

const rowOf = (home: Home, one: TaxCertificate, names: Names): CertificateRow => ({
  familyId: home.familyId,
  family: home.debtor.familyName,
  payer: payerOf(home, one),
  isHome: one.payer === '',
  children: one.children.map(({ childId, cents, ceilingCents, isShared }) => ({
    name: names.children.get(childId)?.name ?? '',
    cents,
    ceilingCents,
    isShared,
  })),
  careCents: one.careCents,
  cesuCents: meansOf(one, 'cesu'),
  onlineCents: meansOf(one, 'online'),
  unspentCents: one.unspentCents,
})

const payerOf = ({ debtor }: Home, { payer }: TaxCertificate): string => (payer === '' ? debtor.name : payer)

const meansOf = ({ byMeans }: TaxCertificate, wanted: PaymentMeans): number =>
  byMeans.find(({ means }) => means === wanted)?.cents ?? 0

/** The paper « Relevé de l’année ». */
export const statementPaper = (store: Store, familyId: number, year: number, madeOn: Day): PaperFile => {
  const [debtor] = debtorsOf(store, [familyId], madeOn).values()
  if (!debtor) throw new Refused('Cette famille n’existe plus.')
  const { lines, openingCents, closingCents } = accountYear(accountOf(store, familyId).lines, year)
  if (lines.length === 0) throw new Refused(`Rien n’a été facturé ni réglé en ${year}.`)
  const paper: YearStatementPaper = {
    organisation: organisationPrinted(store),
    year,
    familyNumber: familyNumberText(familyId),
    madeOn,
    until: lastDayCovered(year, madeOn),
    debtor: { name: debtor.name, addressLines: debtor.addressLines },
    opening: openingCents,
    lines: lines.map(({ on, piece, detail, chargedCents, settledCents }) => ({
      on,
      piece,
      detail,
      charged: chargedCents,
      settled: settledCents,
    })),
    closing: closingCents,
  }
  return { yearStatements: [paper] }
}

/** The papers « Attestation fiscale », one for each payer. */
export const certificatePaper = (store: Store, familyId: number, year: number, madeOn: Day): PaperFile => {
  const [home] = readHomes(store, [familyId], madeOn)
  if (!home) throw new Refused('Cette famille n’existe plus.')
  const papers = certificatesPrinted(store, home, year, madeOn)
  if (papers.length === 0)
    throw new Refused(`Rien n’a été payé en ${year} pour la garde d’un enfant de moins de 6\u00a0ans au 1ᵉʳ janvier.`)
  return { taxCertificates: papers }
}

const certificatesPrinted = (
  store: Store,
  home: Home,
  year: number,
  madeOn: Day,
  organisation = organisationPrinted(store),
): TaxCertificatePaper[] => {
  const certificates = home.certificates(year)
  const names = namesFor(store, certificates)
  const signatory = organisationOf(store).cashier
  return certificates.map((one) => ({
    organisation,
    year,
    familyNumber: familyNumberText(home.familyId),
    madeOn,
    until: lastDayCovered(year, madeOn),
    payer: { name: payerOf(home, one), addressLines: home.debtor.addressLines },
    isHome: one.payer === '',
    children: one.children.map(({ childId, cents, ceilingCents, isShared, activities }) => {
      const child = names.children.get(childId)
      return {
        name: child?.name ?? '',
        birth: child?.birth ?? madeOn,
        sex: child?.sex ?? '',
        isShared,
        ceiling: ceilingCents,
        amount: cents,
        activities: activities.map((activity) => ({
          label: names.activities.get(activity.activityId) ?? '',
          amount: activity.cents,
        })),
      }
    }),
    amount: one.careCents,
    byMeans: (['cesu', 'online'] as const).flatMap((means) => {
      const amount = meansOf(one, means)
      return amount > 0 ? [{ label: meansLabels[means], amount }] : []
    }),
    unspent: one.unspentCents,
    signatory,
  }))
}

const meansLabels = { cesu: 'CESU', online: 'paiement en ligne' } as const

export const organisationPrinted = (store: Store): Organisation => {
  const { logoId: _, ...from } = letterheadOf(store).organisation
  // One paper for what was paid to all régies of the town.
  const cashDesk = listed(regiesOf(store).flatMap(({ name }) => (name === '' ? [] : [name])))
  const logo = logoOf(store)?.bytes
  const foot = letterFoot(store)
  return { ...from, cashDesk, ...(foot !== '' && { foot }), ...(logo && { logo: new Uint8Array(logo) }) }
}

// ---- The whole town

/** Families read at once: other calls get their turn between two slices. */
const familiesPerSlice = 50

/** Under 6 on 1 January: born after that day six years before. */
const oldestBirth = (year: number): Day => dayOf(year - 6, 1, 1)

async function* homesPaying(store: Store, year: number, now: Day, signal?: AbortSignal) {
  const ids = payingForCare(store, null, year, oldestBirth(year))
  for (let from = 0; from < ids.length; from += familiesPerSlice) {
    signal?.throwIfAborted()
    for (const home of readHomes(store, ids.slice(from, from + familiesPerSlice), now))
      yield { home, total: ids.length }
    await setImmediate()
  }
}

/** Every certificate of a year, by family. */
export const certificatesOf = async ({ store, clock }: Core, year: number): Promise<CertificateRow[]> => {
  const rows: CertificateRow[] = []
  for await (const { home } of homesPaying(store, year, today(clock))) rows.push(...rowsOf(store, home, year))
  return rows
}

/** Certificates by family, each with its file's name. */
export const certificatePapers = async (
  { store, clock }: Core,
  year: number,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly papers: readonly TaxCertificatePaper[] }[]> => {
  const now = today(clock)
  const organisation = organisationPrinted(store)
  const found: { name: string; papers: readonly TaxCertificatePaper[] }[] = []
  for await (const { home } of homesPaying(store, year, now, signal)) {
    const papers = certificatesPrinted(store, home, year, now, organisation)
    const name = `Attestation fiscale ${year} ${home.debtor.familyName} ${familyNumberText(home.familyId)}.pdf`
    if (papers.length > 0) found.push({ name: name.replace(/[\\/:*?"<>|]/g, '-'), papers })
  }
  return found
}

// ---- What families read on the portal

export type YearPaperName = {
  readonly familyId: number
  readonly year: number
  readonly kind: 'statement' | 'certificate'
}

/** `on`: the day of the last entry in the paper, or the 1 January that closed its year. */
type YearPaper = YearPaperName & { readonly on: Day }

/** Papers of these families for these years: statements, and certificates once the year is over. */
export const yearPapersOf = (
  store: Store,
  familyIds: readonly number[],
  years: readonly number[],
  now: Day,
): YearPaper[] => {
  const movements = Map.groupBy(accountMovements(store, familyIds), ({ familyId }) => familyId)
  const papers: YearPaper[] = []
  for (const [familyId, rows] of movements) {
    for (const year of years) {
      if (!rows.some(({ on }) => yearOf(on) === year)) continue
      // A late entry in an earlier year changes the year's opening balance.
      const written = rows.filter(({ on }) => yearOf(on) <= year).map(({ writtenOn }) => writtenOn)
      papers.push({ familyId, year, kind: 'statement', on: paperDay(written, year, now) })
    }
  }
  const closed = years.filter((year) => year < yearOf(now))
  const paying = unique(closed.flatMap((year) => payingForCare(store, familyIds, year, oldestBirth(year))))
  for (const home of paying.length > 0 ? readHomes(store, paying, now) : []) {
    for (const year of closed) {
      if (home.certificates(year).length === 0) continue
      papers.push({
        familyId: home.familyId,
        year,
        kind: 'certificate',
        on: paperDay(home.writtenOn(year), year, now),
      })
    }
  }
  return papers
}

const paperDay = (written: readonly Day[], year: number, now: Day): Day => {
  const last = written.reduce((latest, on) => (on > latest ? on : latest), dayOf(year, 1, 1))
  const closing = dayOf(year + 1, 1, 1)
  return year < yearOf(now) && last < closing ? closing : last
}

/** PDFs in the given order. The same facts give the same bytes; null for a paper that cannot be printed. */
export const yearPaperPdfs = async (store: Store, papers: readonly YearPaper[]): Promise<(Uint8Array | null)[]> => {
  const made = new Map<YearPaper, Uint8Array>()
  for (const [on, ofDay] of Map.groupBy(papers, (paper) => paper.on)) {
    const files = ofDay.flatMap((paper) => {
      const file = paperOrNull(store, paper)
      return file ? [{ paper, file }] : []
    })
    const createdAt = instantOf(on, timeOfDay('12:00'))
    const print = async (some: typeof files) => {
      const bytes = await renderPapers(
        some.map(({ file }) => file),
        { createdAt },
      )
      for (const [index, { paper }] of some.entries()) {
        const content = bytes[index]
        if (content) made.set(paper, content)
      }
    }
    await print(files).catch(async () => {
      // Print one by one, so that a paper that fails does not prevent the others.
      for (const one of files) await print([one]).catch(() => undefined)
    })
  }
  return papers.map((paper) => made.get(paper) ?? null)
}

/** Null when the entries that the paper showed have been cancelled since. */
const paperOrNull = (store: Store, { familyId, year, kind, on }: YearPaper): PaperFile | null => {
  try {
    return kind === 'statement'
      ? statementPaper(store, familyId, year, on)
      : certificatePaper(store, familyId, year, on)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}
