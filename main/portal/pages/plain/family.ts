import type { PortalSession } from '../../../../shared/contract/portal/account.ts'
import type { FamilyShown } from '../../../../shared/contract/portal/home.ts'
import type { AskedPaperShown } from '../../../../shared/contract/portal/papers.ts'
import { askedPaper, askedPapersTitle } from '../../../../shared/pages/dossier/asked-papers.ts'
import { campaignPage } from '../../../../shared/pages/dossier/campaign.ts'
import { dossierHead, dossierShown, nothingAskedText } from '../../../../shared/pages/dossier/dossier.ts'
import { papersClosedText, papersHead, sentPapers } from '../../../../shared/pages/dossier/papers.ts'
import { detailsFacts, type Fact, linesOf, proposedIn } from '../../../../shared/pages/editable-fields.ts'
import {
  changeTexts,
  channelShown,
  childLinks,
  childShown,
  collectedText,
  detailsHead,
  detailsTexts,
  emailNotice,
  emailOf,
  familyHead,
  guardiansFetching,
  noSuchChild,
  pendingChangesText,
  pickupRowsOf,
  pickupShown,
  pickupTexts,
} from '../../../../shared/pages/family.ts'
import { noChildText, type PageHead } from '../../../../shared/pages/page.ts'
import { portalPages } from '../../../../shared/pages/portal-pages.ts'
import { dayAt } from '../../../../shared/rules/calendar/day.ts'
import { capitalised, notProvidedText } from '../../../../shared/rules/text/french.ts'
import { dossierShownTo } from '../../dossier/dossier.ts'
import { details as readDetails } from '../../family/family.ts'
import { type Html, html, withPhones } from '../../http/public-pages.ts'
import { papersShown } from '../../papers/papers.ts'
import * as pages from '../pages.ts'
import { card, entries, lines, link, notice, noticeOf, type PageReader, rows, stack } from './shapes.ts'

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

const fieldLines = (fact: Fact, which: 'now' | 'asked'): Html[] => {
  const texts = linesOf(fact, which)
  return texts.length === 0 ? [html`${notProvidedText(fact.label)}`] : lines(texts)
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

export const family: PageReader = async ({ portal, login, session }) => {
  const shown = await pages.family(portal, login)
  const papers = await papersShown(portal, login)
  const { children, proposals } = shown
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
                  html`<b>${guardiansFetching.who}</b><br><span>${guardiansFetching.unless}</span>`,
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

export const details: PageReader = async ({ portal, login, session }) => {
  const shown = await readDetails(portal, login)
  const { address, contacts, benefit } = detailsFacts(shown)
  const { title, text } = emailNotice(session.service.phone)
  const channel = channelShown(shown.channel)
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
      card(channel.title, [
        html`<fieldset disabled><legend>${channel.legend}</legend>${channel.choices.map(
          ({ name, isChosen }) =>
            html`<p><label><input type="radio"${isChosen ? { html: ' checked' } : null}> ${name}</label></p>`,
        )}</fieldset>`,
        ...(channel.why === null ? [] : [html`<p class="soft">${channel.why}</p>`]),
      ]),
    ]),
  }
}

export const papers: PageReader = async ({ portal, login, session }) => {
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

export const dossier: PageReader = async ({ portal, login, session: { now } }) => {
  const shown = await dossierShownTo(portal, login)
  const page = campaignPage(shown, now)
  const { summary, total, groups } = dossierShown(shown.items)
  const head = dossierHead(dayAt(now))
  return {
    head: page ? { ...head, title: page.title, intro: page.intro } : head,
    content: stack([
      ...(page
        ? [
            html`<p><b>${page.progress}</b></p>`,
            card(
              'Étapes du dossier',
              rows(
                page.steps.map(({ title, note }) => html`<b>${title}</b><br><span>${note}</span>`),
                '',
              ),
            ),
          ]
        : []),
      html`<p><b>${total === 0 ? nothingAskedText : summary}</b></p>`,
      ...groups.map((group) =>
        card(
          group.title,
          rows(
            group.rows.map(
              ({ title, state, send }) =>
                html`<b>${title}</b> <span>${state.text}</span>${send && html`<br>${link(send)}`}`,
            ),
            '',
          ),
        ),
      ),
    ]),
  }
}

export const childForm =
  (headOf: (child: FamilyShown['children'][number] | undefined) => PageHead): PageReader =>
  async ({ portal, login, id }) => {
    const { children } = await pages.family(portal, login)
    const child = children.find((one) => `${one.id}` === id)
    return { head: headOf(child), content: child ? null : html`<p>${noSuchChild}</p>` }
  }
