import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { type CellState, cellStates, legend } from '../../../shared/rules/cell/cell.ts'

/** Explains the nine states of a cell, in the words of the parents' guide. */
export const CellLegend = () => (
  <details className="card legend-card">
    <summary>
      Que veulent dire les cases&nbsp;? <IconChevronDown className="icon" aria-hidden />
    </summary>
    <ul className="legend legend-2">
      {cellStates.map((state) => (
        <li key={state}>
          <i
            className="cell cell-portal"
            data-state={state}
            data-rank={state === 'waitlisted' ? '3ᵉ' : undefined}
            aria-hidden="true"
          />
          <span>
            <b>{legend[state].words}</b>
            <span>{meanings[state]}</span>
          </span>
        </li>
      ))}
    </ul>
    <h3 className="legend-part">Bord orange et «&nbsp;!&nbsp;»&nbsp;: une place vous attend</h3>
    <ul className="legend">
      <li>
        <i className="cell cell-portal" data-state="waitlisted" data-offer aria-hidden="true" />
        <span>
          <b>Place proposée</b>
          <span>Touchez la case pour l’accepter ou la laisser, avant l’heure dite.</span>
        </span>
      </li>
    </ul>
    <h3 className="legend-part">Bord en tirets&nbsp;: votre brouillon</h3>
    <p className="soft small">Pas encore enregistré&nbsp;: la mairie ne le voit pas.</p>
    <ul className="legend legend-2">
      <li>
        <i className="cell cell-portal" data-state="free" data-draft="book" aria-hidden="true" />
        <span>
          <b>Réservation à enregistrer</b>
          <span>Touchez encore la case pour l’enlever.</span>
        </span>
      </li>
      <li>
        <i className="cell cell-portal" data-state="confirmed" data-draft="cancel" aria-hidden="true" />
        <span>
          <b>Annulation à enregistrer</b>
          <span>Votre enfant est toujours inscrit.</span>
        </span>
      </li>
    </ul>
  </details>
)

/** Explanations for a parent; of `legend` in shared/rules, only the names of the states are shown here. */
const meanings: Readonly<Record<CellState, string>> = {
  free: 'Rien n’est réservé. Touchez pour demander.',
  closed: 'Jour non disponible à la réservation\u00a0: fermé, ou hors délai (trop tard).',
  confirmed: 'C’est sûr\u00a0: la place est à votre enfant. Touchez pour annuler.',
  requested: 'Enregistrée. Elle part à la mairie au plus tard cette nuit.',
  requestSent: 'La mairie l’a reçue et va répondre.',
  waitlisted: 'Plus de place\u00a0: liste d’attente. Le chiffre est votre rang.',
  cancelRequested: 'Enregistrée. Elle part à la mairie au plus tard cette nuit.',
  cancelSent: 'La mairie l’a reçue et va répondre.',
  cancelRefused: 'Annulation non validée\u00a0: votre enfant est toujours inscrit.',
}
