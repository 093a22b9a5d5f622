import { randomUUID } from 'node:crypto'
import type { Receipt } from '../../../shared/contract/portal/demandes.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { windowStateAt } from '../../../shared/rules/calendar/window.ts'
import { unmetConditions, unmetText, whyNotRegister } from '../../../shared/rules/people/conditions.ts'
import { schoolingOn } from '../../../shared/rules/people/schooling.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import type { Login } from '../account/account.ts'
import { isResident, requireChild, requireMayAsk } from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { recordRequest } from '../reservations/reservations.ts'

type RegistrationInput = {
  readonly request: string
  readonly child: number
  readonly period: number
  readonly from: Day
  readonly to: Day
  readonly week: readonly { weekday: number; slot: number }[]
}

/** « Nouvelle inscription »: records a registration that parents request. @throws Refused */
export const register = (portal: Portal, login: Login, input: RegistrationInput): Promise<Receipt> =>
  recordRequest(portal, login, input.request, async ({ tx, home, at }) => {
    const child = requireChild(home, input.child)
    requireMayAsk(home, child.id)
    const period = await documentOf(tx, 'period', input.period)
    if (!period) throw new Refused('Cette période n’existe pas.', 'period')
    const window = period.registrationWindow
    const answer = window ? windowStateAt(window, at, isResident(home.family, dayAt(at))) : { open: true as const }
    if (!answer.open) {
      throw new Refused(
        'opensAt' in answer
          ? `Les inscriptions ouvrent le ${instantText(answer.opensAt)}.`
          : `Les inscriptions sont closes depuis le ${instantText(answer.closedAt)}.`,
        'period',
      )
    }
    const others = [
      ...home.family.registrations
        .filter((known) => known.child === child.id && known.period === period.id)
        .map((known) => ({ state: known.state, span: known })),
      ...home.requestedRegistrations
        .filter(({ childId, periodId }) => childId === child.id && periodId === period.id)
        .map(({ fromDay, toDay }) => ({ state: 'asked' as const, span: { from: fromDay, to: toDay } })),
    ]
    const refusal = whyNotRegister({ span: input, period, others })
    if (refusal !== null) throw new Refused(refusal, 'from')
    if (period.to < dayAt(at)) throw new Refused('Cette période est terminée.', 'period')
    if (input.to < dayAt(at)) throw new Refused('La date de fin est déjà passée.', 'to')
    const [unmet] = unmetConditions(
      period.conditions,
      { birth: child.birth, ...schoolingOn(child, input.from), resident: isResident(home.family, input.from) },
      input.from,
    )
    if (unmet) throw new Refused(unmetText(unmet), 'child')
    const unknownSlot = input.week.find(
      ({ weekday, slot }) => !period.weekdays.includes(weekday) || !period.slots.some(({ id }) => id === slot),
    )
    if (unknownSlot) throw new Refused('La semaine type ne correspond pas à cette activité.', 'week')
    const id = randomUUID()
    return {
      rows: [],
      registrations: [
        {
          id,
          guardianId: login.guardianId,
          familyId: login.familyId,
          childId: child.id,
          periodId: period.id,
          fromDay: input.from,
          toDay: input.to,
          week: JSON.stringify(input.week),
          recordedAt: at,
        },
      ],
      replaced: [],
      items: [],
      registration: {
        demande: id,
        child: child.firstName,
        period: period.name,
        from: input.from,
        to: input.to,
        week: period.slots.flatMap(({ id: slotId, name }) =>
          input.week.filter(({ slot }) => slot === slotId).map(({ weekday }) => ({ weekday, slot: name })),
        ),
      },
      refused: [],
      estimateCents: null,
      costs: [],
      unticked: [],
    }
  })
