CREATE TABLE `message_choice` (
	`id` integer PRIMARY KEY NOT NULL,
	`guardian_id` integer NOT NULL,
	`choice` text NOT NULL,
	`chosen_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `message_choice_guardian` ON `message_choice` (`guardian_id`,`chosen_at`);--> statement-breakpoint
CREATE TABLE `sending` (
	`id` integer PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`audience` text NOT NULL,
	`with_sms` integer NOT NULL,
	`state` text NOT NULL,
	`planned_for` text,
	`previewed` text NOT NULL,
	`sent_at` text,
	`difference` text NOT NULL,
	`sms_parts` integer NOT NULL,
	`price_thousandths` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sending_planned` ON `sending` (`planned_for`) WHERE "sending"."state" = 'planned';--> statement-breakpoint
CREATE TABLE `sending_file` (
	`id` integer PRIMARY KEY NOT NULL,
	`sending_id` integer NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`bytes` blob NOT NULL,
	FOREIGN KEY (`sending_id`) REFERENCES `sending`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sending_file_of` ON `sending_file` (`sending_id`);--> statement-breakpoint
CREATE TABLE `sms_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`sender` text NOT NULL,
	`price_thousandths` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sms_settings_single" CHECK("sms_settings"."id" = 1)
);
--> statement-breakpoint
DROP INDEX `mail_delivery_queue`;--> statement-breakpoint
ALTER TABLE `mail_delivery` ADD `channel` text DEFAULT 'mail' NOT NULL;--> statement-breakpoint
ALTER TABLE `mail_delivery` ADD `reference` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `mail_delivery_queue` ON `mail_delivery` (`channel`,`fate`,`next_try_at`);--> statement-breakpoint
ALTER TABLE `mail` ADD `channel` text DEFAULT 'mail' NOT NULL;--> statement-breakpoint
ALTER TABLE `mail` ADD `sending_id` integer REFERENCES sending(id);--> statement-breakpoint
CREATE INDEX `mail_sending` ON `mail` (`sending_id`) WHERE "mail"."sending_id" is not null;--> statement-breakpoint
ALTER TABLE `notice` ADD `sending_id` integer REFERENCES sending(id);