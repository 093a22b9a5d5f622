export {
  type Caller,
  changePassword,
  chooseFirstPassword,
  chooseHome,
  choosePassword,
  forgotPassword,
  type Login,
  logIn,
  loginOf,
  logOut,
  maxSessionMinutes as longestMinutes,
  normalizedEmail as foldedEmail,
  revokeSession as revoke,
  type SessionSecret as Opened,
  sessionsOf,
} from './accounts.ts'
export { deviceName as deviceNamed } from './device.ts'
export { handleLoginForm as takeLogin, loginPageFor as readLogin } from './login-http.ts'
export {
  chooseMails,
  isStopLink as isStop,
  mailChoices,
  mailKindsReaching as mailsReaching,
  readStopLink as stopOf,
  stopMails as stop,
} from './mail-stop.ts'
export { applyAccounts as takeAccounts } from './published-accounts.ts'
export {
  countPairingTry as triedPairing,
  countSignUpTry as triedSignUp,
  failureWindowMinutes as failuresMinutes,
} from './throttle.ts'
export { type Link, newSecret } from './tokens.ts'
