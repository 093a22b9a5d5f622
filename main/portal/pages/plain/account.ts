import type { PortalSession } from '../../../../shared/contract/portal/account.ts'
import type { MoneyDocument } from '../../../../shared/contract/portal/documents.ts'
import type { AccountShown } from '../../../../shared/contract/portal/home.ts'
import {
  backToAccount,
  changeAccountHead,
  devicesShown,
  devicesTexts,
  feedTexts,
  mailsShown,
  mailsTitle,
  quotientTexts,
} from '../../../../shared/pages/change-account.ts'
import {
  accountHead,
  balanceShown,
  changeAccountLink,
  consentShown,
  homeFactsShown,
  homeFactsTexts,
  invoicesTexts,
  managerShown,
  noMoneyText,
  onlineText,
  openingBalanceShown,
  otherPaymentText,
  payableOpening,
  quotientNotice,
  sendQuotientLink,
  yearsShown,
} from '../../../../shared/pages/money/account.ts'
import {
  changesShown,
  debitCardShown,
  debitHead,
  debitTexts,
  hiddenAccount,
  mandateText,
  mandateWords,
  signedText,
  signingEntries,
} from '../../../../shared/pages/money/debit.ts'
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
} from '../../../../shared/pages/money/invoice.ts'
import { noSuchPayment, paymentHead, paymentShown } from '../../../../shared/pages/money/payment.ts'
import { proposedNumbersText } from '../../../../shared/pages/proposed-numbers.ts'
import { dayAt } from '../../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../../shared/rules/money/money.ts'
import { isWaiting, queryingPayfipText } from '../../../../shared/rules/money/payment/payfip.ts'
import { mailChoices, sessionsOf } from '../../account/account.ts'
import { type Html, html } from '../../http/public-pages.ts'
import { papersShown } from '../../papers/papers.ts'
import { attemptOf, attemptShown } from '../../payment/payment.ts'
import * as pages from '../pages.ts'
import { card, entries, lines, link, notice, noticeOf, type PageReader, rows, stack, words } from './shapes.ts'

const stateOf = (invoice: Invoice, receivedCents: number, { now }: PortalSession): Html => {
  const { word, about } = invoiceState(invoice, receivedCents, now)
  return html`<b>${word}</b> <span>${about}</span>`
}

export const account: PageReader = async ({ portal, login, session }) => {
  const shown = await pages.account(portal, login)
  const papers = await papersShown(portal, login)
  const { money, online } = shown
  const { children, income, quotient, until, updated } = homeFactsShown(shown)
  const consent = consentShown(shown)
  const lacking = quotientNotice(shown, papers, session.now)
  return {
    head: accountHead,
    content: stack([
      ...(money ? moneyCards(money, shown, session) : [notice(html`<p>${noMoneyText}</p>`)]),
      ...(money ? yearsShown(money, session.now) : []).map(({ title, parts, balance }) =>
        card(title, [entries(parts), html`<p>${words(balance)}</p>`]),
      ),
      ...debitCard(shown),
      card(homeFactsTexts.title, [
        entries([children, income, quotient, ...(until[1] === '' ? [] : [until]), updated]),
        ...noticeOf(proposedNumbersText(papers.sent)),
        ...(lacking ? [...noticeOf(lacking.text), html`<p>${lacking.send && link(lacking.send)}</p>`] : []),
        ...(consent ? [html`<p>${consent.text} ${link(consent.link)}</p>`] : []),
        html`<details><summary>${homeFactsTexts.question}</summary><p>${homeFactsTexts.answer}</p></details><p>${link(changeAccountLink)}</p>`,
      ]),
      ...(money ? [managerCard(money.manager)] : []),
      ...noticeOf(otherPaymentText(online)),
    ]),
  }
}

const debitCard = ({ debits }: AccountShown): Html[] => {
  const found = debitCardShown(debits)
  if (!found) return []
  const { title, lines: said, link: to } = found
  return [card(title, [...said.map((line) => html`<p>${words(line)}</p>`), ...(to ? [html`<p>${link(to)}</p>`] : [])])]
}

export const debit: PageReader = async ({ portal, login, session }) => {
  const { debits } = await pages.account(portal, login)
  const { signed = [], mandates = [], creditors = [], signing = null, address = [] } = debits ?? {}
  const creditor = creditors.find(({ regie }) => signing === null || regie === signing.regie)
  const known = [...signed.map(signedText), ...mandates.map(mandateText)]
  return {
    head: debitHead,
    content: stack([
      html`<p>${creditor ? debitTexts.intro : debitTexts.closed}</p>`,
      ...(known.length === 0
        ? []
        : [
            card(
              debitTexts.mandates,
              known.map((line) => html`<p>${words(line)}</p>`),
            ),
          ]),
      ...(creditor && signing
        ? [
            card(debitTexts.signing, [
              entries(
                signingEntries(signing, creditor, { account: hiddenAccount(signing.lastFour), address }).map(
                  ([label, value, more]) => [label, lines([value, ...more])] as const,
                ),
              ),
              ...mandateWords(creditor.name, { town: session.service.town, on: signing.on }).map(
                (line) => html`<p>${words(line)}</p>`,
              ),
            ]),
          ]
        : []),
      ...(creditor
        ? [
            card(debitTexts.changes, [
              rows(
                changesShown(creditor, signing?.on ?? dayAt(session.now)).map(
                  ([title, text]) => html`<b>${title}</b><br><span>${text}</span>`,
                ),
                '',
              ),
            ]),
            notice(html`<p>${words(debitTexts.sealed)}</p>`),
          ]
        : []),
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
            const {
              title: name,
              amount: owed,
              about,
            } = openingBalanceShown(one, { isOnline: (payableOpening(online, one)?.payCents ?? null) !== null })
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

export const invoice: PageReader = async ({ portal, login, session, id }) => {
  const { money, online } = await pages.account(portal, login)
  const found = money?.invoices.find((one) => `${one.id}` === id)
  if (!found) return { head: invoiceHead(found), content: html`<p>${noSuchInvoice}</p>` }
  const { amount, issued, noLines, children, total, question } = invoiceShown(found, session.service.phone)
  const sums = [...total.byChild, total.whole, ...total.left]
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
      card(total.title, [
        rows(
          sums.map(({ label, amount: sum }) => html`<span>${label}</span>\u00a0: <b>${sum}</b>`),
          '',
        ),
        ...total.remarks.map((remark) => html`<p class="soft">${remark}</p>`),
      ]),
      ...noticeOf(question),
    ]),
  }
}

export const payment: PageReader = async ({ portal, login, id, search }) => {
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

export const changeAccount: PageReader = async ({ portal, login }) => {
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
