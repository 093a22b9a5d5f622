import { useDebouncedValue } from '@mantine/hooks'
import { skipToken, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PossibleDouble } from '../../../shared/contract/desk/people/families.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'

type Typed = {
  kind: 'guardian' | 'child'
  lastName: string
  firstName: string
  birthDay?: string | null
  phones?: readonly string[]
  email?: string
  /** Id of the person being edited, who is no double of themselves. */
  exceptId?: number
}

/** Lists recorded people who may be the person being typed. Shows nothing when there is none. */
export const PossibleDoubles = ({
  typed,
  choose,
}: {
  typed: Typed
  /** Uses the recorded person instead of creating another. */
  choose?: { label: string; act: (double: PossibleDouble) => void }
}) => {
  const [asked] = useDebouncedValue(JSON.stringify(typed), 250)
  const { kind, lastName, firstName, birthDay, phones = [], email = '', exceptId } = JSON.parse(asked) as Typed
  const { data = [] } = useQuery(
    orpc.families.possibleDoubles.queryOptions({
      input: {
        kind,
        lastName,
        firstName,
        birthDay: birthDay || null,
        phones: [...phones],
        email,
        exceptId: exceptId ?? null,
      },
      enabled:
        (lastName !== '' && firstName !== '') || email.includes('@') || phones.some((phone) => phone.length >= 10),
    }),
  )
  const child = { name: `${firstName} ${lastName}`, birthDay: birthDay ?? '' }
  const isNamed = kind === 'child' && firstName.trim() !== '' && lastName.trim() !== '' && isDay(child.birthDay)
  const { data: elsewhere } = useQuery(
    orpc.families.knownElsewhere.queryOptions({ input: isNamed && exceptId === undefined ? child : skipToken }),
  )
  const may = useMay()
  return (
    <div aria-live="polite">
      {elsewhere?.isKnown ? (
        <Note tone="warn">
          <b>Cet enfant est connu à un autre site.</b>{' '}
          {may('families.write') ? (
            <Link to="/familles" search={{ ailleurs: child.name, ne: child.birthDay }}>
              Ouvrir sa fiche
            </Link>
          ) : null}
        </Note>
      ) : null}
      {data.length === 0 ? null : (
        <Note tone="warn">
          <b>{kind === 'child' ? 'Cet enfant est peut-être déjà là' : 'Cette personne est peut-être déjà là'}</b>
          <ul className="stack">
            {data.map((double) => (
              <li key={double.id} className="row">
                <span className="grow">
                  {double.name} <span className="soft">{double.why}</span>{' '}
                  {double.families.map(({ id, name }) => (
                    <Link key={id} to="/familles/$familyId" params={{ familyId: String(id) }} search={{}}>
                      famille {name}{' '}
                    </Link>
                  ))}
                </span>
                {choose ? (
                  <button type="button" className="plain" onClick={() => choose.act(double)}>
                    {choose.label}
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </div>
  )
}
