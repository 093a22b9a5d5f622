CREATE TABLE `closing` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`kind` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`number` integer NOT NULL,
	`natures` text NOT NULL,
	`statement` text NOT NULL,
	`rows_hash` text NOT NULL,
	`hash` text NOT NULL,
	`previous_hash` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "closing_days" CHECK("closing"."from_day" <= "closing"."to_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `closing_of` ON `closing` (`regie_id`,`kind`,`from_day`);--> statement-breakpoint
CREATE UNIQUE INDEX `closing_number` ON `closing` (`regie_id`,`number`);--> statement-breakpoint
ALTER TABLE `payment` ADD `booked_on` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `payment` SET `booked_on` = `received_on`;--> statement-breakpoint
CREATE INDEX `payment_booked` ON `payment` (`booked_on`);