import type { ImportDecision, ImportPreview, ImportReport } from '../../../shared/contract/desk/imports.ts'
import type { TestDesk } from '../desk.ts'
import { undone } from '../undone.ts'

/** The input of the import screen for a CSV file, before any choice of staff. */
export const aList = (lines: readonly string[]) => ({
  file: new Blob([lines.join('\r\n')]),
  sheet: '',
  list: null as ImportPreview['list'] | null,
  mapping: null as ImportPreview['mapping'] | null,
  words: [] as { field: string; from: string; to: string }[],
  schoolId: null as number | null,
  fromDay: '2026-09-01',
  corrections: [] as { line: number; column: number; value: string }[],
  decisions: [] as ImportDecision[],
})
export type AskedList = ReturnType<typeof aList> & {
  nameParents?: boolean
  takeProposals?: boolean
  /** The lines accepted by name to leave out. */
  accepted?: number[]
}

export const decided = (
  line: number,
  choice: ImportDecision['choice'],
  more: Partial<ImportDecision> = {},
): ImportDecision => ({ line, choice, id: null, home: null, take: {}, ...more })

/** Imports a list to the end. @throws the refusal */
export const takenIn = async (
  client: TestDesk['client'],
  asked: AskedList,
  withoutPending = false,
): Promise<ImportReport> => {
  for await (const step of await client.imports.run({ ...asked, fileName: 'liste.csv', withoutPending })) {
    if (step.step === 'done') return step.report
    if (step.step === 'failed') throw new Error(step.sentence)
  }
  throw new Error('no report')
}

/** Undoes an import to the end. @throws the refusal */
export const takenOut = (client: TestDesk['client'], actId: number | null): Promise<void> => undone(client, actId ?? 0)

export const linesOf = async (client: TestDesk['client'], asked: AskedList) =>
  (await client.imports.preview(asked)).lines.map(({ line, state, said }) => [line, state, said])
