import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FamilyDossier } from '../../../shared/contract/desk/people/dossiers.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { type ItemState, isStillAsked, itemStateText } from '../../../shared/rules/dossier/dossier.ts'
import { hasOwnRule, isOfSomeOnly } from '../../../shared/rules/dossier/required-paper.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Badge, type Tone } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

type Item = FamilyDossier['items'][number]

export const useFamilyDossier = (familyId: number) => {
  const enabled = useMay()('dossiers')
  return useQuery({ ...orpc.dossiers.ofFamily.queryOptions({ input: { familyId } }), enabled }).data
}

const tones: Readonly<Record<ItemState['kind'], Tone>> = {
  there: 'good',
  renew: 'warn',
  received: 'accent',
  toComplete: 'warn',
  missing: 'danger',
}

/** « Dossier » of a family on the tab « Pièces », or of one child; renders nothing when the town requires nothing. */
export const FamilyDossierSection = ({ family, childId }: { family: Family; childId?: number }) => {
  const may = useMay()
  const { today } = useNow()
  const dossier = useFamilyDossier(family.id)
  const see = useMutation(orpcOutsideForms.dossiers.see.mutationOptions())
  const [dated, setDated] = useState<Item>()
  if (!dossier || dossier.isComplete === null) return null
  const items = dossier.items.filter(
    (item) => childId === undefined || item.childId === null || item.childId === childId,
  )
  const missing = items.filter(({ state }) => isStillAsked(state)).length
  const nameOf = (childId: number | null) => family.children.find(({ id }) => id === childId)?.firstName ?? 'Foyer'
  const seen = (item: Item) => {
    const { requiredId, childId, usualEnd } = item
    if (usualEnd === null) setDated(item)
    else see.mutate({ requiredId, familyId: family.id, childId, seenOn: today, validUntil: null })
  }
  return (
    <section aria-labelledby="dossier">
      <div className="row between">
        <h2 id="dossier">Dossier</h2>
        <Badge tone={missing === 0 ? 'good' : 'warn'}>
          {missing === 0 ? 'complet' : `${counted(missing, 'manque', 'manquent')} sur ${items.length}`}
        </Badge>
      </div>
      <Table
        label="Dossier"
        items={items}
        idOf={({ requiredId, childId }) => `${requiredId} ${childId}`}
        columns={[
          ...(childId === undefined ? columnsOf(nameOf) : childColumns),
          ...(may('dossiers') ? [actionsColumn(nameOf, seen, setDated, childId !== undefined)] : []),
        ]}
      />
      {dated ? <SeenDialog familyId={family.id} item={dated} onClose={() => setDated(undefined)} /> : null}
    </section>
  )
}

const columnsOf = (nameOf: (childId: number | null) => string): readonly TableColumn<Item>[] => [
  { id: 'name', title: 'Pièce', show: ({ name }) => name },
  { id: 'who', title: 'Pour', width: 130, show: ({ childId }) => nameOf(childId) },
  { id: 'by', title: 'Exigée par', show: ({ activity }) => activity ?? 'toutes les activités' },
  {
    id: 'seen',
    title: 'Vue le',
    width: 190,
    show: ({ seenOn, seenBy }) => (seenOn === null ? '–' : `${numericDay(seenOn)}, ${seenBy}`),
  },
  {
    id: 'state',
    title: 'État',
    width: 260,
    show: ({ state }) => <Badge tone={tones[state.kind]}>{itemStateText(state)}</Badge>,
  },
]

/** Columns for the narrow panel of a child. */
const childColumns: readonly TableColumn<Item>[] = [
  {
    id: 'name',
    title: 'Pièce',
    show: ({ name, childId }) => (
      <>
        {name} {childId === null ? <span className="soft small">foyer</span> : null}
      </>
    ),
  },
  { id: 'by', title: 'Exigée par', width: 140, show: ({ activity }) => activity ?? 'toutes les activités' },
  {
    id: 'seen',
    title: 'Reçue le',
    width: 90,
    number: true,
    show: ({ seenOn }) => (seenOn === null ? '–' : numericDay(seenOn)),
  },
  {
    id: 'state',
    title: 'État',
    width: 190,
    show: ({ state }) => <Badge tone={tones[state.kind]}>{itemStateText(state)}</Badge>,
  },
]

const actionsColumn = (
  nameOf: (childId: number | null) => string,
  see: (item: Item) => void,
  seeOn: (item: Item) => void,
  isNarrow: boolean,
): TableColumn<Item> => ({
  id: 'act',
  title: <span className="unseen">Actions</span>,
  width: isNarrow ? 70 : 150,
  number: true,
  show: (item) =>
    item.state.kind === 'toComplete' ? (
      <span className="soft small">voir la fiche</span>
    ) : hasOwnRule(item.kind) ? null : (
      <span className="row row-end">
        <Button
          variant="subtle"
          aria-label={`Vu\u00a0: ${item.name}, ${nameOf(item.childId)}`}
          onClick={() => see(item)}
        >
          Vu
        </Button>
        {isNarrow ? null : (
          <Button
            variant="subtle"
            aria-label={`Vu le…\u00a0: ${item.name}, ${nameOf(item.childId)}`}
            onClick={() => seeOn(item)}
          >
            Vu le…
          </Button>
        )}
      </span>
    ),
})

const SeenDialog = ({ familyId, item, onClose }: { familyId: number; item: Item; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm<{ seenOn: string; validUntil: string }>({
    initialValues: { seenOn: today, validUntil: item.usualEnd ?? '' },
    validate: {
      seenOn: (on) => (on ? null : 'Quel jour\u00a0?'),
      validUntil: (on) => (on ? null : 'Jusqu’à quand\u00a0?'),
    },
  })
  return (
    <FormDialog
      opened
      title={`Vu\u00a0: ${item.name}`}
      // The browser stores nothing about a paper that only some children have.
      {...(!isOfSomeOnly(item.kind) && { draft: `pièce vue ${familyId} ${item.requiredId} ${item.childId ?? ''}` })}
      width="narrow"
      form={form}
      submit="Vu"
      onClose={onClose}
      onSubmit={(client, { seenOn, validUntil }) =>
        client.dossiers.see({
          requiredId: item.requiredId,
          familyId,
          childId: item.childId,
          seenOn,
          validUntil,
        })
      }
    >
      <DayField label="Vue le" {...form.getInputProps('seenOn')} />
      <DayField label="Valable jusqu’au" {...form.getInputProps('validUntil')} />
    </FormDialog>
  )
}

/** « dossier incomplet » next to a family, a child or a registration; renders nothing when nothing is required. */
export const DossierBadge = ({ familyId, childId }: { familyId: number; childId?: number }) => {
  const dossier = useFamilyDossier(familyId)
  const isComplete =
    childId === undefined ? dossier?.isComplete : dossier?.children.find((one) => one.childId === childId)?.isComplete
  if (isComplete == null) return null
  return <Badge tone={isComplete ? 'good' : 'warn'}>{isComplete ? 'dossier complet' : 'dossier incomplet'}</Badge>
}
