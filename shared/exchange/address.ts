const thisComputer: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** @param hostname in the form of `URL.hostname`: IPv6 addresses in brackets */
export const isLocalhost = (hostname: string): boolean => thisComputer.includes(hostname)

/** The exchange carries personal data: plain HTTP is allowed only to this computer, any other address needs TLS. */
export const isSafeAddress = ({ protocol, hostname }: { readonly protocol: string; readonly hostname: string }) =>
  protocol === 'https:' || (protocol === 'http:' && isLocalhost(hostname))
