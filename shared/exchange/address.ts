const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** @param hostname as `URL` gives it */
export const namesThisMachine = (hostname: string): boolean => thisMachine.includes(hostname)

/** What travels names families: only to this very machine does it go without TLS. */
export const isSafeAddress = ({ protocol, hostname }: { readonly protocol: string; readonly hostname: string }) =>
  protocol === 'https:' || (protocol === 'http:' && namesThisMachine(hostname))
