import { Button } from '@mantine/core'

/** A button that loads the next, older page of an infinite query; hidden once the last page is loaded. */
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
