import type { PaperView } from '../../../../shared/contract/desk/money/invoicing.ts'
import { invoicePath } from '../../../../shared/pages/money/invoice.ts'
import { may, roleNeeded } from '../../../../shared/rules/access/roles.ts'
import { type Day, instantOf, timeOfDay, today } from '../../../../shared/rules/calendar/day.ts'
import { ownDueDay } from '../../../../shared/rules/money/debit/year-plan.ts'
import {
  familyNumberText,
  homeRemarks,
  lastDayToPay,
  lineOfRemark,
  type PaperFacts,
  payfipReference,
} from '../../../../shared/rules/money/invoice.ts'
import { aidOfExplanation } from '../../../../shared/rules/money/payers.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { numberOf } from '../../../../shared/rules/money/series.ts'
import { quotientsUsed } from '../../../../shared/rules/price/family-quotient.ts'
import type { Fiscal } from '../../../../shared/rules/price/tariff.ts'
import type { InvoicePaper } from '../../../documents/money/invoice-pdf.ts'
import type { PaperFile } from '../../../documents/render-paper.ts'
import { renderPapers } from '../../../documents/render-papers.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { type Debtor, debtorsOf } from '../../families/families.ts'
import type { PriceBook } from '../../prices/prices.ts'
import { type RegieSettings, regieOf, regiesOf } from '../../regies/regies.ts'
import { organisationOf, portalAddress } from '../../settings/settings.ts'
import { accountKey, carriedOverOf } from '../account.ts'
import { beneficiariesOf, type InvoiceRow, invoiceRows, type LineRow, linesOf, readLogo } from '../invoicing-store.ts'
import { type BilledHomes, billedHomesOf, familyTitle, type NewLine } from './paper-lines.ts'
import { balanceDays } from './year-plans.ts'

/** The lines and remarks of one paper, from which `paperFacts` makes its text. */
export type ToPrint = {
  readonly familyId: number
  readonly regieId: number
  readonly from: Day
  readonly to: Day
  readonly lines: readonly NewLine[]
  readonly remarks: PaperFacts['remarks']
  readonly corrects: string
  /** The credit notes that are issued with an invoice. */
  readonly regularised?: PaperFacts['regularised']
}

/** The text and figures of these papers as of today, in the same order. */
export const paperFacts = (
  store: Store,
  book: PriceBook,
  papers: readonly ToPrint[],
  billedHomes?: BilledHomes,
): PaperFacts[] => {
  const familyIds = [...new Set(papers.map(({ familyId }) => familyId))]
  const childIds = childrenOf(papers.flatMap(({ lines }) => lines))
  const { debtors, homes, children } = billedHomes ?? billedHomesOf(store, familyIds, childIds, today(store.clock))
  const beneficiaries = beneficiariesOf(store, familyIds)
  const carriedOver = carriedOverOf(store, familyIds)
  const regieIds = new Set(papers.map(({ regieId }) => regieId))
  const letterheads = new Map([...regieIds].map((id) => [id, letterheadOf(store, id)]))
  const balances = balanceDays(store, familyIds, today(store.clock))
  return papers.map(({ familyId, regieId, lines, remarks, corrects, regularised = [] }) => {
    const { payment, ...letterhead } = letterheads.get(regieId) ?? letterheadOf(store, regieId)
    const balanceOn = balances.get(accountKey({ familyId, regieId }))
    return {
      ...letterhead,
      payment: { ...payment, ...(balanceOn !== undefined && { balanceOn }) },
      familyNumber: familyNumberText(familyId),
      debtor: addressee(debtors.get(familyId)),
      children: childrenOf(lines).map((id) => {
        const child = children.get(id)
        return { id, name: child ? `${child.firstName} ${child.lastName}` : '' }
      }),
      activities: [...new Set(lines.flatMap(({ activityId }) => activityId ?? []))].map((id) => ({
        id,
        name: book.activities.get(id)?.name ?? '',
      })),
      familyQuotients: quotientsUsed(
        lines.flatMap(({ days, basis }) =>
          basis.freeLine === undefined ? days.map((on) => ({ day: on, value: basis.familyQuotient })) : [],
        ),
        homes.get(familyId)?.quotients ?? [],
      ),
      explanations: [...explanationsOf(book, lines), ...(beneficiaries.get(familyId) ?? [])],
      remarks: [...remarks],
      carriedOver: carriedOver({ familyId, regieId }),
      ...(regularised.length > 0 && { regularised }),
      corrects,
    }
  })
}

const childrenOf = (lines: readonly Pick<NewLine, 'childId'>[]): number[] => [
  ...new Set(lines.flatMap(({ childId }) => childId ?? [])),
]

const addressee = (debtor: Debtor | undefined): PaperFacts['debtor'] => ({
  name: debtor?.name ?? '',
  addressLines: debtor ? [...debtor.addressLines] : [],
})

/** The name to which cheques are made out. */
const payeeOf = (service: { readonly name: string }, regie: RegieSettings): string =>
  regie.id === firstRegieId ? `Régie ${service.name}` : regie.name

type Letterhead = Pick<PaperFacts, 'organisation' | 'payment' | 'complaints'>

/** Sender, means of payment and complaints contact, from the current settings of a régie. */
export const letterheadOf = (store: Store, regieId: number = firstRegieId): Letterhead => {
  const service = organisationOf(store)
  const regie = regieOf(store, regieId)
  const ways = regie.waysToPay
    .split(/[,;\n]/)
    .map((way) => way.trim().replace(/\.$/, ''))
    .filter((way) => way !== '')
  return {
    organisation: {
      name: service.name,
      town: service.authority,
      addressLines: [service.address, `${service.postcode} ${service.town}`],
      phone: service.phone,
      email: service.email,
      siret: service.siret,
      cashDesk: regie.name,
      logoId: service.logoId,
    },
    payment: {
      payfipNumber: regie.payfipNumber,
      atTheDesk: ways,
      chequePayableTo: ways.some((way) => /ch[eè]que/i.test(way)) ? payeeOf(service, regie) : '',
      ...(regie.carryBelowCents > 0 && { carryBelowCents: regie.carryBelowCents }),
      codes: {
        ...(regie.payfipNumber && { portal: portalAddress(store) }),
        ...(regie.iban && { transfer: { name: payeeOf(service, regie), iban: regie.iban, bic: regie.bic } }),
      },
    },
    complaints: {
      contact:
        service.complaints || (service.phone ? `Appelez le ${service.phone}.` : `Adressez-vous à ${service.name}.`),
      within: '2 mois',
    },
  }
}

/** Sentences that explain the prices, without repetition: brackets first, then other reductions and the minimum. */
const explanationsOf = (book: PriceBook, lines: readonly NewLine[]): string[] => {
  const sentences = new Set<string>()
  for (const { basis } of lines) {
    if (basis.bracket !== null)
      sentences.add(`Tranche appliquée\u00a0: ${basis.bracket}, ${basis.resident ? 'résident' : 'hors commune'}`)
  }
  for (const { basis, explanation, activityId, label } of lines) {
    if (basis.aid !== undefined) {
      sentences.add(aidOfExplanation(explanation))
      continue
    }
    const isFamilySpecific =
      basis.rank !== undefined ||
      basis.condition !== undefined ||
      basis.reduction !== undefined ||
      basis.deduction !== undefined ||
      basis.minimum === true
    if (isFamilySpecific || (basis.bracket === null && explanation.includes('%')))
      sentences.add(
        `${(activityId && book.activities.get(activityId)?.name) ?? ''}, ${label.toLocaleLowerCase('fr')}\u00a0: ${explanation}`,
      )
  }
  if (lines.some(({ basis }) => basis.example)) sentences.add('Tarif d’exemple')
  return [...sentences]
}

export const paperOf = ({ store }: Core, person: Person, id: number): PaperView => {
  const [paper] = viewsOf(store, [id])
  if (!paper) throw new Refused('Cette facture n’existe plus.')
  refuseAids(person, [paper])
  return paper
}

/** @throws Refused for papers of third parties, when the person may read invoices but not aids */
const refuseAids = ({ roles }: Person, papers: readonly PaperView[]): void => {
  if (papers.some(({ thirdPartyId }) => thirdPartyId !== null) && !may(roles, 'aids'))
    throw new Refused(roleNeeded('aids'))
}

/** Papers as a screen or a PDF shows them, in the order of `ids`. */
const viewsOf = (store: Store, ids: readonly number[]): PaperView[] => {
  const rows = new Map(invoiceRows(store, ids).map((row) => [row.id, row]))
  const lines = linesOf(store, ids)
  const familyIds = [...new Set([...rows.values()].flatMap(({ familyId }) => familyId ?? []))]
  const debtors = debtorsOf(store, familyIds, today(store.clock))
  const dueDays = new Map(regiesOf(store).map((regie) => [regie.id, regie.dueDays]))
  return ids.flatMap((id) => {
    const row = rows.get(id)
    if (!row) return []
    const family = (row.familyId === null ? row.paper?.debtor.name : debtors.get(row.familyId)?.familyName) ?? ''
    return [viewOf(store, row, lines.get(id) ?? [], family, dueDays.get(row.regieId) ?? 0)]
  })
}

const viewOf = (
  store: Store,
  row: InvoiceRow,
  lines: readonly LineRow[],
  family: string,
  dueDays: number,
): PaperView => {
  const { paper: facts } = row
  if (!facts) throw new Refused('Ce brouillon est à recalculer.')
  const date = row.issuedOn ?? today(store.clock)
  const numbered = numberOf(row)
  const activity = new Map(facts.activities.map(({ id, name }) => [id, name]))
  const draftDue =
    row.kind === 'invoice'
      ? ownDueDay(lastDayToPay(date, { unit: 'days', amount: dueDays }, lines), facts.payment.balanceOn)
      : null
  return {
    id: row.id,
    familyId: row.familyId,
    thirdPartyId: row.thirdPartyId,
    family,
    kind:
      row.kind === 'invoice'
        ? numbered === null
          ? 'draft'
          : 'invoice'
        : numbered === null
          ? 'creditNoteDraft'
          : 'creditNote',
    number: numbered,
    date,
    dueOn: row.state === 'issued' ? row.dueOn : draftDue,
    period: { from: row.fromDay, to: row.toDay },
    organisation: { ...facts.organisation, addressLines: [...facts.organisation.addressLines] },
    familyNumber: facts.familyNumber,
    debtor: { name: facts.debtor.name, addressLines: [...facts.debtor.addressLines] },
    sections: sectionsOf(facts, lines).map(({ id: childId, name }) => {
      const ofChild = lines.filter((line) => line.childId === childId)
      return {
        title: name,
        totalCents: ofChild.reduce((sum, { totalCents }) => sum + totalCents, 0),
        lines: ofChild.map((line, index) => ({
          id: line.id,
          label: labelOf(line, activity),
          nature: natures[line.fiscal],
          quantity: line.quantity,
          unit: line.unit,
          unitCents: line.unitCents,
          totalCents: line.totalCents,
          days: [...line.days],
          explanation: line.explanation,
          note: [
            ...dueNotes(line, date),
            ...facts.remarks.filter((remark) => lineOfRemark(remark, ofChild) === index).map(({ text }) => text),
          ].join('\u00a0; '),
        })),
      }
    }),
    familyQuotients: facts.familyQuotients.map(({ value, from }) => ({ value, from })),
    explanations: [...facts.explanations, ...homeRemarks(facts.remarks)],
    totalCents: row.totalCents,
    carriedOver: facts.carriedOver.map(({ label, amount }) => ({ label, amount })),
    ...(facts.regularised && {
      regularised: facts.regularised.map(({ label, number, amount }) => ({ label, number, amount })),
    }),
    payment: {
      payfipNumber: facts.payment.payfipNumber,
      payfipReference: facts.payment.payfipNumber && numbered ? payfipReference(numbered) : '',
      atTheDesk: [...facts.payment.atTheDesk],
      chequePayableTo: facts.payment.chequePayableTo,
      ...(facts.payment.carryBelowCents && { carryBelowCents: facts.payment.carryBelowCents }),
      ...(facts.payment.balanceOn && { balanceOn: facts.payment.balanceOn }),
      ...(facts.payment.codes && { codes: codesOf(facts.payment.codes, row.id) }),
    },
    ...(facts.thirdParty && { thirdParty: { ...facts.thirdParty } }),
    complaints: { ...facts.complaints },
    corrects: facts.corrects,
    reason: row.reason,
  }
}

const codesOf = ({ portal, transfer }: NonNullable<PaperFacts['payment']['codes']>, id: number) => ({
  ...(portal && { page: `${portal}${invoicePath({ id })}` }),
  ...(transfer && { transfer }),
})

/** The lines of a paper by child; lines without a child come last. */
export const sectionsOf = (
  { children }: Pick<PaperFacts, 'children'>,
  lines: readonly Pick<NewLine, 'childId'>[],
): { id: number | null; name: string }[] => [
  ...children,
  ...(lines.some(({ childId }) => childId === null) ? [{ id: null, name: familyTitle }] : []),
]

/** « Mercredis – accueil »; a line without activity has only its label. */
export const labelOf = (
  { activityId, label }: Pick<NewLine, 'activityId' | 'label'>,
  activities: ReadonlyMap<number, string>,
): string => (activityId === null ? label : `${activities.get(activityId) ?? ''} – ${label.toLocaleLowerCase('fr')}`)

const natures = { garde: 'care', repas: 'meal', autre: 'other' } as const satisfies Record<Fiscal, string>

/** One PDF of all these invoices, or one PDF each. An id given twice is printed once. */
export const invoiceFiles = async (
  core: Core,
  person: Person,
  requestedIds: readonly number[],
  how: 'together' | 'apart',
): Promise<File[]> => {
  const { store, clock } = core
  const ids = [...new Set(requestedIds)]
  const views = viewsOf(store, ids)
  if (views.length < ids.length) throw new Refused('Une de ces factures n’existe plus.')
  refuseAids(person, views)
  const papers = printables(store, views)
  const files: PaperFile[] = how === 'together' ? [{ invoices: papers }] : papers.map((one) => ({ invoices: [one] }))
  const bytes = await renderPapers(files, { createdAt: clock() })
  const name = (index: number) => {
    const [first] = views
    const view = how === 'apart' ? views[index] : views.length === 1 ? first : undefined
    return view ? fileNameOf(view) : `Factures du ${today(clock)}.pdf`
  }
  return bytes.map((content, index) => new File([new Uint8Array(content)], name(index), { type: 'application/pdf' }))
}

/** PDFs of issued papers by id. The same paper always gives the same bytes. */
export const issuedPdfs = async (store: Store, ids: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> => {
  const issued = viewsOf(store, ids).filter(({ kind }) => kind === 'invoice' || kind === 'creditNote')
  const pdfs = new Map<number, Uint8Array>()
  for (const [date, views] of Map.groupBy(issued, (view) => view.date)) {
    const files = printables(store, views).map((one) => ({ invoices: [one] }))
    const bytes = await renderPapers(files, { createdAt: instantOf(date, noon) })
    for (const [index, view] of views.entries()) {
      const content = bytes[index]
      if (content) pdfs.set(view.id, content)
    }
  }
  return pdfs
}

const noon = timeOfDay('12:00')

const printables = (store: Store, views: readonly PaperView[]): InvoicePaper[] => {
  const logos = new Map<number, Uint8Array>()
  const logoOf = (id: number | null) => {
    if (id === null) return undefined
    const logo = logos.get(id) ?? readLogo(store, id)
    if (logo) logos.set(id, logo)
    return logo
  }
  return views.map((view) => printable(view, logoOf(view.organisation.logoId)))
}

/** « du 06/07/2026 au 10/07/2026, acompte dû le 07/05/2026 », unless the day has passed on the paper's date. */
const dueNotes = ({ basis: { dueOn, condition } }: LineRow, date: Day): string[] =>
  condition !== undefined && dueOn !== undefined && dueOn >= date ? [condition] : []

const fileNameOf = ({ kind, number, family }: PaperView): string =>
  `${kind === 'invoice' ? 'Facture' : kind === 'creditNote' ? 'Avoir' : 'Brouillon'} ${number ?? ''} ${family}.pdf`
    .replace(/[\\/:*?"<>|]/g, '-')
    .replace(/ +/g, ' ')

const printable = (view: PaperView, logo: Uint8Array | undefined): InvoicePaper => {
  const { organisation, payment, number, dueOn } = view
  const { logoId: _, ...from } = organisation
  return {
    organisation: { ...from, ...(logo && { logo: new Uint8Array(logo) }) },
    kind: kindOf(view, number, dueOn),
    date: view.date,
    period: view.period,
    familyNumber: view.familyNumber,
    debtor: { name: view.debtor.name.toLocaleUpperCase('fr'), addressLines: view.debtor.addressLines },
    sections: view.sections.map(({ title, lines }) => ({
      title,
      lines: lines.map(({ note, ...line }) => ({
        label: line.label,
        nature: line.nature,
        quantity: line.quantity,
        unit: line.unit,
        unitPrice: line.unitCents,
        amount: line.totalCents,
        days: line.days,
        ...(note && { note }),
      })),
    })),
    familyQuotients: view.familyQuotients,
    explanations: view.explanations,
    deductions: [],
    total: view.totalCents,
    carriedOver: view.kind.startsWith('creditNote') ? [] : view.carriedOver,
    ...(view.regularised && { regularised: view.regularised }),
    payment: {
      ...(payment.payfipReference && {
        online: { site: 'payfip.gouv.fr', client: payment.payfipNumber, reference: payment.payfipReference },
      }),
      atTheDesk: payment.atTheDesk,
      ...(payment.chequePayableTo && { chequePayableTo: payment.chequePayableTo }),
      ...(payment.codes && { codes: payment.codes }),
      ...(payment.carryBelowCents && { carryBelowCents: payment.carryBelowCents }),
      ...(payment.balanceOn && { balanceOn: payment.balanceOn }),
    },
    ...(view.thirdParty && { thirdParty: view.thirdParty }),
    complaints: view.complaints,
  }
}

const kindOf = (view: PaperView, number: string | null, dueOn: Day | null): InvoicePaper['kind'] => {
  if (view.kind.startsWith('creditNote'))
    return { is: 'creditNote', number: number ?? 'brouillon', corrects: view.corrects, reason: view.reason }
  if (number !== null) return { is: 'invoice', number, ...(dueOn && { dueOn }) }
  return { is: 'draft', ...(dueOn && { dueOn }) }
}
