import IconHourglass from '@tabler/icons-react/icons/IconHourglass'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconUser from '@tabler/icons-react/icons/IconUser'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { FamilyShown, ProposalShown } from '../../../shared/contract/portal/home.ts'
import {
  isRowChanged,
  type Pickup,
  type PickupRow,
  pickupRows,
  pickupsIn,
} from '../../../shared/rules/people/pickup.ts'
import { capitalised, listed, shortDay, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries } from '../queries.ts'
import './family.css'
import { type Child, pickupsPending } from './editable-fields.ts'

/** The pick-up persons of the children, with the changes that the town has not decided yet. */
export const PickupsCard = () => {
  const { data } = useQuery(orpc.home.family.queryOptions())
  return data ? <Pickups {...data} /> : null
}

const Pickups = ({ guardians, children, pickups, proposals }: FamilyShown) => {
  const list = useRef<HTMLUListElement>(null)
  const rows = pickupRows(
    children.map((child) => {
      const now = pickups.find((one) => one.child === child.id)?.people ?? []
      const pending = pickupsPending(child, proposals)
      return { child, now, asked: pending ? pickupsIn(pending.after) : now }
    }),
  )
  return (
    <Card title="Qui peut venir les chercher&nbsp;?">
      <ul className="links" ref={list} tabIndex={-1}>
        <li className="pickup">
          <Round />
          <div>
            <b>{guardians.join(', ')}</b>
            <p className="soft small">{guardians.length > 1 ? 'Responsables du foyer' : 'Responsable du foyer'}</p>
          </div>
        </li>
        {rows.map((row) => (
          <Row
            key={JSON.stringify([row.now, row.asked])}
            row={row}
            isForAll={row.children.length === children.length}
            proposals={proposals}
            onDone={() => list.current?.focus()}
          />
        ))}
      </ul>
      <p className="pickups-add">
        <ButtonLink kind="second" isWide to="/ma-famille/personnes/ajouter">
          <IconPlus className="icon" aria-hidden />
          Ajouter une personne
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
  isForAll,
  proposals,
  onDone,
}: {
  row: PickupRow<Child>
  isForAll: boolean
  proposals: readonly ProposalShown[]
  onDone: () => void
}) => {
  const { now, asked, children } = row
  const [isSure, setSure] = useState<boolean | null>(null)
  const item = useRef<HTMLLIElement>(null)
  const change = useMutation(
    orpc.home.changePickups.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: orpc.home.key() }),
    }),
  )
  const shown = now ?? asked
  if (!shown) return null
  const sent = children.flatMap((child) => {
    const pending = pickupsPending(child, proposals)
    return pending?.collected ? [{ child, pending }] : []
  })
  const ids = children.filter((child) => !sent.some((one) => one.child === child)).map(({ id }) => id)
  const make = async (wish: 'add' | 'remove', sentence: string) => {
    await change.mutateAsync({ children: ids, person: shown, wish })
    showToast(sentence)
    onDone()
  }
  const forWhom = isForAll ? '' : `pour ${listed(children.map(({ firstName }) => firstName))}`
  return (
    <li className="pickup" ref={item} tabIndex={-1}>
      <Round />
      <div>
        <b>{shown.name}</b>
        <p className="soft small">
          <WithPhones text={about(shown)} />
        </p>
        {forWhom !== '' && <p className="soft small">{capitalised(forWhom)}</p>}
      </div>
      {!isRowChanged(row) && ids.length > 0 && isSure !== true && (
        <Button kind="quiet" onClick={() => setSure(true)}>
          Retirer<span className="vh">&nbsp;: {shown.name}</span>
        </Button>
      )}
      {isSure === true && !isRowChanged(row) && (
        <div
          className="pickup-more stack-s"
          role="group"
          aria-label={`Retirer ${shown.name}`}
          ref={focus}
          tabIndex={-1}
        >
          <p>
            Demander à la mairie de retirer {shown.name}
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
      {isRowChanged(row) && (
        <div className="pickup-more">
          <div className="was-now">
            <p className="new">
              <span>
                <IconHourglass className="icon icon-s" aria-hidden /> Demandé, pas encore décidé
              </span>
              {now === null ? 'À ajouter' : asked === null ? 'À retirer' : [asked.name, about(asked)].join(', ')}
            </p>
          </div>
          {ids.length === 0 ? (
            <p className="soft small">
              La mairie l’a reçu. {sent[0] && `Réponse au plus tard le ${shortDay(sent[0].pending.answerDueOn)}.`}
            </p>
          ) : (
            <Button
              kind="quiet"
              isBusy={change.isPending}
              onClick={() => void make(now === null ? 'remove' : 'add', 'Le changement est annulé.').catch(() => null)}
            >
              Annuler ce changement<span className="vh">&nbsp;: {shown.name}</span>
            </Button>
          )}
        </div>
      )}
    </li>
  )
}

/** « Grand-mère, 06 39 98 27 15 » */
const about = ({ relation, phone }: Pickup): string =>
  withUnbrokenNumbers([relation, phone].filter((part) => part !== '').join(', '))

const focus = (node: HTMLElement | null): void => node?.focus()
