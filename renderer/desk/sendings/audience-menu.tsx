import { Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SavedAudience, Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { orpc } from '../../connection/client.ts'
import { KeepDialog, KeptMenu } from '../parts/kept.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** Moves the days of a saved choice to the day on which it is opened. */
const asOf = (today: Day, whom: Whom): Whom =>
  whom.kind === 'expected' ? { ...whom, day: today, untilDay: today } : whom

/** « Choix gardés »: audiences saved under a name, to use again. */
export const AudienceMenu = ({ whom, onChoose }: { whom: Whom; onChoose: (whom: Whom) => void }) => {
  const { today } = useNow()
  const may = useMay()
  const { data: kept = [] } = useQuery(orpc.sendings.savedAudiences.queryOptions())
  const [openedId, setOpenedId] = useState<number>()
  const [isKeeping, setIsKeeping] = useState(false)
  const opened: SavedAudience | undefined = kept.find(({ id }) => id === openedId)
  return (
    <>
      <KeptMenu
        label="Choix gardés"
        kept={kept}
        opened={opened}
        removing="le choix"
        onOpen={({ id, whom: next }) => {
          setOpenedId(id)
          onChoose(asOf(today, next))
        }}
        onRemove={(client, { id }) => client.sendings.removeAudience({ id })}
      >
        <Menu.Item onClick={() => setIsKeeping(true)}>Garder ce choix…</Menu.Item>
      </KeptMenu>
      {isKeeping ? (
        <KeepDialog
          title="Garder ce choix"
          another="En faire un autre choix"
          opened={opened && (opened.isMine || may('sharedLists')) ? opened : undefined}
          onKeep={async (client, as) => {
            const { id } = await client.sendings.saveAudience({ ...as, whom })
            setOpenedId(id)
          }}
          onClose={() => setIsKeeping(false)}
        />
      ) : null}
    </>
  )
}
