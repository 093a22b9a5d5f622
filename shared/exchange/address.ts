const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** @param hostname as `URL` gives it */
export const namesThisMachine = (hostname: string): boolean => thisMachine.includes(hostname)

/** The exchange carries the names of families: without TLS, it may reach this machine only. */
export const isSafeAddress = ({ protocol, hostname }: { readonly protocol: string; readonly hostname: string }) =>
  protocol === 'https:' || (protocol === 'http:' && namesThisMachine(hostname))
