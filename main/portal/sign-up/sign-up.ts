export { isSignUp, readSignUp, takeSignUp } from './sign-up-http.ts'
export { forgetCollected, recoverSignUp, takeSignUpAnswer, tidySignUps } from './signing-up.ts'
