import { Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPercentage from '@tabler/icons-react/icons/IconPercentage'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ExpiringQuotient } from '../../../shared/contract/desk/money/quotients.ts'
import { addDays, addMonths, type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { quotientRuleText } from '../../../shared/rules/quotient/validity.ts'
import { counted, listed, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { DayField, RequiredDayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { ConsultDialog } from './consult-dialog.tsx'
import './quotients.css'

/** « QF qui expirent »: the homes whose quotient has ended or soon will, and a request to them for a new one. */
export const ExpiringQuotientsScreen = () => {
  const { today } = useNow()
  const may = useMay()
  const navigate = useNavigate()
  const [until, setUntil] = useState<Day>(addMonths(today, 2))
  const [unticked, setUnticked] = useState<ReadonlySet<number>>(new Set())
  const [isAsking, setIsAsking] = useState(false)
  const [isConsulting, setIsConsulting] = useState(false)
  const { data: access } = useQuery(orpc.quotients.access.queryOptions())
  const { data: settings } = useQuery(orpc.quotients.rule.queryOptions())
  const { data, error, refetch } = useQuery(orpc.quotients.expiring.queryOptions({ input: { until } }))
  const exported = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx' | 'csv') => {
      const file = await clientOutsideForms.quotients.expiringFile({ until, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
  })
  const rows = data?.rows ?? []
  const chosen = rows.filter((row) => mayBeAsked(row) && !unticked.has(row.familyId)).map(({ familyId }) => familyId)
  const mayAsk = may('families.write')
  return (
    <Screen title="QF qui expirent">
      <ScreenHead
        title="QF qui expirent"
        subtitle={data ? counted(data.total, 'famille') : undefined}
        controls={
          <RequiredDayField
            aria-label="D’ici au"
            leftSection="d’ici"
            leftSectionWidth={44}
            w={190}
            value={until}
            onChange={setUntil}
          />
        }
      >
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden="true" />}
              loading={exported.isPending}
              disabled={rows.length === 0}
            >
              Exporter
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => exported.mutate('pdf')}>Imprimer</Menu.Item>
            <Menu.Item onClick={() => exported.mutate('xlsx')}>Classeur (XLSX)</Menu.Item>
            <Menu.Item onClick={() => exported.mutate('csv')}>Fichier CSV</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {mayAsk && access?.service ? <ActionButton label="CAF et MSA…" onAction={() => setIsConsulting(true)} /> : null}
        {mayAsk ? (
          <ActionButton
            main
            label={`Demander l’attestation (${chosen.length})`}
            disabled={chosen.length === 0}
            onAction={() => setIsAsking(true)}
          />
        ) : null}
      </ScreenHead>
      {settings ? <p className="quotients-rule soft small">{quotientRuleText(settings.rule)}</p> : null}
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && data.total > rows.length ? (
        <p className="quotients-rule soft small">
          {`Seules les ${formatNumber(rows.length)} premières sont montrées. L’export les a toutes.`}
        </p>
      ) : null}
      {data ? (
        <Table
          label="Quotients qui expirent"
          items={rows}
          idOf={({ familyId }) => familyId}
          groupOf={({ state }) => groupTitles[state]}
          columns={
            mayAsk
              ? [
                  tickColumn(unticked, (familyId, isTicked) => {
                    const next = new Set(unticked)
                    if (isTicked) next.delete(familyId)
                    else next.add(familyId)
                    setUnticked(next)
                  }),
                  ...columns,
                ]
              : columns
          }
          onOpen={({ familyId }) =>
            void navigate({ to: '/familles/$familyId', params: { familyId: String(familyId) }, search: {} })
          }
          style={{ flex: 1, paddingInline: 16 }}
          empty={
            <EmptyState icon={IconPercentage} title="Aucun quotient n’expire d’ici là">
              {settings?.rule === null
                ? 'Un quotient compte jusqu’au suivant\u00a0: une règle se choisit dans Réglages, Structure.'
                : 'Chaque famille inscrite a un quotient qui compte encore après ce jour.'}
            </EmptyState>
          }
        />
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'choisir'],
          ['Enter', 'ouvrir la famille'],
        ]}
      />
      {isConsulting ? <ConsultDialog familyId={null} onClose={() => setIsConsulting(false)} /> : null}
      {isAsking ? (
        <AskDialog
          familyIds={chosen}
          lastDay={sameLastDay(rows.filter(({ familyId }) => chosen.includes(familyId)))}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </Screen>
  )
}

const mayBeAsked = ({ asked, hasAccess, hasSent }: ExpiringQuotient): boolean => asked === null && hasAccess && !hasSent

const groupTitles = {
  ended: 'Plus valables\u00a0: tarif le plus haut',
  lastKnown: 'Plus valables\u00a0: le dernier connu compte encore',
  soon: 'Bientôt plus valables',
  unknown: 'Jamais connus\u00a0: tarif le plus haut',
} satisfies Record<ExpiringQuotient['state'], string>

const tickColumn = (
  unticked: ReadonlySet<number>,
  tick: (familyId: number, isTicked: boolean) => void,
): TableColumn<ExpiringQuotient> => ({
  id: 'tick',
  title: <span className="unseen">À demander</span>,
  width: 40,
  show: (row) => (
    <Checkbox
      aria-label={`Demander à la famille ${row.family}`}
      checked={mayBeAsked(row) && !unticked.has(row.familyId)}
      disabled={!mayBeAsked(row)}
      onChange={({ currentTarget }) => tick(row.familyId, currentTarget.checked)}
    />
  ),
})

const columns: readonly TableColumn<ExpiringQuotient>[] = [
  {
    id: 'family',
    title: 'Famille',
    show: ({ family, guardians }) => (
      <>
        <b>{family}</b> <span className="soft small">{guardians}</span>
      </>
    ),
  },
  { id: 'phone', title: 'Téléphone', width: 120, show: ({ phone }) => phoneText(phone) },
  {
    id: 'value',
    title: 'QF',
    number: true,
    width: 64,
    show: ({ value }) => (value === null ? <span className="soft">–</span> : formatNumber(value)),
  },
  {
    id: 'since',
    title: 'Depuis le',
    width: 130,
    show: ({ fromDay, source }) =>
      fromDay === null ? null : (
        <>
          {numericDay(fromDay)} <span className="soft small">{source}</span>
        </>
      ),
  },
  {
    id: 'lastDay',
    title: 'Valable jusqu’au',
    width: 120,
    show: ({ lastDay }) => (lastDay === null ? null : numericDay(lastDay)),
  },
  {
    id: 'after',
    title: 'Ensuite',
    width: 245,
    show: ({ lastKnownUntil }) =>
      lastKnownUntil === null ? 'tarif le plus haut' : `dernier connu jusqu’au ${numericDay(lastKnownUntil)}`,
  },
  {
    id: 'asked',
    title: 'Demande',
    width: 150,
    show: ({ asked, hasAccess, hasSent }) =>
      hasSent ? (
        <Badge tone="accent">attestation à lire</Badge>
      ) : asked ? (
        <span>
          le {numericDay(dayAt(asked.at))}{' '}
          <span className="soft small">
            par {asked.by}, pour le {numericDay(asked.dueOn)}
          </span>
        </span>
      ) : hasAccess ? null : (
        <span className="soft small">pas d’accès au portail</span>
      ),
  },
]

/** Default delay for the paper, in days. */
const defaultDays = 14

/** The last day of the quotients, to name in the request; null when these homes have different ones. */
const sameLastDay = (rows: readonly ExpiringQuotient[]): Day | null => {
  const [first] = rows
  return first && rows.every(({ lastDay }) => lastDay === first.lastDay) ? first.lastDay : null
}

const AskDialog = ({
  familyIds,
  lastDay,
  onClose,
}: {
  familyIds: readonly number[]
  lastDay: Day | null
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: {
      dueOn: addDays(today, defaultDays),
      note: lastDay === null ? '' : `Votre quotient compte jusqu’au ${numericDay(lastDay)}.`,
    },
    validate: { dueOn: (day) => (day ? null : 'Pour quel jour\u00a0?') },
  })
  return (
    <FormDialog
      opened
      title="Demander l’attestation CAF ou MSA"
      width="narrow"
      form={form}
      submit={`Demander à ${counted(familyIds.length, 'famille')}`}
      onClose={onClose}
      onSubmit={async (client, values) => {
        const { asked, withoutAccess } = await client.quotients.ask({ familyIds: [...familyIds], ...values })
        notifications.show({
          color: 'green',
          message: `L’attestation est demandée à ${counted(asked, 'famille')} au prochain échange avec le portail.${
            withoutAccess.length > 0 ? ` Sans accès au portail, à appeler\u00a0: ${listed(withoutAccess)}.` : ''
          }`,
        })
      }}
    >
      <p>
        Chaque famille la voit dans « Pièces demandées » sur le portail, jusqu’à ce que vous en acceptiez une. Une
        famille déjà prévenue n’est pas prévenue deux fois.
      </p>
      <DayField label="À envoyer avant le" {...form.getInputProps('dueOn')} />
      <TextInput label="Précision" {...form.getInputProps('note')} />
    </FormDialog>
  )
}
