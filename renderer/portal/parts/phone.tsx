import { Fragment } from 'react'
import { splitAtPhones, telUrl } from '../../../shared/rules/people/phone.ts'
import { withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'

/** A phone number as a `tel:` link. */
export const Phone = ({ number }: { number: string }) => (
  <a className="tel" href={telUrl(number)}>
    {withUnbrokenNumbers(number)}
  </a>
)

/** A sentence with its phone numbers as `tel:` links. */
export const WithPhones = ({ text }: { text: string }) =>
  splitAtPhones(text).map((part, index) =>
    // The index is a stable key, since the parts of a sentence never change their order.
    part.isPhone ? <Phone key={`${index}`} number={part.text} /> : <Fragment key={`${index}`}>{part.text}</Fragment>,
  )
