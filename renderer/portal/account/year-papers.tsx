import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { YearPaperKind, YearPapers } from '../../../shared/contract/portal/home.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { savePaper } from '../../connection/paper.ts'
import { client, orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'

/** « Relevés de l'année »: renders nothing until the desk has published a statement. */
export const YearPapersCard = () => {
  const { data } = useQuery(orpc.home.yearPapers.queryOptions())
  if (!data || data.length === 0) return null
  return (
    <Card title="Relevés de l’année">
      <p className="small soft bills-how">
        Ce que vous avez payé dans l’année. L’attestation fiscale sert à votre déclaration.
      </p>
      {data.map((one) => (
        <Year key={one.year} {...one} />
      ))}
    </Card>
  )
}

const names = {
  statement: { button: 'Relevé (PDF)', file: 'releve' },
  certificate: { button: 'Attestation fiscale (PDF)', file: 'attestation-fiscale' },
} as const

const Year = ({ year, kinds, isProvisional, on }: YearPapers) => (
  <section className="bill" aria-labelledby={`annee-${year}`}>
    <div className="row-between bill-head">
      <h3 id={`annee-${year}`}>{year}</h3>
      {isProvisional && <Badge>Provisoire, au {shortDay(on)}</Badge>}
    </div>
    <div className="btns btns-row">
      {kinds.map((kind) => (
        <Download key={kind} kind={kind} year={year} />
      ))}
    </div>
  </section>
)

const Download = ({ kind, year }: { kind: YearPaperKind; year: number }) => {
  const download = useMutation({
    mutationFn: async () => {
      const paper = await client.home.yearPaper({ kind, year })
      await savePaper(new File([paper], `${names[kind].file}-${year}.pdf`, { type: 'application/pdf' }))
    },
  })
  return (
    <Button kind="second" isBusy={download.isPending} onClick={() => download.mutate()}>
      <IconDownload className="icon" aria-hidden />
      {names[kind].button}
      <span className="vh">&nbsp;: {year}</span>
    </Button>
  )
}
