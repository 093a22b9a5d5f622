import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './main/portal/store/schema/*.ts',
  out: './main/portal/migrations',
  casing: 'snake_case',
})
