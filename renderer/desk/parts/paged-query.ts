import { keepPreviousData } from '@tanstack/react-query'
import { useEffect } from 'react'

type Page = { readonly total: number }

/** A long list, page after page: its first lines show at once, and the core is never kept long. */
export const inPages = (size: number) => ({
  initialPageParam: 0,
  getNextPageParam: (last: Page, pages: readonly unknown[]) =>
    pages.length * size < last.total ? pages.length * size : undefined,
  placeholderData: keepPreviousData,
})

/** Asks for the rest of it by itself, and stops at a failure. */
export const useRest = ({
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
