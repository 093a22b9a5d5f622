import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { offeredPeriods } from '../../../main/portal/pages/pages.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aPortal } from '../portal.ts'
import { stores } from '../stores.ts'
import { families, period, published } from '../town.ts'

const noa = 101
const [open] = stores.map(([, first]) => first)

describe('a child who changes school on a day', () => {
  let place: Awaited<ReturnType<typeof aPortal>>
  beforeEach(async () => {
    if (!open) throw new Error('no store')
    place = await aPortal(open)
  })
  afterEach(() => place.close())

  it('is proposed what the next school opens, from that day on', async () => {
    const { aubry } = families
    const [first, ...others] = aubry.children
    if (!first) throw new Error('no child')
    const from = day('2027-01-05')
    const comingClasses = [{ from, school: 'École Pasteur', schoolClass: 'CE2' }]
    const conditions = { ...period.conditions, schools: ['École Pasteur'] }
    await publish(place.portal, {
      documents: [
        published('family/1', { ...aubry, children: [{ ...first, comingClasses }, ...others] }),
        published('period/2', { ...period, id: 2, conditions }),
      ],
      withdrawn: [],
    })
    const claire = await place.login('claire.aubry@exemple.fr')
    const offered = (await offeredPeriods(place.portal, claire, noa)).find(({ id }) => id === 2)
    expect(offered).toMatchObject({ from, refusal: null })
  })
})
