import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { DoubleComparison, LikelyDouble } from '../../../shared/contract/desk/people/doubles.ts'
import { counted, listed, ofName } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { undoAct } from '../history/undoing.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { FieldMerge } from '../parts/field-merge.tsx'
import { type StableChoice, useStableChoice } from '../parts/keyboard/stable-choice.ts'
import { Panel, Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import './doubles.css'

/**
 * Pairs of records that may be the same child or the same home: staff compare them, then merge them or declare them
 * different.
 */
export const DoublesScreen = () => {
  const { data, error, refetch } = useQuery(orpc.doubles.list.queryOptions())
  const pairs = data?.pairs ?? []
  const { item: current, id, isGone, choose, runOwnAction } = useStableChoice(pairs, idOf)
  return (
    <Screen title="Doublons">
      <ScreenHead
        title="Doublons"
        subtitle={data ? counted(data.total, 'paire possible', 'paires possibles') : undefined}
      />
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading>Recherche des doublons…</Loading>
      ) : current ? (
        <>
          <Split side={380}>
            <Table
              label="Doublons possibles"
              items={pairs}
              idOf={idOf}
              chosen={id}
              onChoose={(pair) => choose(idOf(pair))}
              columns={columns}
            />
            {isGone ? (
              <Panel label="Paire choisie">
                <Note tone="warn" alert>
                  {current.one.name} et {current.other.name}&nbsp;: cette paire vient d’être traitée ailleurs.
                  {pairs.length > 0 ? ' Choisissez-en une autre.' : ''}
                </Note>
              </Panel>
            ) : (
              <Choice key={id} pair={current} runOwnAction={runOwnAction} />
            )}
          </Split>
          <ShortcutBar
            keys={[['ArrowUp ArrowDown', 'choisir une paire']]}
            chosen="Une fusion s’annule d’un geste, tant que rien n’a changé."
          />
        </>
      ) : (
        <EmptyState icon={IconUsers} title="Aucun doublon probable">
          Deux fiches de même nom, de même date de naissance, de même téléphone ou de même adresse se montreraient ici.
        </EmptyState>
      )}
    </Screen>
  )
}

const columns: readonly TableColumn<LikelyDouble>[] = [
  { id: 'one', title: 'Fiche', show: ({ one }) => <Named name={one.name} detail={one.detail} /> },
  { id: 'other', title: 'Autre fiche', show: ({ other }) => <Named name={other.name} detail={other.detail} /> },
  { id: 'why', title: 'Rapprochées par', show: ({ why }) => why },
]

const idOf = ({ kind, one, other }: LikelyDouble): string => `${kind} ${one.id} ${other.id}`

const Named = ({ name, detail }: { name: string; detail: string }) => (
  <span className="double-named" title={detail}>
    {name}
    <span className="soft small">{detail}</span>
  </span>
)

const Choice = ({
  pair,
  runOwnAction,
}: {
  pair: LikelyDouble
  runOwnAction: StableChoice<LikelyDouble>['runOwnAction']
}) => {
  const [isTurned, setTurned] = useState(false)
  const [chosen, setChosen] = useState<Readonly<Record<string, 'kept' | 'gone'>>>({})
  const queries = useQueryClient()
  const [kept, gone] = isTurned ? [pair.other, pair.one] : [pair.one, pair.other]
  const asked = { kind: pair.kind, keptId: kept.id, goneId: gone.id }
  const merge = useMutation(
    orpcOutsideForms.doubles.merge.mutationOptions({
      onSuccess: async ({ actId }) => {
        const id = `merged ${actId}`
        notifications.show({
          id,
          autoClose: 20_000,
          message: (
            <span className="row">
              {gone.name} n’a plus qu’une fiche.
              <Button
                size="compact-xs"
                onClick={() => {
                  notifications.hide(id)
                  void undoAct(clientOutsideForms, actId)
                }}
              >
                Annuler la fusion
              </Button>
            </span>
          ),
        })
        await queries.invalidateQueries({ queryKey: orpc.doubles.key() })
      },
    }),
  )
  const isSent = useRef(false)
  /** Sends a single decision for each pair, even when a key or button is pressed repeatedly. */
  const once = (send: () => Promise<unknown>) => {
    if (isSent.current) return
    isSent.current = true
    runOwnAction(send).catch(() => {
      isSent.current = false
    })
  }
  const { data, error, isPlaceholderData } = useQuery({
    ...orpc.doubles.compare.queryOptions({ input: asked }),
    // After a merge, one of the two records no longer exists.
    enabled: merge.isIdle || merge.isError,
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  const dismiss = useMutation(
    orpcOutsideForms.doubles.dismiss.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: orpc.doubles.list.key() }),
    }),
  )
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  const fields = data.fields.map((one) => ({ ...one, take: chosen[one.field] ?? one.take }))
  return (
    <Panel
      label="Paire choisie"
      title={pair.kind === 'child' ? 'Est-ce le même enfant\u00a0?' : 'Est-ce le même foyer\u00a0?'}
      subtitle={pair.why}
    >
      {/* After swapping, the previous comparison is still on screen until the new one has loaded. */}
      <fieldset className="held" disabled={isPlaceholderData}>
        <FieldMerge
          sides={[
            ['kept', 'Fiche gardée'],
            ['gone', 'Autre fiche'],
          ]}
          who={{ kept: <Named {...data.kept} />, gone: <Named {...data.gone} /> }}
          differences={fields}
          onChoose={(field, take) => setChosen({ ...chosen, [field]: take })}
        />
      </fieldset>
      <Button
        variant="subtle"
        onClick={() => {
          setTurned(!isTurned)
          setChosen({})
        }}
      >
        Garder plutôt l’autre fiche
      </Button>
      {data.obstacle === null ? (
        <Note>{consequences(data)}</Note>
      ) : (
        <Note tone="warn" alert>
          {data.obstacle}
        </Note>
      )}
      <div
        className="stack"
        // Ignores the second click of a double click: by then the next pair is on screen.
        onClickCapture={(event) => {
          if (event.detail > 1) event.stopPropagation()
        }}
      >
        <ActionButton
          fullWidth
          main={pair.isCertain}
          combo="o"
          label="Oui, fusionner"
          disabled={data.obstacle !== null || isPlaceholderData}
          loading={merge.isPending}
          onAction={() =>
            once(() =>
              merge.mutateAsync({
                ...asked,
                take: fields.filter(({ take }) => take === 'gone').map(({ field }) => field),
              }),
            )
          }
        />
        <ActionButton
          fullWidth
          combo="n"
          label={pair.kind === 'child' ? 'Non, ce sont deux enfants' : 'Non, ce sont deux foyers'}
          loading={dismiss.isPending}
          onAction={() => once(() => dismiss.mutateAsync(asked))}
        />
      </div>
    </Panel>
  )
}

const consequences = ({ moved, joined, kept }: DoubleComparison): string =>
  [
    moved.length > 0
      ? `À reporter sur la fiche ${ofName(kept.name)}\u00a0: ${listed(moved)}.`
      : 'Rien ne tient à l’autre fiche.',
    ...(joined.length > 0 ? [`Une seule fois\u00a0: ${listed(joined)}.`] : []),
  ].join(' ')
