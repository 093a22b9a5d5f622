import { openedUntil } from '../../../shared/rules/access/sites.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { siteOpening } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'

type NamedChild = { readonly name: string; readonly birthDay: Day }

/**
 * Homes that a person limited to some sites does not see, of a child with exactly this name and birth date. Somebody
 * who can give both is dealing with that child; a looser search would reveal who is known elsewhere.
 */
export const homesElsewhere = (store: Store, { name, birthDay }: NamedChild): { id: number; name: string }[] => {
  const { limits } = store
  if (!limits) return []
  const born = store
    .statement(
      `select family.id, family.name, child.first_name || ' ' || child.last_name as child from main.child
      join main.family_child link on link.child_id = child.id join main.family on family.id = link.family_id
      where child.birth_day = ? order by family.id`,
    )
    .all(birthDay) as { id: number; name: string; child: string }[]
  const homes = born.filter((one) => wordsOf(one.child) === wordsOf(name))
  return homes.some(({ id }) => limits.sees('family', id)) ? [] : homes
}

/** The words of a name in any order, without case or accents. */
const wordsOf = (name: string): string => folded(name).split(' ').toSorted().join(' ')

/** @throws Refused when no such child is known at other sites only */
export const openElsewhere = (
  { store, clock }: Core,
  person: Person,
  { reason, ...child }: NamedChild & { readonly reason: string },
): { id: number } => {
  const homes = homesElsewhere(store, child)
  const [first] = homes
  if (!first || person.kind !== 'staff') throw new Refused('Aucun enfant de ce nom n’est connu à un autre site.')
  const untilDay = openedUntil(today(clock))
  const label = `Dossier d’un autre site ouvert\u00a0: famille ${first.name} (${reason})`
  store.act(person, 'families.openElsewhere', label, (write) => {
    for (const { id } of homes)
      write.insert(siteOpening, { familyId: id, staffMemberId: person.staffId, reason, untilDay })
  })
  return { id: first.id }
}
