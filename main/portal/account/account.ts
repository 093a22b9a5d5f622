export { keyOfSession, publicKeysOf } from './account-key.ts'
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
  maxSessionMinutes,
  normalizedEmail,
  revokeSession,
  type SessionSecret,
  sessionsOf,
} from './accounts.ts'
export { deviceName } from './device.ts'
export { handleLoginForm, loginPageFor } from './login-http.ts'
export {
  chooseMails,
  isStopLink,
  mailChoices,
  mailKindsReaching,
  readStopLink,
  stopMails,
} from './mail-stop.ts'
export { applyAccounts } from './published-accounts.ts'
export {
  countPairingTry,
  countSigningMail,
  countSignUpTry,
  failureWindowMinutes,
} from './throttle.ts'
export { type Link, newSecret } from './tokens.ts'
