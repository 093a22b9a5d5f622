import type { ReactNode } from 'react'
import { sentenceOf } from '../queries.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

/** What a page reads: loading, not readable, or shown. Once shown it stays while it is read again. */
export const Reading = <Read,>({
  of: { data, error, isFetching, refetch },
  children,
}: {
  of: {
    readonly data: Read | undefined
    readonly error: Error | null
    readonly isFetching: boolean
    readonly refetch: () => Promise<unknown>
  }
  children: (data: Read) => ReactNode
}) => {
  if (data !== undefined) return <>{children(data)}</>
  if (!error) return <Loading />
  return (
    <Notice kind="danger" isSaid>
      <p>{sentenceOf(error)}</p>
      <Button kind="second" isBusy={isFetching} onClick={() => void refetch()}>
        Réessayer
      </Button>
    </Notice>
  )
}

/** What the page said before its scripts: it stays in place until they have as much to say. */
const before = { path: window.location.pathname, nodes: [...(document.getElementById('avant')?.childNodes ?? [])] }
/** After the first reading, what it said is of the past. */
const beforeMilliseconds = 15_000

const putBefore = (place: HTMLElement | null): void => {
  if (before.path !== window.location.pathname || performance.now() > beforeMilliseconds) return
  place?.replaceChildren(...before.nodes)
}

/** Quiet for the first moments: most answers come before anything needs to be said. */
export const Loading = () => (
  <>
    <div className="before" ref={putBefore} />
    <div className="loading">
      <p role="status">Un instant…</p>
    </div>
  </>
)

/** Nothing to show, and what to do about it. */
export const Empty = ({ children }: { children: ReactNode }) => <div className="empty">{children}</div>
