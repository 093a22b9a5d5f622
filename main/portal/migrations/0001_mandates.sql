CREATE TABLE "mandate_signing" (
	"id" text PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"regie_id" integer NOT NULL,
	"reference" text NOT NULL,
	"debtor" text NOT NULL,
	"last_four" text NOT NULL,
	"sealed" text NOT NULL,
	"code_hash" text NOT NULL,
	"code_until" text NOT NULL,
	"wrong_codes" integer DEFAULT 0 NOT NULL,
	"started_at" text NOT NULL,
	"signed_at" text,
	"answer" text,
	"answer_reason" text,
	"answer_revision" integer,
	"answered_at" text,
	CONSTRAINT "mandate_signing_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "mandate_signing_request" ON "mandate_signing" USING btree ("guardian_id","request_id");--> statement-breakpoint
CREATE INDEX "mandate_signing_family" ON "mandate_signing" USING btree ("family_id");