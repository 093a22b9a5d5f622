import { Fragment } from 'react'
import { unbroken } from '../../../shared/rules/french.ts'
import { dialAddress, phonesIn } from '../../../shared/rules/phone.ts'

/** A number that a touch dials. */
export const Phone = ({ number }: { number: string }) => (
  <a className="tel" href={dialAddress(number)}>
    {unbroken(number)}
  </a>
)

/** A sentence whose numbers can be dialled. */
export const WithPhones = ({ text }: { text: string }) =>
  phonesIn(text).map((part, index) =>
    // The parts of a sentence never move.
    part.isPhone ? <Phone key={`${index}`} number={part.text} /> : <Fragment key={`${index}`}>{part.text}</Fragment>,
  )
