import type { PortalSession } from '../../../../shared/contract/portal/account.ts'
import type { DashboardShown } from '../../../../shared/contract/portal/home.ts'
import { balance, type DashboardRow, dashboardHead, news, nextDays, toDo } from '../../../../shared/pages/dashboard.ts'
import { type Html, html } from '../../http/public-pages.ts'
import type { PlainPage } from '../skeleton.ts'
import { card, link, rows, serviceNotice, stack, words } from './shapes.ts'

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
      ...dashboard.news.notices.map(serviceNotice),
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
