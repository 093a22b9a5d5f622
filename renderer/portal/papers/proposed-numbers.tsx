import { useQuery } from '@tanstack/react-query'
import { proposedNumbersText } from '../../../shared/pages/proposed-numbers.ts'
import { orpc } from '../client.ts'
import { Notice } from '../parts/notice.tsx'
import { Words } from '../parts/words.tsx'

/** The last quotient and income that a parent proposed, shown below the current ones until the service has decided. */
export const ProposedNumbers = () => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  const text = proposedNumbersText(data?.sent)
  return (
    text && (
      <Notice>
        <p>
          <Words of={text} />
        </p>
      </Notice>
    )
  )
}
