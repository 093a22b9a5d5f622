import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import type { DemandeShown } from '../../../shared/contract/portal/demandes.ts'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type {
  AccountShown,
  DashboardShown,
  FamilyShown,
  RegistrationShown,
} from '../../../shared/contract/portal/home.ts'
import type { ConversationShown } from '../../../shared/contract/portal/messages.ts'
import type { AskedPaperShown } from '../../../shared/contract/portal/papers.ts'
import {
  accountHead,
  balanceShown,
  changeAccountLink,
  householdShown,
  householdTexts,
  invoicesTexts,
  managerShown,
  noMoneyText,
  onlineText,
  openingBalanceShown,
  otherPaymentText,
  quotientNotice,
  sendQuotientLink,
} from '../../../shared/pages/account.ts'
import { askedPaper, askedPapersTitle } from '../../../shared/pages/asked-papers.ts'
import {
  backToAccount,
  changeAccountHead,
  devicesShown,
  devicesTexts,
  feedTexts,
  mailsShown,
  mailsTitle,
  quotientTexts,
} from '../../../shared/pages/change-account.ts'
import { balance, type DashboardRow, dashboardHead, news, nextDays, toDo } from '../../../shared/pages/dashboard.ts'
import { detailsFacts, type Fact, linesOf, proposedIn } from '../../../shared/pages/editable-fields.ts'
import {
  addPickupHead,
  changeChildHead,
  changeDetailsHead,
  changeTexts,
  childLinks,
  childShown,
  collectedText,
  detailsHead,
  detailsTexts,
  emailNotice,
  emailOf,
  familyHead,
  guardiansShown,
  healthHead,
  noSuchChild,
  pendingChangesText,
  pickupRowsOf,
  pickupShown,
  pickupTexts,
} from '../../../shared/pages/family.ts'
import {
  type Invoice,
  invoiceHead,
  invoicePath,
  invoiceShown,
  invoiceState,
  isSettled,
  noSuchInvoice,
  numberText,
  receivedFor,
  settledText,
} from '../../../shared/pages/invoice.ts'
import {
  conversationHead,
  conversationRow,
  conversationShown,
  messagesHead,
  messagesTexts,
  newMessageHead,
} from '../../../shared/pages/messages.ts'
import {
  noChildText,
  type PageHead,
  type PageLink,
  type Sentence,
  unknownPageHead,
  unknownValue,
} from '../../../shared/pages/page.ts'
import { papersClosedText, papersHead, sentPapers } from '../../../shared/pages/papers.ts'
import { noSuchPayment, paymentHead, paymentShown } from '../../../shared/pages/payment.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { proposedNumbersText } from '../../../shared/pages/proposed-numbers.ts'
import { receiptHead, receiptShown, receiptTexts } from '../../../shared/pages/receipt.ts'
import {
  alreadyRegisteredText,
  newRegistrationHead,
  questionMarkText,
  registrationShown,
  registrationsHead,
  registrationsOf,
} from '../../../shared/pages/registrations.ts'
import {
  byOutcome,
  demandeShown,
  mailedReceiptText,
  receiptLine,
  requestsHead,
  requestsTexts,
  type StepsOf,
  stepsShown,
} from '../../../shared/pages/requests.ts'
import {
  type BookableRegistration,
  chooseChildText,
  chosenRegistration,
  endedRegistrationText,
  reservationsHead,
  waitingRegistrationText,
} from '../../../shared/pages/reservations.ts'
import { addDays, dayAt, isDay, lastOfMonth } from '../../../shared/rules/calendar/day.ts'
import { cellState, cellText } from '../../../shared/rules/cell/cell.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { isWaiting, queryingPayfipText } from '../../../shared/rules/money/payfip.ts'
import { capitalised, longDay, notProvidedText, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { type Login, mailChoices, sessionsOf } from '../account/account.ts'
import { type Html, html, withPhones } from '../http/public-pages.ts'
import { messagesShown } from '../messages/messages.ts'
import { papersShown } from '../papers/papers.ts'
import { attemptOf, attemptShown } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { latestDemandes, listReceipts, readReceipt } from '../reservations/reservations.ts'
import * as pages from './pages.ts'
import type { PlainPage } from './skeleton.ts'

/**
 * The content of each parents' page as plain HTML, readable before its scripts run or without them. The scripts then
 * replace it; acting on a page needs them.
 */

/** Maximum rows of a list: about what a page of 20 kB has room for. */
const maxRows = 25
const daysAhead = 31

/** Reads what a page shows. `id` is the part of the address that is written `:id` in `readers`. */
type PageReader = (page: {
  readonly portal: Portal
  readonly login: Login
  readonly session: PortalSession
  readonly id: string
  readonly search: URLSearchParams
}) => PlainPage | Promise<PlainPage>

/** A page that says no more than its head before its scripts run: a form, or a page that does not exist. */
const headOnly = (head: PageHead): PlainPage => ({ head, content: null })

/** The page of a parent at this address, the dashboard apart: `dashboardPage`. */
export const plainPage = async (
  portal: Portal,
  login: Login,
  session: PortalSession,
  { pathname, searchParams: search }: URL,
): Promise<PlainPage> => {
  for (const [pattern, read, refusedHead] of readers) {
    const match = matchOf(pattern, pathname)
    if (!match) continue
    try {
      return await read({ portal, login, session, id: match.id, search })
    } catch (error) {
      if (error instanceof Refused) return { head: refusedHead, content: html`<p>${error.sentence}</p>` }
      throw error
    }
  }
  return headOnly(unknownPageHead)
}

/** The `:id` of an address; null for an address of another pattern. */
const matchOf = (pattern: string, pathname: string): { readonly id: string } | null => {
  const [wanted, given] = [pattern.split('/'), pathname.split('/')]
  if (wanted.length !== given.length) return null
  if (wanted.some((part, index) => part !== ':id' && part !== given[index])) return null
  return { id: given[wanted.indexOf(':id')] ?? '' }
}

// ---- Shapes

const card = (title: string, content: Html | readonly Html[]): Html =>
  html`<section class="card"><h2>${title}</h2>${content}</section>`

const stack = (cards: readonly Html[]): Html => html`<div class="stack">${cards}</div>`

/** Labels and values; each value is one text, or several lines. */
const entries = (known: readonly (readonly [label: string | Html, value: string | readonly Html[]])[]): Html =>
  html`<dl class="facts">${known.map(
    ([label, value]) =>
      html`<div><dt>${label}</dt><dd>${typeof value !== 'string' ? value : value === '' ? unknownValue : withPhones(withUnbrokenNumbers(value))}</dd></div>`,
  )}</dl>`

const notice = (content: Html | readonly Html[]): Html => html`<div class="notice"><div>${content}</div></div>`

const noticeOf = (sentence: Sentence | null): Html[] => (sentence ? [notice(html`<p>${words(sentence)}</p>`)] : [])

const rows = (lines: readonly Html[], none: string): Html =>
  lines.length === 0
    ? html`<p class="soft">${none}</p>`
    : html`<ul class="links">${lines.slice(0, maxRows).map((line) => html`<li class="line">${line}</li>`)}</ul>`

const link = ({ path, name }: PageLink): Html => html`<a href="${path}">${name}</a>`

const words = (sentence: Sentence): Html[] =>
  sentence.flatMap((part) =>
    typeof part === 'string' ? withPhones(part) : 'strong' in part ? html`<b>${part.strong}</b>` : link(part),
  )

// ---- Pages

const linkedRows = ({ rows: shown, none }: { rows: readonly DashboardRow[]; none: string }): Html =>
  rows(
    shown.map(({ path, title, about }) => html`<a href="${path}"><b>${title}</b></a> <span>${about}</span>`),
    none,
  )

export const dashboardPage = (dashboard: DashboardShown, { now }: PortalSession): PlainPage => {
  const [tasks, days, owed, last] = [toDo(dashboard, now), nextDays(dashboard), balance(dashboard), news(dashboard)]
  return {
    head: dashboardHead,
    content: stack([
      ...dashboard.news.notices.map(
        ({ title, text }) => html`<div class="notice"><div><p><b>${title}</b></p><p>${text}</p></div></div>`,
      ),
      card(tasks.title, linkedRows(tasks)),
      card(days.title, [
        days.days.length === 0
          ? html`<p class="soft">${days.none}</p>`
          : html`<ul class="agenda">${days.days.map(
              ({ day, children }) =>
                html`<li><b class="agenda-d">${day}</b><div>${children.map(
                  ({ firstName, activities }) =>
                    html`<p>${firstName}</p>${activities.map(
                      ({ text, unsure }) =>
                        html`<p class="soft">${text}${unsure.map((slot) => html` <span>${slot.text}</span>`)}</p>`,
                    )}`,
                )}</div></li>`,
            )}</ul>`,
        html`<p>${link(days.more)}</p>`,
      ]),
      card(
        owed.title,
        owed.shown
          ? html`<p class="amount">${owed.shown.amount}</p><p class="soft">${owed.shown.about}</p>${
              owed.shown.pending && html`<p>${words(owed.shown.pending)}</p>`
            }<p>${link(owed.shown.more)}</p>`
          : html`<p class="soft">${owed.none}</p>`,
      ),
      card(last.title, [linkedRows(last), html`<p>${link(last.more)}</p>`]),
    ]),
  }
}

/** A field with, until the town has decided, the value that a parent proposed. */
const fieldEntry = (fact: Fact): readonly [string, readonly Html[]] => {
  const asked = proposedIn(fact)
  if (asked.length === 0) return [fact.label, fieldLines(fact, 'now')]
  const collected = asked.every((one) => one.collected)
  return [
    fact.label,
    [
      html`<p><span>${changeTexts.now}</span> ${fieldLines(fact, 'now')}</p>`,
      html`<p><span>${changeTexts.asked}</span> ${fieldLines(fact, 'asked')}</p>`,
      ...(collected ? [html`<p class="soft">${collectedText(asked[0]?.answerDueOn)}</p>`] : []),
    ],
  ]
}

const fieldLines = (fact: Fact, which: 'now' | 'asked'): readonly Html[] => {
  const lines = linesOf(fact, which)
  if (lines.length === 0) return [html`${notProvidedText(fact.label)}`]
  return lines.map((line, index) => html`${index > 0 ? html`<br>` : null}${withPhones(line)}`)
}

const askedPapers = (asked: readonly AskedPaperShown[], { now }: PortalSession): Html[] =>
  asked.length === 0
    ? []
    : [
        card(
          askedPapersTitle,
          rows(
            asked.map((one) => {
              const { title, state, about, note, send } = askedPaper(one, now)
              return html`<b>${title}</b>${state && html` <span>${state.text}</span>`}<br><span>${about}</span>${note === '' ? null : html`<br><span>${note}</span>`}${send && html`<br>${link(send)}`}`
            }),
            '',
          ),
        ),
      ]

const family: PageReader = async ({ portal, login, session }) => {
  const shown = await pages.family(portal, login)
  const papers = await papersShown(portal, login)
  const { children, proposals } = shown
  const guardians = guardiansShown(shown.guardians)
  return {
    head: familyHead,
    content: stack([
      ...noticeOf(pendingChangesText(proposals)),
      ...askedPapers(papers.asked, session),
      ...(children.length === 0 ? [html`<p class="soft">${noChildText}</p>`] : []),
      ...children.map((child) => {
        const { age, facts, health } = childShown(child, proposals, papers)
        return card(child.firstName, [
          entries([age, ...facts.map(fieldEntry), ...(health ? [health] : [])]),
          html`<p>${Object.values(childLinks(child)).map((one) => html`${link(one)}<br>`)}</p>`,
        ])
      }),
      ...(children.length === 0
        ? []
        : [
            card(pickupTexts.title, [
              rows(
                [
                  html`<b>${guardians.names}</b><br><span>${guardians.role}</span>`,
                  ...pickupRowsOf(shown).flatMap((row) => {
                    const pickup = pickupShown(row, children)
                    if (!pickup) return []
                    const { person, about, forWhom, change } = pickup
                    return html`<b>${person.name}</b><br>${withPhones(about)}${forWhom === '' ? null : html`<br><span>${capitalised(forWhom)}</span>`}${
                      change === null ? null : html`<br><span>${changeTexts.asked}</span> <span>${change}</span>`
                    }`
                  }),
                ],
                '',
              ),
              html`<p>${link(pickupTexts.add)}</p>`,
            ]),
          ]),
      html`<p>${link(portalPages.papers)}</p>`,
    ]),
  }
}

const details: PageReader = async ({ portal, login, session }) => {
  const shown = await pages.details(portal, login)
  const { address, contacts, benefit } = detailsFacts(shown)
  const { title, text } = emailNotice(session.service.phone)
  return {
    head: detailsHead,
    content: stack([
      ...noticeOf(pendingChangesText(shown.proposals)),
      card(
        detailsTexts.title(shown.title),
        entries([
          fieldEntry(address),
          [
            html`${detailsTexts.email} <span aria-hidden="true">*</span><span class="vh">${detailsTexts.emailHint}</span>`,
            emailOf(shown.guardians),
          ],
          ...[...contacts, ...benefit].map(fieldEntry),
        ]),
      ),
      notice(html`<p><b>${title}</b></p><p>${withPhones(text)}</p>`),
      html`<p>${link(detailsTexts.change)}</p>`,
    ]),
  }
}

const registrationCard = (registration: RegistrationShown): Html => {
  const { title, state, entries: known, waiting, reservations } = registrationShown(registration)
  return html`<h3>${title}</h3><p>${
    state ?? html`<span aria-hidden="true">?</span> <span class="vh">${questionMarkText}</span>`
  }</p>${entries(known)}${waiting && html`<p>${words(waiting)}</p>`}${reservations && html`<p>${link(reservations)}</p>`}`
}

const registrations: PageReader = async ({ portal, login }) => {
  const children = await pages.registrations(portal, login)
  return {
    head: registrationsHead,
    content: stack([
      ...(children.length === 0 ? [html`<p class="soft">${noChildText}</p>`] : []),
      ...children.map((child) => {
        const { current, ended, endedTitle, none, add } = registrationsOf(child)
        return card(child.firstName, [
          ...(current.length === 0 ? [html`<p class="soft">${none}</p>`] : current.map(registrationCard)),
          html`<p>${link(add)}</p>`,
          ...(ended.length === 0
            ? []
            : [html`<details><summary>${endedTitle}</summary>${ended.map(registrationCard)}</details>`]),
        ])
      }),
      ...(children.length === 0 ? [] : noticeOf(alreadyRegisteredText)),
    ]),
  }
}

/** What is booked in one registration: in the month that the address names, else in the days that come. */
const reservations: PageReader = async ({ portal, login, id, search }) => {
  const today = dayAt(portal.clock())
  const { child, registration, children, none, add } = chosenRegistration(await pages.registrations(portal, login), {
    wanted: id === '' ? undefined : id,
    askedChild: Number(search.get('enfant')),
    today,
  })
  const chooser =
    children.length === 0
      ? []
      : [
          html`<nav class="pick" aria-label="${chooseChildText}">${children.map(
            ({ path, name, isCurrent }) =>
              html`<a href="${path}"${isCurrent ? { html: ' aria-current="true"' } : null}>${name}</a> `,
          )}</nav>`,
        ]
  const shown =
    !child || !registration
      ? html`<p>${none}</p><p>${link(add)}</p>`
      : registration.state === 'asked'
        ? notice(html`<p>${words(waitingRegistrationText)}</p>`)
        : await bookedDays(portal, login, registration, search.get('mois'))
  return { head: reservationsHead, content: stack([...chooser, shown]) }
}

const bookedDays = async (
  portal: Portal,
  login: Login,
  registration: BookableRegistration,
  month: string | null,
): Promise<Html> => {
  const today = dayAt(portal.clock())
  const first = `${month}-01`
  const [from, to] = isDay(first) ? [first, lastOfMonth(first)] : [today, addDays(today, daysAhead)]
  const { cells, slots } = await pages.calendar(portal, login, { registration: registration.id, from, to })
  const names = new Map(slots.map(({ id, name }) => [id, name]))
  const held = cells.filter(({ facts }) => !['free', 'closed'].includes(cellState(facts)))
  return html`<div class="card"><p><b>${registration.label}</b></p>${
    registration.to < today ? html`<p>${endedRegistrationText}</p>` : null
  }${rows(
    held.map(
      ({ day, slot, facts }) =>
        html`<b>${longDay(day)}</b><span>, ${names.get(slot) ?? ''}\u00a0: ${cellText(facts)}</span>`,
    ),
    'Rien n’est réservé ces jours-là.',
  )}</div>`
}

const stateOf = (invoice: Invoice, receivedCents: number, { now }: PortalSession): Html => {
  const { word, about } = invoiceState(invoice, receivedCents, now)
  return html`<b>${word}</b> <span>${about}</span>`
}

const account: PageReader = async ({ portal, login, session }) => {
  const shown = await pages.account(portal, login)
  const papers = await papersShown(portal, login)
  const { money, online } = shown
  const { children, income, quotient, updated } = householdShown(shown)
  const lacking = quotientNotice(shown, papers, session.now)
  return {
    head: accountHead,
    content: stack([
      ...(money ? moneyCards(money, shown, session) : [notice(html`<p>${noMoneyText}</p>`)]),
      card(householdTexts.title, [
        entries([children, income, quotient, updated]),
        ...noticeOf(proposedNumbersText(papers.sent)),
        ...(lacking ? [...noticeOf(lacking.text), html`<p>${lacking.send && link(lacking.send)}</p>`] : []),
        html`<details><summary>${householdTexts.question}</summary><p>${householdTexts.answer}</p></details><p>${link(changeAccountLink)}</p>`,
      ]),
      ...(money ? [managerCard(money.manager)] : []),
      ...noticeOf(otherPaymentText(online)),
    ]),
  }
}

const moneyCards = (money: MoneyDocument, { receivedCents, online }: AccountShown, session: PortalSession): Html[] => {
  const { title, amount, lines } = balanceShown(money, receivedCents, session.now)
  const how = onlineText(online)
  const open = money.invoices.filter((one) => !isSettled(one))
  const settled = money.invoices.filter(isSettled)
  return [
    card(title, [html`<p class="amount">${amount}</p>`, ...lines.map(({ text }) => html`<p>${words(text)}</p>`)]),
    card(invoicesTexts.title, [
      ...(how === '' ? [] : [html`<p class="soft">${how}</p>`]),
      rows(
        [
          ...open.map(
            (one) =>
              html`<b>${one.label}</b>, <span>${numberText(one)}</span>\u00a0: <b>${formatEuros(one.totalCents)}</b><br>${stateOf(one, receivedFor(online, one), session)}<br>${link({ path: invoicePath(one), name: invoicesTexts.detail })}`,
          ),
          ...(money.takenOver ?? []).map((one) => {
            const { title: name, amount: owed, about } = openingBalanceShown(one)
            return html`<b>${name}</b>\u00a0: <b>${owed}</b><br><span>${about}</span>`
          }),
          ...settled.map(
            (one) =>
              html`${link({ path: invoicePath(one), name: one.label })}\u00a0: <b>${formatEuros(one.totalCents)}</b><br><span>${settledText(one, receivedFor(online, one))}</span>`,
          ),
        ],
        invoicesTexts.none,
      ),
    ]),
  ]
}

const managerCard = (manager: MoneyDocument['manager']): Html => {
  const { title, facility, entries: known } = managerShown(manager)
  return card(title, [html`<p><b>${facility}</b></p>`, entries(known)])
}

const invoice: PageReader = async ({ portal, login, session, id }) => {
  const { money, online } = await pages.account(portal, login)
  const found = money?.invoices.find((one) => `${one.id}` === id)
  if (!found) return { head: invoiceHead(found), content: html`<p>${noSuchInvoice}</p>` }
  const { amount, issued, noLines, children, total, question } = invoiceShown(found, session.service.phone)
  const sums = [...total.byChild, total.whole, ...(total.paid ? [total.paid, total.left] : [])]
  return {
    head: invoiceHead(found),
    content: stack([
      html`<div class="card"><p>${stateOf(found, receivedFor(online, found), session)}</p><p class="amount">${amount}</p><p class="soft">${issued}</p></div>`,
      ...(children.length === 0 ? [html`<p class="card soft">${noLines}</p>`] : []),
      ...children.map(({ title, amount: ofChild, lines }) =>
        card(title, [
          html`<p><b>${ofChild}</b></p>`,
          rows(
            lines.map(
              (line) =>
                html`<b>${line.title}</b>\u00a0: <b>${line.amount}</b><br><span>${line.detail}</span>${line.days === '' ? null : html`<br><span>${line.days}</span>`}`,
            ),
            '',
          ),
        ]),
      ),
      card(
        total.title,
        rows(
          sums.map(({ label, amount: sum }) => html`<span>${label}</span>\u00a0: <b>${sum}</b>`),
          '',
        ),
      ),
      ...noticeOf(question),
    ]),
  }
}

const payment: PageReader = async ({ portal, login, id, search }) => {
  const found = await attemptOf(portal.store.db, login, id)
  if (!found) return { head: paymentHead('missing'), content: html`<p>${noSuchPayment}</p>` }
  const attempt = attemptShown(found, login, portal.clock())
  // The parent returns from PayFiP's page: the page's scripts will ask PayFiP for the result.
  if (search.has('retour') && isWaiting(attempt.state))
    return { head: paymentHead(undefined), content: html`<p class="card">${queryingPayfipText}</p>` }
  const { sentence, after, name, entries: known, resume, back } = paymentShown(attempt)
  return {
    head: paymentHead(attempt.state),
    content: stack([
      notice([html`<p><b>${sentence}</b></p>`, html`<p>${after}</p>`]),
      html`<section class="card" aria-label="${name}">${entries(known)}</section>`,
      html`<p>${resume && html`${link(resume)} `}${link(back)}</p>`,
    ]),
  }
}

const changeAccount: PageReader = async ({ portal, login }) => {
  const { refused, legend, boxes, always } = mailsShown(await mailChoices(portal, login))
  const devices = devicesShown(await sessionsOf(portal, login))
  const { sent } = await papersShown(portal, login)
  return {
    head: changeAccountHead,
    content: stack([
      card(quotientTexts.title, [
        html`<p>${quotientTexts.text}</p>`,
        ...noticeOf(proposedNumbersText(sent)),
        html`<p>${link(sendQuotientLink)}</p>`,
      ]),
      card(mailsTitle, [
        ...(refused === null ? [] : [notice(html`<p>${refused}</p>`)]),
        html`<fieldset disabled><legend>${legend}</legend>${boxes.map(
          ({ name, wanted }) =>
            html`<p><label><input type="checkbox"${wanted ? { html: ' checked' } : null}> ${name}</label></p>`,
        )}</fieldset><p class="soft">${always}</p>`,
      ]),
      card(feedTexts.title, html`<p class="soft">${feedTexts.text}</p>`),
      card(devicesTexts.title, [
        html`<p class="soft">${devicesTexts.intro}</p>`,
        rows(
          devices.map(
            ({ device, isCurrent, connected, used }) =>
              html`<b>${device}</b>${isCurrent ? html` <span>${devicesTexts.current}</span>` : null}<br><span>${connected}</span><br><span>${used}</span>`,
          ),
          '',
        ),
      ]),
      html`<p>${link(backToAccount)}</p>`,
    ]),
  }
}

const papers: PageReader = async ({ portal, login, session }) => {
  const shown = await papersShown(portal, login)
  const sent = sentPapers(shown)
  return {
    head: papersHead,
    content: stack([
      ...askedPapers(shown.asked, session),
      ...(shown.isOpen ? [] : [notice(html`<p>${papersClosedText}</p>`)]),
      card(
        sent.title,
        rows(
          sent.rows.map(
            ({ title, state, about, file, notes }) =>
              html`<b>${title}</b> <span>${state.text}</span>${[about, file, ...notes].filter((text) => text !== '').map((text) => html`<br><span>${text}</span>`)}`,
          ),
          sent.none,
        ),
      ),
    ]),
  }
}

/** Three steps, of which a screen reader hears the current one. */
const steps = (of: Omit<StepsOf, 'isMailed'>, { login }: PortalSession, answers: readonly Html[] = []): Html => {
  const shown = stepsShown({ ...of, isMailed: login?.mails.includes('decision') ?? false })
  return html`<ol>${shown.map(
    ({ title, text, isCurrent }, index) =>
      html`<li${isCurrent ? { html: ' aria-current="step"' } : null}><b>${title}</b> <span>${text}</span>${index === shown.length - 1 ? answers : null}</li>`,
  )}</ol>`
}

const demande = (one: DemandeShown, session: PortalSession): Html => {
  const { name, title, state, about, outcome, canWithdraw, calendar, receipt } = demandeShown(one)
  return html`<article aria-label="${name}"><p><b>${title}</b> <span>${state.word}</span><br><span class="soft">${about}</span></p>${
    outcome === null
      ? html`<details><summary>${requestsTexts.stepsTitle}</summary>${steps({ ...one, isDecided: false, isMany: false, canWithdraw }, session)}</details>`
      : html`<p class="soft">${outcome}</p>`
  }<p>${calendar && html`${link(calendar)} `}${receipt ? link(receipt) : html`<span class="soft">${mailedReceiptText}</span>`}</p></article>`
}

const demandes: PageReader = async ({ portal, login, session }) => {
  const [list, receipts] = [await latestDemandes(portal, login), await listReceipts(portal, login)]
  const { open, ended } = byOutcome(list)
  const shown = (some: readonly DemandeShown[]) => some.slice(0, maxRows).map((one) => demande(one, session))
  return {
    head: requestsHead,
    content: stack([
      ...(list.length === 0
        ? [html`<p class="soft">${requestsTexts.none}</p><p>${link(requestsTexts.reservations)}</p>`]
        : [
            card(
              requestsTexts.openTitle(open.length),
              open.length === 0 ? html`<p class="soft">${requestsTexts.allAnswered}</p>` : shown(open),
            ),
            ...(ended.length === 0 ? [] : [card(requestsTexts.endedTitle, shown(ended))]),
          ]),
      ...(receipts.length === 0
        ? []
        : [
            card(
              requestsTexts.receiptsTitle,
              rows(
                receipts.map((one) => {
                  const { link: to, about } = receiptLine(one)
                  return html`${link(to)} <span>${about}</span>`
                }),
                '',
              ),
            ),
          ]),
    ]),
  }
}

const receipt: PageReader = async ({ portal, login, session, id }) => {
  const read = await readReceipt(portal, login, id)
  const shown = receiptShown(read, await latestDemandes(portal, login), session.login)
  const { registration, refused } = shown
  return {
    head: receiptHead(read.number),
    content: stack([
      html`<section class="card" aria-label="${shown.name}"><h2>${shown.title} <span class="soft">${shown.recorded}</span></h2>${shown.groups.map(
        ({ title, days }) =>
          html`<h3>${title}</h3>${rows(
            days.map(({ day, cost, slots }) => html`<b>${day}</b> <span>${slots}</span> <span>${cost}</span>`),
            '',
          )}`,
      )}${
        registration &&
        html`<p><b>${registration.child}</b>, <span>${registration.period}</span><br><span>${registration.dates}</span>${
          registration.week === '' ? null : html`<br><span>${registration.week}</span>`
        }</p>`
      }${shown.estimate === null ? null : html`<p>${receiptTexts.estimate} <b>${shown.estimate}</b></p>`}<p class="soft">${shown.proof}</p></section>`,
      ...(refused
        ? [notice(html`<p><b>${refused.title}</b></p><ul>${refused.rows.map((row) => html`<li>${row}</li>`)}</ul>`)]
        : []),
      card(
        receiptTexts.next,
        steps(
          shown.steps,
          session,
          shown.answers.map(({ title, outcome }) => html`<br><b>${title}</b> <span>${outcome}</span>`),
        ),
      ),
      html`<p>${link(shown.back)}</p>`,
    ]),
  }
}

/** The application shows the whole text. */
const maxCharacters = 400

const shortened = (text: string): Html =>
  text.length > maxCharacters ? html`<span>${text.slice(0, maxCharacters).trim()}</span>…` : html`<span>${text}</span>`

const messages: PageReader = async ({ portal, login, search }) => {
  const { conversations } = await messagesShown(portal, login)
  const chosen = conversations.find(({ id }) => id === search.get('sujet'))
  if (chosen) return conversation(chosen)
  return {
    head: messagesHead,
    content: stack([
      html`<p>${link(messagesTexts.write)}</p>`,
      card(
        messagesTexts.title,
        rows(
          conversations.map((one) => {
            const { link: to, lastText, when, unread, closed } = conversationRow(one)
            return html`${link(to)} <span>${unread}</span> <span>${closed}</span><br>${shortened(lastText)}<br><span>${when}</span>`
          }),
          messagesTexts.none,
        ),
      ),
    ]),
  }
}

const conversation = (shown: ConversationShown): PlainPage => {
  const { about, listName, messages: all, closed, back } = conversationShown(shown)
  return {
    head: conversationHead(shown),
    content: stack([
      ...(about === '' ? [] : [html`<p class="soft">${about}</p>`]),
      html`<ol class="messages" aria-label="${listName}">${all.map(
        ({ author, when, text, waiting }) =>
          html`<li><p><b>${author}</b> <span class="soft">${when}</span></p><p>${withPhones(text)}</p>${
            waiting === '' ? null : html`<p class="soft">${waiting}</p>`
          }</li>`,
      )}</ol>`,
      ...(closed === '' ? [] : [html`<p class="soft">${closed}</p>`]),
      html`<p>${link(back)}</p>`,
    ]),
  }
}

const childForm =
  (headOf: (child: FamilyShown['children'][number] | undefined) => PageHead): PageReader =>
  async ({ portal, login, id }) => {
    const { children } = await pages.family(portal, login)
    const child = children.find((one) => `${one.id}` === id)
    return { head: headOf(child), content: child ? null : html`<p>${noSuchChild}</p>` }
  }

/** The pages by address; the last part of each is the head of the page when its reading is refused. */
const readers: readonly (readonly [pattern: string, read: PageReader, refused: PageHead])[] = [
  ['/ma-famille', family, familyHead],
  ['/ma-famille/personnes/ajouter', () => headOnly(addPickupHead), addPickupHead],
  ['/ma-famille/:id', childForm(changeChildHead), changeChildHead(undefined)],
  ['/ma-famille/:id/sante', childForm(healthHead), healthHead(undefined)],
  ['/mes-coordonnees', details, detailsHead],
  ['/mes-coordonnees/modifier', () => headOnly(changeDetailsHead), changeDetailsHead],
  ['/mes-inscriptions', registrations, registrationsHead],
  ['/nouvelle-inscription', () => headOnly(newRegistrationHead), newRegistrationHead],
  ['/mes-reservations', reservations, reservationsHead],
  ['/mes-reservations/:id', reservations, reservationsHead],
  ['/mes-demandes', demandes, requestsHead],
  ['/recu/:id', receipt, receiptHead(undefined)],
  ['/mon-compte', account, accountHead],
  ['/mon-compte/facture/:id', invoice, invoiceHead(undefined)],
  ['/mon-compte/paiement/:id', payment, paymentHead('missing')],
  ['/modifier-mon-compte', changeAccount, changeAccountHead],
  ['/mes-pieces', papers, papersHead],
  ['/mes-messages', messages, messagesHead],
  ['/nouveau-message', () => headOnly(newMessageHead), newMessageHead],
]
