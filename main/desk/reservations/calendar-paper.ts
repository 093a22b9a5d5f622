import type { CalendarSection } from '../../../shared/contract/desk/reservations/reservations.ts'
import { stateAt } from '../../../shared/rules/cell/cell.ts'
import { daysText } from '../../../shared/rules/text/french.ts'
import type { CalendarPaperSection } from '../../documents/calendar-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Core } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import { organisationOf } from '../settings/settings.ts'
import { readCalendar } from './calendar.ts'

/** Prints the calendars that the screen shows between two days. */
export const printCalendar = async (core: Core, shown: Parameters<typeof readCalendar>[1]): Promise<File> => {
  const { store } = core
  const printedAt = core.clock()
  const { from, to, familyId } = shown
  const family = familyId === null ? '' : debtorOf(store, familyId, from).familyName
  const days = daysText(from, to)
  const [bytes] = await renderPapers(
    [
      {
        calendar: {
          organisationName: organisationOf(store).name,
          title: family === '' ? 'Calendrier' : `Calendrier de la famille ${family}`,
          days,
          sections: readCalendar(core, shown).map(paperSection),
          printedAt,
        },
      },
    ],
    { createdAt: printedAt },
  )
  if (!bytes) throw new RangeError('no calendar was printed')
  const name = ['Calendrier', family, days.replaceAll('→', 'au')].filter((part) => part !== '').join(' ')
  return new File([new Uint8Array(bytes)], `${name}.pdf`, { type: 'application/pdf' })
}

const paperSection = ({ period, slots, columns, rows }: CalendarSection): CalendarPaperSection => {
  const slotById = new Map(slots.map((slot) => [slot.id, slot]))
  const days = [...Map.groupBy(columns.keys(), (index) => columns[index]?.day)]
  return {
    name: period.name,
    days: days.flatMap(([day, indexes]) =>
      day === undefined
        ? []
        : [
            {
              day,
              slots: indexes.flatMap((index) => {
                const column = columns[index]
                const slot = column && slotById.get(column.slotId)
                if (!slot) return []
                const { held, capacity, open } = column
                return [{ name: slot.name, shortName: slot.shortName, held, capacity: open ? capacity : 0 }]
              }),
            },
          ],
    ),
    rows: rows.map(({ lastName, firstName, age, states, ranks }) => ({
      name: `${lastName} ${firstName}`,
      age,
      cells: days.map(([, indexes]) => indexes.map((index) => ({ state: stateAt(states, index), rank: ranks[index] }))),
    })),
  }
}
