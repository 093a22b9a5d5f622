import { keepPreviousData } from '@tanstack/react-query'
import { useEffect } from 'react'

type Page = { readonly total: number }

/**
 * Options of an infinite query that reads a long list page by page: the first lines show at once, each call is short.
 */
export const pagedQuery = (size: number) => ({
  initialPageParam: 0,
  getNextPageParam: (last: Page, pages: readonly unknown[]) =>
    pages.length * size < last.total ? pages.length * size : undefined,
  placeholderData: keepPreviousData,
})

/** Loads the remaining pages automatically; stops at a failure. */
export const useAllPages = ({
  hasNextPage,
  isFetchingNextPage,
  fetchNextPage,
  isError,
}: {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => Promise<unknown>
  readonly isError: boolean
}): void =>
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, isError])
