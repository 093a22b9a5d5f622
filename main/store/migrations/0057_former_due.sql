ALTER TABLE `opening_balance` ADD `booked_on` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `opening_balance` ADD `due_on` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `opening_balance` SET `booked_on` = `on_day`, `due_on` = `on_day`;
