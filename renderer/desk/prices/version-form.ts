import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { AffectedReservations, Definition } from '../../../shared/contract/desk/money/prices.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { beginForm } from '../../connection/form.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import type { LeaveGuard } from '../parts/forms/dialogs.tsx'
import { focusFirstWrong, useWrongFields } from './typed-amount.ts'

/** A tariff version, as stored or as being edited. */
export type DatedDefinition = { readonly from: Day; readonly definition: Definition }

type Edited = {
  readonly tariffId: number
  /** Undefined for a version that is not recorded yet. */
  readonly versionId: number | undefined
  readonly stored: DatedDefinition
  /** Copied from another version and not recorded yet. */
  readonly isCopy: boolean
  readonly mayWrite: boolean
  readonly leaving: LeaveGuard
  readonly onSaved: (id: number) => void
}

/** State of the version form: the typed definition, and the stored one, which others may change meanwhile. */
export const useVersionForm = ({ tariffId, versionId, stored, isCopy, mayWrite, leaving, onSaved }: Edited) => {
  const [definition, setDefinition] = useState(stored.definition)
  const [from, setFrom] = useState(stored.from)
  /** `base`: the stored version that editing began with. `received`: the stored version as last received. */
  const [base, setBase] = useState(stored)
  const [received, setReceived] = useState(stored)
  const [wrong, report] = useWrongFields()
  const [isAsked, setIsAsked] = useState(false)
  const [affected, setAffected] = useState<AffectedReservations>()
  const queries = useQueryClient()
  const askRepricing = useAskRepricing()
  const [openForm, setOpenForm] = useState(() => beginForm(queries))
  const isTyped = wrong.size > 0 || !isSame({ from, definition }, base)
  const adoptStored = () => {
    setBase(stored)
    setFrom(stored.from)
    setDefinition(stored.definition)
    setOpenForm(beginForm(queries))
  }
  // The stored version changed (undone, or edited by somebody else): adopts it at once if nothing typed would be lost.
  if (!isSame(received, stored)) {
    setReceived(stored)
    if (!isTyped) adoptStored()
  }
  const { setUnsaved: note } = leaving
  const isUnsaved = isTyped || isCopy
  useEffect(() => {
    note(mayWrite && isUnsaved)
    return () => note(false)
  }, [note, mayWrite, isUnsaved])
  const save = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: (version: DatedDefinition & { tariffId: number; id?: number }) =>
      openForm.client.prices.saveVersion(version),
    // The refusal has shown the other person's change: saving again overwrites it knowingly.
    onError: (error) => {
      const { overwritten } = refusalOf(error)
      if (overwritten) openForm.readUpTo(overwritten.revision)
    },
    onSuccess: async (saved, sent) => {
      notifications.show({ color: 'green', message: 'Le tarif est enregistré.' })
      const mine = saved.versions.find((one) => one.from === sent.from)
      if (!mine) return
      setBase(mine)
      setDefinition((now) => (now === sent.definition ? mine.definition : now))
      onSaved(mine.id)
      // The days from which the version was moved away change their price too.
      await askRepricing({ tariffId, fromDay: base.from < sent.from ? base.from : sent.from })
    },
  })
  const version = { tariffId, ...(versionId !== undefined && { id: versionId }), from }
  /** `SaveFailure` shows failures next to the grid. */
  const record = () => save.mutateAsync({ ...version, definition }).catch(() => undefined)
  const checkAffected = useMutation({
    mutationFn: () => clientOutsideForms.prices.touched({ ...version, absence: definition.absence }),
    meta: { isErrorShownInline: true },
    onSuccess: ({ unbilled }) => {
      if (unbilled) setAffected(unbilled)
      else void record()
    },
  })
  const send = () => {
    setIsAsked(wrong.size > 0)
    if (wrong.size > 0) focusFirstWrong(wrong)
    else checkAffected.mutate()
  }
  const [firstWrong] = wrong.values()
  return {
    definition,
    setDefinition,
    from,
    setFrom,
    /** The stored version that editing began with. */
    base,
    adoptStored,
    /** Error sentences, by the id of their field. */
    wrong,
    report,
    /** The first error, once recording was tried. */
    refusal: isAsked ? firstWrong : undefined,
    isChanged: versionId === undefined || isTyped,
    save,
    /** Reservations that the new price affects, to confirm before recording. */
    affected,
    cancelRecording: () => setAffected(undefined),
    checkAffected,
    send,
    record,
  }
}

const isSame = (one: DatedDefinition, other: DatedDefinition): boolean =>
  one.from === other.from && JSON.stringify(one.definition) === JSON.stringify(other.definition)
