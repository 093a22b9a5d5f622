import type { Core, Person } from '../../main/desk/core.ts'
import { openDesk } from '../../main/desk/desk.ts'
import { runImport } from '../../main/desk/import/import.ts'
import { issue, listRuns, readDrafts, startRun } from '../../main/desk/invoicing/invoicing.ts'
import { system } from '../../main/store/acts.ts'
import { day, instant } from '../../shared/rules/day.ts'
import { roles } from '../../shared/rules/roles.ts'

/** Long works of the desk as someone does them who, after a cut, goes on from where the desk stands. */

export const workClock = () => instant('2026-11-25T08:00:00.000Z')
export const worker: Person = { ...system, roles }
export const tools = { signal: new AbortController().signal, onProgress: () => undefined }
export const october = { from: day('2026-10-01'), to: day('2026-10-31'), activityIds: null, familyIds: null }

export const opened = async <T>(folder: string, work: (core: Core) => Promise<T> | T): Promise<T> => {
  const desk = await openDesk({
    dataDir: folder,
    exampleDir: `${folder}-example`,
    clock: workClock,
    log: console.error,
  })
  try {
    return await work(desk.core)
  } finally {
    await desk.close()
  }
}

type Work = (core: Core, say: (line: string) => void) => Promise<void>

/** The drafts of October, then their numbers. */
const bill: Work = async (core, say) => {
  const { id: runId } =
    listRuns(core).find(({ drafts }) => drafts > 0) ?? (await startRun(core, worker, october, tools))
  say('drafts')
  const ids = readDrafts(core, runId).drafts.flatMap(({ id, state }) => (state === 'draft' ? [id] : []))
  await issue(core, worker, { runId, ids }, tools)
  say('issued')
}

/** The pupils, then their guardians. */
const importLists: Work = async (core, say) => {
  for (const [kind, lines] of [
    ['pupils', pupils],
    ['guardians', guardians],
  ] as const) {
    const wish = { file: new Blob([lines.join('\r\n')]), schoolId: null, fromDay: day('2026-09-01') }
    const asked = { ...wish, corrections: [], decisions: [], fileName: `${kind}.csv`, withoutPending: false }
    for await (const step of await runImport(core, worker, asked, tools.signal))
      if (step.step === 'failed') throw new Error(step.sentence)
    say(kind)
  }
}

export const works = { bill, import: importLists }

/** Two children a home. */
const homes = 250
const range = Array.from({ length: homes }, (_, index) => index)
const pupils = [
  'Nom élève;Nom d’usage élève;Prénom élève;Date naissance;Sexe;Adresse1;Cp1;Commune1; Cycle;Niveau;Libellé classe',
  ...range.flatMap((home) =>
    ['Lou', 'Noé'].map(
      (firstName, rank) =>
        `ELEVE${home};;${firstName};0${1 + (home % 9)}/0${1 + rank}/2019;F;${home} rue des Saules;14550;Blainville;CYCLE 2;CP;CP ${1 + (home % 20)}`,
    ),
  ),
]
const guardians = [
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants',
  ...range.map((home) => {
    const children = ['Lou', 'Noé'].map((firstName) => `;ELEVE${home};${firstName};CP`).join(';')
    return `Mme;;ELEVE${home};Camille;${home} rue des Saules;14550;Blainville;FRANCE;;;;06000${10_000 + home};${children}`
  }),
]
