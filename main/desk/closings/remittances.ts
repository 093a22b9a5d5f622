import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../shared/collections.ts'
import type { Remittance } from '../../../shared/contract/desk/money/closings.ts'
import { addDays, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  type RemittanceContent,
  receivedCents,
  refuseRemittance,
  remittanceOf,
  remittedCents,
} from '../../../shared/rules/money/remittance.ts'
import { addedUp, type RevenueRow } from '../../../shared/rules/money/revenue.ts'
import { instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { allPayers, receivedUntil } from '../../store/closing-rows.ts'
import { lastingSeries, lastKnownNumber, nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { remittance } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseUnlessHolder, regieName, regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { receivedOnPaper } from './closing-file.ts'
import { labelsIn } from './closings.ts'
import { firstMovement, hasMoneyMovedSince, moneyRows, refundedUntil, remittanceRows } from './closings-store.ts'

type Asked = { readonly regieId: number; readonly to: Day }

/** The remittance statements of a régie, latest first. */
export const remittances = ({ store }: Core, regieId: number): Remittance[] =>
  remittanceRows(store, regieId)
    .map(({ natures, ...row }) => ({ ...row, natureLabels: labelsIn(row.content, natures) }))
    .toReversed()

/** What a régie has to hand over since its last statement, and why no statement can be made now, if so. */
export const nextRemittance = async (core: Core, asked: Asked) => {
  const { store, clock } = core
  const content = await contentUntil(store, asked)
  const last = remittanceRows(store, asked.regieId).at(-1)
  const refused = refuseRemittance(content, { to: asked.to, today: today(clock), lastTo: last?.to ?? null })
  return {
    from: firstDay(store, asked),
    to: asked.to,
    number: Math.max(last?.number ?? 0, lastKnownNumber(store, seriesOfRemittances(store, asked.regieId))) + 1,
    content,
    natureLabels: labelsIn(content, regieOf(store, asked.regieId).natures),
    refusal: refused?.sentence ?? null,
  }
}

/** Makes a statement of what is handed over. It is final: what changes later goes into the next statement. */
export const remit = async (core: Core, person: Person, input: Asked & { readonly remittedCents: number }) => {
  const { store, clock } = core
  const { regieId, to } = input
  const { auditId } = moneyRows(store)
  const content = await contentUntil(store, input)
  const label = `Relevé de versement\u00a0: ${formatEuros(remittedCents(content))}`
  return store.act(person, 'closings.remit', label, (write) => {
    refuseUnlessHolder(core, person, regieId)
    const last = remittanceRows(store, regieId).at(-1)
    const refused = refuseRemittance(content, { to, today: today(clock), lastTo: last?.to ?? null })
    if (refused) throw new Refused(refused.sentence, refused.field)
    if (hasMoneyMovedSince(store, auditId) || remittedCents(content) !== input.remittedCents)
      throw new Refused('Le compte a changé entre-temps\u00a0: relisez-le, rien n’est arrêté.')
    const { natures } = regieOf(store, regieId)
    const unknown = numbersUnknown(store)
    if (unknown !== null) throw new Refused(unknown)
    const number = nextNumber(store, seriesOfRemittances(store, regieId), last?.number ?? 0)
    write.insert(remittance, { regieId, number, fromDay: firstDay(store, input), toDay: to, natures, content })
    return requireRemittance(core, regieId, number)
  })
}

const seriesOfRemittances = (store: Store, regieId: number) => lastingSeries(regieOf(store, regieId).prefix, 'V')

/** The day after the last statement, or the first one on which an account moved. */
const firstDay = (store: Store, { regieId, to }: Asked): Day => {
  const last = remittanceRows(store, regieId).at(-1)
  const from = last ? addDays(last.to, 1) : (firstMovement(store, regieId) ?? to)
  return from < to ? from : to
}

/** Payers read at once; other calls get a turn after each slice. */
const payersPerSlice = 50

const contentUntil = async (store: Store, { regieId, to: until }: Asked): Promise<RemittanceContent> => {
  const { natures } = regieOf(store, regieId)
  const tables: RevenueRow[][] = []
  for (const payers of inChunks(allPayers(store), payersPerSlice)) {
    tables.push(receivedUntil(store, { regieId, natures, tellsKept: true }, until, payers))
    await setImmediate()
  }
  return remittanceOf(
    { received: addedUp(tables), refundedCents: refundedUntil(store, { regieId, until }) },
    remittanceRows(store, regieId).map(({ content }) => content),
  )
}

const requireRemittance = (core: Core, regieId: number, number: number): Remittance => {
  const found = remittances(core, regieId).find((one) => one.number === number)
  if (!found) throw new Refused('Ce relevé n’existe pas.')
  return found
}

type AskedFile = { readonly regieId: number; readonly number: number }

/** « Relevé de versement », for both sides to sign. */
export const remittanceFile = async (core: Core, { regieId, number }: AskedFile): Promise<File> => {
  const { from, to, content, natureLabels, madeAt, madeBy } = requireRemittance(core, regieId, number)
  const { refundedCents } = content
  const received = receivedOnPaper(content, natureLabels)
  const paper = await listPdf({
    title: `Relevé de versement n°\u00a0${number}`,
    about: `${regieName(regieOf(core.store, regieId))}, du ${shortDay(from)} au ${shortDay(to)}`,
    summary: [
      { name: 'À verser', value: formatEuros(remittedCents(content)) },
      ...(refundedCents === 0
        ? []
        : [
            { name: 'Encaissé', value: formatEuros(receivedCents(content)) },
            { name: 'Remboursé ou reversé par la régie', value: formatEuros(refundedCents) },
          ]),
    ],
    blanks: ['Versé le', 'Visa du régisseur', 'Visa du comptable'],
    columns: received.columns,
    groups: [received.group],
    emptyRows: 0,
    empty: 'Rien n’a été encaissé.',
    note: `Fait le ${instantText(madeAt)} par ${madeBy}. Ce qui change ensuite est au relevé suivant.`,
    showsHealth: false,
    organisationName: organisationOf(core.store).name,
    printedAt: core.clock(),
  })
  return new File([paper], `Relevé de versement ${number}.pdf`, { type: 'application/pdf' })
}
