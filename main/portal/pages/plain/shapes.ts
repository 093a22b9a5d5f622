import type { PortalSession } from '../../../../shared/contract/portal/account.ts'
import type { NoticeShown } from '../../../../shared/contract/portal/messages.ts'
import { type PageHead, type PageLink, type Sentence, unknownValue } from '../../../../shared/pages/page.ts'
import { withUnbrokenNumbers } from '../../../../shared/rules/text/french.ts'
import type { Login } from '../../account/account.ts'
import { type Html, html, withPhones } from '../../http/public-pages.ts'
import type { Portal } from '../../portal.ts'
import type { PlainPage } from '../skeleton.ts'

/** What the pages are made of as plain HTML: cards, lists, labels with their values. */

/** Maximum rows of a list: about what a page of 20 kB has room for. */
export const maxRows = 25

/** Reads what a page shows. `id` is the part of the address that is written `:id` in `plain-pages.ts`. */
export type PageReader = (page: {
  readonly portal: Portal
  readonly login: Login
  readonly session: PortalSession
  readonly id: string
  readonly search: URLSearchParams
}) => PlainPage | Promise<PlainPage>

/** A page that only shows its head until its scripts run: a form, or a page that does not exist. */
export const headOnly = (head: PageHead): PlainPage => ({ head, content: null })

export const card = (title: string, content: Html | readonly Html[]): Html =>
  html`<section class="card"><h2>${title}</h2>${content}</section>`

export const stack = (cards: readonly Html[]): Html => html`<div class="stack">${cards}</div>`

/** Labels and values; each value is one text, or several lines. */
export const entries = (known: readonly (readonly [label: string | Html, value: string | readonly Html[]])[]): Html =>
  html`<dl class="facts">${known.map(
    ([label, value]) =>
      html`<div><dt>${label}</dt><dd>${typeof value !== 'string' ? value : value === '' ? unknownValue : withPhones(withUnbrokenNumbers(value))}</dd></div>`,
  )}</dl>`

export const notice = (content: Html | readonly Html[]): Html => html`<div class="notice"><div>${content}</div></div>`

export const noticeOf = (sentence: Sentence | null): Html[] =>
  sentence ? [notice(html`<p>${words(sentence)}</p>`)] : []

export const rows = (lines: readonly Html[], none: string): Html =>
  lines.length === 0
    ? html`<p class="soft">${none}</p>`
    : html`<ul class="links">${lines.slice(0, maxRows).map((line) => html`<li class="line">${line}</li>`)}</ul>`

export const link = ({ path, name }: PageLink): Html => html`<a href="${path}">${name}</a>`

export const words = (sentence: Sentence): Html[] =>
  sentence.flatMap((part) =>
    typeof part === 'string' ? withPhones(part) : 'strong' in part ? html`<b>${part.strong}</b>` : link(part),
  )

/** Lines below each other, with their telephone numbers. */
export const lines = (texts: readonly string[]): Html[] =>
  texts.map((line, index) => html`${index > 0 ? html`<br>` : null}${withPhones(line)}`)

/** A notice of the service to parents. */
export const serviceNotice = ({ title, text }: NoticeShown): Html =>
  notice(html`<p><b>${title}</b></p><p>${lines(text.split('\n'))}</p>`)
