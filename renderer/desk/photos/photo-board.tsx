import { Button, Select } from '@mantine/core'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { useMay } from '../staff/may.ts'
import { useKeepsPhotos } from './person-photo.tsx'

/**
 * « Trombinoscope »: of an activity, with a page for each of its groups; or of all children expected on a day, at one
 * site or at each.
 * @param activityId null for the day
 */
export const PhotoBoardButtons = ({ day, activityId }: { day: Day; activityId: number | null }) => {
  const may = useMay()
  const isShown = useKeepsPhotos() && may('photos')
  const { data: sites = [] } = useQuery(orpc.settings.sites.queryOptions({ enabled: isShown }))
  const [siteId, setSiteId] = useState<string | null>(null)
  const print = useMutation({
    mutationFn: async () =>
      printPaper(
        await clientOutsideForms.photos.board(
          activityId === null
            ? { kind: 'day', siteId: siteId === null ? null : Number(siteId), day }
            : { kind: 'activity', activityId, day },
        ),
      ),
  })
  if (!isShown) return null
  return (
    <>
      {activityId === null && sites.length > 1 ? (
        <Select
          aria-label="Site du trombinoscope"
          placeholder="Tous les sites"
          w={170}
          clearable
          data={sites.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={siteId}
          onChange={setSiteId}
        />
      ) : null}
      <Button leftSection={<IconUsers size={14} />} loading={print.isPending} onClick={() => print.mutate()}>
        Trombinoscope
      </Button>
    </>
  )
}
