import { Link } from 'wouter'
import type { Sentence } from '../../../shared/pages/page.ts'
import { WithPhones } from './phone.tsx'

/** A sentence of a page, with its strong parts, its links and its telephone numbers. */
export const Words = ({ of }: { of: Sentence }) =>
  of.map((part, index) => {
    // The index is a stable key, since the parts of a sentence never change their order.
    const key = `${index}`
    if (typeof part === 'string') return <WithPhones key={key} text={part} />
    if ('strong' in part) return <b key={key}>{part.strong}</b>
    return (
      <Link key={key} href={part.path}>
        {part.name}
      </Link>
    )
  })
