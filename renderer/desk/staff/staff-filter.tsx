import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { orpc } from '../../connection/client.ts'
import { useMay } from './may.ts'

/** Filters the audit trail or the list of logins by person; absent for a person who may not read the list of staff. */
export const StaffFilter = ({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) => {
  const mayList = useMay()('staff')
  const { data: members } = useQuery(orpc.staff.list.queryOptions({ enabled: mayList }))
  return mayList ? (
    <Select
      label="Par qui"
      placeholder="Tout le monde"
      clearable
      data={members?.map(({ id, name }) => ({ value: String(id), label: name })) ?? []}
      value={value}
      onChange={onChange}
    />
  ) : null
}
