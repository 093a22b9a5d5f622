/** Props of a field for a new password. */
export const passwordProps = {
  description: '8 caractères mêlant majuscules, minuscules, chiffres ou signes, ou une phrase de 16.',
  autoComplete: 'new-password',
  visibilityToggleButtonProps: { 'aria-label': 'Voir le mot de passe' },
}

/** Initial values and validation of the form in which a person changes their own password. */
export const ownPasswordForm = {
  initialValues: { current: '', next: '' },
  validate: {
    current: (current: string) => (current ? null : 'Tapez votre mot de passe actuel.'),
    next: (next: string) => (next ? null : 'Tapez le nouveau mot de passe.'),
  },
}
