import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useSession } from '../staff/session.ts'

/**
 * What was typed in a form is there again after a reload, for the person who typed it and as long as this window lives.
 * Only for forms of new records: over one that is there already, it would write again what a colleague changed since.
 * @param about which form it is; nothing is kept without it
 */
export const useKeptDraft = <Values extends Record<string, unknown>>(
  about: string | undefined,
  form: UseFormReturnType<Values>,
): { readonly isResumed: boolean; readonly forget: () => void; readonly startOver: () => void } => {
  const { data: session } = useSession()
  const staffId = session?.member?.id
  const place = about === undefined || staffId === undefined ? null : `saisie ${staffId} ${about}`
  const [kept, setKept] = useState(() => place && sessionStorage.getItem(place))
  const isOver = useRef(false)
  const { setValues } = form
  const isPut = useRef(false)
  useLayoutEffect(() => {
    // Once: what is typed from then on is newer.
    if (kept && !isPut.current) setValues(JSON.parse(kept) as Values)
    isPut.current = true
  }, [kept, setValues])
  useEffect(() => {
    if (place && !isOver.current && form.isDirty()) sessionStorage.setItem(place, JSON.stringify(form.getValues()))
  })
  const drop = () => {
    if (place) sessionStorage.removeItem(place)
    setKept(null)
  }
  return {
    isResumed: kept !== null,
    forget: () => {
      // Drawn once more before it goes, the form would keep it again.
      isOver.current = true
      drop()
    },
    startOver: () => {
      form.reset()
      drop()
    },
  }
}
