export { handleSignUpForm, isSignUp, signUpPageFor } from './sign-up-http.ts'
export {
  applySignUpAnswer,
  deleteCollected,
  pruneSignUps,
  recoverSignUp,
} from './signing-up.ts'
