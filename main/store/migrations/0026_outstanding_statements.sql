CREATE TABLE `treasury_payment` (
	`id` integer PRIMARY KEY NOT NULL,
	`decision_id` integer NOT NULL,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`paid_on` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`decision_id`) REFERENCES `debt_decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "treasury_payment_debt" CHECK(("treasury_payment"."invoice_id" is null) <> ("treasury_payment"."opening_debt_id" is null)),
	CONSTRAINT "treasury_payment_amount" CHECK("treasury_payment"."amount_cents" > 0),
	CONSTRAINT "treasury_payment_cancelled" CHECK(("treasury_payment"."cancelled_at" is null) = ("treasury_payment"."cancel_reason" is null))
);
--> statement-breakpoint
CREATE INDEX `treasury_payment_decision` ON `treasury_payment` (`decision_id`);--> statement-breakpoint
CREATE INDEX `treasury_payment_invoice` ON `treasury_payment` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `treasury_payment_opening_debt` ON `treasury_payment` (`opening_debt_id`);--> statement-breakpoint
CREATE TABLE `outstanding_file` (
	`id` integer PRIMARY KEY NOT NULL,
	`statement_id` integer NOT NULL,
	`format` text NOT NULL,
	`name` text NOT NULL,
	`sha256` text NOT NULL,
	`sealed` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`statement_id`) REFERENCES `outstanding_statement`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outstanding_file_of` ON `outstanding_file` (`statement_id`,`format`);--> statement-breakpoint
CREATE TABLE `outstanding_statement` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`series` text NOT NULL,
	`year` integer NOT NULL,
	`number` integer NOT NULL,
	`made_on` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`facts` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outstanding_statement_amount" CHECK("outstanding_statement"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outstanding_statement_number` ON `outstanding_statement` (`series`,`year`,`number`);--> statement-breakpoint
ALTER TABLE `regie` ADD `transmit_from_cents` integer DEFAULT 1500 NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `outstanding_columns` text;