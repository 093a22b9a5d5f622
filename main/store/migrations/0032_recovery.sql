DROP INDEX `final_span_of`;--> statement-breakpoint
ALTER TABLE `final_span` ADD `regie_id` integer REFERENCES regie(id);--> statement-breakpoint
CREATE UNIQUE INDEX `final_span_share` ON `final_span` (`family_id`,`month`,`regie_id`) WHERE "final_span"."regie_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `final_span_of` ON `final_span` (`family_id`,`month`) WHERE "final_span"."regie_id" is null;--> statement-breakpoint
INSERT INTO `final_span` (`family_id`, `month`, `regie_id`, `cause`, `act_id`)
SELECT DISTINCT `final`.`family_id`, `final`.`month`, `invoice`.`regie_id`, `final`.`cause`, `final`.`act_id`
FROM `final_span` `final` JOIN `invoice` ON `invoice`.`family_id` = `final`.`family_id` AND `invoice`.`state` = 'issued'
  AND `invoice`.`kind` = 'invoice'
  AND `final`.`month` BETWEEN substr(`invoice`.`from_day`, 1, 7) AND substr(`invoice`.`to_day`, 1, 7)
WHERE `final`.`cause` = 'transmitted' AND exists (SELECT 1 FROM `allocation` `part` JOIN `debt_decision` `decision`
  ON `decision`.`id` = `part`.`decision_id` AND `decision`.`kind` = 'transmission' WHERE `part`.`invoice_id` = `invoice`.`id`);--> statement-breakpoint
DELETE FROM `final_span` WHERE `cause` = 'transmitted' AND `regie_id` IS NULL AND EXISTS (
  SELECT 1 FROM `final_span` `share` WHERE `share`.`family_id` = `final_span`.`family_id`
    AND `share`.`month` = `final_span`.`month` AND `share`.`regie_id` IS NOT NULL);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_treasury_payment` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text DEFAULT 'paid' NOT NULL,
	`decision_id` integer NOT NULL,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`asked_on` text,
	`paid_on` text,
	`amount_cents` integer NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`refund_id` integer,
	`cancelled_at` text,
	`cancel_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`decision_id`) REFERENCES `debt_decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`refund_id`) REFERENCES `refund`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "treasury_payment_debt" CHECK(("__new_treasury_payment"."invoice_id" is null) <> ("__new_treasury_payment"."opening_debt_id" is null)),
	CONSTRAINT "treasury_payment_amount" CHECK("__new_treasury_payment"."amount_cents" > 0),
	CONSTRAINT "treasury_payment_cancelled" CHECK(("__new_treasury_payment"."cancelled_at" is null) = ("__new_treasury_payment"."cancel_reason" is null)),
	CONSTRAINT "treasury_payment_waits" CHECK("__new_treasury_payment"."asked_on" is not null or "__new_treasury_payment"."paid_on" is not null),
	CONSTRAINT "treasury_payment_kept" CHECK(("__new_treasury_payment"."kind" = 'forwarded') = ("__new_treasury_payment"."refund_id" is not null))
);
--> statement-breakpoint
INSERT INTO `__new_treasury_payment`("id", "decision_id", "invoice_id", "opening_debt_id", "paid_on", "amount_cents", "cancelled_at", "cancel_reason", "act_id") SELECT "id", "decision_id", "invoice_id", "opening_debt_id", "paid_on", "amount_cents", "cancelled_at", "cancel_reason", "act_id" FROM `treasury_payment`;--> statement-breakpoint
DROP TABLE `treasury_payment`;--> statement-breakpoint
ALTER TABLE `__new_treasury_payment` RENAME TO `treasury_payment`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `treasury_payment_decision` ON `treasury_payment` (`decision_id`);--> statement-breakpoint
CREATE INDEX `treasury_payment_invoice` ON `treasury_payment` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `treasury_payment_opening_debt` ON `treasury_payment` (`opening_debt_id`);--> statement-breakpoint
ALTER TABLE `regie` ADD `suspend_above_cents` integer;--> statement-breakpoint
ALTER TABLE `regie` ADD `suspend_activity_ids` text;
