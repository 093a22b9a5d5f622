import { type ReactNode, useId } from 'react'
import { unknownValue } from '../../../shared/pages/page.ts'

/** A surface with a title; `side` is shown to the right of the title. */
export const Card = ({ title, side, children }: { title: ReactNode; side?: ReactNode; children: ReactNode }) => {
  const heading = useId()
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="card-head">
        <h2 id={heading}>{title}</h2>
        {side}
      </div>
      {children}
    </section>
  )
}

/** A list of labels and values. An empty value shows a dash. */
export const Facts = ({ facts }: { facts: readonly (readonly [label: ReactNode, value: ReactNode])[] }) => (
  <dl className="facts">
    {facts.map(([label, value], index) => (
      // The index is a stable key, since the pairs never change their order.
      <div key={`${index}`}>
        <dt>{label}</dt>
        <dd>
          {value === '' || value === null || value === undefined ? <span className="soft">{unknownValue}</span> : value}
        </dd>
      </div>
    ))}
  </dl>
)

/** A circle with the first letter of a child's name. */
export const Face = ({ name, isSmall = false }: { name: string; isSmall?: boolean }) => (
  <span className={isSmall ? 'face face-s' : 'face'} aria-hidden="true">
    {name.charAt(0).toLocaleUpperCase('fr')}
  </span>
)
