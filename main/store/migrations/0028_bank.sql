CREATE TABLE `bank_account` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`iban` text DEFAULT '' NOT NULL,
	`columns` text,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bank_account_of` ON `bank_account` (`regie_id`,`iban`);--> statement-breakpoint
CREATE TABLE `bank_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` integer NOT NULL,
	`bank_statement_id` integer NOT NULL,
	`identity` text NOT NULL,
	`on_day` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`label` text NOT NULL,
	`reference` text NOT NULL,
	`payer` text NOT NULL,
	`end_to_end_id` text NOT NULL,
	`means` text NOT NULL,
	`return_code` text NOT NULL,
	`last_four` text NOT NULL,
	`digest` text NOT NULL,
	`set_aside_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `bank_account`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`bank_statement_id`) REFERENCES `bank_statement`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bank_line_amount" CHECK("bank_line"."amount_cents" <> 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bank_line_identity` ON `bank_line` (`account_id`,`identity`);--> statement-breakpoint
CREATE INDEX `bank_line_day` ON `bank_line` (`account_id`,`on_day`);--> statement-breakpoint
CREATE INDEX `bank_line_statement` ON `bank_line` (`bank_statement_id`);--> statement-breakpoint
CREATE INDEX `bank_line_digest` ON `bank_line` (`digest`) WHERE "bank_line"."digest" <> '';--> statement-breakpoint
CREATE TABLE `bank_match` (
	`id` integer PRIMARY KEY NOT NULL,
	`line_id` integer NOT NULL,
	`payment_id` integer,
	`slip_id` integer,
	`collection_id` integer,
	`debit_id` integer,
	`reason` text DEFAULT '' NOT NULL,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`line_id`) REFERENCES `bank_line`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`slip_id`) REFERENCES `deposit_slip`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`collection_id`) REFERENCES `debit_collection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`debit_id`) REFERENCES `debit`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bank_match_what" CHECK(("bank_match"."payment_id" is not null) + ("bank_match"."slip_id" is not null) + ("bank_match"."collection_id" is not null) + ("bank_match"."debit_id" is not null) + ("bank_match"."reason" <> '') = 1),
	CONSTRAINT "bank_match_amount" CHECK("bank_match"."amount_cents" <> 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bank_match_paymentId_unique` ON `bank_match` (`payment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `bank_match_slipId_unique` ON `bank_match` (`slip_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `bank_match_collectionId_unique` ON `bank_match` (`collection_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `bank_match_debitId_unique` ON `bank_match` (`debit_id`);--> statement-breakpoint
CREATE INDEX `bank_match_line` ON `bank_match` (`line_id`);--> statement-breakpoint
CREATE TABLE `bank_statement` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` integer NOT NULL,
	`file_name` text NOT NULL,
	`sha256` text NOT NULL,
	`format` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`opening_cents` integer,
	`closing_cents` integer,
	`line_count` integer NOT NULL,
	`credit_cents` integer NOT NULL,
	`debit_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `bank_account`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bank_statement_file` ON `bank_statement` (`account_id`,`sha256`);