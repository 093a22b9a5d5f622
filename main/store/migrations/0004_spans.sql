CREATE TABLE `billed_span` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`book_id` integer NOT NULL,
	`quotients` text NOT NULL,
	`residence` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`book_id`) REFERENCES `price_book`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `billed_span_of` ON `billed_span` (`family_id`,`month`);--> statement-breakpoint
CREATE TABLE `billing_span` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`checked_revision` integer DEFAULT 0 NOT NULL,
	`checked_book_id` integer,
	`takes` text,
	`takes_revision` integer DEFAULT 0 NOT NULL,
	`takes_book_id` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_span_of` ON `billing_span` (`family_id`,`month`);--> statement-breakpoint
CREATE INDEX `billing_span_month` ON `billing_span` (`month`);--> statement-breakpoint
CREATE INDEX `billing_span_changed` ON `billing_span` (`month`) WHERE "billing_span"."revision" > "billing_span"."checked_revision";--> statement-breakpoint
CREATE TABLE `final_span` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`cause` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `final_span_of` ON `final_span` (`family_id`,`month`);--> statement-breakpoint
CREATE TABLE `give_up` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`child_id` integer,
	`activity_id` integer NOT NULL,
	`product` text NOT NULL,
	`fiscal` text NOT NULL,
	`days` text NOT NULL,
	`unit_cents` integer NOT NULL,
	`reason` text NOT NULL,
	`credit_line_id` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_line_id`) REFERENCES `invoice_line`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "give_up_cents" CHECK("give_up"."unit_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `give_up_creditLineId_unique` ON `give_up` (`credit_line_id`);--> statement-breakpoint
CREATE INDEX `give_up_span` ON `give_up` (`family_id`,`month`);--> statement-breakpoint
CREATE TABLE `kept_price` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`child_id` integer,
	`activity_id` integer,
	`tariff_id` integer,
	`day` text,
	`facts` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `kept_price_span` ON `kept_price` (`family_id`,`month`);--> statement-breakpoint
CREATE TABLE `price_book` (
	`id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`book` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `price_book_digest_unique` ON `price_book` (`digest`);--> statement-breakpoint
CREATE TABLE `repricing` (
	`id` integer PRIMARY KEY NOT NULL,
	`from_day` text NOT NULL,
	`family_id` integer,
	`tariff_id` integer,
	`families` integer NOT NULL,
	`up_cents` integer NOT NULL,
	`down_cents` integer NOT NULL,
	`reason` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tariff_id`) REFERENCES `tariff`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tariff_revision` (
	`id` integer PRIMARY KEY NOT NULL,
	`version_id` integer NOT NULL,
	`revision` integer NOT NULL,
	`definition` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`version_id`) REFERENCES `tariff_version`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tariff_revision_of` ON `tariff_revision` (`version_id`,`revision`);--> statement-breakpoint
ALTER TABLE `invoice` ADD `month` text;--> statement-breakpoint
ALTER TABLE `invoice` ADD `seal_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `invoice` ADD `goes_with_id` integer;--> statement-breakpoint
ALTER TABLE `invoice` ADD `span_revision` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_draft_of` ON `invoice` (`family_id`,`month`) WHERE "invoice"."state" = 'draft' and "invoice"."kind" = 'invoice' and "invoice"."month" is not null;--> statement-breakpoint
CREATE INDEX `invoice_goes_with` ON `invoice` (`goes_with_id`) WHERE "invoice"."goes_with_id" is not null;--> statement-breakpoint
ALTER TABLE `invoice_line` ADD `corrects_line_id` integer;--> statement-breakpoint
CREATE INDEX `invoice_line_corrects` ON `invoice_line` (`corrects_line_id`) WHERE "invoice_line"."corrects_line_id" is not null;--> statement-breakpoint
ALTER TABLE `tariff_version` ADD `revision` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `organisation` ADD `bills_from` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `zero_invoices` integer DEFAULT false NOT NULL;--> statement-breakpoint
-- A span for each home and month with a cell that may be billed, or with an issued paper.
INSERT INTO `billing_span` (`family_id`, `month`)
SELECT `registration`.`family_id`, substr(`reservation`.`day`, 1, 7)
FROM `reservation`
JOIN `registration` ON `registration`.`id` = `reservation`.`registration_id`
LEFT JOIN `attendance` ON `attendance`.`reservation_id` = `reservation`.`id`
WHERE `reservation`.`held` = 'confirmed' OR `reservation`.`charged_reason` IS NOT NULL
  OR `reservation`.`cancel_surcharge_cents` > 0 OR `reservation`.`billed_by` IS NOT NULL OR `attendance`.`mark` = 'present'
UNION
SELECT `invoice`.`family_id`, substr(`billed`.`value`, 1, 7)
FROM `invoice`
JOIN `invoice_line` ON `invoice_line`.`invoice_id` = `invoice`.`id`, json_each(`invoice_line`.`days`) AS `billed`
WHERE `invoice`.`state` = 'issued'
ORDER BY 1, 2;
