-- Columns that reference a table cannot be added with a default while foreign keys are enforced.
PRAGMA foreign_keys=OFF;
--> statement-breakpoint
CREATE TABLE `payer_part` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`third_party_id` integer NOT NULL,
	`aid_id` integer NOT NULL,
	`regie_id` integer DEFAULT 1 NOT NULL,
	`child_id` integer NOT NULL,
	`activity_id` integer NOT NULL,
	`label` text NOT NULL,
	`unit` text NOT NULL,
	`fiscal` text NOT NULL,
	`nature` text,
	`product_code` text,
	`explanation` text NOT NULL,
	`days` text NOT NULL,
	`unit_cents` integer NOT NULL,
	`home_paper_id` integer,
	`billed_by` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`aid_id`) REFERENCES `aid`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`home_paper_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`billed_by`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payer_part_cents" CHECK("payer_part"."unit_cents" <> 0)
);
--> statement-breakpoint
CREATE INDEX `payer_part_span` ON `payer_part` (`family_id`,`month`);--> statement-breakpoint
CREATE INDEX `payer_part_third_party` ON `payer_part` (`third_party_id`,`billed_by`);--> statement-breakpoint
CREATE INDEX `payer_part_aid` ON `payer_part` (`aid_id`);--> statement-breakpoint
CREATE TABLE `aid` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer,
	`third_party_id` integer,
	`label` text NOT NULL,
	`per` text NOT NULL,
	`amount_cents` integer,
	`percent` real,
	`fiscals` text,
	`activity_ids` text,
	`from_day` text NOT NULL,
	`to_day` text,
	`ceiling_cents` integer,
	`ceiling_units` integer,
	`leaves_cents` integer DEFAULT 0 NOT NULL,
	`up_to_quotient` real,
	`from_rank` integer,
	`scheme` text,
	`position` integer NOT NULL,
	`decided_on` text,
	`state` text NOT NULL,
	`refused_on` text,
	`refusal_reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "aid_form" CHECK(("aid"."amount_cents" is null) = ("aid"."per" = 'rest')),
	CONSTRAINT "aid_share" CHECK(("aid"."percent" is null) <> ("aid"."per" = 'rest')),
	CONSTRAINT "aid_dates" CHECK("aid"."to_day" is null or "aid"."from_day" <= "aid"."to_day"),
	CONSTRAINT "aid_refused" CHECK(("aid"."refused_on" is null) = ("aid"."state" = 'promised'))
);
--> statement-breakpoint
CREATE INDEX `aid_child` ON `aid` (`child_id`);--> statement-breakpoint
CREATE INDEX `aid_family` ON `aid` (`family_id`);--> statement-breakpoint
CREATE INDEX `aid_third_party` ON `aid` (`third_party_id`);--> statement-breakpoint
CREATE TABLE `third_party` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`postcode` text DEFAULT '' NOT NULL,
	`town` text DEFAULT '' NOT NULL,
	`contact_name` text DEFAULT '' NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`is_public` integer DEFAULT false NOT NULL,
	`siret` text DEFAULT '' NOT NULL,
	`service_code` text DEFAULT '' NOT NULL,
	`order_number` text DEFAULT '' NOT NULL,
	`to_title` integer DEFAULT false NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `regie` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`prefix` text,
	`decision` text DEFAULT '' NOT NULL,
	`decided_on` text,
	`archived` integer DEFAULT false NOT NULL,
	CONSTRAINT "regie_prefix" CHECK(("regie"."prefix" is null) = ("regie"."id" = 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `regie_prefix_unique` ON `regie` (`prefix`);--> statement-breakpoint
-- The only régie so far: every paper, payment and till of the file is its own.
INSERT INTO `regie` (`id`, `name`) VALUES (1, coalesce((SELECT `regie` FROM `organisation`), ''));
--> statement-breakpoint
CREATE TABLE `regie_holder` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`staff_member_id` integer NOT NULL,
	`kind` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`staff_member_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "regie_holder_dates" CHECK("regie_holder"."to_day" is null or "regie_holder"."from_day" <= "regie_holder"."to_day")
);
--> statement-breakpoint
CREATE INDEX `regie_holder_of` ON `regie_holder` (`regie_id`);--> statement-breakpoint
DROP INDEX `till_closing_onDay_unique`;--> statement-breakpoint
ALTER TABLE `till_closing` ADD `regie_id` integer DEFAULT 1 NOT NULL REFERENCES regie(id);--> statement-breakpoint
CREATE UNIQUE INDEX `till_closing_of` ON `till_closing` (`regie_id`,`on_day`);--> statement-breakpoint
DROP INDEX `deposit_slip_number`;--> statement-breakpoint
ALTER TABLE `deposit_slip` ADD `regie_id` integer DEFAULT 1 NOT NULL REFERENCES regie(id);--> statement-breakpoint
CREATE UNIQUE INDEX `deposit_slip_number` ON `deposit_slip` (`regie_id`,`year`,`number`);--> statement-breakpoint
CREATE TABLE `__new_invoice` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` integer,
	`family_id` integer,
	`third_party_id` integer,
	`regie_id` integer DEFAULT 1 NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`total_cents` integer NOT NULL,
	`verdict` text NOT NULL,
	`journal` text NOT NULL,
	`set_aside` integer DEFAULT false NOT NULL,
	`series` text,
	`year` integer,
	`number` integer,
	`issued_on` text,
	`due_on` text,
	`previous_balance_cents` integer,
	`paper` text,
	`hash` text,
	`previous_hash` text,
	`corrects_id` integer,
	`reason` text DEFAULT '' NOT NULL,
	`month` text,
	`seal_version` integer DEFAULT 1 NOT NULL,
	`goes_with_id` integer,
	`span_revision` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `invoice_run`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoice_issued" CHECK(("__new_invoice"."state" = 'issued') = ("__new_invoice"."number" is not null)),
	CONSTRAINT "invoice_hashed" CHECK(("__new_invoice"."number" is null) = ("__new_invoice"."hash" is null)),
	CONSTRAINT "invoice_payer" CHECK(("__new_invoice"."family_id" is null) <> ("__new_invoice"."third_party_id" is null))
);
--> statement-breakpoint
INSERT INTO `__new_invoice`("id", "run_id", "family_id", "kind", "state", "from_day", "to_day", "total_cents", "verdict", "journal", "set_aside", "series", "year", "number", "issued_on", "due_on", "previous_balance_cents", "paper", "hash", "previous_hash", "corrects_id", "reason", "month", "seal_version", "goes_with_id", "span_revision", "act_id") SELECT "id", "run_id", "family_id", "kind", "state", "from_day", "to_day", "total_cents", "verdict", "journal", "set_aside", "series", "year", "number", "issued_on", "due_on", "previous_balance_cents", "paper", "hash", "previous_hash", "corrects_id", "reason", "month", "seal_version", "goes_with_id", "span_revision", "act_id" FROM `invoice`;--> statement-breakpoint
DROP TABLE `invoice`;--> statement-breakpoint
ALTER TABLE `__new_invoice` RENAME TO `invoice`;--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_number` ON `invoice` (`series`,`year`,`number`);--> statement-breakpoint
CREATE INDEX `invoice_family` ON `invoice` (`family_id`,`state`);--> statement-breakpoint
CREATE INDEX `invoice_of_run` ON `invoice` (`run_id`);--> statement-breakpoint
CREATE INDEX `invoice_corrects` ON `invoice` (`corrects_id`) WHERE "invoice"."corrects_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_draft_of` ON `invoice` (`family_id`,`month`,`regie_id`) WHERE "invoice"."state" = 'draft' and "invoice"."kind" = 'invoice' and "invoice"."month" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_draft_of_third_party` ON `invoice` (`third_party_id`,`regie_id`) WHERE "invoice"."state" = 'draft' and "invoice"."third_party_id" is not null;--> statement-breakpoint
CREATE INDEX `invoice_third_party` ON `invoice` (`third_party_id`,`state`) WHERE "invoice"."third_party_id" is not null;--> statement-breakpoint
CREATE INDEX `invoice_goes_with` ON `invoice` (`goes_with_id`) WHERE "invoice"."goes_with_id" is not null;--> statement-breakpoint
DROP INDEX `opening_balance_of`;--> statement-breakpoint
ALTER TABLE `opening_balance` ADD `regie_id` integer DEFAULT 1 NOT NULL REFERENCES regie(id);--> statement-breakpoint
CREATE UNIQUE INDEX `opening_balance_of` ON `opening_balance` (`family_id`,`on_day`,`regie_id`);--> statement-breakpoint
CREATE TABLE `__new_payment` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`regie_id` integer DEFAULT 1 NOT NULL,
	`means` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`received_on` text NOT NULL,
	`recorded_at` text NOT NULL,
	`payer` text DEFAULT '' NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`receipt_year` integer NOT NULL,
	`receipt_number` integer NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`attempt_id` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_payer" CHECK(("__new_payment"."family_id" is null) <> ("__new_payment"."third_party_id" is null)),
	CONSTRAINT "payment_amount" CHECK("__new_payment"."amount_cents" > 0),
	CONSTRAINT "payment_cancelled" CHECK(("__new_payment"."cancelled_at" is null) = ("__new_payment"."cancel_reason" is null))
);
--> statement-breakpoint
INSERT INTO `__new_payment`("id", "family_id", "means", "amount_cents", "received_on", "recorded_at", "payer", "reference", "receipt_year", "receipt_number", "cancelled_at", "cancel_reason", "attempt_id", "act_id") SELECT "id", "family_id", "means", "amount_cents", "received_on", "recorded_at", "payer", "reference", "receipt_year", "receipt_number", "cancelled_at", "cancel_reason", "attempt_id", "act_id" FROM `payment`;--> statement-breakpoint
DROP TABLE `payment`;--> statement-breakpoint
ALTER TABLE `__new_payment` RENAME TO `payment`;--> statement-breakpoint
CREATE UNIQUE INDEX `payment_attemptId_unique` ON `payment` (`attempt_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payment_receipt` ON `payment` (`regie_id`,`receipt_year`,`receipt_number`);--> statement-breakpoint
CREATE INDEX `payment_family` ON `payment` (`family_id`);--> statement-breakpoint
CREATE INDEX `payment_third_party` ON `payment` (`third_party_id`) WHERE "payment"."third_party_id" is not null;--> statement-breakpoint
CREATE INDEX `payment_day` ON `payment` (`received_on`);--> statement-breakpoint
CREATE INDEX `payment_cash` ON `payment` (`received_on`,`amount_cents`,`cancelled_at`) WHERE "payment"."means" = 'cash';--> statement-breakpoint
CREATE TABLE `__new_invoice_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`position` integer NOT NULL,
	`child_id` integer,
	`activity_id` integer,
	`label` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit` text NOT NULL,
	`unit_cents` integer NOT NULL,
	`total_cents` integer NOT NULL,
	`fiscal` text NOT NULL,
	`explanation` text NOT NULL,
	`basis` text NOT NULL,
	`days` text NOT NULL,
	`reservation_ids` text NOT NULL,
	`corrects_line_id` integer,
	`nature` text,
	`product_code` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoice_line_total" CHECK("__new_invoice_line"."total_cents" = "__new_invoice_line"."quantity" * "__new_invoice_line"."unit_cents")
);
--> statement-breakpoint
INSERT INTO `__new_invoice_line`("id", "invoice_id", "position", "child_id", "activity_id", "label", "quantity", "unit", "unit_cents", "total_cents", "fiscal", "explanation", "basis", "days", "reservation_ids", "corrects_line_id", "act_id") SELECT "id", "invoice_id", "position", "child_id", "activity_id", "label", "quantity", "unit", "unit_cents", "total_cents", "fiscal", "explanation", "basis", "days", "reservation_ids", "corrects_line_id", "act_id" FROM `invoice_line`;--> statement-breakpoint
DROP TABLE `invoice_line`;--> statement-breakpoint
ALTER TABLE `__new_invoice_line` RENAME TO `invoice_line`;--> statement-breakpoint
CREATE INDEX `invoice_line_invoice` ON `invoice_line` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `invoice_line_corrects` ON `invoice_line` (`corrects_line_id`) WHERE "invoice_line"."corrects_line_id" is not null;--> statement-breakpoint
ALTER TABLE `activity` ADD `regie_id` integer DEFAULT 1 NOT NULL REFERENCES regie(id);--> statement-breakpoint
ALTER TABLE `invoice_run` ADD `regie_id` integer REFERENCES regie(id);--> statement-breakpoint
PRAGMA foreign_keys=ON;
