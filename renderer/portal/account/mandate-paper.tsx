import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useMutation } from '@tanstack/react-query'
import type { DebitsShown } from '../../../shared/contract/portal/debits.ts'
import { savePaper } from '../../connection/paper.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'

/** A mandate as it was signed; renders nothing while its PDF is not on the portal. */
export const MandatePaper = ({
  mandate: { reference, hasPaper },
}: {
  mandate: Pick<DebitsShown['mandates'][number], 'reference' | 'hasPaper'>
}) => {
  const download = useMutation({
    mutationFn: async () => {
      const paper = await client.debits.paper({ reference })
      await savePaper(new File([paper], `mandat-${reference}.pdf`, { type: 'application/pdf' }))
    },
  })
  return hasPaper ? (
    <Button kind="quiet" isBusy={download.isPending} onClick={() => download.mutate()}>
      <IconDownload className="icon" aria-hidden />
      Mandat signé (PDF)
      <span className="vh">&nbsp;: {reference}</span>
    </Button>
  ) : null
}
