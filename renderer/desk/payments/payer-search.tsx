import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Payer } from '../../../shared/contract/desk/money/payments.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { orpc } from '../../connection/client.ts'
import { Failure } from '../parts/feedback.tsx'
import { useDeferredAction } from '../parts/keyboard/deferred-action.ts'
import { Key } from '../parts/keyboard/key.tsx'

type OfSearch = {
  box: React.RefObject<HTMLInputElement | null>
  text: string
  onText: (text: string) => void
  isOpen: boolean
  onReset: () => void
}

/** A home or a third party. */
export type NamedPayer = { readonly familyId: number } | { readonly thirdPartyId: number }

/** Finds who pays, by invoice number, name or phone number. */
export const PayerSearch = (props: OfSearch & { onChoose: (payer: NamedPayer) => void }) => (
  <Search {...props} shows={() => true} placeholder="ou un tiers payeur" />
)

/** Finds a family, by invoice number, name or phone number. */
export const FamilySearch = ({ onChoose, ...props }: OfSearch & { onChoose: (familyId: number) => void }) => (
  <Search
    {...props}
    shows={({ familyId }) => familyId !== null}
    onChoose={(payer) => {
      if ('familyId' in payer) onChoose(payer.familyId)
    }}
  />
)

const Search = ({
  box,
  text,
  onText,
  isOpen,
  shows,
  placeholder,
  onChoose,
  onReset,
}: OfSearch & {
  shows: (payer: Payer) => boolean
  placeholder?: string
  onChoose: (payer: NamedPayer) => void
}) => {
  const [sought] = useDebouncedValue(text.trim(), 80)
  const [at, setAt] = useState(0)
  // A dialog's search may be open over the screen's own search: ids must differ.
  const id = useId()
  const { data, error, isSuccess, isPlaceholderData } = useQuery(
    orpc.payments.find.queryOptions({
      input: { text: sought },
      enabled: sought.length > 1,
      placeholderData: keepPreviousData,
    }),
  )
  const found = isOpen && sought.length > 1 ? (data ?? []).filter(shows) : []
  const choose = (payer: Payer | undefined) => {
    if (!payer) return
    onText(payer.family)
    onChoose(payer.familyId === null ? { thirdPartyId: payer.thirdPartyId ?? 0 } : { familyId: payer.familyId })
  }
  const isAnswered = sought === text.trim() && isSuccess && !isPlaceholderData
  const choosing = useDeferredAction(isAnswered, () => choose(found[at]))
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) choosing.request(undefined)
    else if (event.key === 'Escape') onReset()
    else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        ref={box}
        label="Facture, famille ou téléphone"
        placeholder={placeholder}
        leftSection={<IconSearch size={16} />}
        rightSection={<Key combo="Escape" />}
        rightSectionWidth={56}
        value={text}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-activedescendant={found[at] ? `${id}-${keyOf(found[at])}` : undefined}
        autoComplete="off"
        onChange={(event) => {
          onText(event.currentTarget.value)
          setAt(0)
          choosing.cancel()
        }}
        onKeyDown={onKeyDown}
      />
      {error ? <Failure error={error} /> : null}
      <div className="payments-found" role="listbox" id={id} aria-label="Payeurs trouvés">
        {found.map((payer, index) => (
          <button
            key={keyOf(payer)}
            id={`${id}-${keyOf(payer)}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => choose(payer)}
          >
            <b>{payer.family}</b>
            <span className="soft small grow">
              {[payer.guardians, payer.children, payer.phone].filter((word) => word !== '').join(' · ')}
            </span>
            <span>{formatEuros(payer.balanceCents)}</span>
          </button>
        ))}
      </div>
      {isOpen && sought.length > 1 && data && found.length === 0 ? (
        <p className="soft small">Rien ne ressemble à «&nbsp;{sought}&nbsp;».</p>
      ) : null}
    </>
  )
}

const keyOf = ({ familyId, thirdPartyId }: Payer): string =>
  familyId === null ? `tiers-${thirdPartyId}` : `famille-${familyId}`
