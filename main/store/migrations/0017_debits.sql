CREATE TABLE `debit` (
	`id` integer PRIMARY KEY NOT NULL,
	`collection_id` integer NOT NULL,
	`mandate_id` integer NOT NULL,
	`amount_cents` integer NOT NULL,
	`sequence` text NOT NULL,
	`end_to_end_id` text NOT NULL,
	`notice_year` integer NOT NULL,
	`notice_number` integer NOT NULL,
	`removed_on` text,
	`remove_reason` text,
	`payment_id` integer,
	`came_back` text,
	`came_back_on` text,
	`return_code` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`collection_id`) REFERENCES `debit_collection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mandate_id`) REFERENCES `mandate`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "debit_amount" CHECK("debit"."amount_cents" > 0),
	CONSTRAINT "debit_removed" CHECK(("debit"."removed_on" is null) = ("debit"."remove_reason" is null)),
	CONSTRAINT "debit_came_back" CHECK(("debit"."came_back_on" is null) = ("debit"."came_back" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `debit_endToEndId_unique` ON `debit` (`end_to_end_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `debit_paymentId_unique` ON `debit` (`payment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `debit_mandate` ON `debit` (`collection_id`,`mandate_id`);--> statement-breakpoint
CREATE INDEX `debit_of_mandate` ON `debit` (`mandate_id`);--> statement-breakpoint
CREATE TABLE `debit_collection` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`collect_on` text NOT NULL,
	`state` text NOT NULL,
	`frozen_at` text NOT NULL,
	`written_at` text,
	`format` text,
	`message_id` text,
	`file_name` text,
	`sha256` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "debit_collection_written" CHECK(("debit_collection"."sha256" is null) = ("debit_collection"."state" = 'frozen'))
);
--> statement-breakpoint
CREATE INDEX `debit_collection_regie` ON `debit_collection` (`regie_id`,`collect_on`);--> statement-breakpoint
CREATE TABLE `debit_file` (
	`id` integer PRIMARY KEY NOT NULL,
	`collection_id` integer NOT NULL,
	`sealed` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`collection_id`) REFERENCES `debit_collection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `debit_file_collectionId_unique` ON `debit_file` (`collection_id`);--> statement-breakpoint
CREATE TABLE `debit_part` (
	`id` integer PRIMARY KEY NOT NULL,
	`debit_id` integer NOT NULL,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`debit_id`) REFERENCES `debit`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "debit_part_amount" CHECK("debit_part"."amount_cents" > 0),
	CONSTRAINT "debit_part_debt" CHECK(("debit_part"."invoice_id" is null) <> ("debit_part"."opening_debt_id" is null))
);
--> statement-breakpoint
CREATE INDEX `debit_part_debit` ON `debit_part` (`debit_id`);--> statement-breakpoint
CREATE INDEX `debit_part_invoice` ON `debit_part` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `debit_part_opening` ON `debit_part` (`opening_debt_id`);--> statement-breakpoint
CREATE TABLE `debit_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`creditor_id` text NOT NULL,
	`iban` text NOT NULL,
	`bic` text DEFAULT '' NOT NULL,
	`format` text NOT NULL,
	`notice_days` integer NOT NULL,
	`file_days` integer NOT NULL,
	`least_cents` integer NOT NULL,
	`reference_prefix` text NOT NULL,
	`treasury_name` text DEFAULT '' NOT NULL,
	`treasury_iban` text DEFAULT '' NOT NULL,
	`treasury_bic` text DEFAULT '' NOT NULL,
	`treasury_post` text DEFAULT '' NOT NULL,
	`treasury_service` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `debit_settings_regieId_unique` ON `debit_settings` (`regie_id`);--> statement-breakpoint
CREATE TABLE `mandate` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`regie_id` integer NOT NULL,
	`reference` text NOT NULL,
	`year` integer,
	`number` integer,
	`kind` text NOT NULL,
	`source` text NOT NULL,
	`signed_on` text NOT NULL,
	`debtor` text NOT NULL,
	`sealed` text NOT NULL,
	`account_start` text NOT NULL,
	`last_four` text NOT NULL,
	`digest` text NOT NULL,
	`suspended_on` text,
	`stopped_on` text,
	`reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "mandate_numbered" CHECK(("mandate"."year" is null) = ("mandate"."number" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mandate_reference_unique` ON `mandate` (`reference`);--> statement-breakpoint
CREATE INDEX `mandate_family` ON `mandate` (`family_id`);--> statement-breakpoint
CREATE INDEX `mandate_regie` ON `mandate` (`regie_id`);