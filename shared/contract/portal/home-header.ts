/** What a page's calls are for: the home that it shows, whatever another page of the same session shows since. */
export const homeHeader = 'x-foyer'
