CREATE TABLE `health_delegate` (
	`id` integer PRIMARY KEY NOT NULL,
	`staff_member_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`staff_member_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "health_delegate_dates" CHECK("health_delegate"."to_day" is null or "health_delegate"."from_day" <= "health_delegate"."to_day")
);
--> statement-breakpoint
ALTER TABLE `consent_answer` ADD `answered_at` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `received_paper` ADD `valid_until` text;--> statement-breakpoint
UPDATE `consent_answer` SET `answered_at` = (SELECT `started_at` FROM `act` WHERE `act`.`id` = `consent_answer`.`act_id`);
