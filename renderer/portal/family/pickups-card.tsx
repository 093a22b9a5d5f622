import IconHourglass from '@tabler/icons-react/icons/IconHourglass'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconUser from '@tabler/icons-react/icons/IconUser'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { FamilyShown, ProposalShown } from '../../../shared/contract/portal/home.ts'
import { type Child, pickupsPending } from '../../../shared/pages/editable-fields.ts'
import {
  changeTexts,
  collectedText,
  guardiansFetching,
  pickupRowsOf,
  pickupShown,
  pickupTexts,
} from '../../../shared/pages/family.ts'
import type { PickupRow } from '../../../shared/rules/people/pickup.ts'
import { capitalised } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries } from '../queries.ts'
import './family.css'

/** The pick-up persons of the children, with the changes that the town has not decided yet. */
export const PickupsCard = () => {
  const { data } = useQuery(orpc.home.family.queryOptions())
  return data ? <Pickups {...data} /> : null
}

const Pickups = (family: FamilyShown) => {
  const { children, proposals } = family
  const list = useRef<HTMLUListElement>(null)
  return (
    <Card title={pickupTexts.title}>
      <ul className="links" ref={list} tabIndex={-1}>
        <li className="pickup">
          <Round />
          <div>
            <b>{guardiansFetching.who}</b>
            <p className="soft small">{guardiansFetching.unless}</p>
          </div>
        </li>
        {pickupRowsOf(family).map((row) => (
          <Row
            key={JSON.stringify([row.now, row.asked])}
            row={row}
            family={children}
            proposals={proposals}
            onDone={() => list.current?.focus()}
          />
        ))}
      </ul>
      <p className="pickups-add">
        <ButtonLink kind="second" isWide to={pickupTexts.add.path}>
          <IconPlus className="icon" aria-hidden />
          {pickupTexts.add.name}
        </ButtonLink>
      </p>
    </Card>
  )
}

const Round = () => (
  <span className="round">
    <IconUser className="icon" aria-hidden />
  </span>
)

const Row = ({
  row,
  family,
  proposals,
  onDone,
}: {
  row: PickupRow<Child>
  /** All children of the home. */
  family: readonly Child[]
  proposals: readonly ProposalShown[]
  onDone: () => void
}) => {
  const { now, children } = row
  const [isSure, setSure] = useState<boolean | null>(null)
  const item = useRef<HTMLLIElement>(null)
  const change = useMutation(
    orpc.home.changePickups.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: orpc.home.key() }),
    }),
  )
  const shown = pickupShown(row, family)
  if (!shown) return null
  const { person, about, forWhom } = shown
  const sent = children.flatMap((child) => {
    const pending = pickupsPending(child, proposals)
    return pending?.collected ? [{ child, pending }] : []
  })
  const ids = children.filter((child) => !sent.some((one) => one.child === child)).map(({ id }) => id)
  const make = async (wish: 'add' | 'remove', sentence: string) => {
    await change.mutateAsync({ children: ids, person, wish })
    showToast(sentence)
    onDone()
  }
  return (
    <li className="pickup" ref={item} tabIndex={-1}>
      <Round />
      <div>
        <b>{person.name}</b>
        <p className="soft small">
          <WithPhones text={about} />
        </p>
        {forWhom !== '' && <p className="soft small">{capitalised(forWhom)}</p>}
      </div>
      {shown.change === null && ids.length > 0 && isSure !== true && (
        <Button kind="quiet" onClick={() => setSure(true)}>
          Retirer<span className="vh">&nbsp;: {person.name}</span>
        </Button>
      )}
      {isSure === true && shown.change === null && (
        <div
          className="pickup-more stack-s"
          role="group"
          aria-label={`Retirer ${person.name}`}
          ref={focus}
          tabIndex={-1}
        >
          <p>
            Demander à la mairie de retirer {person.name}
            {forWhom === '' ? '' : `, ${forWhom}`}&nbsp;?
          </p>
          <div className="row">
            <Button
              kind="danger"
              isBusy={change.isPending}
              onClick={() =>
                void make('remove', 'C’est enregistré. La mairie vérifie\u00a0: en attendant, rien ne change.').catch(
                  () => null,
                )
              }
            >
              Demander le retrait
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                setSure(false)
                item.current?.focus()
              }}
            >
              Garder cette personne
            </Button>
          </div>
        </div>
      )}
      {shown.change !== null && (
        <div className="pickup-more">
          <div className="was-now">
            <p className="new">
              <span>
                <IconHourglass className="icon icon-s" aria-hidden /> {changeTexts.asked}
              </span>
              {shown.change}
            </p>
          </div>
          {ids.length === 0 ? (
            <p className="soft small">{collectedText(sent[0]?.pending.answerDueOn)}</p>
          ) : (
            <Button
              kind="quiet"
              isBusy={change.isPending}
              onClick={() => void make(now === null ? 'remove' : 'add', 'Le changement est annulé.').catch(() => null)}
            >
              Annuler ce changement<span className="vh">&nbsp;: {person.name}</span>
            </Button>
          )}
        </div>
      )}
    </li>
  )
}

const focus = (node: HTMLElement | null): void => node?.focus()
