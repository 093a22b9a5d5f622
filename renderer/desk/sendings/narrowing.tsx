import { Button } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconX from '@tabler/icons-react/icons/IconX'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { subjectOf } from '../../../shared/rules/lists/list-columns.ts'
import { conditionText, type ListFilter } from '../../../shared/rules/lists/list-query.ts'
import { orpc } from '../../connection/client.ts'
import { ConditionDialog } from '../free-lists/condition-dialog.tsx'

type Brackets = ListFilter['brackets']

/** « Affiner »: further conditions on the children, each with a button that removes it. */
export const Narrowing = ({ brackets, onChange }: { brackets: Brackets; onChange: (brackets: Brackets) => void }) => {
  const { data = [] } = useQuery(orpc.freeLists.columns.queryOptions())
  const columns = data.filter(({ id, isHealth }) => subjectOf(id) === 'child' && !isHealth)
  const [isAdding, setIsAdding] = useState(false)
  if (columns.length === 0 && brackets.length === 0) return null
  return (
    <>
      {brackets.map((bracket, at) => {
        const text = bracket
          .map((condition) => {
            const column = columns.find(({ id }) => id === condition.column)
            return column ? conditionText(condition, column) : 'un champ que vous ne lisez pas'
          })
          .join(' ou ')
        return (
          <Button
            key={`${at} ${text}`}
            variant="light"
            rightSection={<IconX size={14} aria-hidden="true" />}
            aria-label={`Retirer ${text}`}
            onClick={() => onChange(brackets.filter((_, other) => other !== at))}
          >
            {text}
          </Button>
        )
      })}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden="true" />}
        onClick={() => setIsAdding(true)}
      >
        Affiner
      </Button>
      {isAdding ? (
        <ConditionDialog
          title="Affiner"
          columns={columns}
          onDone={(condition) => {
            setIsAdding(false)
            onChange([...brackets, [condition]])
          }}
          onClose={() => setIsAdding(false)}
        />
      ) : null}
    </>
  )
}
