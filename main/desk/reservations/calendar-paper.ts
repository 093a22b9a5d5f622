import type { CalendarPart } from '../../../shared/contract/desk/reservations/reservations.ts'
import { nameOfPart, ofPart } from '../../../shared/pages/calendar-part.ts'
import { joinedSections, type ShownSection } from '../../../shared/pages/joined-sections.ts'
import { stateAt } from '../../../shared/rules/cell/cell.ts'
import { daysText } from '../../../shared/rules/text/french.ts'
import type { CalendarPaperSection } from '../../documents/calendar-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Core } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import { organisationOf } from '../settings/settings.ts'
import { readCalendar } from './calendar.ts'

type Printed = Parameters<typeof readCalendar>[1] & { readonly part: CalendarPart | null }

/** Prints the calendars that the screen shows between two days. */
export const printCalendar = async (core: Core, { part, ...shown }: Printed): Promise<File> => {
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
          sections: joinedSections(readCalendar(core, shown)).map((section) => paperSection(section, part)),
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

const paperSection = (section: ShownSection, part: CalendarPart | null): CalendarPaperSection => {
  const { slots, columns, rows } = ofPart(section, part)
  const slotById = new Map(slots.map((slot) => [slot.id, slot]))
  const days = [...Map.groupBy(columns.keys(), (index) => columns[index]?.day)]
  return {
    name: nameOfPart(section, part),
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
