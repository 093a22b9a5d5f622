import type { ConversationShown } from '../../../../shared/contract/portal/messages.ts'
import {
  conversationHead,
  conversationRow,
  conversationShown,
  messagesHead,
  messagesTexts,
} from '../../../../shared/pages/messages.ts'
import { type Html, html } from '../../http/public-pages.ts'
import { messagesShown } from '../../messages/messages.ts'
import type { PlainPage } from '../skeleton.ts'
import { card, lines, link, type PageReader, rows, serviceNotice, stack } from './shapes.ts'

/** The application shows the whole text. */
const maxCharacters = 400

const shortened = (text: string): Html =>
  text.length > maxCharacters ? html`<span>${text.slice(0, maxCharacters).trim()}</span>…` : html`<span>${text}</span>`

export const messages: PageReader = async ({ portal, login, search }) => {
  const { notices, conversations } = await messagesShown(portal, login)
  const chosen = conversations.find(({ id }) => id === search.get('sujet'))
  if (chosen) return conversation(chosen)
  return {
    head: messagesHead,
    content: stack([
      html`<p>${link(messagesTexts.write)}</p>`,
      ...(notices.length === 0 ? [] : [card(messagesTexts.notices, notices.map(serviceNotice))]),
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
          html`<li><p><b>${author}</b> <span class="soft">${when}</span></p><p>${lines(text.split('\n'))}</p>${
            waiting === '' ? null : html`<p class="soft">${waiting}</p>`
          }</li>`,
      )}</ol>`,
      ...(closed === '' ? [] : [html`<p class="soft">${closed}</p>`]),
      html`<p>${link(back)}</p>`,
    ]),
  }
}
