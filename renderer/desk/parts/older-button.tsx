import { Button } from '@mantine/core'

/** Loads the next page of an infinite query that goes back in time; nothing when the last one is loaded. */
export const OlderButton = ({
  pages: { hasNextPage, isFetchingNextPage, fetchNextPage },
}: {
  pages: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
}) =>
  hasNextPage ? (
    <div>
      <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Voir plus ancien
      </Button>
    </div>
  ) : null
