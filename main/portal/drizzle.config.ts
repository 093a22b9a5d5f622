import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './main/portal/schema/*.ts',
  out: './main/portal/migrations',
  casing: 'snake_case',
})
