/** Follows a long act to its end. @throws the refusal that ended it */
export const ended = async <Result>(
  steps: Promise<AsyncIterable<{ step: 'working' } | { step: 'done'; result: Result }>>,
): Promise<Result> => {
  let result: { readonly of: Result } | undefined
  for await (const step of await steps) if (step.step === 'done') result = { of: step.result }
  if (!result) throw new Error('the work ended without its result')
  return result.of
}

/** A line of the ministry's calendar; `to` is the last day without school. */
export const holidayLine = (description: string, from: string, back: string, zone = 'B') => ({
  description,
  population: '-',
  start_date: `${from}T00:00:00+00:00`,
  end_date: `${back}T00:00:00+00:00`,
  location: 'Normandie',
  zones: `Zone ${zone}`,
})

export const calendarFile = (lines: readonly unknown[]) => ({
  file: new Blob([JSON.stringify(lines)]),
  fileName: 'fr-en-calendrier-scolaire.json',
})

/** Invented dates of 2027/2028, which are not published yet. */
export const nextYear = [
  holidayLine('Vacances de la Toussaint', '2027-10-23', '2027-11-08'),
  holidayLine('Vacances de Noël', '2027-12-18', '2028-01-03'),
  holidayLine("Vacances d'Hiver", '2028-02-12', '2028-02-28'),
  holidayLine('Vacances de Printemps', '2028-04-08', '2028-04-24'),
  holidayLine("Vacances d'Été", '2028-07-01', '2028-09-01'),
]
