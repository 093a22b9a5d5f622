import { Fragment } from 'react'
import { dialAddress, phonesIn } from '../../../shared/rules/people/phone.ts'
import { unbroken } from '../../../shared/rules/text/french.ts'

/** A phone number as a `tel:` link. */
export const Phone = ({ number }: { number: string }) => (
  <a className="tel" href={dialAddress(number)}>
    {unbroken(number)}
  </a>
)

/** A sentence with its phone numbers as `tel:` links. */
export const WithPhones = ({ text }: { text: string }) =>
  phonesIn(text).map((part, index) =>
    // The index is a stable key, since the parts of a sentence never change their order.
    part.isPhone ? <Phone key={`${index}`} number={part.text} /> : <Fragment key={`${index}`}>{part.text}</Fragment>,
  )
