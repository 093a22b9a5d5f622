import { type ReactNode, useId } from 'react'

/** A surface with its title; `side` stands at the title's right. */
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

/** Label then value, a pair a line. An empty value shows a dash. */
export const Facts = ({ facts }: { facts: readonly (readonly [label: ReactNode, value: ReactNode])[] }) => (
  <dl className="facts">
    {facts.map(([label, value], index) => (
      // The pairs of a list never move.
      <div key={`${index}`}>
        <dt>{label}</dt>
        <dd>{value === '' || value === null || value === undefined ? <span className="soft">–</span> : value}</dd>
      </div>
    ))}
  </dl>
)

/** The first letter of a child's name, in the round. */
export const Face = ({ name, isSmall = false }: { name: string; isSmall?: boolean }) => (
  <span className={isSmall ? 'face face-s' : 'face'} aria-hidden="true">
    {name.charAt(0).toLocaleUpperCase('fr')}
  </span>
)
