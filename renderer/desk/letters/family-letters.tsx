import { useMutation, useQuery } from '@tanstack/react-query'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Section } from '../parts/screen.tsx'

/** The letters that the service wrote to a home. */
export const FamilyLetters = ({ familyId }: { familyId: number }) => {
  const { data } = useQuery(orpc.letters.ofFamily.queryOptions({ input: { familyId } }))
  const open = useMutation({
    mutationFn: async (id: number) => readPaper(await clientOutsideForms.letters.file({ id })),
  })
  if (!data || data.length === 0) return null
  return (
    <Section title="Courriers" subtitle="du service, comme ils sont partis">
      <ul className="sending-list">
        {data.map(({ id, subject, to, by, madeOn, author }) => (
          <li key={id}>
            <span>
              {subject}
              <br />
              <span className="soft small">
                {by === 'mail' ? 'Par mail' : 'Imprimé'} le {shortDay(madeOn)} par {author}, à {to}
              </span>
            </span>
            <PlainAction label="Ouvrir" aria={`Ouvrir le courrier ${subject}`} onAction={() => open.mutate(id)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
