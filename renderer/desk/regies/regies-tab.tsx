import { Button } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Regie } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { isHolderOn, meansText, natureText } from '../../../shared/rules/money/regie.ts'
import { capitalised, counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { DebitSettingsDialog } from '../debits/debit-settings-dialog.tsx'
import { HistoryButton } from '../history/history-button.tsx'
import { Badge, Failure, Loading } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { RegieDialog } from './regie-dialog.tsx'
import { HoldersDialog } from './regie-holders-dialog.tsx'

type Opened = { readonly kind: 'add' } | { readonly kind: 'change' | 'holders' | 'debits'; readonly id: number }

/** The régies: numbers, means, natures, and who holds each. */
export const RegiesTab = () => {
  const { data, error, refetch } = useQuery(orpc.regies.list.queryOptions())
  const [opened, setOpened] = useState<Opened>()
  const { today } = useNow()
  const canChange = useMay()('organisation')
  const close = () => setOpened(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const chosen = opened && 'id' in opened ? data.find(({ id }) => id === opened.id) : undefined
  return (
    <div className="settings-page">
      <Section
        title="Régies"
        subtitle={counted(data.length, 'régie')}
        action={
          canChange ? (
            <Button leftSection={<IconPlus size={14} />} onClick={() => setOpened({ kind: 'add' })}>
              Nouvelle régie
            </Button>
          ) : undefined
        }
      >
        <Table
          label="Régies"
          items={data}
          idOf={({ id }) => id}
          {...(canChange && { onOpen: ({ id }: Regie) => setOpened({ kind: 'change', id }) })}
          flush
          columns={columns(today, canChange ? setOpened : undefined)}
        />
      </Section>
      {opened?.kind === 'add' ? <RegieDialog regie={null} onClose={close} /> : null}
      {chosen && opened?.kind === 'change' ? <RegieDialog regie={chosen} onClose={close} /> : null}
      {chosen && opened?.kind === 'debits' ? <DebitSettingsDialog regie={chosen} onClose={close} /> : null}
      {chosen && opened?.kind === 'holders' ? <HoldersDialog regie={chosen} onClose={close} /> : null}
    </div>
  )
}

const columns = (today: Day, open: ((opened: Opened) => void) | undefined): readonly TableColumn<Regie>[] => [
  {
    id: 'name',
    title: 'Régie',
    show: ({ name, prefix, archived }) => (
      <>
        {name || 'Régie'} {prefix === null ? null : <Badge>{prefix}</Badge>} {archived ? <Badge>fermée</Badge> : null}
      </>
    ),
  },
  {
    id: 'holders',
    title: 'Tenue par',
    show: ({ holders }) => {
      const now = holders.filter(({ from, to }) => isHolderOn({ from, to }, today))
      const names = listed(now.map(({ name, kind }) => (kind === 'titular' ? name : `${name} (suppléant)`)))
      return <span className="settings-roles">{names}</span>
    },
  },
  {
    id: 'means',
    title: 'Encaisse',
    show: ({ means }) => <span className="settings-roles">{capitalised(meansText(means)) || 'Tous les moyens'}</span>,
  },
  {
    id: 'natures',
    title: 'Natures',
    show: ({ natures }) =>
      natures.length === 0 ? natureText(null, null) : listed([...new Set(natures.map(({ account }) => account))]),
  },
  {
    id: 'activities',
    title: 'Activités',
    number: true,
    width: 80,
    show: ({ activities }) => activities,
  },
  {
    id: 'acts',
    title: <span className="unseen">Actions</span>,
    width: 390,
    show: ({ id, name }) => (
      <span className="row row-end">
        <HistoryButton entity="regie" id={id} title={name || 'Régie'} />
        {open ? (
          <>
            <Button
              variant="subtle"
              aria-label={`Régisseurs, ${name || 'Régie'}`}
              onClick={() => open({ kind: 'holders', id })}
            >
              Régisseurs
            </Button>
            <Button
              variant="subtle"
              aria-label={`Prélèvement, ${name || 'Régie'}`}
              onClick={() => open({ kind: 'debits', id })}
            >
              Prélèvement
            </Button>
            <Button
              variant="subtle"
              aria-label={`Modifier ${name || 'Régie'}`}
              onClick={() => open({ kind: 'change', id })}
            >
              Modifier
            </Button>
          </>
        ) : null}
      </span>
    ),
  },
]
