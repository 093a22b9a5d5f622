ALTER TABLE "payment_attempt" ALTER COLUMN "invoice_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_attempt" ADD COLUMN "opening_debt_id" integer;--> statement-breakpoint
ALTER TABLE "payment_attempt" ADD CONSTRAINT "payment_attempt_debt" CHECK (("payment_attempt"."invoice_id" is null) <> ("payment_attempt"."opening_debt_id" is null));