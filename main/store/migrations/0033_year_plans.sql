CREATE TABLE `account_request` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`regie_id` integer NOT NULL,
	`asked_on` text NOT NULL,
	`ended_on` text,
	`end_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "account_request_ended" CHECK(("account_request"."ended_on" is null) = ("account_request"."end_reason" is null))
);
--> statement-breakpoint
CREATE INDEX `account_request_family` ON `account_request` (`family_id`);--> statement-breakpoint
CREATE TABLE `year_part` (
	`id` integer PRIMARY KEY NOT NULL,
	`plan_id` integer NOT NULL,
	`due_on` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`dropped_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`plan_id`) REFERENCES `year_plan`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "year_part_amount" CHECK("year_part"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE INDEX `year_part_plan` ON `year_part` (`plan_id`);--> statement-breakpoint
CREATE TABLE `year_plan` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`regie_id` integer NOT NULL,
	`made_on` text NOT NULL,
	`balance_on` text NOT NULL,
	`ended_on` text,
	`end_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "year_plan_ended" CHECK(("year_plan"."ended_on" is null) = ("year_plan"."end_reason" is null))
);
--> statement-breakpoint
CREATE INDEX `year_plan_family` ON `year_plan` (`family_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_debit_part` (
	`id` integer PRIMARY KEY NOT NULL,
	`debit_id` integer NOT NULL,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`year_part_id` integer,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`debit_id`) REFERENCES `debit`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`year_part_id`) REFERENCES `year_part`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "debit_part_amount" CHECK("__new_debit_part"."amount_cents" > 0),
	CONSTRAINT "debit_part_debt" CHECK(("__new_debit_part"."invoice_id" is not null) + ("__new_debit_part"."opening_debt_id" is not null) + ("__new_debit_part"."year_part_id" is not null) = 1)
);
--> statement-breakpoint
INSERT INTO `__new_debit_part`("id", "debit_id", "invoice_id", "opening_debt_id", "year_part_id", "amount_cents", "act_id") SELECT "id", "debit_id", "invoice_id", "opening_debt_id", null, "amount_cents", "act_id" FROM `debit_part`;--> statement-breakpoint
DROP TABLE `debit_part`;--> statement-breakpoint
ALTER TABLE `__new_debit_part` RENAME TO `debit_part`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `debit_part_debit` ON `debit_part` (`debit_id`);--> statement-breakpoint
CREATE INDEX `debit_part_invoice` ON `debit_part` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `debit_part_opening` ON `debit_part` (`opening_debt_id`);--> statement-breakpoint
CREATE INDEX `debit_part_year` ON `debit_part` (`year_part_id`);--> statement-breakpoint
ALTER TABLE `debit_settings` ADD `return_fee_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `debit_settings` ADD `return_fee_decision` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `mandate` ADD `paper` text;--> statement-breakpoint
ALTER TABLE `portal_ask` ADD `dismissed_on` text;--> statement-breakpoint
ALTER TABLE `portal_ask` ADD `dismiss_reason` text;