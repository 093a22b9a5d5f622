import { type ComponentType, useEffect, useState } from 'react'

/**
 * A chart, drawn once the figures above it are: its code loads meanwhile. A `lazy` one would wait for 300 ms, which
 * React leaves between what takes the place of a part and the part itself.
 */
export const shownLater = <Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> => {
  let known: ComponentType<Props> | null = null
  return (props) => {
    const [Part, setPart] = useState(() => known)
    useEffect(() => {
      if (known) return
      load().then(
        (loaded) => {
          known = loaded
          setPart(() => loaded)
        },
        (error: unknown) =>
          setPart(() => {
            throw error
          }),
      )
    }, [])
    return Part ? <Part {...props} /> : <div className="bar-chart-place" />
  }
}
