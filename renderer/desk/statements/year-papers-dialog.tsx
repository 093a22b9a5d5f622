import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { CertificateRow, FamilyYear } from '../../../shared/contract/desk/money/statements.ts'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { notifyRefusal } from '../queries.ts'

export type YearPaper = 'statement' | 'certificate'

const titles: Record<YearPaper, string> = {
  statement: 'Relevé de l’année',
  certificate: 'Attestation fiscale',
}

/** The years of a family's account, each with its printable statement or tax statement. */
export const YearPapersDialog = ({
  family,
  paper,
  onClose,
}: {
  family: Family
  paper: YearPaper
  onClose: () => void
}) => {
  const { data, error, refetch } = useQuery(orpc.statements.years.queryOptions({ input: { familyId: family.id } }))
  return (
    <Dialog opened title={`${titles[paper]}\u00a0: ${family.name}`} width="wide" onClose={onClose}>
      <div className="dialog-form">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          paper === 'statement' ? (
            <Statements family={family} years={data} />
          ) : (
            <Certificates family={family} years={data} />
          )
        ) : error ? null : (
          <Loading />
        )}
      </div>
    </Dialog>
  )
}

const Statements = ({ family, years }: { family: Family; years: readonly FamilyYear[] }) =>
  years.length === 0 ? (
    <EmptyState title="Rien encore">Rien n’a été facturé ni réglé.</EmptyState>
  ) : (
    <table className="table table-flush" aria-label="Relevés par année">
      <thead>
        <tr>
          <th scope="col">Année</th>
          <th scope="col" className="num">
            Solde au 1ᵉʳ janvier
          </th>
          <th scope="col" className="num">
            Réglé
          </th>
          <th scope="col" className="num">
            Solde à la fin
          </th>
          <th scope="col">
            <span className="unseen">Papier</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {years.map(({ year, isClosed, openingCents, paidCents, closingCents }) => (
          <tr key={year}>
            <td>
              {year} {isClosed ? null : <Badge>en cours</Badge>}
            </td>
            <td className="num">{formatEuros(openingCents)}</td>
            <td className="num">{formatEuros(paidCents)}</td>
            <td className="num">{formatEuros(closingCents)}</td>
            <td className="num">
              <OpenButton
                label={`Ouvrir le relevé ${year}`}
                file={() => clientOutsideForms.statements.statement({ familyId: family.id, year })}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )

const Certificates = ({ family, years }: { family: Family; years: readonly FamilyYear[] }) => {
  const yearsWithCertificates = years.filter(({ certificates }) => certificates.length > 0)
  return (
    <>
      {yearsWithCertificates.length === 0 ? (
        <EmptyState title="Aucune attestation">
          Rien n’a été payé pour la garde d’un enfant de moins de 6 ans au 1ᵉʳ janvier.
        </EmptyState>
      ) : (
        <table className="table table-flush" aria-label="Attestations par année">
          <thead>
            <tr>
              <th scope="col">Année</th>
              <th scope="col">Payeur</th>
              <th scope="col">Enfants</th>
              <th scope="col" className="num">
                Payé pour la garde
              </th>
              <th scope="col">
                <span className="unseen">Papier</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {yearsWithCertificates.flatMap(({ year, isClosed, certificates }) =>
              certificates.map((row, index) => (
                <tr key={`${year} ${row.payer}`}>
                  <td>
                    {index === 0 ? year : null} {index > 0 || isClosed ? null : <Badge>en cours</Badge>}
                  </td>
                  <td>
                    {row.payer} {row.isHome ? <span className="soft">foyer</span> : null}
                  </td>
                  <td>{childrenText(row)}</td>
                  <td className="num">
                    {formatEuros(row.careCents)}
                    {row.cesuCents > 0 ? <span className="soft"> dont CESU {formatEuros(row.cesuCents)}</span> : null}
                  </td>
                  <td className="num">
                    {index > 0 ? null : (
                      <OpenButton
                        label={`Ouvrir l’attestation ${year}`}
                        file={() => clientOutsideForms.statements.certificate({ familyId: family.id, year })}
                      />
                    )}
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      )}
      <Note>
        Sommes reçues dans l’année pour la garde d’enfants de moins de 6 ans, sans repas, majoration ni sortie. Une
        attestation par payeur&nbsp;: le nom écrit sur la quittance, sinon le responsable du foyer.
      </Note>
    </>
  )
}

export const childrenText = ({ children }: CertificateRow): string =>
  children
    .map(({ name, cents, isShared }) => `${name} ${formatEuros(cents)}${isShared ? ' (garde alternée)' : ''}`)
    .join(', ')

const OpenButton = ({ label, file }: { label: string; file: () => Promise<File> }) => {
  const open = useMutation({ mutationFn: async () => readPaper(await file()), onError: notifyRefusal })
  return (
    <Button variant="subtle" aria-label={label} loading={open.isPending} onClick={() => open.mutate()}>
      Ouvrir
    </Button>
  )
}
