import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'

/**
 * The title of a page and where it stands: « Vous êtes ici : Accueil » Mes inscriptions » Mes réservations ».
 * A page opened by a link takes the focus on its title, so that a screen reader says where one has come.
 */
export const Page = ({
  title,
  under = [],
  intro,
  isNarrow = false,
  children,
}: {
  title: string
  /** The pages above this one, after « Accueil ». */
  under?: readonly { readonly path: string; readonly name: string }[]
  intro?: ReactNode
  /** A column to read or to fill in. */
  isNarrow?: boolean
  children: ReactNode
}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Portail Famille`
  }, [title])
  useEffect(() => {
    // Not on the first page of a visit: the browser's own start of the page is right there.
    if (hasOpenedPage || window.location.pathname !== arrivedAt) {
      window.scrollTo(0, 0)
      heading.current?.focus({ preventScroll: true })
    }
    hasOpenedPage = true
  }, [])
  return (
    <div className={isNarrow ? 'page-narrow' : undefined}>
      <nav className="crumbs" aria-label="Vous êtes ici">
        Vous êtes ici&nbsp;: <Link href="/mon-tableau-de-bord">Accueil</Link>
        {under.map(({ path, name }) => (
          <span key={path}>
            {' » '}
            <Link href={path}>{name}</Link>
          </span>
        ))}
        {' » '}
        <span aria-current="page">{title}</span>
      </nav>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {intro && <p>{intro}</p>}
      </div>
      {children}
    </div>
  )
}

/** A link may be followed before the first page is there. */
const arrivedAt = window.location.pathname
let hasOpenedPage = false
