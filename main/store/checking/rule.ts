export type Found = Readonly<Record<string, unknown>> & { readonly id: number | null }

/** A query that must return no row. */
export type Rule = { readonly table: string; readonly sql: string; readonly sentence: (found: Found) => string }
