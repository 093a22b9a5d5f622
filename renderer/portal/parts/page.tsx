import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { breadcrumbStart, navigationNames } from '../../../shared/pages/frame.ts'
import { documentTitle, type PageHead } from '../../../shared/pages/page.ts'

/**
 * The page's title and its breadcrumb: « Vous êtes ici : Accueil » Mes inscriptions » Mes réservations ». After
 * navigation by a link, the title takes the focus, so that screen readers announce the new page.
 */
export const Page = ({
  head: { title, parents = [], intro },
  isNarrow = false,
  children,
}: {
  head: PageHead
  /** Limits the width, for pages of text or forms. */
  isNarrow?: boolean
  children: ReactNode
}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = documentTitle(title)
  }, [title])
  useEffect(() => {
    // Not on the first page of a visit: the browser starts reading at the top by default.
    if (hasOpenedPage || window.location.pathname !== firstPath) {
      window.scrollTo(0, 0)
      heading.current?.focus({ preventScroll: true })
    }
    hasOpenedPage = true
  }, [])
  return (
    <div className={isNarrow ? 'page-narrow' : undefined}>
      <nav className="crumbs" aria-label={navigationNames.breadcrumb}>
        {navigationNames.breadcrumb}&nbsp;:{' '}
        {[breadcrumbStart, ...parents].map(({ path, name }) => (
          <span key={path}>
            <Link href={path}>{name}</Link>
            {' » '}
          </span>
        ))}
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

/** Compared because a parent may follow a link before the first page has rendered. */
const firstPath = window.location.pathname
let hasOpenedPage = false
