CREATE TABLE "account" (
	"guardian_id" integer PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"blocked" boolean DEFAULT false NOT NULL,
	"invitation" text,
	"activated_at" text,
	"reminded_on" text,
	"unwanted" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"refused_email" text,
	CONSTRAINT "account_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "account_home" (
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	CONSTRAINT "account_home_guardian_id_family_id_pk" PRIMARY KEY("guardian_id","family_id")
);
--> statement-breakpoint
CREATE TABLE "acted_entry" (
	"id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "answer_held" (
	"of" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "answered_cell" (
	"family_id" integer NOT NULL,
	"registration_id" integer NOT NULL,
	"day" text NOT NULL,
	"slot_id" integer NOT NULL,
	"held" jsonb NOT NULL,
	"note" text NOT NULL,
	CONSTRAINT "answered_cell_registration_id_day_slot_id_pk" PRIMARY KEY("registration_id","day","slot_id")
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" text NOT NULL,
	"refused_until" text
);
--> statement-breakpoint
CREATE TABLE "demande" (
	"id" text PRIMARY KEY NOT NULL,
	"receipt_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"child_id" integer NOT NULL,
	"registration_id" integer NOT NULL,
	"day" text NOT NULL,
	"slot_id" integer NOT NULL,
	"wish" text NOT NULL,
	"surcharge_cents" integer,
	"recorded_at" text NOT NULL,
	"collected_at" text,
	"taken_back_at" text,
	"withdrawn_at" text,
	"answer" text,
	"answer_reason" text,
	"answer_revision" integer,
	"answered_at" text,
	CONSTRAINT "demande_wish" CHECK ("demande"."wish" in ('book', 'cancel', 'leave'))
);
--> statement-breakpoint
CREATE TABLE "document" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"paper_of" text,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "document_aside" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"paper_of" text,
	"body" text NOT NULL,
	"why" text NOT NULL,
	"received_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft" (
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"registration_id" integer NOT NULL,
	"day" text NOT NULL,
	"slot_id" integer NOT NULL,
	"wish" text NOT NULL,
	CONSTRAINT "draft_guardian_id_registration_id_day_slot_id_pk" PRIMARY KEY("guardian_id","registration_id","day","slot_id")
);
--> statement-breakpoint
CREATE TABLE "exchange_side" (
	"id" integer PRIMARY KEY NOT NULL,
	"side" jsonb NOT NULL,
	"receipts" integer DEFAULT 0 NOT NULL,
	"published_at" text,
	"holding" jsonb NOT NULL,
	"series" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"lost_told" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "exchange_side_one" CHECK ("exchange_side"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "feed" (
	"guardian_id" integer PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"created_at" text NOT NULL,
	"read_on" text,
	CONSTRAINT "feed_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "log_entry" (
	"number" bigint PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"at" text NOT NULL,
	"body" text NOT NULL,
	"settled_at" text
);
--> statement-breakpoint
CREATE TABLE "mail" (
	"id" text PRIMARY KEY NOT NULL,
	"recipient" text NOT NULL,
	"kind" text,
	"guardian_id" integer,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"link_until" text,
	"file_name" text,
	"file_text" text,
	"written_at" text NOT NULL,
	"sent_at" text,
	"refused_at" text,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" text PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"author" text NOT NULL,
	"conversation" text NOT NULL,
	"subject" text NOT NULL,
	"child_id" integer,
	"invoice_id" integer,
	"text" text NOT NULL,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_read" (
	"guardian_id" integer NOT NULL,
	"conversation" text NOT NULL,
	"up_to" text NOT NULL,
	CONSTRAINT "message_read_guardian_id_conversation_pk" PRIMARY KEY("guardian_id","conversation")
);
--> statement-breakpoint
CREATE TABLE "mirror_entry" (
	"number" bigint PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"at" text NOT NULL,
	"body" text NOT NULL,
	"received_at" text NOT NULL,
	"passed_over" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pairing" (
	"id" integer PRIMARY KEY NOT NULL,
	"code" jsonb,
	"ring" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"replaced" jsonb,
	CONSTRAINT "pairing_one" CHECK ("pairing"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "payment_attempt" (
	"id" text PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"invoice_id" integer NOT NULL,
	"number" text NOT NULL,
	"label" text NOT NULL,
	"amount_cents" integer NOT NULL,
	"client" text NOT NULL,
	"refdet" text NOT NULL,
	"saisie" text NOT NULL,
	"address" text NOT NULL,
	"recorded_at" text NOT NULL,
	"id_op" text,
	"sent_at" text,
	"asked_at" text,
	"heard_at" text,
	"result" text,
	"code" text,
	"paid_at" text,
	"authorisation" text,
	"settled_at" text,
	CONSTRAINT "payment_attempt_idOp_unique" UNIQUE("id_op")
);
--> statement-breakpoint
CREATE TABLE "proposal" (
	"id" text PRIMARY KEY NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"subject" text NOT NULL,
	"subject_id" integer NOT NULL,
	"field" text NOT NULL,
	"before" text NOT NULL,
	"after" text NOT NULL,
	"recorded_at" text NOT NULL,
	"collected_at" text,
	"withdrawn_at" text,
	"answer" text,
	"answer_reason" text,
	"answer_revision" integer,
	"answered_at" text
);
--> statement-breakpoint
CREATE TABLE "receipt" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"request_id" text NOT NULL,
	"recorded_at" text NOT NULL,
	"body" text NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "receipt_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "registration_demande" (
	"id" text PRIMARY KEY NOT NULL,
	"receipt_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"child_id" integer NOT NULL,
	"period_id" integer NOT NULL,
	"from_day" text NOT NULL,
	"to_day" text NOT NULL,
	"week" text NOT NULL,
	"recorded_at" text NOT NULL,
	"collected_at" text,
	"withdrawn_at" text,
	"answer" text,
	"answer_reason" text,
	"answer_revision" integer,
	"answered_at" text
);
--> statement-breakpoint
CREATE TABLE "seen_nonce" (
	"keyid" text NOT NULL,
	"nonce" text NOT NULL,
	"until" text NOT NULL,
	CONSTRAINT "seen_nonce_keyid_nonce_pk" PRIMARY KEY("keyid","nonce")
);
--> statement-breakpoint
CREATE TABLE "sent_paper" (
	"id" text PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"child_id" integer,
	"kind" text NOT NULL,
	"asked_id" integer,
	"name" text NOT NULL,
	"recorded_at" text NOT NULL,
	"collected_at" text,
	"hash" text NOT NULL,
	"bytes" "bytea",
	"here_at" text,
	"answer" text,
	"answer_reason" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"hash" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"guardian_id" integer NOT NULL,
	"family_id" integer NOT NULL,
	"device" text NOT NULL,
	"created_at" text NOT NULL,
	"seen_at" text NOT NULL,
	CONSTRAINT "session_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "sign_up" (
	"id" text PRIMARY KEY NOT NULL,
	"secret_hash" text NOT NULL,
	"email" text NOT NULL,
	"email_checked_at" text NOT NULL,
	"typed" jsonb NOT NULL,
	"seen_at" text NOT NULL,
	"recorded_at" text,
	"collected_at" text,
	"answer" text,
	"answer_revision" integer,
	"answered_at" text,
	CONSTRAINT "sign_up_secretHash_unique" UNIQUE("secret_hash"),
	CONSTRAINT "sign_up_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "sign_up_link" (
	"hash" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"expires_at" text NOT NULL,
	CONSTRAINT "sign_up_link_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "signing_key" (
	"id" integer PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token" (
	"hash" text PRIMARY KEY NOT NULL,
	"guardian_id" integer NOT NULL,
	"kind" text NOT NULL,
	"expires_at" text NOT NULL,
	"used_at" text
);
--> statement-breakpoint
CREATE TABLE "told_once" (
	"what" text PRIMARY KEY NOT NULL,
	"at" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account_home" ADD CONSTRAINT "account_home_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft" ADD CONSTRAINT "draft_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feed" ADD CONSTRAINT "feed_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_read" ADD CONSTRAINT "message_read_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token" ADD CONSTRAINT "token_guardian_id_account_guardian_id_fk" FOREIGN KEY ("guardian_id") REFERENCES "public"."account"("guardian_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_home_family" ON "account_home" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "answered_cell_family" ON "answered_cell" USING btree ("family_id");--> statement-breakpoint
CREATE UNIQUE INDEX "demande_open" ON "demande" USING btree ("registration_id","day","slot_id") WHERE "demande"."withdrawn_at" is null and "demande"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "demande_family" ON "demande" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "document_kind" ON "document" USING btree ("kind");--> statement-breakpoint
CREATE UNIQUE INDEX "log_entry_id" ON "log_entry" USING btree ("id");--> statement-breakpoint
CREATE INDEX "mail_waiting" ON "mail" USING btree ("next_try_at") WHERE "mail"."sent_at" is null and "mail"."refused_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "message_request" ON "message" USING btree ("guardian_id","request_id");--> statement-breakpoint
CREATE INDEX "message_family" ON "message" USING btree ("family_id","recorded_at");--> statement-breakpoint
CREATE INDEX "mirror_entry_passed_over" ON "mirror_entry" USING btree ("number") WHERE "mirror_entry"."passed_over";--> statement-breakpoint
CREATE UNIQUE INDEX "payment_attempt_request" ON "payment_attempt" USING btree ("guardian_id","request_id");--> statement-breakpoint
CREATE INDEX "payment_attempt_family" ON "payment_attempt" USING btree ("family_id","invoice_id");--> statement-breakpoint
CREATE INDEX "payment_attempt_open" ON "payment_attempt" USING btree ("asked_at") WHERE "payment_attempt"."settled_at" is null and "payment_attempt"."sent_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "proposal_open" ON "proposal" USING btree ("subject","subject_id","field","family_id") WHERE "proposal"."withdrawn_at" is null and "proposal"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "proposal_family" ON "proposal" USING btree ("family_id");--> statement-breakpoint
CREATE UNIQUE INDEX "receipt_request" ON "receipt" USING btree ("guardian_id","request_id");--> statement-breakpoint
CREATE INDEX "receipt_family" ON "receipt" USING btree ("family_id");--> statement-breakpoint
CREATE UNIQUE INDEX "registration_demande_open" ON "registration_demande" USING btree ("family_id","child_id","period_id") WHERE "registration_demande"."withdrawn_at" is null and "registration_demande"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "registration_demande_family" ON "registration_demande" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "seen_nonce_until" ON "seen_nonce" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "sent_paper_request" ON "sent_paper" USING btree ("guardian_id","request_id");--> statement-breakpoint
CREATE INDEX "sent_paper_family" ON "sent_paper" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "sent_paper_held" ON "sent_paper" USING btree ("here_at") WHERE "sent_paper"."bytes" is not null;--> statement-breakpoint
CREATE INDEX "session_guardian" ON "session" USING btree ("guardian_id");--> statement-breakpoint
CREATE INDEX "sign_up_waiting" ON "sign_up" USING btree ("recorded_at") WHERE "sign_up"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "sign_up_link_expires" ON "sign_up_link" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "token_guardian" ON "token" USING btree ("guardian_id");