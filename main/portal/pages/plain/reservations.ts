import type { PortalSession } from '../../../../shared/contract/portal/account.ts'
import type { DemandeShown } from '../../../../shared/contract/portal/demandes.ts'
import type { RegistrationShown } from '../../../../shared/contract/portal/home.ts'
import { dossierLink } from '../../../../shared/pages/dossier/dossier.ts'
import { noChildText } from '../../../../shared/pages/page.ts'
import { receiptHead, receiptShown, receiptTexts } from '../../../../shared/pages/receipt.ts'
import {
  alreadyRegisteredText,
  questionMarkText,
  registrationShown,
  registrationsHead,
  registrationsOf,
} from '../../../../shared/pages/registrations.ts'
import {
  byOutcome,
  demandeShown,
  mailedReceiptText,
  receiptLine,
  requestsHead,
  requestsTexts,
  type StepsOf,
  stepsShown,
} from '../../../../shared/pages/requests.ts'
import {
  type BookableRegistration,
  chooseChildText,
  chosenRegistration,
  endedRegistrationText,
  groupText,
  reservationsHead,
  waitingRegistrationText,
} from '../../../../shared/pages/reservations.ts'
import { addDays, dayAt, isDay, lastOfMonth } from '../../../../shared/rules/calendar/day.ts'
import { cellState } from '../../../../shared/rules/cell/cell.ts'
import { cellText } from '../../../../shared/rules/cell/cell-texts.ts'
import { incompleteDossierNotes } from '../../../../shared/rules/dossier/incomplete.ts'
import { longDay } from '../../../../shared/rules/text/french.ts'
import { type Login } from '../../account/account.ts'
import { type Html, html } from '../../http/public-pages.ts'
import type { Portal } from '../../portal.ts'
import { latestDemandes, listReceipts, readReceipt } from '../../reservations/reservations.ts'
import * as pages from '../pages.ts'
import { card, entries, link, maxRows, notice, noticeOf, type PageReader, rows, stack, words } from './shapes.ts'

const daysAhead = 31

const registrationCard = (registration: RegistrationShown): Html => {
  const { title, state, entries: known, waiting, reservations } = registrationShown(registration)
  return html`<h3>${title}</h3><p>${
    state ?? html`<span aria-hidden="true">?</span> <span class="vh">${questionMarkText}</span>`
  }</p>${entries(known)}${waiting && html`<p>${words(waiting)}</p>`}${reservations && html`<p>${link(reservations)}</p>`}`
}

export const registrations: PageReader = async ({ portal, login }) => {
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
export const reservations: PageReader = async ({ portal, login, id, search }) => {
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
              html`<a href="${path}"${isCurrent ? { html: ' aria-current="true"' } : null}>${isCurrent ? html`<b>${name}</b>` : name}</a> `,
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
  const start = today < registration.from ? registration.from : today
  const [from, to] = isDay(first) ? [first, lastOfMonth(first)] : [start, addDays(start, daysAhead)]
  const { cells, slots } = await pages.calendar(portal, login, { registration: registration.id, from, to })
  const names = new Map(slots.map(({ id, name }) => [id, name]))
  const held = cells.filter(({ facts }) => !['free', 'closed'].includes(cellState(facts)))
  return html`<div class="card"><p><b>${registration.label}</b></p>${
    registration.group === null ? null : html`<p>${groupText(registration.group)}</p>`
  }${registration.weekRule.length === 0 ? null : html`<p>${registration.weekRule.join(' ')}</p>`}${
    registration.incompleteDossier &&
    html`<p>${incompleteDossierNotes[registration.incompleteDossier]} ${link(dossierLink)}</p>`
  }${registration.to < today ? html`<p>${endedRegistrationText}</p>` : null}${rows(
    held.map(
      ({ day, slot, facts }) =>
        html`<b>${longDay(day)}</b><span>, ${names.get(slot) ?? ''}\u00a0: ${cellText(facts)}</span>`,
    ),
    'Rien n’est réservé ces jours-là.',
  )}</div>`
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
  return html`<article class="line" aria-label="${name}"><p><b>${title}</b> <span>${state.word}</span><br><span class="soft">${about}</span></p>${
    outcome === null
      ? html`<details><summary>${requestsTexts.stepsTitle}</summary>${steps({ ...one, isDecided: false, isMany: false, canWithdraw }, session)}</details>`
      : html`<p class="soft">${outcome}</p>`
  }<p>${calendar && html`${link(calendar)} · `}${receipt ? link(receipt) : html`<span class="soft">${mailedReceiptText}</span>`}</p></article>`
}

export const demandes: PageReader = async ({ portal, login, session }) => {
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

export const receipt: PageReader = async ({ portal, login, session, id }) => {
  const read = await readReceipt(portal, login, id)
  const shown = receiptShown(read, await latestDemandes(portal, login), session.login)
  const { registration, proof, refused } = shown
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
      }${shown.estimate === null ? null : html`<p>${receiptTexts.estimate} <b>${shown.estimate}</b></p>`}<p class="soft">${proof.label}${proof.number}${proof.advice}</p></section>`,
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
