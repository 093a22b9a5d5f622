export { handleSignUpForm as takeSignUp, isSignUp, signUpPageFor as readSignUp } from './sign-up-http.ts'
export {
  applySignUpAnswer as takeSignUpAnswer,
  deleteCollected as forgetCollected,
  pruneSignUps as tidySignUps,
  recoverSignUp,
} from './signing-up.ts'
