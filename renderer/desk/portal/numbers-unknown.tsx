import { Link } from '@tanstack/react-router'
import { numbersUnknownText } from '../../../shared/rules/money/invoice.ts'
import { Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'
import { useExchangeState } from './exchanging.ts'

/** Whether the core refuses, for now, to number any paper: what gives a number is disabled, beside `NumbersUnknown`. */
export const useNumbersUnknown = (): boolean => useExchangeState().data?.knowsNumbers === false

/** The core's own reason; nothing while it numbers. */
export const NumbersUnknown = () => {
  const may = useMay()
  return useNumbersUnknown() ? (
    <Note tone="danger">
      {numbersUnknownText} {may('portal') ? <Link to="/portail">Portail</Link> : null}
    </Note>
  ) : null
}
