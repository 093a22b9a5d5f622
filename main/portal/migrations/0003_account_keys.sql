CREATE TABLE "account_key" (
	"guardian_id" integer PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"wrapped" text NOT NULL,
	"salt" text NOT NULL,
	"kibibytes" integer NOT NULL,
	"passes" integer NOT NULL,
	"made_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "health_draft" (
	"guardian_id" integer NOT NULL,
	"child_id" integer NOT NULL,
	"sealed" text NOT NULL,
	"saved_at" text NOT NULL,
	CONSTRAINT "health_draft_guardian_id_child_id_pk" PRIMARY KEY("guardian_id","child_id")
);
--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "wrapped_key" text;--> statement-breakpoint
ALTER TABLE "account_key" ADD CONSTRAINT "account_key_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "health_draft" ADD CONSTRAINT "health_draft_guardian_id_account_key_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account_key"("guardian_id") ON DELETE cascade ON UPDATE no action;