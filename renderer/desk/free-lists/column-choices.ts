import type { ColumnShown } from '../../../shared/contract/desk/figures/free-lists.ts'
import { listSubjectNames, listSubjects, subjectOf } from '../../../shared/rules/lists/list-columns.ts'

/** Columns to choose from, grouped by the record that they describe. */
export const columnChoices = (columns: readonly ColumnShown[]) =>
  listSubjects.flatMap((subject) => {
    const items = columns.filter(({ id }) => subjectOf(id) === subject)
    return items.length === 0
      ? []
      : [{ group: listSubjectNames[subject], items: items.map(({ id, label }) => ({ value: id, label })) }]
  })
