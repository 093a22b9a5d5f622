/**
 * The header that names the home shown on the page, which stays the same even if another tab of the session switches to
 * another home.
 */
export const homeHeader = 'x-foyer'
