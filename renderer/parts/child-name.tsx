import './child-name.css'

/**
 * « Marchand Louison »: where there is no room for both, the family name is shortened and the first name stays whole.
 */
export const ChildName = ({ lastName, firstName }: { lastName: string; firstName: string }) => (
  <span className="child-name" title={`${lastName} ${firstName}`}>
    <span>{lastName}</span> <span>{firstName}</span>
  </span>
)
