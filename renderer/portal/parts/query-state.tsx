import type { ReactNode } from 'react'
import { sentenceOf } from '../queries.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

/** Renders a query: loading, failed, or its data. The data stay on screen while the query is refetched. */
export const QueryState = <Read,>({
  query: { data, error, isFetching, refetch },
  children,
}: {
  query: {
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
    <Notice kind="danger" isAlert>
      <p>{sentenceOf(error)}</p>
      <Button kind="second" isBusy={isFetching} onClick={() => void refetch()}>
        Réessayer
      </Button>
    </Notice>
  )
}

/** The content that the server rendered: shown until the scripts have data to render. */
const serverRendered = {
  path: window.location.pathname,
  nodes: [...(document.getElementById('avant')?.childNodes ?? [])],
}
/** Maximum age of the server's content, in milliseconds since the page began to load: later, it may be out of date. */
const maxServerRenderedMilliseconds = 15_000

const putServerRendered = (place: HTMLElement | null): void => {
  if (serverRendered.path !== window.location.pathname || performance.now() > maxServerRenderedMilliseconds) return
  place?.replaceChildren(...serverRendered.nodes)
}

/** Fades in with a delay (portal.css): most answers arrive before a loading text is useful. */
export const Loading = () => (
  <>
    <div className="before" ref={putServerRendered} />
    <div className="loading">
      <p role="status">Un instant…</p>
    </div>
  </>
)

/** Says that a list is empty, and what to do about it. */
export const Empty = ({ children }: { children: ReactNode }) => <div className="empty">{children}</div>
