PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_deposit_slip_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`slip_id` integer NOT NULL,
	`payment_id` integer,
	`refund_id` integer,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`slip_id`) REFERENCES `deposit_slip`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`refund_id`) REFERENCES `refund`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deposit_slip_line_what" CHECK(("__new_deposit_slip_line"."payment_id" is null) <> ("__new_deposit_slip_line"."refund_id" is null)),
	CONSTRAINT "deposit_slip_line_amount" CHECK("__new_deposit_slip_line"."amount_cents" <> 0 and ("__new_deposit_slip_line"."refund_id" is null or "__new_deposit_slip_line"."amount_cents" < 0))
);
--> statement-breakpoint
INSERT INTO `__new_deposit_slip_line`("id", "slip_id", "payment_id", "refund_id", "amount_cents", "act_id") SELECT "id", "slip_id", "payment_id", null, "amount_cents", "act_id" FROM `deposit_slip_line`;--> statement-breakpoint
DROP TABLE `deposit_slip_line`;--> statement-breakpoint
ALTER TABLE `__new_deposit_slip_line` RENAME TO `deposit_slip_line`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `deposit_slip_line_refundId_unique` ON `deposit_slip_line` (`refund_id`);--> statement-breakpoint
CREATE INDEX `deposit_slip_line_slip` ON `deposit_slip_line` (`slip_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deposit_slip_line_once` ON `deposit_slip_line` (`payment_id`,("amount_cents" > 0));--> statement-breakpoint
ALTER TABLE `bank_line` ADD `sender` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `bank_line_sender` ON `bank_line` (`sender`) WHERE "bank_line"."sender" <> '';