// Shows the progress of `npm start` (`preparing.ts`), then replaces this page by the desk.
const pollMilliseconds = 500
const [step, percent, done, next, problem] = ['step', 'percent', 'done', 'next', 'problem'].map((id) =>
  document.getElementById(id),
)

const stopWith = (sentence) => {
  for (const shown of [step, percent, done, next]) shown.hidden = true
  problem.hidden = false
  problem.textContent = sentence
}

const show = ({ sentence, percent: known }) => {
  // Only a new step is read out by a screen reader, not each percent.
  if (step.textContent !== sentence) step.textContent = sentence
  percent.textContent = known === null ? '' : `${known}\u00a0%`
  // The duration is unknown: without a value, the progress bar is indeterminate.
  if (known === null) done.removeAttribute('value')
  else done.value = known / 100
}

const follow = async () => {
  const answer = await fetch('/preparation', { cache: 'no-store' })
    .then((response) => response.json())
    .catch(() => null)
  if (answer === null)
    stopWith('Espace Jeunesse s’est arrêté avant d’être prêt. Relancez-le, puis rouvrez son adresse.')
  else if (answer.state === 'failed') stopWith(answer.sentence)
  else if (answer.state === 'ready') location.reload()
  else {
    show(answer)
    setTimeout(() => void follow(), pollMilliseconds)
  }
}

await follow()
