export {
  type Caller,
  changePassword,
  chooseFirstPassword,
  chooseHome,
  choosePassword,
  foldedEmail,
  forgotPassword,
  type Login,
  logIn,
  loginOf,
  logOut,
  longestMinutes,
  type Opened,
  revoke,
  sessionsOf,
} from './accounts.ts'
export { deviceNamed } from './device.ts'
export { readLogin, takeLogin } from './login-http.ts'
export { chooseMails, isStop, mailChoices, mailsReaching, stop, stopOf } from './mail-stop.ts'
export { takeAccounts } from './published-accounts.ts'
export { failuresMinutes, triedPairing, triedSignUp } from './throttle.ts'
export { type Link, newSecret } from './tokens.ts'
